//! Plaid's client against the stand-in for Plaid: repairs from beginning to end, and webhooks that are believed and that are not.

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use relink_account::LinkedAccount;
use relink_plaid::{
    Begun, Case, Keys, News, Plaid, PlaidError, Provider, Repair, Repaired, Standing, Url, WebhookRefusal,
};
use relink_wire::{FailureReason, Secret};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    (listener, base)
}

/// A stand-in, its address, and a client of it.
async fn plaid() -> (Plaid, String) {
    let (listener, base) = listen().await;
    tokio::spawn(sandbox_plaid::serve(listener));
    (client(&base, "secret_sandbox"), base)
}

fn client(base: &str, secret: &str) -> Plaid {
    let url = Url::parse(base).expect("an address");
    Plaid::new(url, "client_sandbox", Secret::new(secret)).expect("a client")
}

fn token(name: &str) -> Secret {
    Secret::new(format!("access-sandbox-{name}"))
}

fn repair<'a>(access_token: &'a Secret, webhook: Option<&'a str>, selects_accounts: bool) -> Repair<'a> {
    Repair {
        access_token,
        merchant: "Corner Store",
        customer: "cus_1",
        language: "en",
        countries: &["US"],
        return_url: None,
        webhook,
        selects_accounts,
    }
}

/// A repair of `item_login_required`, say, for that account or for any.
fn case<'a>(
    begun: &'a Begun,
    access_token: &'a Secret,
    before: &'a [LinkedAccount],
    needed: Option<&'a str>,
) -> Case<'a> {
    Case { begun, access_token, item: "item", before, needed }
}

/// The customer presses a button of Plaid's page.
async fn press(begun: &Begun, form: &'static str) {
    let request = reqwest::Client::new().post(begun.url.expose());
    let answer = request.body(form).send().await.expect("the page answers");
    assert_eq!(answer.status().as_u16(), 200);
}

/// The accounts as they were when they were linked.
async fn linked(plaid: &Plaid, base: &str, name: &str) -> Vec<LinkedAccount> {
    let (access_token, http) = (token(name), reqwest::Client::new());
    let item = format!("{base}/test_helpers/items/item_{name}/repair");
    http.post(item).send().await.expect("repaired");
    let item = plaid.item(&access_token).await.expect("an item");
    let accounts = plaid.accounts(&item, &access_token).await.expect("accounts");
    let body = format!(
        r#"{{"client_id": "client_sandbox", "secret": "secret_sandbox", "access_token": "{}"}}"#,
        access_token.expose()
    );
    http.post(format!("{base}/sandbox/item/reset_login")).body(body).send().await.expect("broken");
    accounts
}

#[tokio::test]
async fn a_changed_password_is_repaired_and_only_then_believed() {
    let (plaid, base) = plaid().await;
    let access_token = token("login_required");
    let before = linked(&plaid, &base, "login_required").await;
    let begun = plaid.begin(&repair(&access_token, None, false), "key").await.expect("begun");
    assert!(begun.was_broken);
    let needed = Some("acc_login_required_1111");
    let stands =
        async || plaid.standing(&case(&begun, &access_token, &before, needed)).await.expect("an answer");
    assert_eq!(stands().await, Standing::Pending);
    press(&begun, "act=exit").await;
    assert_eq!(stands().await, Standing::Pending);
    press(&begun, "act=agree").await;
    let Standing::Granted(result, accounts) = stands().await else { panic!("not repaired") };
    assert_eq!((result.account.as_deref(), result.authorization.as_deref()), (needed, Some("item")));
    assert_eq!((accounts.len(), accounts[0].id()), (2, "acc_login_required_1111"));
    assert!(accounts.iter().all(|account| account.account.is_active()));
}

#[tokio::test]
async fn another_account_than_the_one_that_is_needed_is_not_a_repair() {
    let (plaid, base) = plaid().await;
    let access_token = token("login_required");
    let before = linked(&plaid, &base, "login_required").await;
    let begun = plaid.begin(&repair(&access_token, None, true), "key").await.expect("begun");
    press(&begun, "act=agree&account=acc_login_required_1111").await;
    let needed = plaid.standing(&case(&begun, &access_token, &before, Some("acc_login_required_0000"))).await;
    let Standing::Failed(result, accounts) = needed.expect("an answer") else { panic!("believed") };
    assert_eq!(result.failure_reason, Some(FailureReason::NoAccount));
    assert_eq!(accounts[0].id(), "acc_login_required_1111");
    let any = plaid.standing(&case(&begun, &access_token, &before, None)).await.expect("an answer");
    assert!(matches!(any, Standing::Granted(..)));
}

