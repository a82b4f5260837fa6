//! The second factor, with an authenticator app that is not ours: RFC 6238 written down here.

use crate::browser::{Browser, led_to};
use crate::dashboard::{STAFF, open_with};
use crate::program::operate;
use crate::shop::Shop;
use axum::Extension;
use relink_backend::ClientAddress;
use ring::hmac;
use tokio::net::TcpListener;

const REQUIRED: (&str, &str) = ("RELINK_SECOND_FACTOR", "required");

/// The code that an app with that key shows at that second.
fn code(key: &str, now: i64) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digits = key.bytes().filter(|byte| *byte != b' ');
    let digits = digits.map(|byte| alphabet.iter().position(|letter| *letter == byte).expect("base 32"));
    let bits: String = digits.map(|digit| format!("{digit:05b}")).collect();
    let secret: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |sum, bit| sum * 2 + (bit - b'0')))
        .collect();
    assert_eq!(secret.len(), 20);
    let step = u64::try_from(now / 30).expect("after 1970").to_be_bytes();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret), &step);
    let at = usize::from(tag.as_ref()[19] & 15);
    let number = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

fn between<'a>(html: &'a str, before: &str, after: &str) -> &'a str {
    html.split_once(before).and_then(|(_, rest)| rest.split_once(after)).expect("it is there").0
}

/// Somebody who sets up a second factor at the first sign-in: the browser, the app's key, and the recovery codes.
async fn set_up(shop: &Shop) -> (Browser, String, Vec<String>) {
    let mut browser = Browser::new(shop);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await, led_to("/dashboard/second-factor"));
    assert_eq!(browser.get("/dashboard/second-factor").await.0, 200);
    let key = between(&browser.html, "class=\"key\">", "<").to_owned();
    let shown = code(&key, shop.time.now());
    assert_eq!(browser.post("/dashboard/second-factor", &[("code", &shown)]).await.0, 200);
    let listed = between(&browser.html, "<ol class=\"codes\">", "</ol>");
    let codes = listed.split("<code>").skip(1).map(|rest| between(rest, "", "<").to_owned()).collect();
    (browser, key, codes)
}

/// A browser of somebody who gave the right password.
async fn at_the_code(shop: &Shop) -> Browser {
    let mut browser = Browser::new(shop);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await, led_to("/dashboard/sign-in/code"));
    assert_eq!(browser.get("/dashboard/sign-in/code").await.0, 200);
    browser
}

#[tokio::test]
async fn where_it_is_required_nobody_gets_in_before_it_is_set_up() {
    let (shop, _app) = open_with(&[REQUIRED]).await;
    shop.time.stop();
    let mut browser = Browser::new(&shop);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await, led_to("/dashboard/second-factor"));
    assert!(!browser.is_in().await, "the password alone opens nothing");
    browser.get("/dashboard/second-factor").await;
    for part in ["<svg", "autocomplete=\"one-time-code\"", "<label for=\"code\">"] {
        assert!(browser.html.contains(part), "{part}");
    }
    assert!(!browser.html.contains(" style=") && !browser.html.contains("<script"));
    assert_eq!(browser.post("/dashboard/second-factor", &[("code", "000000")]).await.0, 422);
    assert!(!browser.is_in().await);
    let (mut browser, key, codes) = set_up(&shop).await;
    assert!(browser.is_in().await);
    assert_eq!(codes.len(), 10);
    let disk = shop.rows.everything().await;
    for hidden in [&key.replace(' ', ""), &codes[0], &codes[0].replace('-', "")] {
        assert!(!disk.contains(hidden.as_str()), "{hidden} rests in the clear");
    }
}

#[tokio::test]
async fn a_code_opens_once() {
    let (shop, _app) = open_with(&[REQUIRED]).await;
    shop.time.stop();
    let (_, key, _) = set_up(&shop).await;
    let mut browser = at_the_code(&shop).await;
    let used = code(&key, shop.time.now());
    assert_eq!(
        browser.post("/dashboard/sign-in/code", &[("code", &used)]).await.0,
        401,
        "used at the set-up"
    );
    shop.time.pass(30);
    let next = code(&key, shop.time.now());
    // Somebody who looked over the shoulder types it at the same time.
    let mut thief = at_the_code(&shop).await;
    let fields = [("code", next.as_str())];
    let both = tokio::join!(
        browser.post("/dashboard/sign-in/code", &fields),
        thief.post("/dashboard/sign-in/code", &fields)
    );
    let mut statuses = [both.0.0, both.1.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 401], "one of the two");
}

#[tokio::test]
async fn of_forty_guesses_at_once_five_are_looked_at() {
    // From many addresses, say: one alone would be told to wait.
    let (shop, _app) = open_with(&[REQUIRED, ("RELINK_RATE_LIMITS", "sign_in=1000/1000")]).await;
    shop.time.stop();
    let (_, key, _) = set_up(&shop).await;
    shop.time.pass(60);
    let right = code(&key, shop.time.now());
    let browser = at_the_code(&shop).await;
    let guesses = (0..40).map(|guess| {
        let mut browser = browser.clone();
        let guess = format!("{guess:06}");
        tokio::spawn(async move { browser.post("/dashboard/sign-in/code", &[("code", &guess)]).await.0 })
    });
    for guess in guesses.collect::<Vec<_>>() {
        assert_eq!(guess.await.expect("no panic"), 401);
    }
    let mut owner = at_the_code(&shop).await;
    let fields = [("code", right.as_str())];
    assert_eq!(owner.post("/dashboard/sign-in/code", &fields).await.0, 401, "locked, whatever is typed");
    assert!(shop.rows.values("SELECT kind FROM security_events").await.contains(&"locked".to_owned()));
    shop.time.pass(15 * 60);
    let mut owner = at_the_code(&shop).await;
    let later = code(&key, shop.time.now());
    assert_eq!(
        owner.post("/dashboard/sign-in/code", &[("code", &later)]).await,
        led_to("/dashboard"),
        "not locked any more"
    );
}

