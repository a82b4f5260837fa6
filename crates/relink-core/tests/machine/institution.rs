//! What is known of the bank is said before the customer goes there, and nothing else changes.

use crate::support::documents::{BEGINNING, inactive};
use crate::support::{Backend, BankAct, Doc, World};
use relink_core::HandoffFailure;
use relink_core::view::{Notice, Pane, Subject};
use serde_json::{Value, json};

fn at(status: Value) -> Doc {
    Doc::new("").with("institution", json!({"id": "fcinst_1", "name": "Harbour Bank", "status": status}))
}

fn notice(world: &World) -> Option<Notice> {
    let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.view()) };
    review.notice
}

#[test]
fn a_bank_in_trouble_or_down_is_said_in_the_review_and_the_way_there_stays_open() {
    for (status, wanted) in [
        (json!("degraded"), Some(Notice::BankDegraded)),
        (json!("inactive"), Some(Notice::BankInactive)),
        (json!("active"), None),
        (json!("on_holiday"), None),
        (json!(""), None),
        (json!(7), None),
        (Value::Null, None),
    ] {
        let mut world = World::started(at(status.clone()));
        assert_eq!(notice(&world), wanted, "{status}");
        world.go_on();
        world.settle();
        assert_eq!(world.end(), "relink-success relinked", "{status}");
    }
}

#[test]
fn what_happened_at_the_bank_a_moment_ago_is_said_rather_than_what_was_known_before() {
    let doc = at(json!("degraded"));
    let mut world = World::started(doc).bank([BankAct::Fails(HandoffFailure::ScriptNotLoaded)]);
    world.go_on();
    world.settle();
    assert_eq!(notice(&world), Some(Notice::BankNotOpened));
}

#[test]
fn where_no_bank_is_visited_nothing_is_said_of_it() {
    let doc = at(json!("inactive")).with("handoff", json!({"type": "confirm"}));
    let world = World::started(doc);
    assert_eq!((world.subject(), notice(&world)), (Subject::Review, None));
}

#[test]
fn a_page_that_is_loaded_again_says_it_again() {
    let doc = at(json!("inactive")).accounts(vec![inactive("fca_1", "access_expired")]);
    let mut world = World::new(Backend::giving([doc.with("expires_at", json!(BEGINNING + 1_800))])).start();
    world.settle();
    world.reload();
    world.settle();
    assert_eq!(notice(&world), Some(Notice::BankInactive));
}
