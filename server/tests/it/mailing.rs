//! The email that asks a customer to relink: once, whoever asks; sent at least once, and known by its Message-ID.
//! Past 400 lines, since asking, sending, refusing and reminding share one shop, one clock and one mailbox.

use crate::hosted::{Came, DAY, KEY, ask, come, link, open, open_app, path, read, relink, settings, visit};
use crate::shop::{Shop, problem, send, serve};
use crate::webhooks::{deliver_signed, event};
use relink_server::Server;
use relink_wire::Json;
use serde_json::json;
use std::collections::HashSet;

const ACCOUNT: &str = "fca_access_expired";
const DEACTIVATED: &str = "financial_connections.account.deactivated";
const ENDING: &str = "financial_connections.account.upcoming_deactivation";
const NUMBER_ENDING: &str = "financial_connections.account.upcoming_account_number_expiry";
const REACTIVATED: &str = "financial_connections.account.reactivated";

/// Asks by email; answers status and document.
async fn by_mail(shop: &Shop, key: &str, account: &str) -> (u16, Json) {
    send(ask(shop, key, json!({"account": account, "delivery": "email"}))).await
}

async fn deliver(app: &Server) {
    app.hosted.deliver().await.expect("a database");
}

/// The path of the page that an email leads to.
fn page_of(mail: &Json) -> String {
    let text = mail["text"].as_str().expect("a text");
    let at = text.find("/r/").expect("a link");
    text[at..].split_whitespace().next().expect("a link").to_owned()
}