#[tokio::test]
async fn accounts_that_come_back_under_new_ids_are_the_old_ones() {
    let (plaid, base) = plaid().await;
    let access_token = token("new_ids");
    let before = linked(&plaid, &base, "new_ids").await;
    let begun = plaid.begin(&repair(&access_token, None, false), "key").await.expect("begun");
    press(&begun, "act=agree").await;
    let needed = before[1].id();
    let told = plaid.standing(&case(&begun, &access_token, &before, Some(needed))).await.expect("an answer");
    let Standing::Granted(_, accounts) = told else { panic!("not repaired") };
    let replaced: Vec<_> = accounts.iter().map(|account| account.account.replaces.as_deref()).collect();
    assert_eq!(replaced, [Some(needed), Some(before[0].id())]);
    assert!(accounts.iter().all(|account| !before.iter().any(|old| old.id() == account.id())));
    let told = plaid.repaired(&case(&begun, &access_token, &before, None)).await.expect("an answer");
    let Repaired::With(accounts) = told else { panic!("not repaired") };
    assert_eq!(accounts[0].persistent_id.as_deref(), Some("persistent_new_ids_0000"));
}

#[tokio::test]
async fn every_account_that_is_known_is_told_of_whether_plaid_gives_it_or_not() {
    let (plaid, base) = plaid().await;
    let access_token = token("login_required");
    let known = linked(&plaid, &base, "login_required").await;
    let state = async |known: &[LinkedAccount]| {
        let (_, accounts) = plaid.state(&access_token, "item_login_required", known).await.expect("a state");
        let told = accounts.iter().map(|account| (account.id().to_owned(), account.account.is_active()));
        told.collect::<Vec<_>>()
    };
    let [checking, saving] = ["acc_login_required_0000", "acc_login_required_1111"].map(str::to_owned);
    assert_eq!(state(&known).await, [(checking.clone(), false), (saving.clone(), false)], "it has an error");
    let begun = plaid.begin(&repair(&access_token, None, true), "key").await.expect("begun");
    press(&begun, "act=agree&account=acc_login_required_1111").await;
    assert_eq!(state(&known).await, [(checking, false), (saving, true)], "one was left out");
    let (item, accounts) = plaid.state(&token("nobodys"), "item_x", &known[..1]).await.expect("a state");
    assert_eq!((item.id.as_str(), accounts[0].account.is_active()), ("item_x", false));
}

#[tokio::test]
async fn which_account_a_new_id_was_is_said_ever_after() {
    let (plaid, base) = plaid().await;
    let access_token = token("new_ids");
    let before = linked(&plaid, &base, "new_ids").await;
    let begun = plaid.begin(&repair(&access_token, None, false), "key").await.expect("begun");
    press(&begun, "act=agree").await;
    let (_, now) = plaid.state(&access_token, "item_new_ids", &before).await.expect("a state");
    let (_, later) = plaid.state(&access_token, "item_new_ids", &now).await.expect("a state");
    assert_eq!(now.len(), 2, "nothing is doubled");
    assert_eq!(later, now);
    assert_eq!(later[0].account.replaces.as_deref(), Some(before[0].id()));
}

#[tokio::test]
async fn an_item_that_worked_is_repaired_only_once_the_customer_went_through() {
    let (plaid, _) = plaid().await;
    let access_token = token("pending_expiration");
    let item = plaid.item(&access_token).await.expect("an item");
    let before = plaid.accounts(&item, &access_token).await.expect("accounts");
    let begun = plaid.begin(&repair(&access_token, None, false), "key").await.expect("begun");
    assert!(!begun.was_broken);
    let stands =
        async || plaid.standing(&case(&begun, &access_token, &before, None)).await.expect("an answer");
    assert_eq!(stands().await, Standing::Pending);
    press(&begun, "act=exit").await;
    assert_eq!(stands().await, Standing::Pending);
    press(&begun, "act=agree").await;
    assert!(matches!(stands().await, Standing::Granted(..)));
    assert!(plaid.item(&access_token).await.expect("an item").consent_expires_at > item.consent_expires_at);
}

#[tokio::test]
async fn an_item_that_was_repaired_elsewhere_is_repaired() {
    let (plaid, base) = plaid().await;
    let access_token = token("login_required");
    let before = linked(&plaid, &base, "login_required").await;
    let begun = plaid.begin(&repair(&access_token, None, false), "key").await.expect("begun");
    let url = format!("{base}/test_helpers/items/item_login_required/repair");
    reqwest::Client::new().post(url).send().await.expect("repaired");
    let told = plaid.standing(&case(&begun, &access_token, &before, None)).await.expect("an answer");
    assert!(matches!(told, Standing::Granted(..)));
}

#[tokio::test]
async fn what_plaid_refuses_says_whose_fault_it_is_and_no_secret_is_shown() {
    let (plaid, base) = plaid().await;
    assert_eq!(plaid.item(&token("nobodys")).await, Err(PlaidError::NotFound));
    assert_eq!(client(&base, "wrong").item(&token("healthy")).await, Err(PlaidError::Unauthorized));
    assert_eq!(
        (plaid.takes_keys().await, client(&base, "wrong").takes_keys().await),
        (Ok(()), Err(PlaidError::Unauthorized))
    );
    assert_eq!(client("http://127.0.0.1:9", "s").item(&token("healthy")).await, Err(PlaidError::Unavailable));
    let begun = plaid.begin(&repair(&token("healthy"), None, false), "key").await.expect("begun");
    let shown = format!("{plaid:?} {begun:?}");
    assert!(!shown.contains("secret_sandbox") && !shown.contains("link-sandbox") && !shown.contains("/hl/"));
}

