//! Staff come and go: a sign-in ends with its person, by an operator's word, when nobody uses it, and at last.

use crate::browser::Browser;
use crate::dashboard::{STAFF, open, open_with};
use crate::program::operate;
use relink_store::identities::WayIn;
use relink_store::security_events::{Actor, Source};
use relink_store::staff::{Person, Role};
use tokio::task::JoinSet;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

#[tokio::test]
async fn who_is_removed_is_out_at_once_and_comes_back_to_nothing_of_before() {
    let (shop, _app) = open().await;
    let mut browser = Browser::signed_in(&shop).await;
    assert!(browser.is_in().await);
    assert_eq!(operate(&shop, &["staff", "remove", "Nora@pinegrove.example"]).0, Some(0));
    assert!(!browser.is_in().await);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await.0, 401);
    assert_eq!(operate(&shop, &["staff", "remove", STAFF.0]).0, Some(2), "nobody is there any more");
    crate::program::staff(&shop, STAFF.0, "viewer", STAFF.1);
    assert!(!browser.is_in().await, "the old sign-in is not theirs");
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await.0, 303);
}

#[tokio::test]
async fn an_operator_ends_every_sign_in_of_a_person() {
    let (shop, _app) = open().await;
    let (mut one, mut other) = (Browser::signed_in(&shop).await, Browser::signed_in(&shop).await);
    let (ended, said, _) = operate(&shop, &["staff", "sign-out", STAFF.0]);
    assert_eq!((ended, said.trim()), (Some(0), "2 sign-ins of nora@pinegrove.example have ended."));
    assert!(!one.is_in().await && !other.is_in().await);
    assert!(Browser::signed_in(&shop).await.is_in().await);
    assert_eq!(operate(&shop, &["staff", "sign-out", "nobody@shop.example"]).0, Some(2));
}

/// What is looked at before a person is changed may be written after it, where the database lets several write at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_is_under_way_while_its_person_changes_ends_with_the_change() {
    let (shop, app) = open().await;
    let (store, now) = (app.hosted.store.clone(), shop.time.now());
    let by = Source { at_ms: now * 1000, actor: Actor::CommandLine, address: None };
    let person = Person { email: STAFF.0.into(), name: "Nora".into(), role: Role::Agent };
    let identity = WayIn::Identity { issuer: "https://login.example".into(), subject: "1".into() };
    for round in 0..60 {
        let old = format!("hash {round}");
        let way_in = if round % 2 == 0 {
            store.put_staff(&person, &old, &by).await.expect("a database");
            store.reserve_try(STAFF.0, None, now).await.expect("a database");
            WayIn::Password(old)
        } else {
            store.invite_staff(&person, now + HOUR, &by).await.expect("a database");
            let bound = store.take_invitation(STAFF.0, "https://login.example", "1", &by).await;
            assert!(bound.expect("a database"));
            identity.clone()
        };
        let mut signing = JoinSet::new();
        for n in 0..4 {
            let (store, way_in) = (store.clone(), way_in.clone());
            let token = format!("token {round} {n}");
            signing
                .spawn(async move { store.sign_staff_in(&token, STAFF.0, &way_in, now, now + HOUR).await });
        }
        match round % 3 {
            0 => drop(store.put_staff(&person, "another", &by).await.expect("a database")),
            1 => drop(store.invite_staff(&person, now + HOUR, &by).await.expect("a database")),
            _ => assert!(store.remove_staff(STAFF.0, &by).await.expect("a database")),
        }
        for signed_in in signing.join_all().await {
            signed_in.expect("a database that does not wait for itself");
        }
        let left = shop.value("SELECT COUNT(*) FROM staff_sign_ins").await;
        assert_eq!(left, "0", "round {round}");
    }
}

#[tokio::test]
async fn a_sign_in_that_nobody_uses_ends_after_half_an_hour() {
    let (shop, _app) = open().await;
    shop.time.stop();
    let mut browser = Browser::signed_in(&shop).await;
    shop.time.pass(29 * MINUTE);
    assert!(browser.is_in().await);
    shop.time.pass(29 * MINUTE);
    assert!(browser.is_in().await, "it was used");
    shop.time.pass(30 * MINUTE);
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn every_sign_in_ends_after_twelve_hours_or_as_the_operator_says() {
    for (more, hours) in [(&[][..], 12), (&[("RELINK_STAFF_SIGN_IN_HOURS", "2")], 2)] {
        let (shop, _app) = open_with(more).await;
        shop.time.stop();
        let mut browser = Browser::signed_in(&shop).await;
        for _ in 0..hours * 3 - 1 {
            shop.time.pass(20 * MINUTE);
            assert!(browser.is_in().await);
        }
        shop.time.pass(20 * MINUTE);
        assert!(!browser.is_in().await, "{hours} hours");
    }
    let (shop, _app) = open_with(&[("RELINK_STAFF_IDLE_MINUTES", "120")]).await;
    let mut browser = Browser::signed_in(&shop).await;
    shop.time.pass(HOUR);
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn the_list_says_who_there_is_and_how_they_sign_in() {
    let (shop, _app) = open().await;
    let list = || operate(&shop, &["staff", "list"]).1;
    assert_eq!(list().trim(), "nora@pinegrove.example  Nora  agent  no second factor  not signed in");
    Browser::signed_in(&shop).await;
    assert!(list().contains("signed in, last seen 2"), "{}", list());
}
