//! A browser that is offline, or says so.

use crate::support::{Doc, World};
use relink_core::view::Subject;

#[test]
fn offline_is_shown_and_waited_out_without_a_button() {
    let mut world = World::started(Doc::new(""));
    world.go_on();
    world.pass(5_990);
    world.set_online(false);
    world.pass(5 * 60_000);
    assert!(world.view().offline && world.subject() == Subject::Saving, "{:?}", world.view());
    world.set_online(true);
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn stripes_layer_is_not_opened_over_a_dead_connection_but_by_itself_when_it_lives_again() {
    let mut world = World::started(Doc::new(""));
    world.set_online(false);
    world.go_on();
    world.pass(60_000);
    assert!(world.view().offline && world.subject() == Subject::AtBank, "{:?}", world.view());
    assert!(world.opened.is_empty());
    world.set_online(true);
    world.settle();
    assert_eq!((world.opened.len(), world.end()), (1, "relink-success relinked".to_owned()));
}

#[test]
fn a_browser_that_wrongly_believes_itself_offline_goes_to_the_bank_all_the_same() {
    let mut world = World::started(Doc::new(""));
    world.set_online(false);
    world.offline = false;
    world.go_on();
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}
