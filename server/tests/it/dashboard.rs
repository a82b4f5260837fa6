//! The staff's dashboard, as a browser without a script uses it.

use crate::hosted::{ask, open_app, relink};
use crate::shop::{Shop, send};
use crate::webhooks::{deliver_signed, event};
use relink_server::Server;
use relink_store::security_events::{Actor, Source};
use relink_store::staff::{Person, Role};
use ring::pbkdf2;
use serde_json::json;
use std::num::NonZeroU32;

pub const STAFF: (&str, &str) = ("nora@pinegrove.example", "planted password");
const ACCOUNT: &str = "fca_access_expired";

/// A shop with somebody of the staff.
pub async fn open() -> (Shop, Server) {
    open_with(&[]).await
}

/// The same, configured otherwise.
pub async fn open_with(more: &[(&str, &str)]) -> (Shop, Server) {
    let (shop, app) = open_app(more).await;
    add_staff(&app).await;
    (shop, app)
}

/// A password's hash of a hundred rounds: the hash says how many, and in a debug build the usual number takes seconds.
fn hashed_in_no_time(password: &str) -> String {
    const ROUNDS: NonZeroU32 = NonZeroU32::new(100).unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (salt, mut hash) = ([7; 16], [0; 32]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
    format!("pbkdf2-sha256${ROUNDS}${}${}", hex(&salt), hex(&hash))
}

/// Adds somebody of the staff.
pub async fn add_staff(app: &Server) {
    let person = Person { email: STAFF.0.into(), name: "Nora".into(), role: Role::Agent };
    let hashed = hashed_in_no_time(STAFF.1);
    let by = Source { at_ms: app.hosted.now_ms(), actor: Actor::CommandLine, address: None };
    app.hosted.store.put_staff(&person, &hashed, &by).await.expect("a database");
}

/// A person's browser.
pub struct Desk {
    pub shop: Shop,
    pub cookie: String,
}

impl Desk {
    pub async fn sign_in(shop: &Shop) -> Self {
        let (status, cookie) = Self::try_password(shop, STAFF.1).await;
        assert_eq!(status, 303);
        Self { shop: shop.clone(), cookie }
    }

    async fn try_password(shop: &Shop, password: &str) -> (u16, String) {
        let form = [("email", STAFF.0), ("password", password)];
        let request =
            shop.http.post(format!("{}/dashboard/sign-in", shop.base)).header("accept", "text/html");
        let answer = request.form(&form).send().await.expect("an answer");
        let cookie =
            answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
        (answer.status().as_u16(), cookie.split(';').next().unwrap_or_default().to_owned())
    }

    pub async fn page(&self, path: &str) -> (u16, String) {
        let request = self.shop.http.get(format!("{}{path}", self.shop.base)).header("cookie", &self.cookie);
        let answer = request.header("accept", "text/html").send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }

    /// Posts a form with the token of a page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let (_, html) = self.page("/dashboard").await;
        let (_, token) = html.split_once("name=\"csrf_token\" value=\"").expect("a token");
        let mut form = vec![("csrf_token", token.split('"').next().expect("a token"))];
        form.extend(fields);
        let request = self.shop.http.post(format!("{}{path}", self.shop.base)).header("cookie", &self.cookie);
        let answer = request.header("accept", "text/html").form(&form).send().await.expect("an answer");
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
        if let Some(to) = to.filter(|to| to.starts_with("/dashboard/sent/")) {
            return self.page(to).await;
        }
        (answer.status().as_u16(), answer.text().await.expect("a body"))
    }
}

#[tokio::test]
async fn nobody_sees_it_without_signing_in_and_a_customers_sign_in_is_none() {
    let (shop, _app) = open().await;
    for path in [
        "/dashboard",
        "/dashboard/accounts/fca_any",
        "/dashboard/send",
        "/dashboard/messages",
        "/dashboard/audit",
        "/dashboard/preview/fca_any",
    ] {
        let answer = shop.get(path).send().await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["location"]),
            (303, &"/dashboard/sign-in".parse().expect("a value")),
            "{path}"
        );
    }
    let form = [("account", ACCOUNT)];
    let posted =
        shop.http.post(format!("{}/dashboard/send", shop.base)).bearer_auth(shop.token().await).form(&form);
    assert_eq!(send(posted).await.0, 303);
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relinks").await, "0");
}