async fn retry_after(shop: &Shop, key: &str) -> String {
    let answer =
        ask(shop, key, json!({"account": ACCOUNT, "delivery": "email"})).send().await.expect("an answer");
    assert_eq!(answer.status(), 429);
    answer.headers()["retry-after"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn the_mail_names_merchant_bank_and_mask_and_its_link_relinks() {
    let (shop, app) = open_app(&[]).await;
    let (status, made) = by_mail(&shop, "k1", ACCOUNT).await;
    assert_eq!((status, made.get("url"), &made["status"]), (202, None, &json!("open")));
    assert_eq!((&made["mail"], &read(&shop, &made).await), (&json!("queued"), &made));
    assert_eq!(by_mail(&shop, "k1", ACCOUNT).await, (202, made.clone()), "the same key, the same answer");
    deliver(&app).await;
    let [mail] = &shop.stripe.mails().await[..] else { panic!("one mail") };
    assert_eq!(
        (&mail["to"], &mail["from"]),
        (&json!(["maya@customer.example"]), &json!("accounts@pinegrove.example"))
    );
    for part in ["text", "html"] {
        let said = mail[part].as_str().expect("both parts");
        for name in ["Pinegrove Market", "Harbour Bank", "Everyday Checking ••••\u{a0}1234"] {
            assert!(said.contains(name), "{part}: {name}");
        }
    }
    assert_eq!(read(&shop, &made).await["mail"], "sent");
    let page = page_of(mail);
    assert!(mail["html"].as_str().is_some_and(|html| html.contains(&page)));
    relink(&shop, &page, ACCOUNT).await;
    assert_eq!(read(&shop, &made).await["status"], "succeeded");
}

#[tokio::test]
async fn a_second_mail_is_refused_until_48_hours_have_passed_on_the_second() {
    let shop = open(&[]).await;
    shop.time.stop();
    assert_eq!(by_mail(&shop, "k1", ACCOUNT).await.0, 202);
    problem(ask(&shop, "k2", json!({"account": ACCOUNT, "delivery": "email"})), 429, "rate_limited").await;
    assert_eq!(retry_after(&shop, "k3").await, (2 * DAY).to_string());
    shop.time.pass(2 * DAY - 1);
    assert_eq!(retry_after(&shop, "k4").await, "1");
    shop.time.pass(1);
    assert_eq!(by_mail(&shop, "k5", ACCOUNT).await.0, 202);
    assert_eq!(retry_after(&shop, "k6").await, (2 * DAY).to_string());
    // Another account has its own 48 hours, and an address that the merchant hands out has none.
    assert_eq!(by_mail(&shop, "k7", "fca_unspecified").await.0, 202);
    for _ in 0..3 {
        link(&shop, "fca_any").await;
    }
}

#[tokio::test]
async fn a_number_is_taken_from_thirty_days_before_its_end_on_the_second() {
    let shop = open(&[]).await;
    shop.time.stop();
    let date = (shop.time.now() + 30 * DAY + 1).to_string();
    let helper = "financial_connections/accounts/fca_healthy/expected_expiry_date";
    shop.stripe.tell(helper, &[("date", &date)]).await;
    problem(ask(&shop, "k1", json!({"account": "fca_healthy", "delivery": "email"})), 422, "not_relinkable")
        .await;
    shop.time.pass(1);
    let (status, made) = by_mail(&shop, "k2", "fca_healthy").await;
    assert_eq!((status, &made["reason"]), (202, &json!("number_ends")));
}

#[tokio::test]
async fn once_the_customer_completes_they_may_be_asked_again_at_once() {
    let (shop, app) = open_app(&[]).await;
    by_mail(&shop, "k1", ACCOUNT).await;
    deliver(&app).await;
    // On the shop's own page, which knows nothing of the email.
    let session = shop.session_from(ACCOUNT).await;
    shop.at_the_bank(&session, "agreed", &[ACCOUNT]).await;
    shop.complete(&session, "k3", json!([ACCOUNT])).await;
    assert_eq!(shop.value("SELECT COUNT(*) FROM mail_limits").await, "0");
    let dead = page_of(&shop.stripe.mails().await[0]);
    assert_eq!(visit(&shop, &dead).await.0, 410);
    shop.stripe.tell(&format!("financial_connections/accounts/{ACCOUNT}/deactivate"), &[]).await;
    assert_eq!(by_mail(&shop, "k4", ACCOUNT).await.0, 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_ask_at_once_at_two_instances_one_mail_is_sent() {
    let (shop, app) = open_app(&[]).await;
    let (base, other) = serve(settings(&shop.stripe, &shop.rows, &[]).await, &shop.time).await;
    let shops = [shop.clone(), shop.through(&base)];
    let asking: Vec<_> = (0..24)
        .map(|number| {
            let shop = shops[number % 2].clone();
            tokio::spawn(async move { by_mail(&shop, &format!("k{number}"), ACCOUNT).await.0 })
        })
        .collect();
    let mut told = Vec::new();
    for one in asking {
        told.push(one.await.expect("an answer"));
    }
    assert_eq!(told.iter().filter(|status| **status == 202).count(), 1, "{told:?}");
    assert!(told.iter().all(|status| [202, 429, 409, 503].contains(status)), "{told:?}");
    tokio::join!(deliver(&app), deliver(&other));
    assert_eq!(shop.stripe.mails().await.len(), 1);
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_comes_again_with_the_same_message_id() {
    let (shop, app) = open_app(&[]).await;
    shop.stripe.tell("mail_refusals", &[("answer", "silence")]).await;
    by_mail(&shop, "k1", ACCOUNT).await;
    deliver(&app).await;
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1, "not before its time");
    shop.time.pass(10);
    deliver(&app).await;
    deliver(&app).await;
    let mails = shop.stripe.mails().await;
    let ids: HashSet<&str> = mails.iter().filter_map(|mail| mail["message_id"].as_str()).collect();
    assert_eq!((mails.len(), ids.len()), (2, 1));
}

/// A mail server that lets everybody in and says nothing.
async fn silent() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("smtp://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    url
}

#[tokio::test]
async fn a_message_whose_sender_is_slow_but_alive_is_left_to_it() {
    let smtp = silent().await;
    let (shop, app) = open_app(&[("SMTP_URL", &smtp)]).await;
    let (_, other) = serve(settings(&shop.stripe, &shop.rows, &[]).await, &shop.time).await;
    shop.time.stop();
    by_mail(&shop, "k1", ACCOUNT).await;
    let slow = tokio::spawn(async move { deliver(&app).await });
    let lease = async || shop.value("SELECT leased_until_ms FROM outbox").await;
    let until = async |changed: &str| {
        while lease().await == changed {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        lease().await
    };
    let first = until("0").await;
    shop.time.pass(9);
    until(&first).await;
    shop.time.pass(9);
    deliver(&other).await;
    assert!(shop.stripe.mails().await.is_empty(), "it has said that it is alive");
    slow.abort();
    shop.time.pass(10);
    deliver(&other).await;
    assert_eq!(shop.stripe.mails().await.len(), 1, "it has died");
}

#[tokio::test]
async fn not_now_is_tried_again_and_never_is_a_dead_letter_that_is_seen() {
    let (shop, app) = open_app(&[]).await;
    shop.stripe.tell("mail_refusals", &[("answer", "later"), ("times", "2")]).await;
    let (_, made) = by_mail(&shop, "k1", ACCOUNT).await;
    for seconds in [0, 10, 30] {
        assert!(shop.stripe.mails().await.is_empty());
        shop.time.pass(seconds);
        deliver(&app).await;
    }
    assert_eq!((shop.stripe.mails().await.len(), &read(&shop, &made).await["mail"]), (1, &json!("sent")));
    shop.stripe.tell("mail_refusals", &[("answer", "never")]).await;
    let (_, made) = by_mail(&shop, "k2", "fca_any").await;
    deliver(&app).await;
    assert_eq!(read(&shop, &made).await["mail"], "dead");
    assert_eq!(
        shop.value("SELECT trouble FROM outbox WHERE status = 'dead'").await,
        "the mail server says 550"
    );
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_asked_ten_times_and_then_no_more() {
    let (shop, app) = open_app(&[("SMTP_URL", "smtp://127.0.0.1:9")]).await;
    by_mail(&shop, "k1", ACCOUNT).await;
    for _ in 0..12 {
        deliver(&app).await;
        shop.time.pass(6 * 3600);
    }
    assert_eq!(shop.value("SELECT status || ' ' || attempts FROM outbox").await, "dead 10");
}

#[tokio::test]
async fn a_mail_that_waits_is_withdrawn_when_the_customer_relinks() {
    let (shop, app) = open_app(&[]).await;
    let (_, made) = by_mail(&shop, "k1", ACCOUNT).await;
    relink(&shop, &path(&link(&shop, ACCOUNT).await), ACCOUNT).await;
    deliver(&app).await;
    assert!(shop.stripe.mails().await.is_empty());
    assert_eq!(read(&shop, &made).await["mail"], "withdrawn");
}

#[tokio::test]
async fn the_link_rests_sealed_and_so_does_what_the_outbox_holds_until_it_is_sent() {
    let (shop, app) = open_app(&[]).await;
    by_mail(&shop, "k1", ACCOUNT).await;
    let before = shop.rows.everything().await;
    let waiting = shop.value("SELECT content_sealed FROM outbox").await;
    deliver(&app).await;
    let page = page_of(&shop.stripe.mails().await[0]);
    let token = page.trim_start_matches("/r/");
    assert!(!before.contains(token) && !before.contains(KEY));
    assert!(!waiting.is_empty() && !waiting.contains("maya@customer.example"));
    assert_eq!(shop.value("SELECT COUNT(*) FROM outbox WHERE content_sealed IS NOT NULL").await, "0");
}

#[tokio::test]
async fn a_customer_is_written_to_in_their_language_unless_the_request_names_another() {
    let (shop, app) = open_app(&[]).await;
    by_mail(&shop, "k1", "fca_other").await;
    send(ask(&shop, "k2", json!({"account": "fca_other_savings", "delivery": "email", "locale": "de-AT"})))
        .await;
    deliver(&app).await;
    let mails = shop.stripe.mails().await;
    let html = |account: &str| {
        let found =
            mails.iter().find(|mail| mail["text"].as_str().is_some_and(|text| text.contains(account)));
        found.expect("a mail")["html"].as_str().expect("markup").to_owned()
    };
    assert!(html("5150").contains(r#"<html lang="ar" dir="rtl">"#));
    assert!(html("5151").contains("wieder verbinden"));
}

#[tokio::test]
async fn a_link_that_ran_out_sends_a_new_one_within_the_rules_and_tells_no_address() {
    let (shop, app) = open_app(&[]).await;
    let page = path(&link(&shop, ACCOUNT).await);
    shop.time.pass(7 * DAY);
    let came = come(&shop, &page).await;
    let (status, html) = (came.status, &came.html);
    assert_eq!((status, html.contains("m•••@c•••.example"), html.contains("maya@")), (410, true, false));
    problem(came.form("0000"), 403, "forbidden").await;
    let first = send(came.form(came.token())).await;
    assert_eq!(first.0, 200);
    assert_eq!(send(came.form(came.token())).await, first, "the same answer, sent or not");
    deliver(&app).await;
    let [mail] = &shop.stripe.mails().await[..] else { panic!("one mail") };
    relink(&shop, &page_of(mail), ACCOUNT).await;
}

/// Presses the button for a new link on the page of a dead one.
async fn press(came: &Came) -> (u16, String) {
    let answer = came.form(came.token()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

#[tokio::test]
async fn a_used_link_offers_a_new_one_which_is_sent_where_one_is_needed() {
    let (shop, app) = open_app(&[]).await;
    let page = path(&link(&shop, ACCOUNT).await);
    relink(&shop, &page, ACCOUNT).await;
    let came = come(&shop, &page).await;
    assert_eq!((came.status, came.html.contains("Harbour Bank</bdi> is connected")), (410, true));
    let (status, html) = press(&came).await;
    assert_eq!((status, html.contains("nothing more to do"), html.contains("<form")), (200, true, false));
    shop.stripe.tell(&format!("financial_connections/accounts/{ACCOUNT}/deactivate"), &[]).await;
    deliver_signed(&shop, &event("evt_1", DEACTIVATED, ACCOUNT, 1)).await;
    let came = come(&shop, &page).await;
    assert_eq!((came.status, came.html.contains("This link has been used")), (410, true));
    assert!(!came.html.contains("1234") && !came.html.contains("Everyday"), "it names no account");
    press(&came).await;
    deliver(&app).await;
    let [mail] = &shop.stripe.mails().await[..] else { panic!("one mail") };
    assert_ne!(page_of(mail), page);
}

#[tokio::test]
async fn a_mail_that_is_taken_back_before_it_went_out_uses_up_no_48_hours() {
    let (shop, app) = open_app(&[]).await;
    by_mail(&shop, "k1", ACCOUNT).await;
    let object = shop.value(&format!("SELECT object FROM accounts WHERE id = '{ACCOUNT}'")).await;
    shop.rows
        .run(&format!("UPDATE accounts SET object = '{{\"id\":\"{ACCOUNT}\",\"status\":\"active\"}}'"))
        .await;
    deliver(&app).await;
    assert!(shop.stripe.mails().await.is_empty());
    shop.rows.run(&format!("UPDATE accounts SET object = '{object}' WHERE id = '{ACCOUNT}'")).await;
    assert_eq!(by_mail(&shop, "k2", ACCOUNT).await.0, 202);
}

#[tokio::test]
async fn by_itself_a_mail_goes_out_only_where_the_policy_says_so_and_within_the_rules() {
    let happens = |shop: Shop, id: &'static str| async move {
        shop.stripe
            .tell("financial_connections/accounts/fca_healthy/deactivate", &[("cause", "access_denied")])
            .await;
        assert_eq!(deliver_signed(&shop, &event(id, DEACTIVATED, "fca_healthy", 1)).await, 200);
    };
    let (shop, app) = open_app(&[]).await;
    happens(shop.clone(), "evt_1").await;
    deliver(&app).await;
    assert!(shop.stripe.mails().await.is_empty(), "off by default");
    let (shop, app) = open_app(&[("RELINK_MAIL_POLICY", "account.deactivated")]).await;
    for id in ["evt_1", "evt_1", "evt_2"] {
        happens(shop.clone(), id).await;
    }
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1);
    assert_eq!(
        shop.value("SELECT who FROM journal WHERE what = 'asked'").await,
        "policy:account.deactivated"
    );
    let why = shop.value("SELECT note FROM journal WHERE what = 'not_asked'").await;
    assert!(why.contains("48 hours"), "{why}");
    assert_eq!(by_mail(&shop, "k1", "fca_healthy").await.0, 429, "whoever asks");
}

#[tokio::test]
async fn a_number_that_is_about_to_end_sends_a_mail_by_itself_only_where_that_event_is_listed() {
    let (shop, app) = open_app(&[("RELINK_MAIL_POLICY", "account.upcoming_account_number_expiry")]).await;
    deliver_signed(&shop, &event("evt_1", ENDING, "fca_tan_expiring", 1)).await;
    deliver_signed(&shop, &event("evt_2", DEACTIVATED, ACCOUNT, 1)).await;
    deliver(&app).await;
    assert!(shop.stripe.mails().await.is_empty(), "not listed");
    assert_eq!(deliver_signed(&shop, &event("evt_3", NUMBER_ENDING, "fca_tan_expiring", 1)).await, 200);
    deliver(&app).await;
    let [mail] = &shop.stripe.mails().await[..] else { panic!("one mail") };
    assert!(mail["text"].as_str().is_some_and(|text| text.contains("Family Checking ••••\u{a0}7718")));
    assert_eq!(
        shop.value("SELECT asked_by || ' ' || reason FROM hosted_relinks").await,
        "policy:account.upcoming_account_number_expiry number_ends"
    );
    let warned = "SELECT COUNT(*) FROM journal WHERE what = 'warned' AND account = 'fca_tan_expiring'";
    assert_eq!(shop.value(warned).await, "2", "the timeline has both events");
}

#[tokio::test]
async fn an_account_that_is_going_to_stop_is_asked_about_only_where_its_number_ends_soon_as_well() {
    let (shop, app) = open_app(&[("RELINK_MAIL_POLICY", "upcoming_deactivation")]).await;
    let account = "fca_expected_deactivation";
    assert_eq!(deliver_signed(&shop, &event("evt_1", ENDING, account, 1)).await, 200);
    deliver(&app).await;
    assert!(shop.stripe.mails().await.is_empty());
    assert_eq!(
        shop.value("SELECT who || ': ' || note FROM journal WHERE what = 'not_asked'").await,
        "policy:upcoming_deactivation: The account works, and its number does not end within 30 days."
    );
    let date = (shop.time.now() + 30 * DAY).to_string();
    let helper = format!("financial_connections/accounts/{account}/expected_expiry_date");
    shop.stripe.tell(&helper, &[("date", &date)]).await;
    deliver_signed(&shop, &event("evt_2", ENDING, account, 2)).await;
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1);
}

#[tokio::test]
async fn an_event_of_a_login_is_about_every_account_behind_it() {
    let (shop, app) = open_app(&[("RELINK_MAIL_POLICY", "upcoming_deactivation")]).await;
    let kind = "financial_connections.authorization.upcoming_deactivation";
    assert_eq!(deliver_signed(&shop, &event("evt_1", kind, "fcauth_several", 1)).await, 200);
    deliver(&app).await;
    let asked = "SELECT COUNT(*) FROM hosted_relinks WHERE asked_by = 'policy:upcoming_deactivation'";
    assert_eq!((shop.stripe.mails().await.len(), shop.value(asked).await.as_str()), (1, "1"));
    let about = "SELECT account FROM hosted_relink_accounts";
    assert_eq!(shop.rows.values(about).await, ["fca_several", "fca_several_card", "fca_several_savings"]);
    let told = "SELECT account || ': ' || note FROM journal WHERE what = 'not_asked'";
    assert_eq!(shop.value(told).await, "fca_several_closed: The account was closed at the bank.");
    assert_eq!(deliver_signed(&shop, &event("evt_2", kind, "fcauth_nobodys", 1)).await, 200, "not ours");
    assert_eq!(shop.value("SELECT COUNT(*) FROM journal WHERE what = 'warned'").await, "4");
}

/// A shop that writes by itself, and reminds after three and six days; it has written.
async fn reminding() -> (Shop, Server) {
    let more = [("RELINK_MAIL_POLICY", "account.deactivated"), ("RELINK_MAIL_REMINDERS", "3,6")];
    let (shop, app) = open_app(&more).await;
    shop.stripe.tell("financial_connections/accounts/fca_healthy/deactivate", &[]).await;
    deliver_signed(&shop, &event("evt_1", DEACTIVATED, "fca_healthy", 1)).await;
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1);
    (shop, app)
}

#[tokio::test]
async fn who_does_not_answer_is_reminded_on_the_listed_days_and_then_no_more() {
    let (shop, app) = reminding().await;
    let mut sent = Vec::new();
    for _day in 1..=13 {
        shop.time.pass(DAY);
        deliver(&app).await;
        sent.push(shop.stripe.mails().await.len());
    }
    assert_eq!(sent, [1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3]);
    let first = page_of(shop.stripe.mails().await.last().expect("a mail"));
    assert_ne!(first, page_of(&shop.stripe.mails().await[0]), "each has a link of its own");
}

#[tokio::test]
async fn reminders_stop_at_once_when_the_account_works_again_or_somebody_else_wrote() {
    let (shop, app) = reminding().await;
    relink(&shop, &page_of(&shop.stripe.mails().await[0]), "fca_healthy").await;
    shop.time.pass(4 * DAY);
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1);
    let (shop, app) = reminding().await;
    shop.time.pass(2 * DAY);
    by_mail(&shop, "k1", "fca_healthy").await;
    shop.time.pass(DAY);
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 2);
    // A repair that no webhook reported.
    let (shop, app) = reminding().await;
    let session = shop.session_from("fca_healthy").await;
    shop.at_the_bank(&session, "agreed", &["fca_healthy"]).await;
    shop.time.pass(3 * DAY);
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1);
    assert_eq!(shop.value("SELECT status FROM hosted_relinks").await, "succeeded");
}

#[tokio::test]
async fn an_account_that_stripe_says_works_again_ends_its_links_and_the_waiting() {
    let (shop, app) = open_app(&[]).await;
    let (_, made) = by_mail(&shop, "k1", ACCOUNT).await;
    let session = shop.session_from(ACCOUNT).await;
    shop.at_the_bank(&session, "agreed", &[ACCOUNT]).await;
    assert_eq!(deliver_signed(&shop, &event("evt_1", REACTIVATED, ACCOUNT, 1)).await, 200);
    deliver(&app).await;
    assert!(shop.stripe.mails().await.is_empty());
    assert_eq!(read(&shop, &made).await["status"], "succeeded");
    assert_eq!(shop.value("SELECT COUNT(*) FROM mail_limits").await, "0");
}

/// The dashboard ticks accounts and sends; answers what the page says.
async fn tick(desk: &crate::dashboard::Desk, accounts: &[&str]) -> String {
    let form: Vec<(&str, &str)> = accounts.iter().map(|account| ("account", *account)).collect();
    desk.post("/dashboard/send", &form).await.1
}

const SEVERAL: [&str; 3] = ["fca_several", "fca_several_savings", "fca_several_card"];

#[tokio::test]
async fn one_person_gets_one_mail_for_each_bank_which_lists_the_accounts_and_its_link_repairs_them() {
    let (shop, app) = crate::dashboard::open().await;
    let desk = crate::dashboard::Desk::sign_in(&shop).await;
    let query: String = SEVERAL.map(|account| format!("account={account}&")).concat();
    let (_, html) = desk.page(&format!("/dashboard/send?{query}account=fca_other")).await;
    assert!(html.contains("Send 2 emails") && html.contains("one email about 3 accounts"), "{html}");
    let html = tick(&desk, &[&SEVERAL[..], &["fca_other"]].concat()).await;
    assert!(html.contains("2 emails are on their way"), "{html}");
    deliver(&app).await;
    let mails = shop.stripe.mails().await;
    let mail = mails.iter().find(|mail| mail["to"] == json!(["maya@customer.example"])).expect("Maya's");
    assert_eq!(mails.len(), 2);
    for part in ["text", "html"] {
        let said = mail[part].as_str().expect("both parts");
        for account in
            ["Home Checking ••••\u{a0}3101", "Home Savings ••••\u{a0}3102", "Home Card ••••\u{a0}3103"]
        {
            assert!(said.contains(account), "{part}: {account}");
        }
        assert!(!said.contains("3104") && said.contains("Choose the same accounts there."), "{part}");
    }
    for account in SEVERAL {
        assert_eq!(by_mail(&shop, account, account).await.0, 429, "each keeps its 48 hours: {account}");
    }
    let came = come(&shop, &page_of(mail)).await;
    assert!(came.html.contains("data-authorization=\"fcauth_several\"") && came.html.contains("3103"));
    let wanted = json!({"authorization": "fcauth_several"});
    let (status, session) = send(came.post("/sessions", "several", wanted)).await;
    assert_eq!((status, &session["limits"]["accounts"]), (201, &Json::Null), "{session}");
    shop.at_the_bank(&session, "agreed", &SEVERAL[..2]).await;
    let complete = format!("/sessions/{}/complete", crate::shop::id(&session));
    let (_, done) = send(came.post(&complete, "several-done", json!({"accounts": SEVERAL[..2]}))).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    let of_link = format!("SELECT status FROM hosted_relinks WHERE account = '{}'", SEVERAL[0]);
    assert_eq!(shop.value(&of_link).await, "open", "one account still needs it");
    let html = visit(&shop, &page_of(mail)).await.2;
    assert!(html.contains("data-account=\"fca_several_card\"") && !html.contains("3101"), "{html}");
    relink(&shop, &page_of(mail), "fca_several_card").await;
    assert_eq!(shop.value(&of_link).await, "succeeded");
    for account in SEVERAL {
        assert_eq!(shop.account_status(account).await, "active");
    }
}

#[tokio::test]
async fn a_mail_about_several_logins_of_one_bank_leads_through_them_one_after_the_other() {
    let (shop, app) = crate::dashboard::open().await;
    let desk = crate::dashboard::Desk::sign_in(&shop).await;
    let html = tick(&desk, &[ACCOUNT, "fca_several", "fca_any"]).await;
    assert!(html.contains("1 email is on its way"), "one bank, three logins: {html}");
    deliver(&app).await;
    let [mail] = &shop.stripe.mails().await[..] else { panic!("one mail") };
    for left in [2, 1, 0] {
        let came = come(&shop, &page_of(mail)).await;
        assert_eq!(came.html.contains("data-more"), left > 0, "{left}");
        let (_, account) = came.html.split_once("data-account=\"").expect("an account");
        let account = account.split('"').next().expect("an account");
        let foreign = json!({"account": "fca_unspecified"});
        problem(came.post("/sessions", "k0", foreign), 403, "forbidden").await;
        let (_, session) = send(came.post("/sessions", account, json!({"account": account}))).await;
        shop.at_the_bank(&session, "agreed", &[account]).await;
        let complete = format!("/sessions/{}/complete", crate::shop::id(&session));
        let (_, done) =
            send(came.post(&complete, &format!("{account}-done"), json!({"accounts": [account]}))).await;
        assert_eq!(done["status"], "succeeded", "{done}");
    }
    assert_eq!(shop.value("SELECT status FROM hosted_relinks").await, "succeeded");
}

#[tokio::test]
async fn when_a_login_breaks_and_stripe_tells_of_each_account_apart_one_mail_is_sent() {
    let (shop, app) = open_app(&[("RELINK_MAIL_POLICY", "account.deactivated")]).await;
    for (at, account) in SEVERAL.iter().enumerate() {
        let told = event(&format!("evt_{at}"), DEACTIVATED, account, 1);
        assert_eq!(deliver_signed(&shop, &told).await, 200);
    }
    deliver(&app).await;
    assert_eq!(shop.stripe.mails().await.len(), 1);
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relink_accounts").await, "3");
    assert_eq!(shop.value("SELECT COUNT(*) FROM mail_limits").await, "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_ask_at_once_about_accounts_that_overlap_each_account_is_asked_about_once() {
    let (shop, app) = crate::dashboard::open().await;
    let desk = crate::dashboard::Desk::sign_in(&shop).await;
    let both = tokio::join!(tick(&desk, &SEVERAL[..2]), tick(&desk, &SEVERAL[1..]));
    deliver(&app).await;
    let twice = "SELECT COUNT(*) FROM (SELECT account FROM hosted_relink_accounts GROUP BY account HAVING COUNT(*) > 1) AS twice";
    assert_eq!(shop.value(twice).await, "0", "{both:?}");
    assert_eq!(shop.value("SELECT COUNT(*) FROM hosted_relink_accounts").await, "3");
    assert_eq!(shop.stripe.mails().await.len(), 2);
}
