//! Staff for life, and the dashboard's origin.

use super::came::Came;
use super::modes::LIVE;
use super::place::{Place, STAFF, Site, form};
use super::wire::{Answer, From, request, send, tally};
use crate::failure::Failure;

/// `name=value` of a sign-in that works.
fn signed_in(place: &Place) -> Result<String, Failure> {
    let answer = place.sign_in(From::Operator, STAFF.0, STAFF.1);
    answer.cookie().ok_or_else(|| place.broken(&format!("staff cannot sign in: {}", answer.outcome())))
}

fn dashboard(place: &Place, cookie: &str) -> Answer {
    send(
        From::Operator,
        place.dashboard,
        &request("GET", "/dashboard", &[("Cookie", cookie), ("Accept", "text/html")], None),
    )
}

/// Somebody who was removed while signed in.
pub fn removed(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let cookie = signed_in(place)?;
    let before = dashboard(place, &cookie).status;
    let (did, said) = place.operate(&["staff", "remove", STAFF.0], "")?;
    let after = dashboard(place, &cookie).status;
    let again = place.sign_in(From::Other(1), STAFF.0, STAFF.1);
    let is_out = before == 200 && after != 200 && again.cookie().is_none();
    let how = if did {
        "removed".to_owned()
    } else {
        format!("cannot be removed ({})", said.lines().next().unwrap_or_default())
    };
    Ok(Came::of(
        did && is_out,
        format!("{how}; the dashboard: {before} before, {after} after; signing in: {}", again.outcome()),
    ))
}