#[tokio::test]
async fn an_address_that_is_none_has_a_way_back_to_the_list() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    for path in ["/dashboard/nothing", "/dashboard/accounts/fca_nobodys"] {
        let (status, html) = desk.page(path).await;
        assert_eq!((status, html.contains("There is nothing here")), (404, true), "{path}");
        assert!(html.contains("href=\"/dashboard\""), "{path}");
    }
    let (status, html) = desk.page("/nothing").await;
    assert_eq!(
        (status, html.contains("href=\"/dashboard\"")),
        (404, false),
        "customers are told of no dashboard"
    );
}

#[tokio::test]
async fn ten_wrong_passwords_lock_a_name_for_a_while() {
    let (shop, _app) = open().await;
    for _ in 0..10 {
        assert_eq!(Desk::try_password(&shop, "wrong").await.0, 401);
    }
    assert_eq!(Desk::try_password(&shop, STAFF.1).await.0, 429, "locked");
    shop.time.pass(15 * 60 + 1);
    assert_eq!(Desk::try_password(&shop, STAFF.1).await.0, 303);
    assert!(!shop.rows.everything().await.contains(STAFF.1));
}

#[tokio::test]
async fn who_is_signed_in_stays_so_when_another_instance_starts() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    let other = crate::hosted::settings(&shop.stripe, &shop.rows, &[]).await;
    crate::shop::serve(other, &shop.time).await;
    assert_eq!(desk.page("/dashboard").await.0, 200);
}

#[tokio::test]
async fn accounts_that_need_attention_come_first_with_the_reason_the_day_and_why_not() {
    let (shop, _app) = open().await;
    // A thousand of one customer's would fill the first pages.
    shop.rows.run("DELETE FROM accounts WHERE customer = 'cus_many'").await;
    let desk = Desk::sign_in(&shop).await;
    let (_, html) = desk.page("/dashboard").await;
    for said in ["Disconnected", "Access has expired", "Payments fail", "Can be asked by email", "Tom Okafor"]
    {
        assert!(html.contains(said), "{said}");
    }
    // Twelve and sixteen days after the sandbox's start, which may be this very second.
    for days in [11, 15] {
        let is_said = |days| html.contains(&format!("Stops working in {days} days"));
        assert!(is_said(days) || is_said(days + 1), "{days}");
    }
    assert!(!html.contains("fca_healthy") && !html.contains("fca_account_closed"));
    let at = |id: &str| html.find(&format!("data-account=\"{id}\"")).expect("a row");
    assert!(at(ACCOUNT) < at("fca_tan_deactivated") && at("fca_tan_deactivated") < at("fca_tan_expiring"));
    assert!(at("fca_tan_expiring") < at("fca_expected_deactivation"), "by date");
    let (_, html) = desk.page("/dashboard?reason=cannot").await;
    assert!(html.contains("closed at the bank") && html.contains("does not allow"));
    let (_, html) = desk.page("/dashboard?reason=all&q=harbour+1234").await;
    assert_eq!((html.matches("data-account=").count(), html.contains(ACCOUNT)), (1, true));
    for search in
        ["%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2+1234", "%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%C2%A01234"]
    {
        let (_, html) = desk.page(&format!("/dashboard?reason=all&q={search}")).await;
        assert!(html.contains(ACCOUNT) && !html.contains("fca_any"), "{search}");
    }
    for search in ["tom%40customer.example", "cus_other", "CUS_OTHER"] {
        let (_, html) = desk.page(&format!("/dashboard?reason=all&q={search}")).await;
        assert!(html.contains("fca_other_savings") && !html.contains(ACCOUNT), "{search}");
    }
    assert_eq!(desk.page("/dashboard?page=x&q=%3Cb%3E").await.1.matches("<b>").count(), 0);
}

