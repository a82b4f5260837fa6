//! Requests that no client sends: too large, too deep, twice over, with two meanings, or for another place.
//! Past 400 lines, since it is a list: one shape, one function.

use std::io::Write;
use std::time::{Duration, Instant};

use super::came::Came;
use super::place::{CANARY, Place, Site, session_request};
use super::wire::{Answer, From, at_once, connect, read, request, send, send_within, tally, unique};
use crate::failure::Failure;

const QUICK: Duration = Duration::from_secs(2);

fn all_quick(answers: &[(&str, Answer)]) -> Came {
    let bad: Vec<String> = answers
        .iter()
        .filter(|(_, answer)| {
            answer.is_good() || answer.status >= 500 && answer.status != 503 || answer.took > QUICK
        })
        .map(|(what, answer)| format!("{what}: {} after {} ms", answer.outcome(), answer.took.as_millis()))
        .collect();
    match bad.is_empty() {
        true => Came::of(true, tally(answers.iter().map(|(_, answer)| answer))),
        false => Came::of(false, bad.join("; ")),
    }
}

/// Bodies of ten megabytes, said beforehand, in chunks, and without an end.
pub fn large_bodies(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token("cus_many")?;
    let bearer = format!("Bearer {token}");
    let large = vec![b'a'; 10 * 1024 * 1024];
    let json = ("Content-Type", "application/json");
    let key = unique("large");
    let mut answers = Vec::new();
    for (what, port, path, headers) in [
        ("webhook", place.port, "/webhooks/stripe", &[json][..]),
        ("token", place.port, "/v1/customer_tokens", &[json]),
        (
            "session",
            place.port,
            "/relink/sessions",
            &[json, ("Authorization", bearer.as_str()), ("Idempotency-Key", key.as_str())],
        ),
        (
            "sign-in",
            place.dashboard,
            "/dashboard/sign-in",
            &[("Content-Type", "application/x-www-form-urlencoded")],
        ),
        ("livez", place.port, "/none", &[json]),
    ] {
        answers.push((what, send(From::Attacker, port, &request("POST", path, headers, Some(&large)))));
    }
    for (what, port, path) in [
        ("chunked webhook", place.port, "/webhooks/stripe"),
        ("chunked sign-in", place.dashboard, "/dashboard/sign-in"),
    ] {
        let mut bytes = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        .into_bytes();
        for _ in 0..160 {
            bytes.extend_from_slice(b"10000\r\n");
            bytes.extend_from_slice(&large[..0x10000]);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        answers.push((what, send(From::Attacker, port, &bytes)));
    }
    // Ten thousand chunks of one byte each, with an extension that is longer than the byte.
    let mut bytes = b"POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..10_000 {
        bytes.extend_from_slice(b"1;extension=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nx\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    answers.push(("chunks of one byte", send(From::Attacker, place.port, &bytes)));
    Ok(all_quick(&answers))
}

/// Ten thousand headers, a header of a megabyte, an address of a megabyte, four thousand cookies.
pub fn header_floods(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let many: String = (0..10_000).map(|number| format!("X-{number}: 1\r\n")).collect();
    let cookies = format!("Cookie: {}\r\n", "a=b; ".repeat(4000));
    let requests = [
        (
            "10,000 headers",
            format!("GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{many}\r\n"),
        ),
        (
            "a header of 1 MB",
            format!(
                "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: {}\r\n\r\n",
                "x".repeat(1 << 20)
            ),
        ),
        (
            "an address of 1 MB",
            format!("GET /{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "x".repeat(1 << 20)),
        ),
        (
            "4000 cookies",
            format!("GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{cookies}\r\n"),
        ),
        (
            "a header without an end",
            format!("GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX{}", "x".repeat(1 << 19)),
        ),
    ];
    let mut answers = Vec::new();
    for (what, text) in &requests {
        let threads: Vec<Vec<u8>> = vec![text.clone().into_bytes(); 8];
        for answer in at_once(4, &threads, |bytes| {
            send_within(From::Attacker, place.port, bytes, Duration::from_secs(3))
        }) {
            // Whoever never ends a header is let go without an answer, or after a time.
            let took = if *what == "a header without an end" { Duration::ZERO } else { answer.took };
            answers.push((*what, Answer { took, ..answer }));
        }
    }
    Ok(all_quick(&answers))
}

/// Addresses that two readers read differently. Beside the folder that is served lies a file that nobody may get.
pub fn path_tricks(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let mut answers = Vec::new();
    let mut leaked = Vec::new();
    for path in [
        "/widget/../canary.txt",
        "/widget/..%2fcanary.txt",
        "/widget/%2e%2e/canary.txt",
        "/widget/%2e%2e%2fcanary.txt",
        "/widget/..%5ccanary.txt",
        "/widget/..\\canary.txt",
        "/widget/....//canary.txt",
        "/widget//../canary.txt",
        "/widget/./../canary.txt",
        "/widget/%252e%252e/canary.txt",
        "/widget/%c0%ae%c0%ae/canary.txt",
        "/widget/relink-widget.js/../../canary.txt",
        "/widget/%00",
        "/widget/relink-widget.js%00.txt",
        "//widget/../canary.txt",
        "http://localhost/widget/../canary.txt",
        "/r/%00",
        "/r/%ff",
        "/r/..%2f..%2fdashboard",
        "/relink/sessions/%00",
        "/relink/sessions/..%2f..%2fv1%2faccounts",
        "/v1/hosted_relinks/%00",
        "/%2fdashboard",
        "//dashboard",
        "/dashboard%2f..%2f..",
        "/dashboard;/x",
        "/dashboard/accounts/%00",
        "/dashboard/../livez",
        "*",
        "/?%",
        "/%",
        "/dashboard/accounts/..%2f..%2f",
    ] {
        for port in [place.port, place.dashboard] {
            let answer = send(From::Attacker, port, &request("GET", path, &[("Accept", "text/html")], None));
            if answer.text().contains(CANARY) || answer.text().contains("Audit trail") {
                leaked.push(path);
            }
            answers.push((path, answer));
        }
    }
    let broke: Vec<&str> = answers
        .iter()
        .filter(|(_, answer)| answer.status >= 500 || answer.status == 0)
        .map(|(path, _)| *path)
        .collect();
    let said = tally(answers.iter().map(|(_, answer)| answer));
    Ok(match (leaked.is_empty(), broke.is_empty()) {
        (true, true) => Came::of(true, said),
        _ => Came::of(false, format!("{said}; leaked: {leaked:?}; broke: {broke:?}")),
    })
}

/// Another host in the request must lead nobody there.
pub fn host_tricks(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let mut fell = Vec::new();
    place.token("cus_many")?;
    for headers in [
        &[("Host", "evil.example")][..],
        &[
            ("Host", "localhost"),
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "host=evil.example"),
            ("X-Forwarded-Proto", "https"),
        ],
        &[("Host", "localhost:4050@evil.example")],
        &[("Host", "")],
    ] {
        let key = unique("host");
        let bearer = format!("Bearer {}", place.key);
        let mut with = vec![
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key.as_str()),
        ];
        with.extend_from_slice(headers);
        let body = br#"{"account":"fca_many","delivery":"url"}"#;
        let link =
            send(From::Operator, place.port, &request("POST", "/v1/hosted_relinks", &with, Some(body)));
        if link.text().contains("evil.example") || link.head.contains("evil.example") {
            fell.push(format!("a link leads to {headers:?}"));
        }
        let body = br#"{"account":"fca_many","delivery":"url","return_url":"https://evil.example/phish"}"#;
        let back =
            send(From::Operator, place.port, &request("POST", "/v1/hosted_relinks", &with, Some(body)));
        if back.is_good() {
            fell.push(format!("a return_url at {headers:?} is taken"));
        }
        for (port, path) in [(place.dashboard, "/dashboard"), (place.port, "/r/none"), (place.port, "/")] {
            let answer = send(From::Attacker, port, &request("GET", path, headers, None));
            if answer.header("location").contains("evil.example") || answer.text().contains("evil.example") {
                fell.push(format!("{path} leads to {headers:?}"));
            }
        }
    }
    Ok(match fell.is_empty() {
        true => Came::of(true, "links, redirects and pages lead to our own origin alone"),
        false => Came::of(false, fell.join("; ")),
    })
}

/// Origins that are not on the list, and those that look like it.
pub fn cors(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let mut fell = Vec::new();
    for origin in [
        "null",
        "http://evil.example",
        "http://shop.localhost",
        "https://shop.localhost:4000",
        "http://shop.localhost:40000",
        "http://shop.localhost:4000.evil.example",
        "http://evil.example/http://shop.localhost:4000",
        "http://SHOP.localhost:4000",
        "file://",
        "http://x.shop.localhost:4000",
    ] {
        for path in [
            "/relink/sessions",
            "/relink/sessions/rls_1",
            "/v1/customer_tokens",
            "/v1/accounts",
            "/dashboard",
        ] {
            let asks = [
                ("Origin", origin),
                ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "authorization"),
            ];
            for answer in [
                send(From::Attacker, place.port, &request("OPTIONS", path, &asks, None)),
                send(From::Attacker, place.port, &request("GET", path, &asks[..1], None)),
            ] {
                let allowed = answer.header("access-control-allow-origin");
                if allowed == origin
                    || allowed == "*"
                    || !answer.header("access-control-allow-credentials").is_empty()
                {
                    fell.push(format!("{origin} may read {path}"));
                }
            }
        }
    }
    let good = request(
        "OPTIONS",
        "/relink/sessions",
        &[("Origin", "http://shop.localhost:4000"), ("Access-Control-Request-Method", "POST")],
        None,
    );
    if send(From::Customer, place.port, &good).header("access-control-allow-origin")
        != "http://shop.localhost:4000"
    {
        fell.push("the shop's own page may not".to_owned());
    }
    Ok(match fell.is_empty() {
        true => Came::of(true, "10 origins at 5 addresses may read nothing; the shop's own may"),
        false => Came::of(false, fell.join("; ")),
    })
}

