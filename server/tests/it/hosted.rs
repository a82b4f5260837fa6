//! Hosted relinks by the API, and the page that they lead to.

use crate::rows::Rows;
pub use crate::shop::KEY;
use crate::shop::{Shop, Stripe, Time, config, problem, send, serve};
use relink_server::{Config, Server};
use relink_wire::Json;
use reqwest::RequestBuilder;
use serde_json::json;

pub const DAY: i64 = 86_400;

/// A shop with a key, whose emails its sandbox takes.
pub async fn open(more: &[(&str, &str)]) -> Shop {
    open_app(more).await.0
}

/// The same shop, with the program behind it, which sends due messages on request.
pub async fn open_app(more: &[(&str, &str)]) -> (Shop, Server) {
    let (rows, stripe, time) = (Rows::new().await, Stripe::start().await, Time::default());
    let (base, app) = serve(settings(&stripe, &rows, more).await, &time).await;
    app.hosted.sync_accounts().await.expect("accounts");
    (Shop::at(base, stripe, rows, time).await, app)
}

/// The configuration of one instance.
pub async fn settings(stripe: &Stripe, rows: &Rows, more: &[(&str, &str)]) -> Config {
    let smtp = stripe.smtp().await;
    let mut all = more.to_vec();
    all.push(("SMTP_URL", &smtp));
    config(&stripe.base, rows, &all)
}

/// A request of the merchant's own server.
pub fn ask(shop: &Shop, key: &str, body: Json) -> RequestBuilder {
    let request = shop.http.post(format!("{}/v1/hosted_relinks", shop.base)).bearer_auth(KEY);
    request.header("content-type", "application/json").header("idempotency-key", key).body(body.to_string())
}

/// A link by address; answers its document.
pub async fn link(shop: &Shop, account: &str) -> Json {
    let (status, made) = send(ask(shop, account, json!({"account": account, "delivery": "url"}))).await;
    assert_eq!(status, 201, "{made}");
    made
}

/// The path of a link's page.
pub fn path(made: &Json) -> String {
    let url = reqwest::Url::parse(made["url"].as_str().expect("an address")).expect("an address");
    url.path().to_owned()
}

/// A browser that has opened a link: where it was led, with its cookie, and what it was shown.
pub struct Came {
    pub shop: Shop,
    pub path: String,
    pub cookie: String,
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub html: String,
}

/// Opens an address as a browser does that is not signed in: it follows the redirect and keeps the cookie.
pub async fn come(shop: &Shop, path: &str) -> Came {
    let first = shop.http.get(format!("{}{path}", shop.base)).header("accept", "text/html");
    let mut answer = first.send().await.expect("an answer");
    let (mut path, mut cookie) = (path.to_owned(), String::new());
    if answer.status() == 303 {
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        path = header("location");
        cookie = header("set-cookie").split(';').next().expect("a pair").to_owned();
        answer = look(shop, &path, &cookie).send().await.expect("an answer");
    }
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Came { shop: shop.clone(), path, cookie, status, headers, html: answer.text().await.expect("a body") }
}

/// A page, as a browser with that cookie asks for it.
pub fn look(shop: &Shop, path: &str, cookie: &str) -> RequestBuilder {
    shop.http.get(format!("{}{path}", shop.base)).header("accept", "text/html").header("cookie", cookie)
}

impl Came {
    /// A POST of the page's widget.
    pub fn post(&self, route: &str, key: &str, body: Json) -> RequestBuilder {
        let (_, token) = self.html.split_once("data-csrf-token=\"").expect("a token");
        let address = format!("{}{}/relink{route}", self.shop.base, self.path);
        let request =
            self.shop.http.post(address).header("idempotency-key", key).header("cookie", &self.cookie);
        let request = request.header("x-csrf-token", token.split('"').next().expect("a token"));
        let request = request.header("content-type", "application/json").header("origin", &self.shop.base);
        request.body(body.to_string())
    }

    /// A GET of the page's widget.
    pub fn get(&self, route: &str) -> RequestBuilder {
        look(&self.shop, &format!("{}/relink{route}", self.path), &self.cookie)
    }