#[tokio::test]
async fn codes_that_nobody_looks_at_are_not_written_down_one_by_one_and_have_an_end() {
    let (mut shop, app) = open_with(&[REQUIRED, ("RELINK_RATE_LIMITS", "sign_in=20/1")]).await;
    shop.time.stop();
    set_up(&shop).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    shop.base = format!("http://{}", listener.local_addr().expect("an address"));
    let client = ClientAddress("192.0.2.7".parse().expect("an address"));
    tokio::spawn(axum::serve(listener, app.router().layer(Extension(client))).into_future());
    let mut browser = at_the_code(&shop).await;
    let mut statuses = Vec::new();
    for _ in 0..30 {
        statuses.push(browser.clone().post("/dashboard/sign-in/code", &[("code", "000000")]).await.0);
    }
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        19,
        "one was the password: {statuses:?}"
    );
    assert_eq!(statuses.last(), Some(&429));
    let failed = "SELECT kind FROM security_events WHERE kind = 'second_factor_failed'";
    assert_eq!(shop.rows.values(failed).await.len(), 5, "those that were looked at");
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn a_recovery_code_takes_its_place_once() {
    let (shop, _app) = open_with(&[REQUIRED]).await;
    let (_, _, codes) = set_up(&shop).await;
    let typed = codes[3].replace('-', " ").to_uppercase();
    let (mut one, mut other) = (at_the_code(&shop).await, at_the_code(&shop).await);
    let fields = [("recovery", typed.as_str())];
    let both = tokio::join!(
        one.post("/dashboard/sign-in/code", &fields),
        other.post("/dashboard/sign-in/code", &fields)
    );
    let mut statuses = [both.0.0, both.1.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 401]);
    let mut signed_in = if both.0.0 == 303 { one } else { other };
    signed_in.get("/dashboard/second-factor").await;
    assert!(signed_in.html.contains("9 recovery codes are left"), "{}", signed_in.html);
}

#[tokio::test]
async fn who_asks_for_it_later_has_it_asked_of_them_from_then_on() {
    let (shop, _app) = open_with(&[]).await;
    shop.time.stop();
    let mut browser = Browser::signed_in(&shop).await;
    browser.get("/dashboard/second-factor").await;
    let key = between(&browser.html, "class=\"key\">", "<").to_owned();
    let first = browser.clone();
    let shown = code(&key, shop.time.now());
    assert_eq!(browser.post("/dashboard/second-factor", &[("code", &shown)]).await.0, 200);
    assert!(browser.is_in().await);
    // The same page in another tab replaces nothing.
    let mut again = first;
    assert_eq!(
        again.post("/dashboard/second-factor", &[("code", &shown)]).await,
        led_to("/dashboard/sign-in")
    );
    at_the_code(&shop).await;
}

#[tokio::test]
async fn an_operator_takes_it_away_and_another_is_set_up() {
    let (shop, _app) = open_with(&[REQUIRED]).await;
    let (mut browser, first, codes) = set_up(&shop).await;
    let (ended, _, said) = operate(&shop, &["staff", "reset-second-factor", STAFF.0]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(!browser.is_in().await, "who may have the lost phone is out");
    let (_, second, _) = set_up(&shop).await;
    assert_ne!(first, second);
    let mut browser = at_the_code(&shop).await;
    let fields = [("recovery", codes[0].as_str())];
    assert_eq!(
        browser.post("/dashboard/sign-in/code", &fields).await.0,
        401,
        "a code of before is worthless"
    );
    assert_eq!(operate(&shop, &["staff", "reset-second-factor", "nobody@shop.example"]).0, Some(2));
}

#[tokio::test]
async fn what_is_between_ends_with_the_password_and_after_ten_minutes() {
    let (shop, app) = open_with(&[REQUIRED]).await;
    shop.time.stop();
    let (_, key, _) = set_up(&shop).await;
    let mut slow = at_the_code(&shop).await;
    shop.time.pass(10 * 60);
    let fields = |code| [("code", code)];
    let shown = code(&key, shop.time.now());
    let sign_in = led_to("/dashboard/sign-in");
    assert_eq!(slow.post("/dashboard/sign-in/code", &fields(shown.as_str())).await, sign_in);
    let mut old = at_the_code(&shop).await;
    crate::dashboard::add_staff(&app).await;
    assert_eq!(old.post("/dashboard/sign-in/code", &fields(shown.as_str())).await, sign_in, "a new password");
    let mut foreign = at_the_code(&shop).await;
    foreign.html = String::new();
    assert_eq!(foreign.post("/dashboard/sign-in/code", &fields(shown.as_str())).await.0, 403, "no token");
}
