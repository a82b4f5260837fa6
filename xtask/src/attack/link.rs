//! The link's token: where it may be seen, and what a program that only looks sets off.

use super::came::Came;
use super::place::{Place, Site};
use super::wire::{Answer, From, request, send, unique};
use crate::failure::Failure;

/// The way from a link to the relink API of its page.
pub struct Way {
    /// Where the relink API is.
    endpoint: String,
    /// `name=value`, where the link was exchanged for a cookie.
    cookie: Option<String>,
    csrf_token: String,
    /// Every answer on the way.
    pub answers: Vec<Answer>,
    /// Every address that was asked for, in order.
    pub addresses: Vec<String>,
}

impl Way {
    /// Opens a link as a browser does: goes where it is sent, and takes the cookie along.
    pub fn follow(place: &Place, from: From, path: &str) -> Option<Self> {
        let (mut answers, mut addresses) = (Vec::new(), Vec::new());
        let (mut next, mut cookie) = (path.to_owned(), None::<String>);
        for _ in 0..4 {
            let host = format!("localhost:{}", place.port);
            let mut headers = vec![("Host", host.as_str()), ("Accept", "text/html")];
            let with = cookie.clone().unwrap_or_default();
            if cookie.is_some() {
                headers.push(("Cookie", with.as_str()));
            }
            let answer = send(from, place.port, &request("GET", &next, &headers, None));
            addresses.push(next.clone());
            cookie = answer.cookie().or(cookie);
            let to = answer.header("location").to_owned();
            let is_last = !(300..400).contains(&answer.status) || to.is_empty();
            answers.push(answer);
            if is_last {
                break;
            }
            next = to
                .find("://")
                .and_then(|at| to[at + 3..].find('/').map(|path| to[at + 3 + path..].to_owned()))
                .unwrap_or(to);
        }
        let page = answers.last()?.text();
        let csrf_token = between(&page, "data-csrf-token=\"", "\"")?.to_owned();
        // Where the page does not say it, the API is below the page.
        let endpoint = between(&page, "data-endpoint=\"", "\"")
            .map_or_else(|| format!("{}/relink", next.trim_end_matches('/')), str::to_owned);
        Some(Self { endpoint, cookie, csrf_token, answers, addresses })
    }

