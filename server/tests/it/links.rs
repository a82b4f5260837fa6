//! A link's token is in an address once: it is exchanged for a cookie, and the page, its widget and everything that they load
//! go on without it. And what a link says when it is over.

use crate::hosted::{DAY, come, link, look, open, open_app, path, read, relink};
use crate::shop::{Shop, problem, send};
use crate::telling::hear;
use crate::webhooks::{deliver_signed, event};
use serde_json::json;

const ACCOUNT: &str = "fca_access_expired";
const OTHER: &str = "fca_any";

async fn page(shop: &Shop, path: &str, cookie: &str) -> (u16, String) {
    let answer = look(shop, path, cookie).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

#[tokio::test]
async fn the_token_is_exchanged_for_a_cookie_of_the_links_own_path() {
    let shop = open(&[]).await;
    let made = link(&shop, ACCOUNT).await;
    let answer = shop.http.get(format!("{}{}", shop.base, path(&made))).send().await.expect("an answer");
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    let clean = format!("/r/l/{}", made["id"].as_str().expect("an id"));
    assert_eq!((answer.status().as_u16(), header("location")), (303, clean.clone()));
    assert_eq!(
        (header("referrer-policy"), header("cache-control")),
        ("no-referrer".into(), "no-store".into())
    );
    let cookie = header("set-cookie");
    for part in
        [format!("; Path={clean};"), "; HttpOnly".into(), "; SameSite=Lax".into(), "; Max-Age=".into()]
    {
        assert!(cookie.contains(&part), "{part}: {cookie}");
    }
    assert!(answer.text().await.expect("a body").is_empty());
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_says_so_in_its_name() {
    let shop = open(&[("RELINK_PUBLIC_URL", "https://relink.test")]).await;
    let made = link(&shop, ACCOUNT).await;
    let answer = shop.http.get(format!("{}{}", shop.base, path(&made))).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Secure-relink-link=") && cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn two_links_in_one_browser_stand_side_by_side_and_neither_opens_the_other() {
    let shop = open(&[]).await;
    let one = come(&shop, &path(&link(&shop, ACCOUNT).await)).await;
    let other = come(&shop, &path(&link(&shop, OTHER).await)).await;
    assert_ne!((&one.path, &one.cookie), (&other.path, &other.cookie));
    assert_eq!(page(&shop, &one.path, &other.cookie).await.0, 403, "a cookie is of one link");
    for (came, account) in [(&one, ACCOUNT), (&other, OTHER)] {
        let (status, session) = send(came.post("/sessions", "k1", json!({}))).await;
        assert_eq!((status, &session["relink_options"]["account"]), (201, &json!(account)));
    }
}

#[tokio::test]
async fn a_link_may_be_opened_again_on_another_device_and_in_another_tab_while_it_is_open() {
    let shop = open(&[]).await;
    let address = path(&link(&shop, ACCOUNT).await);
    let first = come(&shop, &address).await;
    let second = come(&shop, &address).await;
    assert_ne!(first.cookie, second.cookie, "each browser has its own");
    let (status, session) = send(first.post("/sessions", "k1", json!({}))).await;
    assert_eq!(status, 201, "{session}");
    // The second tab of a browser has replaced its cookie; the first tab's page goes on with the new one.
    let read =
        look(&shop, &format!("{}/relink/sessions/{}", first.path, crate::shop::id(&session)), &second.cookie);
    assert_eq!(send(read).await.0, 200);
    let cancel = format!("/sessions/{}/cancel", crate::shop::id(&session));
    let token_of_the_first = crate::hosted::Came { cookie: second.cookie.clone(), ..first };
    assert_eq!(send(token_of_the_first.post(&cancel, "k2", json!({}))).await.0, 200);
}

#[tokio::test]
async fn without_the_cookie_the_page_says_what_to_do_and_the_same_of_a_link_that_never_was() {
    let shop = open(&[]).await;
    let came = come(&shop, &path(&link(&shop, ACCOUNT).await)).await;
    let (status, html) = page(&shop, &came.path, "").await;
    assert_eq!(
        (status, html.contains("Open the link again"), html.contains("allow cookies")),
        (403, true, true)
    );
    assert_eq!(page(&shop, "/r/l/hrl_never", "").await, (status, html.clone()));
    assert_eq!(page(&shop, &came.path, "relink-link=0000").await, (status, html.clone()));
    for said in ["Harbour", "1234", "<form"] {
        assert!(!html.contains(said), "{said}");
    }
    let bare = shop.http.get(format!("{}{}/relink/sessions/rls_1", shop.base, came.path));
    problem(bare, 401, "not_authenticated").await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM relink_sessions").await, "0");
}

#[tokio::test]
async fn however_often_a_scanner_opens_a_link_the_newest_hundred_visits_are_kept() {
    let shop = open(&[]).await;
    let address = path(&link(&shop, ACCOUNT).await);
    for _ in 0..120 {
        let opened = shop.http.get(format!("{}{address}", shop.base)).send().await.expect("an answer");
        assert_eq!(opened.status(), 303);
    }
    shop.time.pass(1);
    let came = come(&shop, &address).await;
    assert_eq!((came.status, shop.value("SELECT COUNT(*) FROM link_visits").await.as_str()), (200, "100"));
}

#[tokio::test]
async fn a_link_that_is_over_names_the_bank_for_a_day_and_then_nobody_and_nothing() {
    let shop = open(&[]).await;
    let (used, unused) = (path(&link(&shop, ACCOUNT).await), path(&link(&shop, OTHER).await));
    relink(&shop, &used, ACCOUNT).await;
    let came = come(&shop, &used).await;
    assert!(
        came.html.contains("Harbour Bank</bdi> is connected") && !came.html.contains("1234"),
        "{}",
        came.html
    );
    shop.time.pass(DAY);
    let quiet = |html: &str| {
        for said in ["Harbour", "1234", "3201", "Everyday", "Joint", "m•••@", "maya"] {
            assert!(!html.contains(said), "{said}: {html}");
        }
        html.contains("no longer in use")
    };
    let (status, html) = page(&shop, &came.path, &came.cookie).await;
    assert_eq!((status, quiet(&html)), (410, true));
    shop.time.pass(6 * DAY);
    let came = come(&shop, &unused).await;
    assert!(came.status == 410 && came.html.contains("Joint Checking ••••\u{a0}3201"), "{}", came.html);
    shop.time.pass(DAY);
    let came = come(&shop, &unused).await;
    assert!(quiet(&came.html) && came.html.contains("Send a new link to your email address"));
    let answer = came.form(came.token()).send().await.expect("an answer");
    assert!(!answer.text().await.expect("a body").contains("m•••@"), "nor does the answer");
    assert_eq!(
        shop.value("SELECT COUNT(*) FROM outbox WHERE kind = 'mail'").await,
        "1",
        "and yet it is sent"
    );
}

#[tokio::test]
async fn a_link_that_runs_out_while_its_customer_is_at_the_bank_ends_as_succeeded() {
    let (url, heard) = hear().await;
    let told = [("HOSTED_WEBHOOK_URL", url.as_str()), ("HOSTED_WEBHOOK_SECRET", "whsec_planted_own_system")];
    let (shop, app) = open_app(&told).await;
    let made = link(&shop, ACCOUNT).await;
    let address = path(&made);
    shop.time.pass(7 * DAY - 60);
    let came = come(&shop, &address).await;
    let (status, session) = send(came.post("/sessions", "k1", json!({}))).await;
    assert_eq!(status, 201, "{session}");
    shop.time.pass(120);
    app.hosted.deliver().await.expect("a database");
    assert_eq!(read(&shop, &made).await["status"], "open", "its customer is at the bank");
    let again = come(&shop, &address).await;
    assert!(again.status == 410 && again.html.contains("This link has expired"), "and nothing new begins");
    problem(came.post("/sessions", "k9", json!({})), 401, "not_authenticated").await;
    shop.at_the_bank(&session, "agreed", &[ACCOUNT]).await;
    let complete = format!("/sessions/{}/complete", crate::shop::id(&session));
    let (_, done) = send(came.post(&complete, "k2", json!({"accounts": [ACCOUNT]}))).await;
    assert_eq!(done["status"], "succeeded");
    assert_eq!(read(&shop, &made).await["status"], "succeeded");
    app.hosted.deliver().await.expect("a database");
    app.hosted.deliver().await.expect("a database");
    let kinds: Vec<String> =
        heard.lock().expect("nobody panicked").iter().map(|(_, body)| body.clone()).collect();
    assert!(kinds.iter().all(|body| body.contains("hosted_relink.succeeded")), "{kinds:?}");
}

#[tokio::test]
async fn a_success_that_stripe_reports_after_the_session_ran_out_too_still_ends_the_link_as_succeeded() {
    let (shop, app) = open_app(&[]).await;
    let made = link(&shop, ACCOUNT).await;
    shop.time.pass(7 * DAY - 60);
    let came = come(&shop, &path(&made)).await;
    let (_, session) = send(came.post("/sessions", "k1", json!({}))).await;
    shop.time.pass(3600);
    assert_eq!(
        send(came.get(&format!("/sessions/{}", crate::shop::id(&session)))).await.1["status"],
        "expired"
    );
    app.hosted.deliver().await.expect("a database");
    assert_eq!(read(&shop, &made).await["status"], "expired", "nobody is there any more");
    shop.at_the_bank(&session, "agreed", &[ACCOUNT]).await;
    let stripe = shop.stripe_session(&session).await;
    let told = event("evt_1", "financial_connections.session.updated", &stripe, 1);
    assert_eq!(deliver_signed(&shop, &told).await, 200);
    assert_eq!(read(&shop, &made).await["status"], "succeeded");
}
