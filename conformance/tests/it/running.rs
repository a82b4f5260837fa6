//! A sandbox and the reference merchant in this process, and a customer who is signed in.

use axum::Router;
use axum::routing::any;
use conformance::Options;
use merchant::{App, Config};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The key of the merchant's own server.
pub const API_KEY: &str = "mk_of_the_conformance_tests";

/// Both, running.
pub struct Running {
    /// What the suite is started with.
    pub options: Options,
    /// The merchant, for a server of one's own in front of it.
    pub router: Router,
    _folder: TempDir,
}

/// Serves a router on a free port; its address.
pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Starts both, and signs in.
pub async fn start() -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let stripe = format!("http://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(sandbox::serve(listener, sandbox::Config::default()));
    let mail =
        reqwest::Client::new().get(format!("{stripe}/v1/test_helpers/mail")).bearer_auth("sk_test_sandbox");
    let mail = mail.send().await.expect("the sandbox answers").text().await.expect("a body");
    let mail: serde_json::Value = serde_json::from_str(&mail).expect("JSON");
    let smtp = mail["smtp"].as_str().expect("where it takes mail").to_owned();
    let folder = tempfile::tempdir().expect("a folder for the database");
    let database = folder.path().join("merchant.sqlite").display().to_string();
    let config = Config::read(|name| match name {
        "STRIPE_API_BASE" => Some(stripe.clone()),
        "STRIPE_SECRET_KEY" => Some("sk_test_sandbox".into()),
        "STRIPE_PUBLISHABLE_KEY" => Some("pk_test_sandbox".into()),
        "STRIPE_WEBHOOK_SECRET" => Some("whsec_sandbox".into()),
        "SMTP_URL" => Some(smtp.clone()),
        "DEMO_API_KEY" => Some(API_KEY.into()),
        "DATABASE_PATH" => Some(database.clone()),
        _ => None,
    });
    let app = App::open(config.expect("a good configuration")).await.expect("the merchant starts");
    merchant::sync(&app).await;
    let router = merchant::router(app);
    let base = serve(router.clone()).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let client = client.expect("a client");
    let (cookie, token) = sign_in(&client, &base, "cus_demo").await;
    let (other, _) = sign_in(&client, &base, "cus_other").await;
    let options = Options {
        url: format!("{base}/relink"),
        headers: vec![("cookie".into(), cookie), ("x-csrf-token".into(), token)],
        account: Some("fca_access_expired".into()),
        other_headers: vec![("cookie".into(), other)],
        other_account: Some("fca_other".into()),
        authorization: Some("fcauth_any".into()),
        webhook: Some(format!("{base}/webhooks/stripe")),
        webhook_secret: Some("whsec_sandbox".into()),
        restart: Some("true".into()),
        sandbox: Some(stripe),
        ..Options::default()
    };
    Running { options, router, _folder: folder }
}

/// A router that answers nothing by itself.
pub fn empty() -> Router {
    Router::new().fallback(any(|| async { "hello" }))
}

async fn sign_in(client: &reqwest::Client, base: &str, customer: &str) -> (String, String) {
    let form = client.post(format!("{base}/sign-in")).body(format!("customer={customer}"));
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let answer = form.send().await.expect("the shop answers");
    let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
    let cookie = cookie.and_then(|cookie| cookie.split(';').next()).expect("a cookie").to_owned();
    let me =
        client.get(format!("{base}/me")).header("cookie", &cookie).send().await.expect("the shop answers");
    let me = me.bytes().await.expect("a whole answer");
    let me: serde_json::Value = serde_json::from_slice(&me).expect("JSON");
    (cookie, me["csrf_token"].as_str().expect("a token").to_owned())
}
