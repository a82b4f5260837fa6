//! Mail as a program hands it in, byte by byte, and as the inbox shows it.

use crate::running::{Running, start};
use sandbox::Config;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const MAIL: &str = "From: Shop <shop@b.example>\r\nTo: c@d.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
    Message-ID: <1@b.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\n..a dot=20=C3=A9\r\n.\r\n";

async fn smtp(sandbox: &Running) -> BufReader<TcpStream> {
    let server = sandbox.get("/v1/test_helpers/mail").await.body;
    let address = server["smtp"].as_str().unwrap().replace("smtp://", "");
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    assert!(reply(&mut stream).await.starts_with("220 "));
    stream
}

async fn reply(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line;
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, lines: &[&str]) -> Vec<String> {
    let mut replies = Vec::new();
    for line in lines {
        stream.write_all(line.as_bytes()).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
        replies.push(reply(stream).await.chars().take(3).collect());
    }
    replies
}

const ENVELOPE: &[&str] = &["EHLO me", "MAIL FROM:<shop@b.example>", "RCPT TO:<c@d.example>", "DATA"];

async fn mails(sandbox: &Running) -> Vec<Value> {
    sandbox.get("/v1/test_helpers/mails").await.body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_mail_is_taken_and_read_whole() {
    let sandbox = start(Config::default()).await;
    let mut stream = smtp(&sandbox).await;
    assert_eq!(say(&mut stream, ENVELOPE).await, ["250", "250", "250", "354"]);
    assert_eq!(say(&mut stream, &[MAIL.trim_end(), "QUIT"]).await, ["250", "221"]);
    let [mail] = &mails(&sandbox).await[..] else { panic!("one mail") };
    assert_eq!((&mail["subject"], &mail["to"][0]), (&"Grüße".into(), &"c@d.example".into()));
    assert_eq!((&mail["message_id"], &mail["html"]), (&"1@b.example".into(), &Value::Null));
    assert!(mail["text"].as_str().unwrap().starts_with(".a dot é"), "{mail}");
    assert!(sandbox.page("/inbox").await.text.contains("Grüße"));
    assert!(sandbox.page("/inbox/1").await.text.contains(".a dot é"));
}

#[tokio::test]
async fn a_refusal_that_was_ordered_is_answered_and_silence_keeps_the_mail() {
    let sandbox = start(Config::default()).await;
    for answer in ["later", "never", "silence"] {
        sandbox.post("/v1/test_helpers/mail_refusals", &[("answer", answer)]).await;
    }
    for code in ["451", "550"] {
        let mut stream = smtp(&sandbox).await;
        say(&mut stream, ENVELOPE).await;
        assert_eq!(say(&mut stream, &[MAIL.trim_end()]).await, [code]);
    }
    assert!(mails(&sandbox).await.is_empty());
    let mut stream = smtp(&sandbox).await;
    say(&mut stream, ENVELOPE).await;
    stream.write_all(MAIL.as_bytes()).await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!((rest.len(), mails(&sandbox).await.len()), (0, 1));
}

#[tokio::test]
async fn markup_in_a_mail_runs_nothing_and_frames_nothing() {
    let sandbox = start(Config::default()).await;
    let mut stream = smtp(&sandbox).await;
    say(&mut stream, ENVELOPE).await;
    let mail =
        "Subject: <b>x\r\nContent-Type: text/html\r\n\r\n<html><head></head><script>1</script></html>\r\n.";
    say(&mut stream, &[mail]).await;
    let page = sandbox.page("/inbox/1").await;
    assert!(
        page.text.contains("&lt;b&gt;x")
            && page.header("content-security-policy").contains("default-src 'none'")
    );
    let frame = sandbox.page("/inbox/1/html").await;
    let policy = frame.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("sandbox ")
            && !policy.contains("allow-scripts")
    );
    assert_eq!(sandbox.page("/inbox/2").await.status, 404);
}