/// A password that was changed because it was known, and a cookie that was copied before and used after a sign-out.
pub fn old_sign_ins(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let cookie = signed_in(place)?;
    place.operated(&["staff", "add", STAFF.0, "Nora", "agent"], "another right password")?;
    let changed = dashboard(place, &cookie).status;
    place.operated(&["staff", "add", STAFF.0, "Nora", "agent"], STAFF.1)?;
    let cookie = signed_in(place)?;
    let page = dashboard(place, &cookie).text();
    let csrf = page
        .split("name=\"csrf_token\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned();
    let kind = [("Cookie", cookie.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let out = send(
        From::Operator,
        place.dashboard,
        &request(
            "POST",
            "/dashboard/sign-out",
            &kind,
            Some(format!("csrf_token={}", form(&csrf)).as_bytes()),
        ),
    );
    let replayed = dashboard(place, &cookie).status;
    Ok(Came::of(
        changed != 200 && replayed != 200 && out.status == 303,
        format!(
            "an old sign-in after a new password: {changed}; a copied cookie after the sign-out: {replayed}"
        ),
    ))
}

/// Keys: revoked, without the scope, run out, of another kind.
pub fn keys_beyond_their_scope(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let ask = |key: &str, method: &str, path: &str, body: Option<&str>| {
        let bearer = format!("Bearer {key}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        send(From::Attacker, place.port, &request(method, path, &headers, body.map(str::as_bytes)))
    };
    let body = r#"{"account":"fca_many","delivery":"url"}"#;
    let revoked = place.operated(&["api-key", "add", "revoked"], "")?;
    place.operated(&["api-key", "revoke", "revoked"], "")?;
    let mut answers = vec![ask(&revoked, "GET", "/v1/accounts?customer=cus_many", None)];
    let (did, narrow) = place.operate(&["api-key", "add", "narrow", "--scope", "customer_tokens"], "")?;
    if !did {
        return Ok(Came::of(false, "a key opens everything: there is no scope"));
    }
    let narrow = narrow.lines().next().unwrap_or_default().trim().to_owned();
    let control = ask(&narrow, "POST", "/v1/customer_tokens", Some(r#"{"customer":"cus_many"}"#));
    answers.push(ask(&narrow, "GET", "/v1/accounts?customer=cus_many", None));
    answers.push(ask(&narrow, "POST", "/v1/hosted_relinks", Some(body)));
    answers.push(ask(&narrow, "GET", "/v1/hosted_relinks/hrl_1", None));
    answers.push(ask(&narrow, "DELETE", "/v1/customers/cus_many", None));
    let is_refused = answers.iter().all(|answer| matches!(answer.status, 401 | 403)) && control.status == 201;
    Ok(Came::of(is_refused, format!("within its scope: {}; beyond: {}", control.outcome(), tally(&answers))))
}

/// A second factor: the same code twice, a code of long ago, none, and forty guesses.
pub fn second_factor(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let help = place.help();
    if !help.to_lowercase().contains("totp") && !help.contains("second factor") {
        return Ok(Came::of(false, "there is no second factor"));
    }
    super::factor::attack(place)
}

/// The dashboard at the address where pages run Stripe's script, with live keys.
pub fn shared_origin(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    place.stop(std::time::Duration::from_secs(10))?;
    let fresh = place.folder.join("live.sqlite").display().to_string();
    let live: Vec<(&str, &str)> = LIVE
        .iter()
        .copied()
        .chain([("DATABASE_PATH", fresh.as_str()), ("RELINK_DASHBOARD_LISTEN", "")])
        .collect();
    if !place.start_with(&live)? {
        return Ok(Came::of(false, "live keys do not start on a fresh database"));
    }
    let public = place.port;
    let host = "relink.shop.example";
    let ask = |path: &str| {
        send(From::Attacker, public, &request("GET", path, &[("Host", host), ("Accept", "text/html")], None))
    };
    let mut fell = Vec::new();
    for path in
        ["/dashboard", "/dashboard/sign-in", "/dashboard/audit", "/dashboard/", "//dashboard", "/Dashboard"]
    {
        let answer = ask(path);
        if answer.status != 404 {
            fell.push(format!("{path}: {}", answer.outcome()));
        }
    }
    for path in [
        "/livez",
        "/r/nothing",
        "/nothing",
        "/widget/relink-widget.js",
        "/pages/pages.css",
        "/relink/sessions/rls_1",
        "/v1/accounts",
    ] {
        let answer = ask(path);
        if answer.header("strict-transport-security").is_empty() {
            fell.push(format!("{path} without HSTS"));
        }
    }
    Ok(match fell.is_empty() {
        true => Came::of(true, "the dashboard is not there, and every answer has HSTS"),
        false => Came::of(false, fell.join("; ")),
    })
}

/// The headers that keep a browser from guessing, on every kind of answer.
pub fn headers(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let html = [("Accept", "text/html")];
    let mut fell = Vec::new();
    let requests: [(&str, u16, Vec<u8>); 11] = [
        ("/livez", place.port, request("GET", "/livez", &[], None)),
        ("a file", place.port, request("GET", "/widget/relink-widget.js", &[], None)),
        ("no file", place.port, request("GET", "/widget/none", &[], None)),
        ("no address", place.port, request("GET", "/none", &html, None)),
        ("a refused session", place.port, request("GET", "/relink/sessions/rls_1", &[], None)),
        ("a wrong method", place.port, request("PUT", "/relink/sessions", &[], None)),
        ("a refused key", place.port, request("GET", "/v1/accounts", &[], None)),
        ("a refused webhook", place.port, request("POST", "/webhooks/stripe", &[], Some(b"{}"))),
        ("no link", place.port, request("GET", "/r/none", &html, None)),
        ("the sign-in", place.dashboard, request("GET", "/dashboard/sign-in", &html, None)),
        ("a redirect", place.dashboard, request("GET", "/dashboard", &html, None)),
    ];
    for (what, port, bytes) in &requests {
        let answer = send(From::Attacker, *port, bytes);
        if answer.header("x-content-type-options") != "nosniff" {
            fell.push(format!("{what} ({}) without nosniff", answer.outcome()));
        }
        if answer.header("content-type").starts_with("text/html") {
            for name in ["content-security-policy", "cross-origin-opener-policy"] {
                if answer.header(name).is_empty() {
                    fell.push(format!("{what} without {name}"));
                }
            }
        }
    }
    Ok(match fell.is_empty() {
        true => Came::of(
            true,
            format!("{} kinds of answer, all with nosniff; pages with CSP and COOP", requests.len()),
        ),
        false => Came::of(false, fell.join("; ")),
    })
}

/// A sign-in that another site's page sends off, and a host that is not ours.
pub fn cross_site_sign_in(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let body = format!("email={}&password={}", form(STAFF.0), form(STAFF.1));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let port = place.dashboard;
    let mut answers = Vec::new();
    for headers in [
        &[("Origin", "http://evil.example"), kind][..],
        &[("Origin", "null"), kind],
        &[("Sec-Fetch-Site", "cross-site"), kind],
        &[("Sec-Fetch-Site", "same-site"), kind],
        // A name of the attacker's that leads to this machine: the browser calls it the same origin.
        &[
            ("Host", "rebound.evil.example"),
            ("Origin", "http://rebound.evil.example"),
            ("Sec-Fetch-Site", "same-origin"),
            kind,
        ],
    ] {
        answers.push(send(
            From::Attacker,
            port,
            &request("POST", "/dashboard/sign-in", headers, Some(body.as_bytes())),
        ));
    }
    let got_in = answers.iter().filter(|answer| answer.cookie().is_some()).count();
    Ok(Came::of(
        got_in == 0 && answers.iter().all(|answer| answer.status != 0),
        format!("{}; {got_in} got in", tally(&answers)),
    ))
}
