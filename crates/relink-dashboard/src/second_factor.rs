//! The second factor: a code from an authenticator app, or a recovery code. How it is set up, and how it is requested
//! between the first factor and the dashboard. Everything works without scripts. Past 400 lines, because setting it up,
//! asking for it and replacing it share one rule about which codes count.

use crate::between::{self, Between};
use crate::desk::{Client, Desk};
use crate::frame::{Fields, Staff, hidden, page};
use crate::sign_in::{count, enter, with_cookie};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use qrcode::{Color, QrCode};
use relink_backend::{ApiError, ApiErrorKind};
use relink_seal::{fingerprint, random_token};
use relink_store::identities::WayIn;
use relink_store::security_events::{Actor, SecurityEventKind};
use totp_rs::{Builder, Totp};

/// Wrong codes in a row that lock a second factor.
const MOST_FAILURES: i64 = 5;
/// For how long, in seconds.
const LOCKED: i64 = 15 * 60;
/// Recovery codes that a person gets.
const RECOVERY_CODES: usize = 10;
/// White squares around the picture, which readers need.
const QUIET: usize = 4;
/// What is said of a code that does not fit.
const WRONG: &str = "That code does not fit, or was used before. Wait for the app's next one. After five tries none is looked at for a quarter of an hour.";

/// The page that asks for a code, once the first factor was right.
pub async fn ask(State(desk): State<Desk>, headers: HeaderMap) -> Result<Response, ApiError> {
    match Between::of(&desk, &headers).await? {
        Some(person) => Ok(asking(&desk, &person, None)),
        None => Ok(Redirect::to("/dashboard/sign-in").into_response()),
    }
}

fn asking(desk: &Desk, person: &Between, wrong: Option<&str>) -> Response {
    let token = || hidden("csrf_token", &person.form_token(desk));
    let body = html! {
        div .narrow {
            h1 { "Second factor" }
            p .lede { (so_far(&person.way_in)) " One more step." }
            @if let Some(wrong) = wrong { p .summary.attention role="alert" { (wrong) } }
            form .fields method="post" action="/dashboard/sign-in/code" {
                (token())
                label for="code" { "Code of your authenticator app" }
                input #code name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required;
                button .primary type="submit" { "Go on" }
            }
            details .other {
                summary { "I do not have the app" }
                form .fields method="post" action="/dashboard/sign-in/code" {
                    (token())
                    label for="recovery" { "A recovery code" }
                    input #recovery name="recovery" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="40" required;
                    button type="submit" { "Use this code" }
                    p .fine { "Each is good once. If none is left, ask whoever runs this server to reset your second factor." }
                }
            }
        }
    };
    page(desk, "Second factor", "", None, body)
}

fn so_far(way_in: &WayIn) -> &'static str {
    match way_in {
        WayIn::Password(_) => "Your password is right.",
        WayIn::Identity { .. } | WayIn::Invited => "Your account is known.",
    }
}