#[tokio::test]
async fn a_request_is_previewed_and_sent_and_the_timeline_tells_the_story() {
    let (shop, app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    shop.stripe.tell("financial_connections/accounts/fca_healthy/deactivate", &[]).await;
    deliver_signed(&shop, &event("evt_1", "financial_connections.account.deactivated", "fca_healthy", 1))
        .await;
    let list = desk.page("/dashboard?q=9105").await.1;
    assert!(list.contains("Since </span>") && list.contains("No reason was given"), "{list}");
    let (_, html) = desk.page("/dashboard/send?account=fca_healthy&account=fca_account_closed").await;
    assert!(
        html.contains("Send 1 email") && html.contains("Subject: ") && html.contains("closed at the bank")
    );
    let (_, letter) = desk.page("/dashboard/preview/fca_healthy").await;
    assert!(letter.contains("Salary Checking ••••\u{a0}9105") && !letter.contains("<script"));
    let (status, html) =
        desk.post("/dashboard/send", &[("account", "fca_healthy"), ("account", "fca_account_closed")]).await;
    assert_eq!((status, html.contains("1 email is on its way")), (200, true));
    assert!(html.contains("Not sent: The account was closed at the bank."));
    app.hosted.deliver().await.expect("a database");
    let mails = shop.stripe.mails().await;
    let text = mails[0]["text"].as_str().expect("a text");
    let page = text[text.find("/r/").expect("a link")..].split_whitespace().next().expect("a link");
    shop.time.pass(1);
    relink(&shop, page, "fca_healthy").await;
    let list = desk.page("/dashboard?reason=all&q=9105").await.1;
    assert!(list.contains("Works") && !list.contains("Since </span>"), "what is over is not still so");
    let (_, html) = desk.page("/dashboard/accounts/fca_healthy").await;
    let told: Vec<&str> =
        html.split("data-what=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(told, ["relinked", "opened", "mailed", "asked", "deactivated"]);
    assert!(html.contains("nora@pinegrove.example"));
    let (_, html) = desk.page("/dashboard/audit").await;
    assert!(
        html.contains("Relink request sent") && html.contains("Signed in") && html.contains("fca_healthy")
    );
}

#[tokio::test]
async fn a_second_request_is_refused_and_says_when() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    assert_eq!(send(ask(&shop, "k1", json!({"account": ACCOUNT, "delivery": "email"}))).await.0, 202);
    let (_, html) = desk.post("/dashboard/send", &[("account", ACCOUNT)]).await;
    assert!(html.contains("No email was sent") && html.contains("less than 48 hours ago"));
    let (_, html) = desk.page(&format!("/dashboard/accounts/{ACCOUNT}")).await;
    assert!(html.contains("Asked already. Again in 48 hours.") && !html.contains("Send relink request"));
}

#[tokio::test]
async fn a_second_press_a_reload_and_another_tab_say_what_happened_and_send_nothing_again() {
    let (shop, app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    let form = [("sending", "snd_of_this_form"), ("account", ACCOUNT)];
    let (_, first) = desk.post("/dashboard/send", &form).await;
    assert!(first.contains("1 email is on its way") && first.contains("nora@pinegrove.example"));
    let (_, again) = desk.post("/dashboard/send", &form).await;
    assert!(again.contains("1 email is on its way") && again.contains("On its way."), "{again}");
    app.hosted.deliver().await.expect("a database");
    let (status, reloaded) = desk.page("/dashboard/sent/snd_of_this_form").await;
    assert_eq!((status, reloaded.contains("1 email is on its way")), (200, true));
    assert!(reloaded.contains("The mail server has taken it."));
    let (_, other) =
        desk.post("/dashboard/send", &[("sending", "snd_of_another_tab"), ("account", ACCOUNT)]).await;
    assert!(other.contains("No email was sent") && other.contains("less than 48 hours ago"), "{other}");
    assert_eq!(shop.stripe.mails().await.len(), 1);
    assert_eq!(desk.page("/dashboard/sent/snd_never").await.0, 404);
}

#[tokio::test]
async fn where_nothing_is_ticked_that_is_said_and_nothing_is_sent() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    for (status, html) in [desk.page("/dashboard/send").await, desk.post("/dashboard/send", &[]).await] {
        assert_eq!((status, html.contains("Nothing is ticked")), (200, true), "{html}");
    }
    assert_eq!(shop.value("SELECT COUNT(*) FROM sendings").await, "0");
}

#[tokio::test]
async fn a_form_without_the_sign_ins_token_or_from_elsewhere_sends_nothing() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    let form = [("account", ACCOUNT), ("csrf_token", "0000")];
    let bare = shop.http.post(format!("{}/dashboard/send", shop.base)).header("cookie", &desk.cookie);
    assert_eq!(send(bare.form(&form)).await.0, 403);
    let foreign =
        shop.http.post(format!("{}/dashboard/sign-in", shop.base)).header("sec-fetch-site", "cross-site");
    assert_eq!(send(foreign.form(&[("email", STAFF.0), ("password", STAFF.1)])).await.0, 403);
    // A name of somebody else's that leads to this machine: the browser calls it the same origin.
    let rebound =
        shop.http.post(format!("{}/dashboard/sign-in", shop.base)).header("host", "rebound.example");
    let rebound = rebound.header("origin", "http://rebound.example").header("sec-fetch-site", "same-origin");
    assert_eq!(send(rebound.form(&[("email", STAFF.0), ("password", STAFF.1)])).await.0, 403);
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relinks").await, "0");
}