/// A merchant's address for webhooks, and what comes there: the token and the bytes.
async fn merchant() -> (String, mpsc::UnboundedReceiver<(String, Bytes)>) {
    let (listener, base) = listen().await;
    let (tell, told) = mpsc::unbounded_channel();
    let take = move |headers: HeaderMap, body: Bytes| {
        let token = headers["plaid-verification"].to_str().expect("text").to_owned();
        let _ = tell.send((token, body));
        async {}
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(take))).await });
    (base, told)
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("seconds")
}

#[tokio::test]
async fn a_webhook_is_believed_by_its_signature_its_time_and_its_bytes() {
    let ((plaid, _), (url, mut told), keys) = (plaid().await, merchant().await, Keys::default());
    let access_token = token("login_required");
    let begun = plaid.begin(&repair(&access_token, Some(&url), false), "key").await.expect("begun");
    press(&begun, "act=agree").await;
    let (token, body) = told.recv().await.expect("a webhook");
    let finished = News::Finished { token: begun.token.expose().into() };
    assert_eq!(plaid.verify(&keys, &token, &body, now()).await, Ok(finished.clone()));
    assert_eq!(plaid.verify(&keys, &token, &body, now() + 200).await, Ok(finished));

    let later = plaid.verify(&keys, &token, &body, now() + 400).await;
    assert_eq!(later, Err(WebhookRefusal::Time));
    assert_eq!(plaid.verify(&keys, &token, &body, now() - 400).await, Err(WebhookRefusal::Time));
    // The same JSON in other bytes.
    let json: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
    let compact = json.to_string();
    assert_ne!(compact.as_bytes(), &body[..]);
    assert_eq!(plaid.verify(&keys, &token, compact.as_bytes(), now()).await, Err(WebhookRefusal::Body));
    assert_eq!(plaid.verify(&keys, "", &body, now()).await, Err(WebhookRefusal::NoToken));

    let (signed, _) = token.rsplit_once('.').expect("three parts");
    let forged = format!("{signed}.{}", "A".repeat(86));
    assert_eq!(plaid.verify(&keys, &forged, &body, now()).await, Err(WebhookRefusal::Signature));
}

#[tokio::test]
async fn who_invents_keys_does_not_make_us_ask_plaid_without_end() {
    let ((plaid, _), (url, mut told), keys) = (plaid().await, merchant().await, Keys::default());
    let access_token = token("login_required");
    let begun = plaid.begin(&repair(&access_token, Some(&url), false), "key").await.expect("begun");
    press(&begun, "act=agree").await;
    let (real, body) = told.recv().await.expect("a webhook");
    let now = now();
    assert!(plaid.verify(&keys, &real, &body, now).await.is_ok());
    let mut asked = 0;
    for n in 0..100 {
        let head = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"ES256","kid":"k{n}"}}"#));
        let invented = format!("{head}.e30.{}", "A".repeat(86));
        match plaid.verify(&keys, &invented, b"{}", now).await {
            Err(WebhookRefusal::UnknownKey) => asked += 1,
            other => assert_eq!(other, Err(WebhookRefusal::TooMany)),
        }
    }
    assert!(asked <= 20, "{asked}");
    assert!(plaid.verify(&keys, &real, &body, now).await.is_ok(), "a key that is known needs no question");
    let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"later"}"#);
    let later = plaid.verify(&keys, &format!("{head}.e30.{}", "A".repeat(86)), b"{}", now + 61).await;
    assert_eq!(later, Err(WebhookRefusal::UnknownKey), "a minute later Plaid is asked again");
}

#[tokio::test]
async fn a_token_of_another_kind_or_with_a_key_that_plaid_has_not_is_refused() {
    let ((plaid, _), keys) = (plaid().await, Keys::default());
    // Heads: no algorithm; a shared secret; Plaid's kind with another key.
    for (head, refusal) in [
        ("eyJhbGciOiJub25lIiwia2lkIjoiayJ9", WebhookRefusal::NoToken),
        ("eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ", WebhookRefusal::NoToken),
        ("eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ", WebhookRefusal::UnknownKey),
        ("eyJhbGciOiJFUzI1NiJ9", WebhookRefusal::NoToken),
    ] {
        let token = format!("{head}.e30.{}", "A".repeat(86));
        assert_eq!(plaid.verify(&keys, &token, b"{}", now()).await, Err(refusal), "{head}");
    }
}

#[tokio::test]
async fn an_answer_that_has_no_end_is_not_read() {
    let (listener, base) = listen().await;
    let large = format!(r#"{{"item": {{"item_id": "item_1"}}, "pad": "{}"}}"#, "x".repeat(5 << 20));
    let router = Router::new().route("/item/get", post(async || large));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let told = client(&base, "secret_sandbox").item(&token("healthy")).await;
    assert_eq!(told, Err(PlaidError::Unavailable));
}