    /// The page's form, with that token.
    pub fn form(&self, token: &str) -> RequestBuilder {
        let request = self.shop.http.post(format!("{}{}", self.shop.base, self.path));
        let request = request.header("cookie", &self.cookie).header("origin", &self.shop.base);
        request.header("sec-fetch-site", "same-origin").form(&[("csrf_token", token)])
    }

    /// The token of the page's form.
    pub fn token(&self) -> &str {
        let (_, token) = self.html.split_once("name=\"csrf_token\" value=\"").expect("a form");
        token.split('"').next().expect("a token")
    }
}

/// What a browser is shown that opens an address.
pub async fn visit(shop: &Shop, path: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let Came { status, headers, html, .. } = come(shop, path).await;
    (status, headers, html)
}

pub async fn read(shop: &Shop, made: &Json) -> Json {
    let id = made["id"].as_str().expect("an id");
    let request = shop.http.get(format!("{}/v1/hosted_relinks/{id}", shop.base)).bearer_auth(KEY);
    let (status, body) = send(request).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// Relinks by the page, as its widget does.
pub async fn relink(shop: &Shop, page: &str, account: &str) {
    let came = come(shop, page).await;
    let (status, session) = send(came.post("/sessions", "k1", json!({}))).await;
    assert_eq!((status, &session["relink_options"]["account"]), (201, &json!(account)), "{session}");
    shop.at_the_bank(&session, "agreed", &[account]).await;
    let complete = format!("/sessions/{}/complete", crate::shop::id(&session));
    let (status, done) = send(came.post(&complete, "k2", json!({"accounts": [account]}))).await;
    assert_eq!((status, &done["status"]), (200, &json!("succeeded")), "{done}");
}

#[tokio::test]
async fn a_link_leads_to_a_page_that_relinks_its_account_and_is_dead_then() {
    let shop = open(&[]).await;
    let made = link(&shop, "fca_access_expired").await;
    assert_eq!((&made["status"], &made["reason"]), (&json!("open"), &json!("inactive")));
    let page = path(&made);
    relink(&shop, &page, "fca_access_expired").await;
    assert_eq!(shop.account_status("fca_access_expired").await, "active");
    let after = read(&shop, &made).await;
    assert_eq!((&after["status"], after["opened_at"].is_i64()), (&json!("succeeded"), true));
    let (status, _, html) = visit(&shop, &page).await;
    assert_eq!((status, html.contains("has done its job")), (410, true));
    assert!(!html.contains("id=\"stage\"") && !html.contains("id=\"start\""));
}

#[tokio::test]
async fn a_dead_link_begins_no_session() {
    let shop = open(&[]).await;
    let page = path(&link(&shop, "fca_access_expired").await);
    let came = come(&shop, &page).await;
    relink(&shop, &page, "fca_access_expired").await;
    problem(came.post("/sessions", "k9", json!({})), 401, "not_authenticated").await;
    let page = path(&link(&shop, "fca_unspecified").await);
    let came = come(&shop, &page).await;
    shop.time.pass(7 * DAY);
    problem(came.post("/sessions", "k9", json!({})), 401, "not_authenticated").await;
}

#[tokio::test]
async fn a_mail_scanner_that_looks_uses_nothing_up_and_starts_nothing_at_stripe() {
    let shop = open(&[]).await;
    let made = link(&shop, "fca_access_expired").await;
    let page = path(&made);
    for _ in 0..3 {
        assert_eq!(visit(&shop, &page).await.0, 200);
        let head = shop.http.head(format!("{}{page}", shop.base)).send().await.expect("an answer");
        assert_eq!((head.status().as_u16(), head.headers().get("set-cookie")), (303, None));
    }
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "0");
    let after = read(&shop, &made).await;
    assert_eq!((&after["status"], &after["opened_at"]), (&json!("open"), &Json::Null));
}

