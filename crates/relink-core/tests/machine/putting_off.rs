//! "Remind me tomorrow": only where the page handles it, only in the review, and it ends the flow as leaving does.

use crate::support::{Backend, BankAct, Doc, World};
use relink_core::view::{Action, Label, Notice, Pane};
use relink_core::{CallKind, Input};
use relink_wire::{AnalyticsName, Event};

fn world(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([doc]));
    world.settings.remind_later = true;
    world = world.start();
    world.settle();
    world
}

fn other(world: &World) -> Option<(Label, Action)> {
    world.view().secondary.map(|offer| (offer.label, offer.action))
}

fn reminders(world: &World) -> usize {
    world.events.iter().filter(|(_, event)| matches!(event, Event::Remind { .. })).count()
}

#[test]
fn it_is_on_offer_only_where_the_page_says_that_it_asks_again() {
    let plain = World::started(Doc::new(""));
    assert_eq!(other(&plain), Some((Label::NotNow, Action::Close)));
    let mut pressed = World::started(Doc::new(""));
    pressed.press(Action::Remind);
    assert_eq!((reminders(&pressed), pressed.end()), (0, String::from("-")), "nor can it be pressed");
    assert_eq!(other(&world(Doc::new(""))), Some((Label::RemindMeTomorrow, Action::Remind)));
}

#[test]
fn it_cancels_the_session_and_is_said_once_before_the_end() {
    let mut world = world(Doc::new(""));
    world.press(Action::Remind);
    world.settle();
    world.press(Action::Remind);
    world.settle();
    assert!(matches!(world.view().pane, Pane::GivenUp(_)), "without a question");
    assert_eq!(world.end(), "relink-cancel in review");
    assert_eq!(world.routes(), "create cancel");
    let last = world.events.iter().rev().map(|(_, event)| event).take(4).collect::<Vec<_>>();
    let [
        Event::Cancel { .. },
        Event::Analytics(cancel),
        Event::Remind { account, reason },
        Event::Analytics(remind),
    ] = last.as_slice()
    else {
        panic!("{last:?}")
    };
    assert_eq!((remind.name, cancel.name), (AnalyticsName::Remind, AnalyticsName::Cancel));
    assert_eq!((account.as_deref(), reason), (Some("fca_1"), &remind.reason));
    assert!(reason.is_some());
    assert_eq!(reminders(&world), 1);
}

#[test]
fn closing_otherwise_reminds_nobody() {
    for input in [Input::CloseAsked, Input::Withdrawn, Input::Pressed(Action::Close)] {
        let mut world = world(Doc::new(""));
        world.tell(input);
        world.settle();
        assert_eq!((reminders(&world), world.end()), (0, String::from("relink-cancel in review")));
    }
}

#[test]
fn after_the_bank_the_backend_is_asked_first_and_what_is_done_needs_no_reminder() {
    let back = |given: bool| {
        let mut world = world(Doc::new("")).bank([BankAct::Closes]);
        world.go_on();
        world.settle();
        let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.view().pane) };
        assert_eq!(review.notice, Some(Notice::BankClosed));
        assert_eq!(other(&world), Some((Label::RemindMeTomorrow, Action::Remind)));
        if given {
            world.backend.succeed("rls_1");
        }
        let looks = world.requests_of(CallKind::Read);
        world.press(Action::Remind);
        world.settle();
        assert_eq!(world.requests_of(CallKind::Read), looks + 1);
        (reminders(&world), world.end())
    };
    assert_eq!(back(false), (1, String::from("relink-cancel in review")));
    assert_eq!(back(true), (0, String::from("relink-success relinked")));
}

#[test]
fn a_flow_that_the_page_starts_over_has_forgotten_it() {
    let mut world = world(Doc::new("")).bank([BankAct::Closes]);
    world.go_on();
    world.settle();
    world.press(Action::Remind);
    world.restart();
    world.settle();
    world.press(Action::Close);
    world.settle();
    assert_eq!((reminders(&world), world.end()), (0, String::from("relink-cancel in review")));
}

#[test]
fn without_a_bank_it_is_on_offer_too_and_at_the_bank_it_is_not() {
    let confirm = world(Doc::new("").confirming());
    assert_eq!(other(&confirm), Some((Label::RemindMeTomorrow, Action::Remind)));
    let mut away = world(Doc::new("")).bank([BankAct::Never]);
    away.go_on();
    assert_eq!(other(&away), Some((Label::Cancel, Action::Close)));
    let mut wrong = world(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]);
    wrong.go_on();
    wrong.settle();
    assert!(matches!(wrong.view().pane, Pane::WrongAccount(_)));
    assert_eq!(other(&wrong), Some((Label::NotNow, Action::Close)));
}
