//! The order of the events, and what each names.

use crate::support::{Backend, Doc, World};
use relink_core::Input;
use relink_wire::{Event, FlowState};

fn states(world: &World) -> Vec<(Option<&'static str>, &'static str)> {
    let state = |(_, event): &(Option<String>, Event)| match event {
        Event::State { state, previous } => Some((previous.map(FlowState::as_str), state.as_str())),
        _ => None,
    };
    world.events.iter().filter_map(state).collect()
}

#[test]
fn each_change_of_state_names_the_one_before_also_across_flows() {
    let mut world = World::started(Doc::new(""));
    world.go_on();
    world.settle();
    world.restart();
    let states = states(&world);
    assert_eq!(states[0], (None, "loading"));
    assert!(states.windows(2).all(|pair| pair[1].0 == Some(pair[0].1)), "{states:?}");
    assert_eq!(states.last(), Some(&(Some("succeeded"), "loading")));
}

#[test]
fn ready_comes_once_with_the_first_view_that_waits_for_the_customer() {
    let mut world = World::started(Doc::new(""));
    world.go_on();
    world.settle();
    let ready = |(_, event): &&(Option<String>, Event)| matches!(event, Event::Ready);
    assert_eq!(world.events.iter().filter(ready).count(), 1);
    let first = world.events.iter().position(|(_, event)| matches!(event, Event::Ready));
    let review = |event: &Event| matches!(event, Event::State { state: FlowState::Review, .. });
    assert_eq!(first, world.events.iter().position(|(_, event)| review(event)).map(|at| at + 1));
}

#[test]
fn a_flow_that_was_closed_while_loading_never_was_ready() {
    let mut world = World::new(Backend::giving([Doc::new("")])).start();
    world.tell(Input::CloseAsked);
    assert!(!world.events.iter().any(|(_, event)| matches!(event, Event::Ready)));
    assert_eq!(world.end(), "relink-cancel in loading");
}

#[test]
fn the_end_is_reported_after_the_state_and_names_the_session() {
    let mut world = World::started(Doc::new(""));
    world.go_on();
    world.settle();
    let end = world.events.iter().position(|(_, event)| event.is_terminal()).unwrap_or_default();
    assert!(matches!(world.events[end - 1].1, Event::State { state: FlowState::Succeeded, .. }));
    assert_eq!(world.events[end].0.as_deref(), Some("rls_1"));
}
