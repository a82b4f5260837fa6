//! The security events: what is recorded, that it cannot be changed unseen, and how it is read.

use crate::browser::Browser;
use crate::dashboard::{STAFF, open};
use crate::hosted::settings;
use crate::program::operate;
use crate::shop::{Shop, problem, serve};
use axum::Extension;
use relink_backend::ClientAddress;
use relink_store::security_events::{Actor, SecurityEventKind, Source};
use relink_wire::Json;
use tokio::net::TcpListener;

/// Every line of an export.
fn export(shop: &Shop, more: &[&str]) -> Vec<Json> {
    let (ended, lines, said) = operate(shop, &[&["security-log"], more].concat());
    assert_eq!(ended, Some(0), "{said}");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn kinds(lines: &[Json]) -> Vec<&str> {
    lines.iter().map(|line| line["kind"].as_str().expect("a word")).collect()
}

fn verify(shop: &Shop, more: &[&str]) -> (Option<i32>, String) {
    let (ended, told, said) = operate(shop, &[&["security-log", "--verify"], more].concat());
    (ended, format!("{told}{said}").trim().to_owned())
}

/// Changes lines, as somebody can who owns the database: what refuses it is taken away first. The program puts it back
/// whenever it opens the database.
async fn tamper(shop: &Shop, change: &str) {
    let sql = if shop.rows.is_file() {
        "DROP TRIGGER IF EXISTS security_events_never_change; DROP TRIGGER IF EXISTS security_events_never_go"
    } else {
        "DROP TRIGGER IF EXISTS security_events_never_change ON security_events"
    };
    shop.rows.run(sql).await;
    shop.rows.run(change).await;
}

#[tokio::test]
async fn who_signs_in_and_out_and_who_is_refused_is_recorded_with_the_address() {
    let (mut shop, app) = open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    shop.base = format!("http://{}", listener.local_addr().expect("an address"));
    let client = ClientAddress("192.0.2.7".parse().expect("an address"));
    tokio::spawn(axum::serve(listener, app.router().layer(Extension(client))).into_future());
    let mut browser = Browser::new(&shop);
    assert_eq!(browser.sign_in(STAFF.0, "planted wrong one").await.0, 401);
    assert_eq!(browser.sign_in("planted as a name", "planted wrong one").await.0, 401);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await.0, 303);
    browser.get("/dashboard").await;
    assert_eq!(browser.post("/dashboard/sign-out", &[]).await.0, 303);
    let key = shop.http.get(format!("{}/v1/accounts?customer=cus_1", shop.base)).bearer_auth("mk_planted");
    problem(key, 401, "not_authenticated").await;
    let lines = export(&shop, &[]);
    let told = [
        "staff_added",
        "sign_in_failed",
        "sign_in_failed",
        "signed_in",
        "signed_out",
        "api_key_refused",
        "exported",
    ];
    assert_eq!(kinds(&lines), told);
    let actor = |at: usize| lines[at]["actor"].as_str().expect("text");
    assert_eq!(
        [actor(0), actor(1), actor(3), actor(5)],
        ["command line", "unknown", "staff:nora@pinegrove.example", "unknown"]
    );
    assert_eq!(lines[1]["subject"], STAFF.0, "a name that is known");
    let fingerprint = lines[2]["subject"].as_str().expect("text").strip_prefix("no staff: ");
    assert_eq!(fingerprint.map(str::len), Some(16));
    assert_eq!((&lines[3]["address"], &lines[0]["address"]), (&"192.0.2.7".into(), &Json::Null));
    assert!(!shop.rows.everything().await.contains("planted"), "what was typed rests nowhere");
    assert_eq!(verify(&shop, &[]).0, Some(0));
}

#[tokio::test]
async fn the_database_refuses_to_change_or_to_remove_a_line() {
    let (shop, _app) = open().await;
    for change in [
        "UPDATE security_events SET kind = 'signed_out'",
        "DELETE FROM security_events WHERE number = 1",
        "DELETE FROM security_events",
    ] {
        let refused = shop.rows.try_run(change).await.expect_err(change);
        assert!(refused.to_string().contains("rows are only added"), "{refused}");
    }
    assert_eq!(shop.value("SELECT COUNT(*) FROM security_events").await, "1");
}