#[tokio::test]
async fn a_dead_letter_is_shown_with_its_reason_and_can_be_tried_again() {
    let (shop, app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    shop.stripe.tell("mail_refusals", &[("answer", "never")]).await;
    desk.post("/dashboard/send", &[("account", ACCOUNT)]).await;
    app.hosted.deliver().await.expect("a database");
    let (_, html) = desk.page("/dashboard/messages").await;
    assert!(html.contains("1 given up") && html.contains("Because the mail server says 550."));
    let id = shop.value("SELECT id FROM outbox").await;
    assert_eq!(desk.post(&format!("/dashboard/messages/{id}/retry"), &[]).await.0, 303);
    app.hosted.deliver().await.expect("a database");
    assert_eq!(shop.stripe.mails().await.len(), 1);
    assert!(desk.page("/dashboard/messages").await.1.contains("Nothing waits"));
}

#[tokio::test]
async fn whoever_may_only_look_sees_everything_and_sends_nothing() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    crate::program::staff(&shop, "vera@pinegrove.example", "viewer", "another planted one");
    let form = [("email", "vera@pinegrove.example"), ("password", "another planted one")];
    let request = shop.http.post(format!("{}/dashboard/sign-in", shop.base)).form(&form);
    let answer = request.send().await.expect("an answer");
    let cookie =
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let desk = Desk { cookie, ..desk };
    let (status, html) = desk.page("/dashboard").await;
    assert_eq!((status, html.contains("Email customers"), html.contains("checkbox")), (200, false, false));
    assert_eq!(desk.post("/dashboard/send", &[("account", ACCOUNT)]).await.0, 403);
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relinks").await, "0");
}

#[tokio::test]
async fn the_pages_policy_allows_nothing_inline_and_the_previews_only_its_own_style() {
    let (shop, _app) = open().await;
    let desk = Desk::sign_in(&shop).await;
    let get =
        |path: &str| shop.http.get(format!("{}{path}", shop.base)).header("cookie", &desk.cookie).send();
    let page = get("/dashboard/send?account=fca_access_expired").await.expect("an answer");
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(!policy.contains("unsafe-inline") && policy.contains("frame-src 'self'"), "{policy}");
    let html = page.text().await.expect("a body");
    assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains("<script"));
    let letter = get("/dashboard/preview/fca_access_expired").await.expect("an answer");
    let policy = letter.headers()["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("style-src-elem 'sha256-") && policy.contains("default-src 'none'"), "{policy}");
}