/// JSON that is deep, wide, doubled or full of keys that fall together.
pub fn json_bombs(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token("cus_other")?;
    let bearer = format!("Bearer {token}");
    let deep = format!(r#"{{"account":{}{}}}"#, "[".repeat(140_000), "]".repeat(140_000));
    let open = "{\"a\":".repeat(50_000);
    let wide =
        format!("{{{}}}", (0..25_000).map(|number| format!("\"k{number}\":1")).collect::<Vec<_>>().join(","));
    // The same under any hash that takes the sum or the last bytes.
    let collide = format!(
        "{{{}}}",
        (0..9000)
            .map(|number| format!("\"{:013b}{:013b}{}\":0", number, 8191 - (number % 8192), "z".repeat(3)))
            .collect::<Vec<_>>()
            .join(",")
    );
    let number = format!(r#"{{"account":1e{}}}"#, "9".repeat(200_000));
    let doubled = format!(r#"{{"account":"fca_many"{}}}"#, r#","account":"fca_other""#.repeat(5000));
    let text = format!(r#"{{"account":"{}"}}"#, "\\u0000".repeat(40_000));
    let list = format!(r#"{{"account":"fca_many","authorization":"{}"}}"#, "é".repeat(100_000));
    let mut answers = Vec::new();
    for (what, body) in [
        ("deep", &deep),
        ("open", &open),
        ("wide", &wide),
        ("falling together", &collide),
        ("a number", &number),
        ("doubled", &doubled),
        ("zeros", &text),
        ("long", &list),
    ] {
        for path in ["/relink/sessions", "/relink/sessions/rls_1/complete"] {
            let key = unique("json");
            let headers = [
                ("Authorization", bearer.as_str()),
                ("Content-Type", "application/json"),
                ("Idempotency-Key", key.as_str()),
            ];
            answers.push((
                what,
                send(From::Attacker, place.port, &request("POST", path, &headers, Some(body.as_bytes()))),
            ));
        }
        answers.push((what, place.api("POST", "/v1/customer_tokens", Some(body), &[])));
        answers.push((what, place.api("POST", "/v1/hosted_relinks", Some(body), &[])));
    }
    // Fields that nobody knows are ignored, so that some of these begin a session, as they may.
    answers.retain(|(_, answer)| answer.status != 201 || answer.took > QUICK);
    Ok(all_quick(&answers))
}

/// Addresses with ten thousand parameters, and forms with as many fields.
pub fn huge_queries(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let query = (0..10_000).map(|number| format!("a{number}=")).collect::<Vec<_>>().join("&");
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut answers = vec![
        (
            "accounts",
            send(From::Attacker, place.port, &request("GET", &format!("/v1/accounts?{query}"), &[], None)),
        ),
        ("a link", send(From::Attacker, place.port, &request("GET", &format!("/r/none?{query}"), &[], None))),
        (
            "a form",
            send(
                From::Attacker,
                place.dashboard,
                &request("POST", "/dashboard/sign-in", &form, Some(&query.as_bytes()[..30_000])),
            ),
        ),
        (
            "percents",
            send(
                From::Attacker,
                place.dashboard,
                &request("POST", "/dashboard/sign-in", &form, Some("%25".repeat(10_000).as_bytes())),
            ),
        ),
    ];
    answers.push((
        "a send",
        send(
            From::Attacker,
            place.dashboard,
            &request("GET", &format!("/dashboard/send?{query}"), &[], None),
        ),
    ));
    // A redirect to the sign-in is a refusal too.
    answers.retain(|(_, answer)| answer.status != 303);
    Ok(all_quick(&answers))
}

/// Requests with two lengths, two ends or two hosts: a proxy in front could read another request than we do. A second request is
/// hidden in each, and must not be answered on its own.
pub fn smuggling(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let hidden = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let post = "POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\n";
    let mut fell = Vec::new();
    let mut count = 0;
    for (what, bytes) in [
        (
            "a length and chunks",
            format!("{post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "two lengths",
            format!("{post}Content-Length: 0\r\nContent-Length: {}\r\n\r\n{hidden}", hidden.len()),
        ),
        ("a length with a sign", format!("{post}Content-Length: +0\r\n\r\n{hidden}")),
        ("a space before the colon", format!("{post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}")),
        ("chunks of another kind", format!("{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}")),
        (
            "chunks that are not the last",
            format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        ("a folded header", format!("{post}X: a\r\n b\r\nContent-Length: 0\r\n\r\n")),
        (
            "a bare line feed in a size",
            format!("{post}Transfer-Encoding: chunked\r\n\r\n0\nX: y\r\n\r\n{hidden}"),
        ),
        (
            "a size that is too large",
            format!("{post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{hidden}"),
        ),
        ("a zero byte in a header", format!("{post}X: a\0b\r\nContent-Length: 0\r\n\r\n")),
        ("no version", "GET /livez\r\n\r\n".to_owned()),
        ("HTTP/2 as it is", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0".to_owned()),
    ] {
        count += 1;
        let Ok(mut stream) = connect(From::Attacker, place.port, Duration::from_secs(3)) else { continue };
        drop(stream.write_all(bytes.as_bytes()));
        let answer = read(&mut stream, Instant::now() + Duration::from_millis(700));
        let all = format!("{}\r\n\r\n{}", answer.head, answer.text());
        // The hidden request's answer is the body "ok".
        if all.ends_with("ok\n") || answer.status >= 500 {
            fell.push(format!("{what}: {}", answer.outcome()));
        }
    }
    Ok(match fell.is_empty() {
        true => Came::of(true, format!("{count} ambiguous requests, none answered twice")),
        false => Came::of(false, fell.join("; ")),
    })
}

/// HTTP/2 by prior knowledge, and the request to change to it: with it comes the rapid reset of CVE-2023-44487.
pub fn http2(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let failed = |source| Failure::Io { doing: "speaking HTTP/2".to_owned(), source };
    let mut stream = connect(From::Attacker, place.port, Duration::from_secs(2)).map_err(failed)?;
    // The preface and empty settings.
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    for stream_id in (1u32..20_000).step_by(2) {
        // GET http://localhost/livez, the end of headers and stream; and the reset of it.
        let block = b"\x82\x86\x04\x06/livez\x41\x09localhost";
        bytes.extend_from_slice(&[0, 0, block.len() as u8, 1, 5]);
        bytes.extend_from_slice(&stream_id.to_be_bytes());
        bytes.extend_from_slice(block);
        bytes.extend_from_slice(&[0, 0, 4, 3, 0]);
        bytes.extend_from_slice(&stream_id.to_be_bytes());
        bytes.extend_from_slice(&8u32.to_be_bytes());
    }
    drop(stream.write_all(&bytes));
    let answer = read(&mut stream, Instant::now() + Duration::from_secs(2));
    let upgrade = request(
        "GET",
        "/livez",
        &[
            ("Connection", "Upgrade, HTTP2-Settings"),
            ("Upgrade", "h2c"),
            ("HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA"),
        ],
        None,
    );
    let upgraded = send(From::Attacker, place.port, &upgrade);
    Ok(Came::of(
        upgraded.status != 101 && answer.status != 200,
        format!("10,000 resets: {}; the upgrade: {}", answer.outcome(), upgraded.outcome()),
    ))
}

/// What a page of Prometheus' tells is for those who operate.
pub fn inside_knowledge(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token("cus_many")?;
    send(From::Customer, place.port, &session_request(&token, "fca_many"));
    let mut told = Vec::new();
    for path in [
        "/metrics",
        "/readyz",
        "/livez",
        "/.env",
        "/relink.sqlite",
        "/.well-known/security.txt",
        "/v1",
        "/pages/",
    ] {
        let answer =
            send(From::Attacker, place.port, &request("GET", path, &[("Host", "relink.shop.example")], None));
        let text = answer.text();
        for secret in
            ["cus_", "fca_", "sk_test", "whsec", "relink.sqlite", "127.0.0.1:", env!("CARGO_PKG_VERSION")]
        {
            if answer.is_good() && text.contains(secret) {
                told.push(format!("{path} tells {secret}"));
            }
        }
        if ["server", "x-powered-by"].iter().any(|name| !answer.header(name).is_empty()) {
            told.push(format!("{path} names its software"));
        }
    }
    Ok(match told.is_empty() {
        true => Came::of(true, "no id, no secret, no file, no name of software"),
        false => Came::of(false, told.join("; ")),
    })
}
