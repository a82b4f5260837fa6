//! The part of SMTP (RFC 5321) that a merchant's program needs. No TLS and no sign-in, because it listens on this machine
//! only.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::Refusal;
use crate::shared::Shared;

/// The longest line of a command or an email, in bytes.
const LONGEST_LINE: u64 = 8 * 1024;
/// The largest email, in bytes.
const LARGEST: usize = 1024 * 1024;
/// The most recipients of one email.
const MOST_RECIPIENTS: usize = 100;

/// Accepts connections until the task is dropped.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let shared = Arc::clone(&shared);
        // A connection that breaks loses nothing: a kept email stays kept.
        tokio::spawn(async move { drop(talk(stream, &shared).await) });
    }
}

/// What the client has said of its email so far.
#[derive(Default)]
struct Envelope {
    is_greeted: bool,
    has_sender: bool,
    recipients: Vec<String>,
}

/// What follows a command.
enum Next {
    Reply(&'static str),
    ReadMail,
    Leave,
}

async fn talk(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sandbox ESMTP, for this machine alone\r\n").await?;
    let mut envelope = Envelope::default();
    while let Some(line) = read_line(&mut stream).await? {
        match command(&String::from_utf8_lossy(&line), &mut envelope) {
            Next::Reply(reply) => {
                stream.write_all(reply.as_bytes()).await?;
                stream.write_all(b"\r\n").await?;
            }
            Next::Leave => return stream.write_all(b"221 Goodbye\r\n").await,
            Next::ReadMail => {
                stream.write_all(b"354 End with a line that is a dot\r\n").await?;
                let Some(raw) = read_mail(&mut stream).await? else { return Ok(()) };
                let recipients = std::mem::take(&mut envelope.recipients);
                envelope.has_sender = false;
                let Some(reply) = hand_in(shared, recipients, raw) else { return Ok(()) };
                stream.write_all(reply.as_bytes()).await?;
            }
        }
    }
    Ok(())
}

/// The answer to an email; nothing if the connection shall end without one.
fn hand_in(shared: &Shared, recipients: Vec<String>, raw: Option<Vec<u8>>) -> Option<&'static str> {
    let Some(raw) = raw else { return Some("552 The mail is too large\r\n") };
    shared.with(|state| {
        let refusal = state.mailbox.next_refusal();
        if matches!(refusal, None | Some(Refusal::Silence)) {
            let now = state.world.now;
            state.mailbox.take(recipients, raw, now);
        }
        match refusal {
            None => Some("250 Taken\r\n"),
            Some(Refusal::Later) => Some("451 Not now\r\n"),
            Some(Refusal::Never) => Some("550 Never\r\n"),
            Some(Refusal::Silence) => None,
        }
    })
}

fn command(line: &str, envelope: &mut Envelope) -> Next {
    let line = line.trim_end();
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    match verb.to_ascii_uppercase().as_str() {
        "EHLO" => {
            *envelope = Envelope { is_greeted: true, ..Envelope::default() };
            Next::Reply("250-sandbox\r\n250-SIZE 1048576\r\n250-8BITMIME\r\n250 SMTPUTF8")
        }
        "HELO" => {
            *envelope = Envelope { is_greeted: true, ..Envelope::default() };
            Next::Reply("250 sandbox")
        }
        "MAIL" if !envelope.is_greeted => Next::Reply("503 Say EHLO first"),
        "MAIL" if envelope.has_sender => Next::Reply("503 One sender for each mail"),
        "MAIL" => match path(rest, "FROM:") {
            Some(_) => {
                envelope.has_sender = true;
                Next::Reply("250 OK")
            }
            None => Next::Reply("501 MAIL FROM:<address>"),
        },
        "RCPT" if !envelope.has_sender => Next::Reply("503 Say MAIL FROM first"),
        "RCPT" if envelope.recipients.len() >= MOST_RECIPIENTS => Next::Reply("452 Too many recipients"),
        "RCPT" => match path(rest, "TO:").filter(|address| address.contains('@')) {
            Some(address) => {
                envelope.recipients.push(address);
                Next::Reply("250 OK")
            }
            None => Next::Reply("501 RCPT TO:<address>"),
        },
        "DATA" if envelope.recipients.is_empty() => Next::Reply("503 Say RCPT TO first"),
        "DATA" => Next::ReadMail,
        "RSET" => {
            *envelope = Envelope { is_greeted: envelope.is_greeted, ..Envelope::default() };
            Next::Reply("250 OK")
        }
        "NOOP" => Next::Reply("250 OK"),
        "VRFY" => Next::Reply("252 Every address is as good as another here"),
        "QUIT" => Next::Leave,
        _ => Next::Reply("500 No such command"),
    }
}

/// The address in `FROM:<address> PARAMETERS`. An empty address is a valid sender.
fn path(rest: &str, keyword: &str) -> Option<String> {
    let (found, rest) = rest.trim_start().split_at_checked(keyword.len())?;
    let rest = rest.trim_start().strip_prefix('<')?;
    let (address, _) = rest.split_once('>')?;
    found.eq_ignore_ascii_case(keyword).then(|| address.to_owned())
}

/// A line with its end; nothing if the client has gone, or the line is too long.
async fn read_line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    stream.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    Ok(line.ends_with(b"\n").then_some(line))
}

/// An email up to the line with a single dot. The outer `None` means that the client has gone, the inner one that the email
/// is too large.
async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Option<Vec<u8>>>> {
    let mut mail = Vec::new();
    let mut is_whole = true;
    while let Some(line) = read_line(stream).await? {
        if line == b".\r\n" || line == b".\n" {
            return Ok(Some(is_whole.then_some(mail)));
        }
        is_whole &= mail.len() + line.len() <= LARGEST;
        if is_whole {
            mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(lines: &[&str]) -> Vec<String> {
        let mut envelope = Envelope::default();
        let codes = lines.iter().map(|line| match command(line, &mut envelope) {
            Next::Reply(reply) => reply[..3].to_owned(),
            Next::ReadMail => "354".to_owned(),
            Next::Leave => "221".to_owned(),
        });
        codes.collect()
    }

    #[test]
    fn commands_have_an_order() {
        let lines =
            ["MAIL FROM:<a@b.example>", "EHLO me", "RCPT TO:<a@b.example>", "DATA", "MAIL FROM:<>", "DATA"];
        assert_eq!(said(&lines), ["503", "250", "503", "503", "250", "503"]);
        let lines = ["helo me", "mail from:<a@b.example> SIZE=9", "rcpt to:<c@d.example>", "data", "quit"];
        assert_eq!(said(&lines), ["250", "250", "250", "354", "221"]);
    }

    #[test]
    fn what_is_no_address_or_no_command_is_refused_and_a_reset_forgets() {
        let lines = [
            "EHLO me",
            "MAIL a@b.example",
            "MAIL FROM:<a@b.example>",
            "RCPT TO:<nobody>",
            "RSET",
            "DATA",
            "EXPN",
        ];
        assert_eq!(said(&lines), ["250", "501", "250", "501", "250", "503", "500"]);
    }
}