#[tokio::test]
async fn what_a_link_is_about_is_shown_before_anything_begins_and_to_its_own_visitor_alone() {
    let shop = open(&[]).await;
    let page = path(&link(&shop, "fca_access_expired").await);
    let came = come(&shop, &page).await;
    assert!(
        came.html.contains("data-preview=\"preview_fca_access_expired\"")
            && !came.html.contains("id=\"start\"")
    );
    let (status, preview) = send(came.get("/sessions/preview_fca_access_expired")).await;
    assert_eq!((status, &preview["handoff"]), (200, &json!({"type": "later"})), "{preview}");
    let (_, session) = send(came.post("/sessions", "k1", json!({"account": "fca_access_expired"}))).await;
    for field in ["merchant", "permissions", "relink_options", "limits", "accounts", "status", "livemode"] {
        assert_eq!(preview[field], session[field], "{field}");
    }
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "1", "the preview is none");
    problem(came.get("/sessions/preview_fca_unspecified"), 403, "forbidden").await;
    problem(came.get("/sessions/preview_fcauth_other"), 403, "forbidden").await;
    let cookieless = Came { cookie: "relink=0".into(), ..come(&shop, &page).await };
    problem(cookieless.get("/sessions/preview_fca_access_expired"), 401, "not_authenticated").await;
    let signed_in = shop.get("/relink/sessions/preview_fca_access_expired");
    problem(signed_in, 404, "session_not_found").await;
    shop.time.pass(8 * DAY);
    problem(came.get("/sessions/preview_fca_access_expired"), 401, "not_authenticated").await;
}

#[tokio::test]
async fn the_page_is_kept_by_nobody_tells_nobody_and_loads_from_nobody_but_stripe() {
    let shop = open(&[]).await;
    let (_, headers, html) = visit(&shop, &path(&link(&shop, "fca_access_expired").await)).await;
    assert_eq!(headers["x-robots-tag"], "noindex, nofollow, noarchive");
    assert_eq!(
        (&headers["referrer-policy"], &headers["cache-control"]),
        (&"strict-origin".parse().unwrap(), &"no-store".parse().unwrap())
    );
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    for part in policy.split([' ', ';']).filter(|part| part.contains("://")) {
        assert!(part.ends_with("stripe.com"), "{part}");
    }
    assert!(!policy.contains("img-src 'self' https:"), "{policy}");
    assert!(html.contains("Harbour Bank") && html.contains("Everyday Checking ••••\u{a0}1234"));
}

#[tokio::test]
async fn the_token_is_in_the_address_alone() {
    let shop = open(&[]).await;
    let made = link(&shop, "fca_access_expired").await;
    let token = path(&made).replace("/r/", "");
    assert!(token.len() >= 32, "at least 128 bits");
    let came = come(&shop, &path(&made)).await;
    assert!(!came.html.contains(&token) && !came.path.contains(&token) && !came.cookie.contains(&token));
    assert!(!read(&shop, &made).await.to_string().contains(&token));
    let rests = shop.rows.everything().await;
    let (_, cookie) = came.cookie.split_once('=').expect("a value");
    assert!(!rests.contains(&token) && !rests.contains(cookie));
}

#[tokio::test]
async fn a_link_is_for_its_account_alone_and_asks_for_no_permission_that_was_not_granted() {
    let shop = open(&[]).await;
    let page = path(&link(&shop, "fca_everything").await);
    let came = come(&shop, &page).await;
    let other = json!({"account": "fca_access_expired"});
    problem(came.post("/sessions", "k1", other), 403, "forbidden").await;
    let wide = json!({"authorization": "fcauth_everything"});
    let (_, session) = send(came.post("/sessions", "k2", wide)).await;
    assert_eq!(session["relink_options"]["account"], "fca_everything");
    assert_eq!(session["permissions"], json!(["payment_method"]), "balances were never granted");
    // A session of the shop's own page is another's to the link.
    let own = shop.session("k3", json!({"account": "fca_everything"})).await;
    problem(came.get(&format!("/sessions/{}", crate::shop::id(&own))), 404, "session_not_found").await;
}

