//! A sandbox and relink-server in this process, and a customer whose page has a token.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use conformance::Options;
use relink_hosted::api_key_fingerprint;
use relink_server::{Config, Server};
use relink_store::api_keys::{ApiKey, Scope};
use relink_store::security_events::{Actor, Source};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The key of the merchant's own server.
pub const API_KEY: &str = "mk_of_the_conformance_tests";

/// Payments, and data of several accounts.
const PROFILES: &str = r#"{
    "payments": {"path": "/relink", "permissions": ["payment_method", "balances"], "limit": 1},
    "data": {"path": "/relink-data", "permissions": ["balances", "transactions"], "limit": null}
}"#;

/// Both, running.
pub struct Running {
    /// What the suite is started with.
    pub options: Options,
    /// relink-server, for a server of one's own in front of it.
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

/// Starts both, and gets tokens for two customers.
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
    let database = folder.path().join("relink.sqlite").display().to_string();
    let config = Config::read(|name| match name {
        "STRIPE_API_BASE" => Some(stripe.clone()),
        "STRIPE_SECRET_KEY" => Some("sk_test_sandbox".into()),
        "STRIPE_PUBLISHABLE_KEY" => Some("pk_test_sandbox".into()),
        "STRIPE_WEBHOOK_SECRET" => Some("whsec_sandbox".into()),
        "RELINK_SECRET" => Some("the secret of these tests, for as long as they last".into()),
        "RELINK_PROFILES" => Some(PROFILES.into()),
        "MERCHANT_NAME" => Some("Pinegrove Market".into()),
        "SUPPORT_URL" => Some("https://pinegrove.example/help".into()),
        "PRIVACY_URL" => Some("https://pinegrove.example/privacy".into()),
        "MAIL_FROM" => Some("accounts@pinegrove.example".into()),
        "SMTP_URL" => Some(smtp.clone()),
        "DATABASE_PATH" => Some(database.clone()),
        _ => None,
    });
    let server = Server::open(config.expect("a good configuration")).await.expect("relink-server starts");
    server.hosted.sync_accounts().await.expect("accounts");
    let key = api_key_fingerprint(API_KEY);
    let wanted = ApiKey {
        name: "conformance".into(),
        scopes: Scope::USUAL.to_vec(),
        created_at: server.hosted.now(),
        expires_at: None,
        last_used_day: None,
    };
    let by = Source { at_ms: server.hosted.now_ms(), actor: Actor::CommandLine, address: None };
    server.hosted.store.put_api_key(&key, &wanted, &by).await.expect("a key");
    let router = server.router();
    let base = serve(router.clone()).await;
    let header = async |customer| vec![("authorization".to_owned(), token(&base, customer).await)];
    let options = Options {
        url: format!("{base}/relink"),
        headers: header("cus_demo").await,
        account: Some("fca_access_expired".into()),
        other_headers: header("cus_other").await,
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

/// The same behind a merchant's server that knows customers by a cookie, and takes a POST from its own pages only.
pub async fn start_with_cookies() -> Running {
    let Running { mut options, router, _folder } = start().await;
    let mut customers = Vec::new();
    for (headers, cookie) in [(&mut options.headers, "s=demo"), (&mut options.other_headers, "s=other")] {
        let [(_, bearer)] = &headers[..] else { unreachable!("each has one header") };
        customers.push((cookie, HeaderValue::try_from(bearer).expect("a token")));
        *headers = vec![("cookie".into(), cookie.into())];
    }
    let front = move |mut request: Request, next: Next| {
        let customers = customers.clone();
        async move {
            let is_elsewhere = ["origin", "sec-fetch-site"]
                .iter()
                .any(|name| request.headers().get(*name).is_some_and(|value| value != "same-origin"));
            if request.method() == Method::POST && is_elsewhere {
                return forbidden();
            }
            let signed_in = customers.into_iter().find(|(cookie, _)| {
                request.headers().get(header::COOKIE).is_some_and(|found| found == cookie)
            });
            if let Some((_, bearer)) = signed_in {
                request.headers_mut().insert(header::AUTHORIZATION, bearer);
            }
            next.run(request).await
        }
    };
    let router = router.layer(from_fn(front));
    let base = serve(router.clone()).await;
    options.url = format!("{base}/relink");
    options.webhook = Some(format!("{base}/webhooks/stripe"));
    Running { options, router, _folder }
}

fn forbidden() -> Response {
    let problem = r#"{"type": "about:blank", "title": "Not allowed", "status": 403, "code": "forbidden",
        "detail": "From another site.", "request_id": "req_of_the_front"}"#;
    let kind = [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::FORBIDDEN, kind, problem).into_response()
}

/// A router that answers nothing by itself.
pub fn empty() -> Router {
    Router::new().fallback(any(|| async { "hello" }))
}

/// What the merchant's own server asks for; as the page's header.
async fn token(base: &str, customer: &str) -> String {
    let request = reqwest::Client::new().post(format!("{base}/v1/customer_tokens")).bearer_auth(API_KEY);
    let request = request.header("content-type", "application/json");
    let request = request.body(format!(r#"{{"customer": "{customer}"}}"#));
    let told = request.send().await.expect("relink-server answers").text().await.expect("a body");
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    format!("Bearer {}", told["token"].as_str().expect("a token"))
}
