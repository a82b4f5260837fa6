//! What is on screen: the wait, the confirmation, a long list.

use crate::support::documents::{BEGINNING, active, inactive};
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::{Action, Chip, Frame, Label, Pane, Subject};
use relink_core::{CallKind, Input};
use relink_wire::{DisplayText, SafeUrl};
use serde_json::{Value, json};
use std::rc::Rc;

/// An account that works and that no payment can be made with.
fn unpayable(id: &str) -> Value {
    let mut account = crate::support::documents::active(id);
    account["supported_payment_method_types"] = json!([]);
    account
}

#[test]
fn an_action_in_the_confirmation_does_not_reach_what_lies_beneath() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = World::started(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.press(Action::Toggle("fca_1".into()));
    world.tell(Input::CloseAsked);
    world.press(Action::UseChosen);
    assert_eq!((world.subject(), world.requests_of(CallKind::Complete)), (Subject::Leave, 0));
}

#[test]
fn a_broken_account_says_until_when_it_worked_if_that_is_known_and_past() {
    let chip = |mut account: Value, since: Value| {
        account["inactive_since"] = since;
        let world = World::started(Doc::new("").accounts(vec![account]));
        let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.view()) };
        review.accounts[0].chip
    };
    let broken = || inactive("fca_1", "access_denied");
    let day = BEGINNING - 9 * 86_400;
    assert_eq!(chip(broken(), json!(day)), Some(Chip::Disconnected(Some(day))));
    for odd in [Value::Null, json!(BEGINNING + 2 * 86_400), json!(0), json!(-1), json!("yesterday")] {
        assert_eq!(chip(broken(), odd.clone()), Some(Chip::Disconnected(None)), "{odd}");
    }
    let mut lessens = active("fca_1");
    lessens["permissions"] = json!([]);
    assert_eq!(chip(lessens, json!(day)), Some(Chip::MoreToShare), "what works is not said to have stopped");
}

#[test]
fn a_review_says_when_the_next_payment_is_due_while_that_is_to_come() {
    let due = |at: Value| {
        let doc = Doc::new("").accounts(vec![inactive("fca_1", "access_denied")]).with("next_payment_at", at);
        let Pane::Review(review) = World::started(doc).view().pane else { panic!("a review") };
        review.next_payment
    };
    let day = BEGINNING + 4 * 86_400;
    assert_eq!(due(json!(day)), Some(day));
    for odd in [Value::Null, json!(BEGINNING - 1), json!(0), json!(i64::MAX), json!("tomorrow")] {
        assert_eq!(due(odd.clone()), None, "{odd}");
    }
}

#[test]
fn a_wait_shows_nothing_then_a_skeleton_then_words() {
    let mut world = World::new(Backend::giving([Doc::new("")]));
    world = world.rule(CallKind::Create, Fault::Delay(10_000), 1, 0).start();
    let wait = |world: &World| format!("{:?}", world.view().pane);
    world.pass(200);
    assert_eq!(wait(&world), "Loading(Brief)");
    world.pass(200);
    assert_eq!(wait(&world), "Loading(Noticeable)");
    world.pass(700);
    assert_eq!(wait(&world), "Loading(Long)");
}

#[test]
fn a_thousand_accounts_come_through_in_the_banks_order() {
    let ids: Vec<&'static str> =
        (0..1_000).map(|n| &*Box::leak(format!("fca_{n}").into_boxed_str())).collect();
    let doc = Doc::new("").any_account().at_most(None);
    let mut world = World::started(doc).bank([BankAct::Chooses(ids.clone())]);
    world.go_on();
    world.settle();
    let Pane::Choose(choose) = world.view().pane else { panic!("{:?}", world.subject()) };
    let offered: Vec<&str> = choose.options.iter().map(|option| option.card.id.as_str()).collect();
    assert_eq!(offered, ids);
}

