//! Where the dashboard is: apart from pages that run Stripe's script, if the operator wants, and with live keys always.

use crate::browser::{Browser, led_to};
use crate::dashboard::{STAFF, add_staff, open_with};
use crate::hosted::{link, path};
use crate::rows::Rows;
use crate::shop::{Shop, Time, config, serve};
use relink_server::Server;
use reqwest::RequestBuilder;
use tokio::net::TcpListener;

const OWN: (&str, &str) = ("RELINK_DASHBOARD_URL", "http://staff.test");

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

/// The dashboard's own listener.
async fn listen(app: &Server) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = app.dashboard_router().expect("a listener of its own");
    tokio::spawn(axum::serve(listener, router).into_future());
    format!("http://{address}")
}

#[tokio::test]
async fn by_its_own_name_there_is_the_dashboard_alone_and_by_others_all_else() {
    let (shop, _app) = open_with(&[OWN]).await;
    let page = path(&link(&shop, "fca_access_expired").await);
    let get = |host: &str, path: &str| shop.http.get(format!("{}{path}", shop.base)).header("host", host);
    for (path, own, other) in [
        ("/dashboard", 303, 404),
        ("/dashboard/sign-in", 200, 404),
        ("/", 303, 404),
        ("/pages/pages.css", 200, 200),
        ("/livez", 200, 200),
        (page.as_str(), 404, 303),
        ("/v1/accounts", 404, 401),
        ("/relink/sessions/rls_1", 404, 401),
    ] {
        assert_eq!(status(get("staff.test", path)).await, own, "{path} by its name");
        assert_eq!(status(get("relink.test", path)).await, other, "{path} by another");
    }
}

#[tokio::test]
async fn a_form_of_the_public_origin_is_refused_where_the_dashboard_is_apart() {
    let (shop, app) = open_with(&[OWN]).await;
    let sign_in = |base: &str, host: &str, origin: &str| {
        let request = shop.http.post(format!("{base}/dashboard/sign-in")).header("origin", origin);
        let request = request.header("host", host);
        request.form(&[("email", STAFF.0), ("password", STAFF.1)])
    };
    assert_eq!(status(sign_in(&shop.base, "staff.test", "http://relink.test")).await, 403);
    assert_eq!(status(sign_in(&shop.base, "staff.test", "http://staff.test")).await, 303);
    drop(app);
    let (shop, app) = open_with(&[("RELINK_DASHBOARD_LISTEN", "127.0.0.1:0")]).await;
    let base = listen(&app).await;
    let host = base.trim_start_matches("http://");
    assert_eq!(status(sign_in(&base, host, "http://relink.test")).await, 403);
    assert_eq!(status(sign_in(&base, host, &base)).await, 303);
    assert_eq!(status(sign_in(&shop.base, "relink.test", "http://relink.test")).await, 404);
}

#[tokio::test]
async fn at_its_own_listener_there_is_the_dashboard_alone() {
    let (shop, app) = open_with(&[("RELINK_DASHBOARD_LISTEN", "127.0.0.1:0")]).await;
    let base = listen(&app).await;
    let get = |base: &str, path: &str| shop.http.get(format!("{base}{path}"));
    for (path, own, public) in [
        ("/dashboard", 303, 404),
        ("/pages/pages.css", 200, 200),
        ("/livez", 200, 200),
        ("/v1/accounts", 404, 401),
    ] {
        assert_eq!(status(get(&base, path)).await, own, "{path} there");
        assert_eq!(status(get(&shop.base, path)).await, public, "{path} at the public one");
    }
    let mut browser = Browser::new(&shop.through(&base));
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await, led_to("/dashboard"));
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn with_live_keys_the_dashboard_is_off_unless_it_has_a_place_of_its_own_and_asks_for_a_second_factor() {
    let time = Time::default();
    let live = [
        ("STRIPE_SECRET_KEY", "sk_live_1"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_1"),
        ("RELINK_PUBLIC_URL", "https://relink.shop.example"),
    ];
    let rows = Rows::new().await;
    let (base, _app) = serve(config("https://api.stripe.test", &rows, &live), &time).await;
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    assert_eq!(status(http.get(format!("{base}/dashboard/sign-in"))).await, 404);
    let rows = Rows::new().await;
    let own = [&live[..], &[("RELINK_DASHBOARD_URL", "https://staff.shop.example")]].concat();
    let (base, app) = serve(config("https://api.stripe.test", &rows, &own), &time).await;
    add_staff(&app).await;
    let request = http.post(format!("{base}/dashboard/sign-in")).header("host", "staff.shop.example");
    let answer = request.form(&[("email", STAFF.0), ("password", STAFF.1)]).send().await.expect("an answer");
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"/dashboard/second-factor".parse().expect("a value"))
    );
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Host-") && cookie.ends_with("; Secure"), "{cookie}");
}

/// The shop of the other tests has it at the public origin.
#[tokio::test]
async fn in_test_mode_it_may_share_the_public_origin() {
    let shop = Shop::open().await;
    assert_eq!(status(shop.http.get(format!("{}/dashboard/sign-in", shop.base))).await, 200);
}