#[tokio::test]
async fn a_post_from_elsewhere_or_without_the_pages_token_is_forbidden() {
    let shop = open(&[]).await;
    let page = path(&link(&shop, "fca_access_expired").await);
    let came = come(&shop, &page).await;
    let foreign = came.post("/sessions", "k1", json!({}));
    problem(foreign.header("sec-fetch-site", "cross-site"), 403, "forbidden").await;
    let html = came.html.replace("data-csrf-token=\"", "data-csrf-token=\"0");
    problem(Came { html, ..came }.post("/sessions", "k1", json!({})), 403, "forbidden").await;
}

#[tokio::test]
async fn an_address_that_is_no_link_says_nothing_of_anybody() {
    let shop = open(&[]).await;
    for page in ["/r/0000", "/r/%ff", "/r/%00"] {
        let (status, _, html) = visit(&shop, page).await;
        assert_eq!((status, html.contains("This link doesn’t work")), (404, true), "{page}");
        assert!(!html.contains("@") && !html.contains("<form"), "{page}");
    }
}

#[tokio::test]
async fn the_key_is_a_servers_own_and_only_its_fingerprint_is_kept() {
    let shop = open(&[]).await;
    let body = json!({"account": "fca_access_expired", "delivery": "url"});
    for wrong in ["", "mk_invented"] {
        let request = shop.http.post(format!("{}/v1/hosted_relinks", shop.base)).bearer_auth(wrong);
        let request = request.header("content-type", "application/json").body(body.to_string());
        problem(request, 401, "not_authenticated").await;
    }
    problem(shop.get("/v1/hosted_relinks/hrl_1"), 401, "not_authenticated").await;
    assert!(!shop.rows.everything().await.contains(KEY));
}

#[tokio::test]
async fn the_same_key_gets_the_same_link_and_another_request_with_it_422() {
    let shop = open(&[]).await;
    let body = json!({"account": "fca_access_expired", "delivery": "url"});
    let first = send(ask(&shop, "k1", body.clone())).await;
    assert_eq!((first.0, send(ask(&shop, "k1", body)).await), (201, first.clone()));
    let other = json!({"account": "fca_any", "delivery": "url"});
    problem(ask(&shop, "k1", other), 422, "invalid_request").await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relinks").await, "1");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said_by_field() {
    let shop = open(&[("RETURN_URL_ORIGINS", "https://app.shop.example")]).await;
    let account = "fca_access_expired";
    for (field, body) in [
        ("account", json!({"delivery": "url"})),
        ("account", json!({"account": "fca_nowhere", "delivery": "url"})),
        ("delivery", json!({"account": account})),
        ("delivery", json!({"account": account, "delivery": "fax"})),
        ("host", json!({"account": account, "delivery": "url", "host": "bank"})),
        ("locale", json!({"account": account, "delivery": "url", "locale": "<b>"})),
        ("return_url", json!({"account": account, "delivery": "url", "return_url": "https://evil.example/"})),
        ("return_url", json!({"account": account, "delivery": "url", "return_url": "javascript:alert(1)"})),
        (
            "return_url",
            json!({"account": account, "delivery": "url", "return_url": "https://app.shop.example@evil.example/"}),
        ),
    ] {
        let (status, told) = send(ask(&shop, &body.to_string().len().to_string(), body.clone())).await;
        assert_eq!((status, told["code"].as_str()), (400, Some("invalid_request")), "{body}: {told}");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.starts_with(field)), "{told}");
    }
    let body =
        json!({"account": account, "delivery": "url", "return_url": "https://app.shop.example/back?a=1"});
    let (_, made) = send(ask(&shop, "good", body)).await;
    let (_, _, html) = visit(&shop, &path(&made)).await;
    assert!(html.contains("href=\"https://app.shop.example/back?a=1\""));
}

#[tokio::test]
async fn a_key_that_was_used_with_one_link_is_new_with_another() {
    let shop = open(&[]).await;
    let mut accounts = Vec::new();
    for account in ["fca_access_expired", "fca_any"] {
        let page = path(&link(&shop, account).await);
        let came = come(&shop, &page).await;
        let (_, session) = send(came.post("/sessions", "k1", json!({}))).await;
        accounts.push(session["relink_options"]["account"].clone());
    }
    assert_eq!(accounts, ["fca_access_expired", "fca_any"]);
}