#[test]
fn until_something_is_learnt_of_them_the_cards_to_choose_from_are_the_same_ones() {
    let doc = Doc::new("").any_account().at_most(None);
    let mut world = World::started(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    let cards = |world: &World| {
        let Pane::Choose(choose) = world.view().pane else { panic!("{:?}", world.subject()) };
        choose.options.into_iter().map(|option| option.card).collect::<Vec<_>>()
    };
    let before = cards(&world);
    world.press(Action::Toggle("fca_2".into()));
    let after = cards(&world);
    assert_eq!(before.len(), 2);
    assert!(before.iter().zip(&after).all(|(before, after)| Rc::ptr_eq(before, after)));
}

#[test]
fn of_accounts_that_cannot_be_used_the_way_back_to_the_bank_is_offered() {
    let doc = Doc::new("").any_account().at_most(None).accounts(vec![inactive("fca_1", "access_denied")]);
    let mut world = World::started(doc.with("permissions", json!(["payment_method"]))).bank([BankAct::Never]);
    world.go_on();
    world.tell(Input::HandoffReturned {
        attempt: relink_core::Attempt(1),
        accounts: relink_wire::Account::decode_list(&[unpayable("fca_8"), unpayable("fca_9")]),
    });
    world.settle();
    let view = world.view();
    let Pane::Choose(choose) = &view.pane else { panic!("{:?}", view.pane) };
    assert_eq!((choose.options.len(), choose.refused.len()), (0, 2));
    let primary = view.primary.filter(|offer| offer.enabled).map(|offer| offer.label);
    assert_eq!(primary, Some(Label::ChooseAgainAtBank));
    world.go_on();
    world.settle();
    assert_eq!(world.requests_of(CallKind::Create), 2, "a new session, and to the bank with it");
}

#[test]
fn who_is_signed_out_before_a_session_is_led_to_where_the_page_says_one_signs_in() {
    let mut world = World::new(Backend::default()).rule(CallKind::Create, Fault::Status(401), 9, 0);
    world.settings.sign_in_url = SafeUrl::https("https://shop.example/sign-in");
    world = world.start();
    world.settle();
    let offers = [world.view().primary, world.view().secondary].map(|offer| offer.map(|offer| offer.label));
    assert_eq!(offers, [Some(Label::SignIn), Some(Label::StartAgain)]);
    let mut down = World::new(Backend::default()).rule(CallKind::Create, Fault::Status(400), 9, 0);
    down.settings.sign_in_url = SafeUrl::https("https://shop.example/sign-in");
    down = down.start();
    down.settle();
    assert_eq!(
        down.view().primary.map(|offer| offer.label),
        Some(Label::BackToMerchant),
        "only where it helps"
    );
}

#[test]
fn a_window_that_was_stopped_leaves_one_button_and_it_is_a_real_link() {
    let mut world = World::started(Doc::new("").hosted()).bank([BankAct::Blocked]);
    world.go_on();
    world.pass(1_000);
    let view = world.view();
    assert_eq!(view.pane.subject(), Subject::Blocked);
    let way = view.primary.expect("a way on");
    assert_eq!((way.label, way.new_tab), (Label::ContinueInThisTab, false));
    assert_eq!(way.href.as_ref().map(|url| url.as_str()), Some("https://bank.example/relink"));
}

#[test]
fn one_banks_name_is_not_said_with_each_of_its_accounts() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let named = |accounts: Vec<Value>| {
        let world = World::started(Doc::new("").any_account().accounts(accounts));
        let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.subject()) };
        review.accounts.iter().map(|card| card.names_bank).collect::<Vec<_>>()
    };
    assert_eq!(named(accounts.clone()), [false, false]);
    assert_eq!(named(accounts[..1].to_vec()), [true], "a single account is told with its bank");
    let mut other = accounts[1].clone();
    other["institution_name"] = json!("Other Bank");
    assert_eq!(named(vec![accounts[0].clone(), other]), [true, true]);
    let mut nameless = accounts[1].clone();
    nameless["display_name"] = Value::Null;
    assert_eq!(
        named(vec![accounts[0].clone(), nameless]),
        [false, true],
        "without a name, the bank says more"
    );
}

#[test]
fn what_is_shared_has_one_order_and_payments_come_first() {
    let wanted = json!(["ownership", "transactions", "balances", "payment_method", "new_one"]);
    let world = World::started(Doc::new("").with("permissions", wanted));
    let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.subject()) };
    let order: Vec<&str> = review.permissions.iter().map(|line| line.permission.as_str()).collect();
    assert_eq!(order, ["payment_method", "balances", "transactions", "ownership", "new_one"]);
}

#[test]
fn a_wrong_account_and_the_right_one_are_told_apart_by_more_than_colour() {
    let mut world = World::started(Doc::new("")).bank([BankAct::Chooses(vec!["fca_2"])]);
    world.go_on();
    world.settle();
    let Pane::WrongAccount(wrong) = world.view().pane else { panic!("{:?}", world.subject()) };
    assert_eq!(wrong.chosen.iter().map(|card| card.chip).collect::<Vec<_>>(), [Some(Chip::NotThisOne)]);
    assert_eq!(wrong.needed.and_then(|card| card.chip), Some(Chip::ChooseThisOne));
}

#[test]
fn a_name_that_no_button_holds_is_described_on_buttons_only() {
    let name = |length: usize| DisplayText::parse(&"x".repeat(length));
    let frame = |length| Frame { merchant: name(length), ..Frame::default() };
    assert_eq!(frame(36).on_buttons().merchant, name(36));
    assert_eq!(frame(37).on_buttons().merchant, None);
}