#[tokio::test]
async fn a_line_that_was_removed_or_changed_nevertheless_is_named() {
    let (shop, app) = open().await;
    let by = Source { at_ms: 1, actor: Actor::CommandLine, address: None };
    for _ in 0..5 {
        app.hosted.store.record(&by, SecurityEventKind::Resealed, None).await.expect("a database");
    }
    let (ended, said) = verify(&shop, &[]);
    assert_eq!((ended, said.starts_with("6 lines, none missing, none changed.")), (Some(0), true), "{said}");
    tamper(&shop, "UPDATE security_events SET actor = 'staff:nora@pinegrove.example' WHERE number = 4").await;
    assert_eq!(
        verify(&shop, &[]),
        (Some(1), "relink-server: line 4 of the security log was changed.".into())
    );
    tamper(&shop, "DELETE FROM security_events WHERE number = 3").await;
    assert_eq!(verify(&shop, &[]), (Some(1), "relink-server: line 3 of the security log is missing.".into()));
    tamper(&shop, "DELETE FROM security_events WHERE number > 2").await;
    assert_eq!(verify(&shop, &[]).1, "relink-server: line 3 of the security log is missing.");
    tamper(&shop, "UPDATE security_chain SET number = 1").await;
    let said = verify(&shop, &[]).1;
    assert!(said.contains("the end of the security log"), "{said}");
}

#[tokio::test]
async fn a_chain_that_was_made_anew_lacks_the_hash_that_was_kept_elsewhere() {
    let (shop, _app) = open().await;
    let kept = export(&shop, &[])[1]["hash"].as_str().expect("a hash").to_owned();
    assert_eq!(verify(&shop, &["--anchor", &kept]).0, Some(0));
    tamper(&shop, "DELETE FROM security_events; UPDATE security_chain SET number = 0, hash = ''").await;
    assert_eq!(operate(&shop, &["staff", "sign-out", STAFF.0]).0, Some(0));
    assert_eq!(verify(&shop, &[]).0, Some(0), "it fits in itself");
    let (ended, said) = verify(&shop, &["--anchor", &kept]);
    assert!(ended == Some(1) && said.contains("no line of the security log has that hash"), "{said}");
}

#[tokio::test]
async fn however_many_write_at_once_at_two_instances_there_is_one_chain() {
    let (shop, app) = open().await;
    let other = serve(settings(&shop.stripe, &shop.rows, &[]).await, &shop.time).await.1;
    let writers = (0..40).map(|at| {
        let store = if at % 2 == 0 { app.hosted.store.clone() } else { other.hosted.store.clone() };
        tokio::spawn(async move {
            let by = Source { at_ms: at, actor: Actor::ApiKey("shop"), address: None };
            store.record(&by, SecurityEventKind::ApiKeyRefused, Some("no such key")).await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("no panic").expect("a database");
    }
    let (ended, said) = verify(&shop, &[]);
    assert_eq!((ended, said.starts_with("41 lines")), (Some(0), true), "{said}");
}

#[tokio::test]
async fn an_export_begins_on_a_day_and_is_itself_recorded() {
    let (shop, app) = open().await;
    let by = Source { at_ms: 86_400_000, actor: Actor::CommandLine, address: None };
    app.hosted.store.record(&by, SecurityEventKind::Resealed, None).await.expect("a database");
    assert_eq!(kinds(&export(&shop, &["--since", "1970-01-03"])), ["staff_added", "exported"]);
    let all = export(&shop, &["--since", "1970-01-02"]);
    assert_eq!(kinds(&all), ["staff_added", "resealed", "exported", "exported"]);
    assert_eq!(all[3]["subject"], "security log since 1970-01-02");
    for bad in [
        &["--since", "yesterday"][..],
        &["--since"],
        &["--anchor", "x"],
        &["--verify", "--since", "2026-01-01"],
    ] {
        assert_eq!(operate(&shop, &[&["security-log"], bad].concat()).0, Some(2), "{bad:?}");
    }
}

#[tokio::test]
async fn a_copy_of_the_whole_database_is_an_export_and_is_recorded_in_it() {
    let (shop, _app) = open().await;
    if !shop.rows.is_file() {
        // PostgreSQL is copied by its own tools, which know no security log.
        return;
    }
    let copy = shop.rows.folder.path().join("copy.sqlite");
    let (ended, _, said) = operate(&shop, &["backup", copy.to_str().expect("a path")]);
    assert_eq!(ended, Some(0), "{said}");
    let lines = export(&shop, &[]);
    let copied = lines.iter().find(|line| line["subject"] == "database backup").expect("a line");
    assert_eq!((&copied["kind"], &copied["actor"]), (&Json::from("exported"), &Json::from("command line")));
    assert_eq!(verify(&shop, &[]).0, Some(0));
}
