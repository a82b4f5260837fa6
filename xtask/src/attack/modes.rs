//! Mode and transport on trust, and the demonstration in production: what must not start, and what must not be there.

use super::came::Came;
use super::place::{Place, Site, Start};
use super::wire::{Answer, From, request, send, tally};
use crate::failure::Failure;

/// A live environment in which nothing is wrong. Nothing listens where it looks for Stripe: no real bank is ever asked.
pub const LIVE: [(&str, &str); 8] = [
    ("RELINK_PUBLIC_URL", "https://relink.shop.example"),
    ("RELINK_ALLOWED_ORIGINS", "https://shop.example"),
    ("STRIPE_SECRET_KEY", "sk_live_51AttackAttackAttackAttackAttackAttack0"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_51AttackAttackAttackAttackAttackAttack0"),
    ("STRIPE_API_BASE", "https://127.0.0.1:9"),
    ("SMTP_URL", ""),
    ("MAIL_FROM", ""),
    ("RELINK_DASHBOARD_URL", "https://staff.shop.example"),
];

/// What must not start, and why.
const MISTAKES: [(&str, &[(&str, &str)]); 17] = [
    ("sk_live_ with pk_test_", &[("STRIPE_PUBLISHABLE_KEY", "pk_test_1")]),
    ("sk_test_ with pk_live_", &[("STRIPE_SECRET_KEY", "sk_test_1")]),
    ("rk_test_ with pk_live_", &[("STRIPE_SECRET_KEY", "rk_test_1")]),
    ("a secret key of no mode", &[("STRIPE_SECRET_KEY", "sk_1")]),
    ("a publishable key of no mode", &[("STRIPE_PUBLISHABLE_KEY", "pk_1")]),
    ("no public address", &[("RELINK_PUBLIC_URL", "")]),
    ("live over http://", &[("RELINK_PUBLIC_URL", "http://relink.shop.example")]),
    ("a page's origin over http://", &[("RELINK_ALLOWED_ORIGINS", "http://shop.example")]),
    ("Stripe over http://", &[("STRIPE_API_BASE", "http://127.0.0.1:9")]),
    ("Stripe.js over http://", &[("STRIPE_JS_URL", "http://cdn.example/v3/")]),
    (
        "a mail password in the clear",
        &[
            ("SMTP_URL", "smtp://user:password@mail.example:25"),
            ("MAIL_FROM", "Shop <accounts@shop.example>"),
        ],
    ),
    (
        "PostgreSQL as it comes",
        &[("DATABASE_URL", "postgres://relink:pw@db.example/relink"), ("DATABASE_PATH", "")],
    ),
    (
        "PostgreSQL with sslmode=prefer",
        &[("DATABASE_URL", "postgres://relink:pw@db.example/relink?sslmode=prefer"), ("DATABASE_PATH", "")],
    ),
    (
        "PostgreSQL with sslmode=disable",
        &[("DATABASE_URL", "postgres://relink:pw@db.example/relink?sslmode=disable"), ("DATABASE_PATH", "")],
    ),
    (
        "our own events over http://",
        &[
            ("HOSTED_WEBHOOK_URL", "http://shop.example/events"),
            ("HOSTED_WEBHOOK_SECRET", "0123456789abcdef0123456789abcdef"),
        ],
    ),
    ("a short webhook secret", &[("STRIPE_WEBHOOK_SECRET", "whsec_1")]),
    ("a short secret", &[("RELINK_SECRET", "0123456789abcdef")]),
];

fn with<'a>(changes: &'a [(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = LIVE.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes).copied().collect()
}

/// Everything that `--check` must refuse, in a sentence each.
pub fn environments(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    // The place's own database belongs to test mode.
    place.set("DATABASE_PATH", &place.folder.join("live.sqlite").display().to_string());
    let sound = place.try_run(&["--check"], &LIVE)?;
    if !sound.said.contains("good") {
        return Ok(Came::of(
            false,
            format!("even a sound live environment is refused: {}", first_line(&sound.said)),
        ));
    }
    let mut fell = Vec::new();
    for (mistake, changes) in MISTAKES {
        let start = place.try_run(&["--check"], &with(changes))?;
        // What is only said of names that are not known yet is no refusal.
        let about: Vec<&str> = start.said.lines().filter(|line| !line.contains("is no variable")).collect();
        if !start.is_refused() {
            fell.push(format!("{mistake}: starts"));
        } else if about.len() != 1 || !about[0].ends_with('.') {
            fell.push(format!("{mistake}: {} lines instead of one sentence", about.len()));
        }
    }
    let count = MISTAKES.len();
    Ok(match fell.len() {
        0 => Came::of(true, format!("{count} of {count} do not start, each with one sentence")),
        _ => Came::of(false, fell.join("; ")),
    })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// A database that was written with test keys, opened with live ones, and the way back.
pub fn other_mode(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let fresh = place.folder.join("fresh.sqlite").display().to_string();
    let control: Start = place.try_start(&with(&[("DATABASE_PATH", &fresh)]))?;
    if control.code.is_some() {
        let why = format!(
            "cannot be tried: live keys do not start on a fresh database: {}",
            first_line(&control.said)
        );
        return Ok(Came::of(false, why));
    }
    let live = place.try_start(&LIVE)?;
    let back = place.try_start(&[("DATABASE_PATH", &fresh)])?;
    let say = |start: &Start| if start.is_refused() { "refused" } else { "OPENED" };
    Ok(Came::of(
        live.is_refused() && back.is_refused(),
        format!("live keys on a test database: {}; test keys on a live one: {}", say(&live), say(&back)),
    ))
}

/// What a demonstration had, and what only builds for tests have.
pub fn demonstration(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut answers: Vec<Answer> = Vec::new();
    for path in [
        "/sign-in",
        "/sign-out",
        "/developers",
        "/developers/reset",
        "/developers/keys",
        "/faults/expire",
        "/faults/rows",
        "/v1/test_helpers/reset",
        "/v1/test_helpers/clock",
        "/reset",
        "/debug",
    ] {
        answers.push(send(From::Attacker, place.port, &request("GET", path, &[], None)));
        answers.push(send(
            From::Attacker,
            place.port,
            &request("POST", path, &kind, Some(b"customer=cus_other")),
        ));
        answers.push(send(From::Attacker, place.port, &request("DELETE", path, &[], None)));
    }
    let is_refused = answers.iter().all(|answer| answer.status == 404);
    Ok(Came::of(is_refused, tally(&answers)))
}

/// An identity of a database's own, changed by the environment alone: the other account's keys of the same mode.
pub fn other_account(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    // Whose a key is only Stripe can say: here a second sandbox that is another merchant's.
    let mut other = place.other_sandbox("acct_other")?;
    let base = other.first_line()?;
    let start = place.try_start(&[("STRIPE_API_BASE", &base)])?;
    Ok(Came::of(
        start.is_refused(),
        if start.is_refused() { first_line(&start.said).to_owned() } else { "OPENED".to_owned() },
    ))
}
