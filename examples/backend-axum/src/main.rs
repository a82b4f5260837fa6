//! A merchant's axum server that has the relink API mounted in it, below `/relink`, and Stripe's webhooks. Replace `SignIns` by
//! your own sign-in: here a cookie names the customer, and anybody may write one.

use axum::extract::State;
use axum::http::{Method, request::Parts};
use axum::response::Html;
use axum::{Router, routing::get};
use relink_backend::{Customer, Database, IdentifyCustomer, Merchant, NotIdentified, Relink, Secret, Stripe};
use std::error::Error;
use tower_http::services::ServeDir;

/// Who is signed in, by the app's own cookie.
struct SignIns;
impl IdentifyCustomer for SignIns {
    async fn identify(&self, request: &Parts) -> Result<Customer, NotIdentified> {
        let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
        // A cookie comes along with what another site posts, so the browser has to say that our own page did.
        let is_ours = header("sec-fetch-site").is_none_or(|site| site == "same-origin");
        if request.method == Method::POST && !is_ours {
            return Err(NotIdentified::Forbidden);
        }
        let mut cookies = header("cookie").unwrap_or_default().split("; ");
        let customer = cookies.find_map(|cookie| cookie.strip_prefix("demo_customer="));
        customer.map(Customer::signed_in).ok_or(NotIdentified::Nobody)
    }
}

async fn page(State(stripe_js): State<String>) -> Html<String> {
    Html(format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
        <meta name="referrer" content="strict-origin"><script src="{stripe_js}"></script>
        <script type="module" src="/widget/relink-widget.js"></script>
        <main><h1>Your bank accounts</h1><relink-widget endpoint="/relink"></relink-widget></main></html>"#
    ))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let env = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let api = env("STRIPE_API_BASE").unwrap_or("https://api.stripe.com".into());
    let stripe = Stripe::new(Secret::new(env("STRIPE_SECRET_KEY")?), env("STRIPE_PUBLISHABLE_KEY")?)?;
    let relink = Relink::builder()
        .stripe(stripe.at(api.parse()?))
        .webhook_secret(Secret::new(env("STRIPE_WEBHOOK_SECRET")?))
        .secret(Secret::new(env("RELINK_SECRET")?))
        .database(Database::read(None, Some(env("DATABASE_PATH")?))?)
        .merchant(Merchant::named("Corner Store"))
        .customers(SignIns)
        .build()
        .await?;
    tokio::spawn(relink.clone().background());
    let app = Router::new()
        .route("/", get(page))
        .nest_service("/widget", ServeDir::new(env("WIDGET_DIR")?))
        .nest("/relink", relink.router())
        .nest("/webhooks/stripe", relink.webhook())
        .with_state(env("STRIPE_JS_URL").unwrap_or("https://js.stripe.com/v3/".into()));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{}", env("PORT")?)).await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