/// Takes the code.
pub async fn answer(
    State(desk): State<Desk>,
    headers: HeaderMap,
    client: Client,
    body: String,
) -> Result<Response, ApiError> {
    desk.same_origin(&headers)?;
    desk.take_sign_in(client)?;
    let fields = Fields::read(&body);
    let sign_in = || Redirect::to("/dashboard/sign-in").into_response();
    let Some(person) = Between::of(&desk, &headers).await? else { return Ok(sign_in()) };
    check_token(person.is_form_token(&desk, fields.first("csrf_token").unwrap_or_default()))?;
    let (email, now) = (&person.email, desk.now());
    let tried = desk.store.try_second_factor(email, now, MOST_FAILURES, now + LOCKED).await?;
    let Some(tried) = tried else { return Ok(sign_in()) };
    let fits = if !tried.may_try {
        false
    } else if let Some(code) = fields.first("recovery") {
        let by = desk.source(Actor::Staff(email), client);
        desk.store.use_recovery_code(email, &recovery_fingerprint(email, code), &by).await?
    } else {
        let secret = desk.seal.open(&about(email), &tried.secret_sealed);
        let secret = secret.ok_or_else(|| {
            ApiError::new(ApiErrorKind::Internal, "The second factor's key does not open any more.")
        })?;
        match matched_step(&app(&desk, email, secret)?, fields.first("code").unwrap_or_default(), now) {
            Some(step) => desk.store.use_code(email, step).await?,
            None => false,
        }
    };
    if fits {
        let Some(cookie) = enter(&desk, client, email, &person.way_in).await? else {
            return Ok(sign_in());
        };
        return Ok(with_cookie(with_cookie(Redirect::to("/dashboard"), &cookie), &between::unset(&desk)));
    }
    // That it is locked was recorded once: what is typed meanwhile is not looked at.
    count(if tried.may_try { "failed" } else { "locked" });
    if tried.may_try {
        let source = desk.source(Actor::Unknown, client);
        desk.store.record(&source, SecurityEventKind::SecondFactorFailed, Some(email)).await?;
        if tried.is_locked {
            desk.store.record(&source, SecurityEventKind::Locked, Some(email)).await?;
        }
    }
    let mut response = asking(&desk, &person, Some(WRONG));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

/// Who sets a second factor up: somebody who is signed in, or who cannot be before they have one.
enum Person {
    SignedIn(Staff),
    Between(Between),
}

impl Person {
    async fn of(
        desk: &Desk,
        headers: &HeaderMap,
        staff: Result<Staff, Response>,
    ) -> Result<Option<Self>, ApiError> {
        match staff {
            Ok(staff) => Ok(Some(Self::SignedIn(staff))),
            Err(_) => Ok(Between::of(desk, headers).await?.map(Self::Between)),
        }
    }

    fn email(&self) -> &str {
        match self {
            Self::SignedIn(staff) => &staff.person.email,
            Self::Between(person) => &person.email,
        }
    }

    fn staff(&self) -> Option<&Staff> {
        match self {
            Self::SignedIn(staff) => Some(staff),
            Self::Between(_) => None,
        }
    }

    fn form_token(&self, desk: &Desk) -> String {
        match self {
            Self::SignedIn(staff) => staff.form_token(desk),
            Self::Between(person) => person.form_token(desk),
        }
    }

    fn check(&self, desk: &Desk, headers: &HeaderMap, form: &Fields) -> Result<(), ApiError> {
        match self {
            Self::SignedIn(staff) => staff.check(desk, headers, form),
            Self::Between(person) => {
                desk.same_origin(headers)?;
                check_token(person.is_form_token(desk, form.first("csrf_token").unwrap_or_default()))
            }
        }
    }
}

/// The page that sets it up, or says that it is.
pub async fn show(
    State(desk): State<Desk>,
    headers: HeaderMap,
    staff: Result<Staff, Response>,
) -> Result<Response, ApiError> {
    let Some(person) = Person::of(&desk, &headers, staff).await? else {
        return Ok(Redirect::to("/dashboard/sign-in").into_response());
    };
    if !desk.store.has_second_factor(person.email()).await? {
        return setting_up(&desk, &person, &random_secret(), None);
    }
    let Person::SignedIn(staff) = person else {
        return Ok(Redirect::to("/dashboard/sign-in/code").into_response());
    };
    let left = desk.store.recovery_codes_left(&staff.person.email).await?;
    let body = html! {
        div .narrow {
            h1 { "Second factor" }
            p .lede { "Your sign-in asks for a code of your authenticator app." }
            p .lede { (left) @if left == 1 { " recovery code is left." } @else { " recovery codes are left." } }
            p .fine { "For another app or new codes, ask whoever runs this server to reset your second factor. You set it up again when you next sign in." }
        }
    };
    Ok(page(&desk, "Second factor", "", Some(&staff), body))
}

fn setting_up(
    desk: &Desk,
    person: &Person,
    secret: &[u8],
    wrong: Option<&str>,
) -> Result<Response, ApiError> {
    let app = app(desk, person.email(), secret.to_vec())?;
    let address = app.to_url().map_err(|error| unusable(&error))?;
    let key = app.secret().to_base32();
    let groups: Vec<String> =
        key.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    let body = html! {
        div .narrow {
            h1 { "Set up a second factor" }
            p .lede { "From now on your sign-in asks for a code as well. An authenticator app on your phone makes it." }
            @if let Some(wrong) = wrong { p .summary.attention role="alert" { (wrong) } }
            form .fields method="post" action="/dashboard/second-factor" {
                (hidden("csrf_token", &person.form_token(desk)))
                (hidden("sealed", &desk.seal.carry(&audience(person.email()), secret)))
                h2 { "1. Scan this with the app" }
                (picture(&address)?)
                p .fine { "Or type this key into the app: " code .key { (groups.join(" ")) } }
                h2 { "2. Type the code that the app shows" }
                label for="code" { "Code of your authenticator app" }
                input #code name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]*" maxlength="7" required;
                button .primary type="submit" { "Set up" }
            }
        }
    };
    Ok(page(desk, "Set up a second factor", "", person.staff(), body))
}

/// Sets it up, once the code shows that the app has the key.
pub async fn set(
    State(desk): State<Desk>,
    headers: HeaderMap,
    staff: Result<Staff, Response>,
    client: Client,
    body: String,
) -> Result<Response, ApiError> {
    let fields = Fields::read(&body);
    let Some(person) = Person::of(&desk, &headers, staff).await? else {
        return Ok(Redirect::to("/dashboard/sign-in").into_response());
    };
    person.check(&desk, &headers, &fields)?;
    let email = person.email();
    let secret = desk.seal.carried(&audience(email), fields.first("sealed").unwrap_or_default());
    let secret =
        secret.ok_or_else(|| ApiError::new(ApiErrorKind::Forbidden, "The form is not of this page."))?;
    let code = fields.first("code").unwrap_or_default();
    let Some(step) = matched_step(&app(&desk, email, secret.clone())?, code, desk.now()) else {
        let wrong = "That code does not fit. Check that the phone's clock is right, and type the code that is shown now.";
        let mut response = setting_up(&desk, &person, &secret, Some(wrong))?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let fingerprints: Vec<String> = codes.iter().map(|code| recovery_fingerprint(email, code)).collect();
    let sealed = desk.seal.close(&about(email), &secret);
    let by = desk.source(Actor::Staff(email), client);
    if !desk.store.set_second_factor(email, &sealed, step, &fingerprints, &by).await? {
        // Somebody with the same first factor was quicker: then it is theirs that is asked for.
        return Ok(Redirect::to("/dashboard/sign-in").into_response());
    }
    let body = html! {
        div .narrow {
            h1 { "Keep these recovery codes" }
            p .lede { "Your second factor is set up. If you lose the app, one of these codes takes its place, once. They are not shown again." }
            ol .codes { @for code in &codes { li { code { (code) } } } }
            p { a .button.primary href="/dashboard" { "I have kept them" } }
        }
    };
    let response = page(&desk, "Recovery codes", "", person.staff(), body);
    match &person {
        Person::SignedIn(_) => Ok(response),
        Person::Between(Between { way_in, .. }) => {
            // Whoever was locked meanwhile keeps the codes, and signs in later.
            let cookie = enter(&desk, client, email, way_in).await?;
            Ok(match cookie {
                Some(cookie) => with_cookie(with_cookie(response, &cookie), &between::unset(&desk)),
                None => with_cookie(response, &between::unset(&desk)),
            })
        }
    }
}

fn check_token(is_ours: bool) -> Result<(), ApiError> {
    if is_ours {
        Ok(())
    } else {
        Err(ApiError::new(ApiErrorKind::Forbidden, "The form is not of this sign-in."))
    }
}

/// What a person's key is sealed for, at rest.
fn about(email: &str) -> String {
    format!("second factor of {email}")
}

/// What a key is sealed for while a person sets it up.
fn audience(email: &str) -> String {
    format!("second factor being set up by {email}")
}

/// 160 random bits: as long as what the app hashes with.
fn random_secret() -> Vec<u8> {
    hex::decode(random_token()).unwrap_or_default()
}

/// How codes are computed: RFC 6238 with its defaults, accepting one step of 30 seconds early or late.
fn app(desk: &Desk, email: &str, secret: Vec<u8>) -> Result<Totp, ApiError> {
    // A colon parts the two names in the app's address.
    let (issuer, name) = (desk.shop().replace(':', " "), email.replace(':', " "));
    let app = Builder::new().with_secret(secret).with_issuer(Some(issuer)).with_account_name(name);
    app.build().map_err(|error| unusable(&error))
}

fn unusable(error: &totp_rs::TotpError) -> ApiError {
    tracing::error!(%error, "a second factor cannot be made");
    ApiError::new(ApiErrorKind::Internal, "A second factor cannot be made.")
}

/// The time step whose code that is. People type a space in the middle.
fn matched_step(app: &Totp, code: &str, now: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = app.check(&code, u64::try_from(now).ok()?)?;
    i64::try_from(step).ok()
}

/// A code with 80 random bits, in groups that can be copied by hand.
fn recovery_code() -> String {
    let random = random_token();
    let groups = random.as_bytes().chunks(5).take(4).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join("-")
}

/// What the database knows a recovery code by; hyphens, spaces and capitals do not matter.
fn recovery_fingerprint(email: &str, code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    fingerprint(&[b"recovery code", email.as_bytes(), plain.to_ascii_lowercase().as_bytes()])
}

/// An address as a QR code: dark squares on white in every colour scheme, because not every reader takes it the other way
/// round.
fn picture(address: &str) -> Result<Markup, ApiError> {
    let code = QrCode::new(address).map_err(|error| {
        tracing::error!(%error, "the address of a second factor does not fit into a picture");
        ApiError::new(ApiErrorKind::Internal, "A second factor cannot be made.")
    })?;
    let wide = code.width();
    let squares = code.to_colors();
    let dark = squares.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark);
    let path: String =
        dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % wide + QUIET, at / wide + QUIET)).collect();
    let side = wide + 2 * QUIET;
    Ok(html! {
        svg .qr viewBox=(format!("0 0 {side} {side}")) width="232" height="232" role="img" aria-label="QR code for your authenticator app; the key below says the same" shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{matched_step, picture, recovery_code, recovery_fingerprint};
    use totp_rs::{Algorithm, Builder};

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let app = Builder::new().with_secret(b"12345678901234567890".to_vec());
        let app = app.with_algorithm(Algorithm::SHA1).build().expect("an app");
        // The RFC's table, its last six digits.
        for (now, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(matched_step(&app, code, now), Some(now / 30), "{now}");
            assert_eq!(matched_step(&app, code, now + 30), Some(now / 30), "a step late");
            assert_eq!(matched_step(&app, code, now + 90), None, "three steps late");
        }
        assert_eq!(matched_step(&app, "287 082", 59), Some(1));
        for bad in ["", "28708", "2870822", "+87082", "287082\0"] {
            assert_eq!(matched_step(&app, bad, 59), None, "{bad:?}");
        }
    }

    #[test]
    fn a_recovery_code_may_be_typed_as_people_do_and_is_one_persons() {
        let code = recovery_code();
        assert_eq!((code.len(), code.matches('-').count()), (23, 3));
        let typed = code.replace('-', " ").to_uppercase();
        assert_eq!(
            recovery_fingerprint("a@shop.example", &code),
            recovery_fingerprint("a@shop.example", &typed)
        );
        assert_ne!(
            recovery_fingerprint("a@shop.example", &code),
            recovery_fingerprint("b@shop.example", &code)
        );
    }

    #[test]
    fn the_picture_has_room_around_it() {
        let drawn = picture("otpauth://totp/Shop:a@shop.example?secret=AAAA&issuer=Shop").expect("a picture");
        let drawn = drawn.into_string();
        assert!(drawn.contains("M4 4h1v1h-1z") && !drawn.contains("M3 "), "{drawn}");
        assert!(!drawn.contains("style="));
    }
}
