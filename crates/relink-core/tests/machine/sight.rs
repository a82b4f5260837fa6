//! What the shell sees of the widget on its page: whether it can be seen at all, what covers the bank, and which keys mean
//! anything while the bank is in front.

use crate::support::{Backend, BankAct, Doc, World};
use relink_core::view::{Action, Notice, Pane, Subject};
use relink_core::{CallKind, HandoffFailure, Input, Sight};
use relink_wire::{Code, Event};

fn new(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([doc])).start();
    world.settle();
    world
}

fn count(world: &World, kind: CallKind) -> usize {
    world.requests.iter().filter(|call| call.kind == kind).count()
}

fn reported(world: &World, code: &Code) -> usize {
    let errors = world
        .events
        .iter()
        .filter(|(_, event)| matches!(event, Event::Error { code: reported, .. } if reported == code));
    errors.count()
}

#[test]
fn ready_is_not_said_of_what_cannot_be_seen_and_comes_when_it_can() {
    let mut world = World::new(Backend::giving([Doc::new("")])).start();
    world.tell(Input::Sighted(Sight::Unsure));
    world.settle();
    let ready = |world: &World| world.events.iter().any(|(_, event)| matches!(event, Event::Ready));
    assert!(!ready(&world));
    world.tell(Input::Sighted(Sight::Clear));
    assert!(ready(&world));
    assert_eq!(reported(&world, &Code::NotVisible), 0);
}

#[test]
fn a_widget_that_was_lost_from_sight_is_told_each_time_and_the_flow_goes_on() {
    let mut world = new(Doc::new(""));
    for times in [1, 2] {
        world.tell(Input::Sighted(Sight::Lost));
        assert_eq!(reported(&world, &Code::NotVisible), times);
        world.tell(Input::Sighted(Sight::Clear));
    }
    assert_eq!(world.view().pane.subject(), Subject::Review);
    world.go_on();
    world.settle();
    world.tell(Input::Sighted(Sight::Lost));
    assert_eq!(reported(&world, &Code::NotVisible), 2, "nothing is wrong after the end");
    assert_eq!(world.view().pane.subject(), Subject::Nothing);
}

#[test]
fn while_the_bank_lies_before_the_widget_no_key_cancels() {
    for doc in [Doc::new(""), Doc::new("").hosted()] {
        let mut world = new(doc).bank([BankAct::Never]);
        world.go_on();
        for subject in [Subject::Leave, Subject::AtBank, Subject::Leave] {
            world.tell(Input::CloseAsked);
            assert_eq!(world.view().pane.subject(), subject);
        }
        assert_eq!(count(&world, CallKind::Cancel), 0);
        world.tell(Input::Pressed(Action::LeaveAnyway));
        world.settle();
        assert_eq!(world.end(), "relink-cancel in authorizing");
    }
}

#[test]
fn a_way_to_the_bank_that_something_modal_covers_has_a_code_of_its_own() {
    let mut world = new(Doc::new("")).bank([BankAct::Fails(HandoffFailure::Unreachable)]);
    world.go_on();
    world.settle();
    assert_eq!(reported(&world, &Code::HandoffUnreachable), 1);
    let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.view()) };
    assert_eq!(review.notice, Some(Notice::BankNotOpened));
}
