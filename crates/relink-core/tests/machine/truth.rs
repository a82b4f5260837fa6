//! What the last view says is so: every reason to come, by every way to succeed and by both rules. Nothing is
//! "connected again" that was connected all along. Read the rows as a customer would.

use crate::support::documents::{active, beyond_repair, ending, inactive, with_number};
use crate::support::{BankAct, Doc, World};
use relink_core::view::{Achieved, Chip, Done, Pane};
use serde_json::{Value, json};

/// What the customer came with, what they chose at the bank, and what the last view says.
type Row = (&'static str, fn() -> Doc, &'static [&'static str], &'static str);

fn less_shared(id: &str) -> Value {
    let mut account = active(id);
    account["permissions"] = json!([]);
    account
}

fn unstated(id: &str) -> Value {
    let mut account = active(id);
    account["permissions"] = Value::Null;
    account
}

fn same(account: Value) -> Doc {
    Doc::new("").accounts(vec![account])
}

fn any(accounts: Vec<Value>) -> Doc {
    Doc::new("").any_account().at_most(None).accounts(accounts)
}

const ROWS: &[Row] = &[
    ("broken", || same(inactive("fca_1", "access_denied")), &["fca_1"], "Reconnected! fca_1 ActiveAgain"),
    (
        "broken, named by nobody",
        || same(inactive("fca_1", "new")),
        &["fca_1"],
        "Reconnected! fca_1 ActiveAgain",
    ),
    (
        "payments failing",
        || same(with_number("fca_1", "deactivated", None)),
        &["fca_1"],
        "PaymentsWork! fca_1 Active",
    ),
    (
        "number expiring",
        || same(with_number("fca_1", "transactable", Some(10))),
        &["fca_1"],
        "Kept! fca_1 Active",
    ),
    ("access ending", || same(ending("fca_1", 10)), &["fca_1"], "Kept! fca_1 Active"),
    ("less shared", || same(less_shared("fca_1")), &["fca_1"], "SharedMore! fca_1 Active"),
    ("nothing stated", || same(unstated("fca_1")), &["fca_1"], "Connected! fca_1 Active"),
    ("nothing wrong", || same(active("fca_1")), &[], "AlreadyActive! fca_1 Active"),
    (
        "broken, any account",
        || any(vec![inactive("fca_1", "access_expired")]),
        &["fca_1"],
        "Reconnected! fca_1 ActiveAgain",
    ),
    (
        "broken, another account chosen",
        || Doc::new("").any_account().accounts(vec![inactive("fca_1", "access_expired")]),
        &["fca_9"],
        "Reconnected fca_9 Active",
    ),
    (
        "two broken, both back",
        || any(vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")]),
        &["fca_1", "fca_2"],
        "Reconnected fca_1 ActiveAgain, fca_2 ActiveAgain",
    ),
    (
        "two broken, one back",
        || any(vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")]),
        &["fca_1"],
        "Partly! fca_1 ActiveAgain; not fca_2 Disconnected(None)",
    ),
    (
        "one broken, one that works, both back",
        || any(vec![inactive("fca_1", "access_denied"), active("fca_2")]),
        &["fca_1", "fca_2"],
        "Reconnected fca_1 ActiveAgain, fca_2 Active",
    ),
    (
        "one broken, one closed: everything back that can be",
        || any(vec![inactive("fca_1", "access_denied"), beyond_repair("fca_2", "account_closed")]),
        &["fca_1"],
        "Reconnected! fca_1 ActiveAgain; never fca_2 Closed",
    ),
    (
        "one expiring, one closed",
        || any(vec![ending("fca_1", 10), beyond_repair("fca_2", "account_closed")]),
        &["fca_1"],
        "Kept! fca_1 Active; never fca_2 Closed",
    ),
    (
        "two expiring",
        || any(vec![ending("fca_1", 10), ending("fca_2", 10)]),
        &["fca_1", "fca_2"],
        "Kept fca_1 Active, fca_2 Active",
    ),
    (
        "less shared by two",
        || any(vec![less_shared("fca_1"), less_shared("fca_2")]),
        &["fca_1", "fca_2"],
        "SharedMore! fca_1 Active, fca_2 Active",
    ),
];

fn ended(doc: Doc, given: &[&'static str]) -> World {
    let mut world = World::started(doc).bank([BankAct::Chooses(given.to_vec())]);
    finish(&mut world);
    world
}

fn finish(world: &mut World) {
    if !matches!(world.view().pane, Pane::Review(_)) {
        return;
    }
    world.go_on();
    world.settle();
    choose_all(world);
}

fn choose_all(world: &mut World) {
    if let Pane::Choose(choose) = world.view().pane {
        for option in choose.options.iter().filter(|option| !option.chosen) {
            world.press(relink_core::view::Action::Toggle(option.card.id.clone()));
        }
        world.press(relink_core::view::Action::UseChosen);
        world.settle();
    }
}

fn done(world: &World) -> Done {
    let Pane::Done(done) = world.view().pane else { panic!("{:?}", world.subject()) };
    done
}

fn said(done: &Done) -> String {
    let cards = |title: &str, cards: &[relink_core::view::AccountCard]| {
        let card = |card: &relink_core::view::AccountCard| match card.chip {
            Some(chip) => format!("{} {chip:?}", card.id),
            None => card.id.clone(),
        };
        let all: Vec<String> = cards.iter().map(card).collect();
        if all.is_empty() { String::new() } else { format!("{title}{}", all.join(", ")) }
    };
    let sentence = if done.has_sentence { "!" } else { "" };
    [
        format!("{:?}{sentence}", done.achieved),
        cards(" ", &done.accounts),
        cards("; not ", &done.still_broken),
        cards("; never ", &done.beyond_repair),
    ]
    .concat()
}

#[test]
fn the_last_view_says_what_is_so() {
    let wrong: Vec<String> = ROWS
        .iter()
        .filter_map(|(name, doc, given, should)| {
            let is = said(&done(&ended(doc(), given)));
            (is != *should).then(|| format!("{name}:\n  is     {is}\n  should {should}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn it_is_the_same_for_a_page_that_was_reloaded_at_the_bank() {
    let mut told = 0;
    for (name, doc, given, should) in ROWS.iter().filter(|(_, _, given, _)| !given.is_empty()) {
        let mut world = World::started(doc()).bank([BankAct::Never]);
        world.go_on();
        world.backend.give("rls_1", given);
        world.reload();
        world.settle();
        choose_all(&mut world);
        // What came back cannot always be told from what was there: the customer is in the review then, or is told that
        // nothing is left to do.
        let Pane::Done(done) = world.view().pane else { continue };
        if done.achieved != Achieved::AlreadyActive {
            let heading = should.split(['!', ' ']).next().unwrap_or_default();
            assert_eq!(format!("{:?}", done.achieved), heading, "{name}");
            told += 1;
        }
    }
    assert!(told > ROWS.len() / 2, "{told} of {} rows were told", ROWS.len());
}

#[test]
fn what_is_still_not_shared_is_not_listed_as_shared() {
    let mut world =
        World::started(same(less_shared("fca_1")).with("permissions", json!(["payment_method", "balances"])))
            .bank([BankAct::Chooses(vec!["fca_1"])]);
    finish(&mut world);
    let done = done(&world);
    assert_eq!((done.achieved, done.works.len()), (Achieved::Connected, 1), "only payments came back");
    assert_eq!(done.accounts[0].chip, Some(Chip::Active));
}