    /// A POST that begins a session, with a key of its own.
    pub fn session_request(&self, account: &str) -> Vec<u8> {
        let key = unique("by-link");
        let cookie = self.cookie.clone().unwrap_or_default();
        let mut headers = vec![
            ("X-CSRF-Token", self.csrf_token.as_str()),
            ("Idempotency-Key", key.as_str()),
            ("Content-Type", "application/json"),
        ];
        if self.cookie.is_some() {
            headers.push(("Cookie", cookie.as_str()));
        }
        let path = format!("{}/sessions", self.endpoint);
        request("POST", &path, &headers, Some(format!(r#"{{"account":"{account}"}}"#).as_bytes()))
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let length = text[start..].find(after)?;
    Some(&text[start..start + length])
}

fn a_link(place: &Place) -> Result<(String, String), Failure> {
    place.token("cus_many")?;
    let (path, answer) = place.link("fca_many", &unique("link"));
    let path =
        path.ok_or_else(|| place.broken(&format!("no link: {} {}", answer.outcome(), answer.text())))?;
    let id = answer.field("id").unwrap_or_default();
    Ok((path, id))
}

/// Follows a link and looks for its token: in the address of the page on which Stripe's script runs, in the page, in the log.
pub fn token_travels(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let (path, _) = a_link(place)?;
    let token = path.trim_start_matches("/r/").to_owned();
    let way = Way::follow(place, From::Customer, &path)
        .ok_or_else(|| place.broken("the link's page cannot be followed"))?;
    let session = send(From::Customer, place.port, &way.session_request("fca_many"));
    let mut fell = Vec::new();
    if way.addresses.iter().skip(1).chain([&way.endpoint]).any(|address| address.contains(&token))
        || way.addresses.len() < 2
    {
        fell.push("it stands in the address of the page".to_owned());
    }
    if way.answers.iter().skip(1).any(|answer| answer.text().contains(&token) || answer.head.contains(&token))
    {
        fell.push("it stands in an answer after the first".to_owned());
    }
    if way.cookie.as_ref().is_some_and(|cookie| cookie.contains(&token)) {
        fell.push("the cookie is the token itself".to_owned());
    }
    let set = way
        .answers
        .iter()
        .flat_map(|answer| answer.headers("set-cookie"))
        .find(|set| !set.contains("Max-Age=0"));
    match set {
        Some(set) if set.contains("HttpOnly") && set.contains("SameSite=") => {}
        Some(_) => fell.push("the cookie is not HttpOnly with SameSite".to_owned()),
        None => fell.push("it is not exchanged for a cookie".to_owned()),
    }
    if let Some(first) = way.answers.first().filter(|_| way.answers.len() > 1) {
        let policy = first.header("referrer-policy");
        if policy != "no-referrer" && policy != "strict-origin" {
            fell.push(format!("the first answer's Referrer-Policy is {policy:?}"));
        }
    }
    if way.answers.last().is_some_and(|page| page.header("referrer-policy") != "strict-origin") {
        fell.push("the page's Referrer-Policy is not strict-origin".to_owned());
    }
    if place.log().contains(&token) {
        fell.push("it is in the log".to_owned());
    }
    if !session.is_good() {
        fell.push(format!("the page's own session was refused: {}", session.outcome()));
    }
    Ok(match fell.is_empty() {
        true => Came::of(
            true,
            format!(
                "{} answers, the token in the first address alone; the page's session works",
                way.answers.len()
            ),
        ),
        false => Came::of(false, fell.join("; ")),
    })
}

/// Twenty programs that look into a mail open the link, follow it, and ask for what the page names.
pub fn scanner(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let (path, id) = a_link(place)?;
    let before = place.stripe_calls();
    let mut pages = 0;
    for _ in 0..20 {
        let way = Way::follow(place, From::Attacker, &path);
        pages += usize::from(way.is_some());
        for method in ["HEAD", "OPTIONS"] {
            send(From::Attacker, place.port, &request(method, &path, &[], None));
        }
    }
    let asked = place.stripe_calls() - before;
    let read = place.api("GET", &format!("/v1/hosted_relinks/{id}"), None, &[]);
    let is_open = read.field("status").as_deref() == Some("open") && read.field("opened_at").is_none();
    let works = Way::follow(place, From::Customer, &path)
        .is_some_and(|way| send(From::Customer, place.port, &way.session_request("fca_many")).is_good());
    Ok(Came::of(
        asked == 0 && is_open && works && pages > 0,
        format!(
            "{pages} of 20 saw the page; Stripe was asked {asked} times; the link is {}, and {} for its customer",
            if is_open { "unopened" } else { "used" },
            if works { "works" } else { "does not work" }
        ),
    ))
}

/// What one customer's link gives access to beside its own account.
pub fn link_for_more(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let (path, _) = a_link(place)?;
    let other = place.token("cus_other")?;
    let others = place.session(From::Customer, &other, "fca_other").field("id").unwrap_or_default();
    let way = Way::follow(place, From::Attacker, &path)
        .ok_or_else(|| place.broken("the link's page cannot be followed"))?;
    let cookie = way.cookie.clone().unwrap_or_default();
    let with = [("Cookie", cookie.as_str())];
    let mut answers = vec![send(From::Attacker, place.port, &way.session_request("fca_other"))];
    answers.push(send(From::Attacker, place.port, &way.session_request("fca_many_0002")));
    for path in [
        format!("{}/sessions/{others}", way.endpoint),
        "/v1/accounts?customer=cus_many".to_owned(),
        "/dashboard".to_owned(),
        format!("/relink/sessions/{others}"),
    ] {
        answers.push(send(From::Attacker, place.port, &request("GET", &path, &with, None)));
    }
    let is_refused = answers.iter().all(|answer| answer.refuses() || (300..400).contains(&answer.status));
    Ok(Came::of(is_refused, super::wire::tally(&answers)))
}

/// A POST to the page's API from another site's page: with the cookie, and without the token of the page.
pub fn forged_post(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let (path, _) = a_link(place)?;
    let way = Way::follow(place, From::Customer, &path)
        .ok_or_else(|| place.broken("the link's page cannot be followed"))?;
    let cookie = way.cookie.clone().unwrap_or_default();
    let address = format!("{}/sessions", way.endpoint);
    let host = format!("localhost:{}", place.port);
    let before = place.stripe_calls();
    let mut answers = Vec::new();
    for (origin, site, token) in [
        ("http://evil.example", "cross-site", way.csrf_token.as_str()),
        ("null", "cross-site", way.csrf_token.as_str()),
        ("http://evil.example", "same-origin", way.csrf_token.as_str()),
        ("", "", ""),
        ("", "", "0"),
    ] {
        let key = unique("forged");
        let headers: Vec<(&str, &str)> = [
            ("Host", host.as_str()),
            ("Cookie", cookie.as_str()),
            ("Origin", origin),
            ("Sec-Fetch-Site", site),
            ("X-CSRF-Token", token),
            ("Idempotency-Key", key.as_str()),
            ("Content-Type", "application/json"),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
        answers.push(send(
            From::Attacker,
            place.port,
            &request("POST", &address, &headers, Some(br#"{"account":"fca_many"}"#)),
        ));
    }
    let asked = place.stripe_calls() - before;
    let is_refused = answers.iter().all(Answer::refuses) && asked == 0;
    Ok(Came::of(is_refused, format!("{}; Stripe was asked {asked} times", super::wire::tally(&answers))))
}
