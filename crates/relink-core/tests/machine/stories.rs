//! What the table has no column for: the order of events, late answers, the cache, waits.

use crate::support::documents::{active, inactive};
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::{Action, Notice, Pane, Subject};
use relink_core::{Answer, Attempt, CallKind, CallNumber, Effect, HandoffFailure, Input, Sight};
use relink_wire::{Code, Event, FlowState};

fn new(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([doc])).start();
    world.settle();
    world
}

fn count(world: &World, kind: CallKind) -> usize {
    world.requests.iter().filter(|call| call.kind == kind).count()
}

fn states(world: &World) -> Vec<(Option<&'static str>, &'static str)> {
    let state = |(_, event): &(Option<String>, Event)| match event {
        Event::State { state, previous } => Some((previous.map(FlowState::as_str), state.as_str())),
        _ => None,
    };
    world.events.iter().filter_map(state).collect()
}

#[test]
fn each_change_of_state_names_the_one_before_also_across_flows() {
    let mut world = new(Doc::new(""));
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
    let mut world = new(Doc::new(""));
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
fn the_end_is_told_after_the_state_and_names_the_session() {
    let mut world = new(Doc::new(""));
    world.go_on();
    world.settle();
    let end = world.events.iter().position(|(_, event)| event.is_terminal()).unwrap_or_default();
    assert!(matches!(world.events[end - 1].1, Event::State { state: FlowState::Succeeded, .. }));
    assert_eq!(world.events[end].0.as_deref(), Some("rls_1"));
}

#[test]
fn a_read_that_was_asked_for_before_the_bank_opened_is_not_heard_after_it() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
    world.tell(Input::Nudged);
    let read = world.requests.last().map(|call| call.number).unwrap_or(CallNumber(0));
    world.go_on();
    let before = world.view();
    let document = Doc::new("rls_1").status("cancelled").0;
    let answer = Answer::Http { status: 200, retry_after: None, body: Some(document) };
    world.tell(Input::Answered { call: read, answer });
    assert_eq!(world.view(), before);
}

#[test]
fn a_read_of_the_session_before_says_nothing_about_the_new_one() {
    let mut world = new(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]);
    world.go_on();
    world.settle();
    let read = CallNumber(2);
    world.go_on();
    let answer = Answer::Http { status: 200, retry_after: None, body: Some(Doc::new("rls_1").0) };
    world.tell(Input::Answered { call: read, answer });
    world.settle();
    assert!(world.end().starts_with("relink-success"));
}

#[test]
fn an_answer_about_another_session_is_no_answer() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
    world.go_on();
    world.pass(2_005);
    let read = world.requests.last().map(|call| call.number).unwrap_or(CallNumber(0));
    let document = Doc::new("rls_foreign").status("succeeded").accounts(vec![active("fca_1")]);
    let answer = Answer::Http { status: 200, retry_after: None, body: Some(document.0) };
    world.tell(Input::Answered { call: read, answer });
    assert_eq!((world.subject(), world.end().as_str()), (Subject::AtBank, "-"));
}

#[test]
fn accounts_that_an_older_opening_brings_late_are_as_good_as_the_latests() {
    let mut world = new(Doc::new("")).bank([BankAct::Never, BankAct::Never]);
    world.go_on();
    world.pass(4_000);
    world.go_on();
    world.backend.give("rls_1", &["fca_1"]);
    let accounts = relink_wire::Account::decode_list(&[active("fca_1")]);
    world.tell(Input::HandoffReturned { attempt: Attempt(1), accounts });
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn an_older_opening_that_is_closed_says_nothing_of_the_latest() {
    let mut world = new(Doc::new("")).bank([BankAct::Never, BankAct::Never]);
    world.go_on();
    world.pass(4_000);
    world.go_on();
    world.tell(Input::HandoffReturned { attempt: Attempt(1), accounts: Vec::new() });
    world.pass(100);
    assert_eq!(world.subject(), Subject::AtBank);
}

#[test]
fn accounts_that_came_back_are_not_given_up_for_a_refused_read() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = new(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world = world.rule(CallKind::Read, Fault::Status(401), 9, 0);
    world.go_on();
    world.settle();
    assert_eq!(world.subject(), Subject::Choose);
}

#[test]
fn a_window_for_a_new_session_is_opened_inside_the_click() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Chooses(vec!["fca_9"])]);
    world.backend.settles_on_read = true;
    world.go_on();
    world.settle();
    assert_eq!(world.subject(), Subject::WrongAccount);
    world.go_on();
    assert!(matches!(world.opened.last(), Some(Effect::PrepareWindow { .. })));
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn a_session_that_was_to_end_by_now_is_replaced_at_the_click_whatever_a_later_look_gave_it() {
    let mut world = new(Doc::new(""));
    world.backend.gives_time_again = true;
    world.pass(1_900_000);
    assert!(world.requests.iter().any(|call| call.kind == CallKind::Read));
    world.go_on();
    world.settle();
    assert_eq!((world.backend.created, world.opened.len()), (2, 1));
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn what_cannot_be_repaired_is_never_sent_to_the_bank() {
    let closed = crate::support::documents::beyond_repair("fca_1", "account_closed");
    let mut world = new(Doc::new("").accounts(vec![closed]));
    for action in [Action::Continue, Action::Reopen, Action::TryAgain] {
        world.press(action);
    }
    assert!(world.opened.is_empty());
}

#[test]
fn an_action_in_the_confirmation_does_not_reach_what_lies_beneath() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = new(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.press(Action::Toggle("fca_1".into()));
    world.tell(Input::CloseAsked);
    world.press(Action::UseChosen);
    assert_eq!((world.subject(), count(&world, CallKind::Complete)), (Subject::Leave, 0));
}

#[test]
fn a_choice_that_came_back_from_the_cache_is_blocked_until_the_session_was_read() {
    let accounts = vec![inactive("fca_1", "access_denied"), inactive("fca_2", "access_denied")];
    let doc = Doc::new("").any_account().accounts(accounts);
    let mut world = new(doc).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
    world.go_on();
    world.settle();
    world.tell(Input::Restored);
    world.press(Action::Toggle("fca_1".into()));
    assert_eq!(world.subject(), Subject::Checking);
    world.settle();
    let Pane::Choose(choose) = world.view().pane else { panic!("{:?}", world.view()) };
    assert!(choose.options.iter().all(|option| !option.chosen));
}

#[test]
fn offline_is_said_and_waited_out_without_a_button() {
    let mut world = new(Doc::new(""));
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
    let mut world = new(Doc::new(""));
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
    let mut world = new(Doc::new(""));
    world.set_online(false);
    world.offline = false;
    world.go_on();
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
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
fn a_page_that_was_loaded_again_at_the_bank_is_closed_only_after_a_look() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
    world.backend.settles_on_read = true;
    world.go_on();
    world.backend.give("rls_1", &["fca_1"]);
    world.reload();
    world.tell(Input::CloseAsked);
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
}

#[test]
fn a_backend_that_accepts_and_never_decides_is_believed_where_everything_works() {
    let mut world = new(Doc::new(""));
    world.backend.slow_to_settle = u32::MAX;
    world.go_on();
    world.settle();
    world.pass(120_000);
    assert_eq!(world.end(), "relink-success already_active");
}

#[test]
fn two_elements_on_one_session_both_end_right() {
    let mut first =
        World::new(Backend::giving([Doc::new("")]).holding(Doc::new("rls_x"))).session("rls_x").start();
    first.settle();
    first.go_on();
    first.settle();
    assert_eq!(first.end(), "relink-success relinked");
    let backend = first.backend;
    let mut second = World::new(backend).session("rls_x").start();
    second.settle();
    assert_eq!(second.end(), "relink-success relinked");
    assert_eq!(second.backend.sessions["rls_x"].completions, 1);
}

#[test]
fn a_thousand_accounts_come_through_in_the_banks_order() {
    let ids: Vec<&'static str> =
        (0..1_000).map(|n| &*Box::leak(format!("fca_{n}").into_boxed_str())).collect();
    let doc = Doc::new("").any_account().at_most(None);
    let mut world = new(doc).bank([BankAct::Chooses(ids.clone())]);
    world.go_on();
    world.settle();
    let Pane::Choose(choose) = world.view().pane else { panic!("{:?}", world.subject()) };
    let offered: Vec<&str> = choose.options.iter().map(|option| option.card.id.as_str()).collect();
    assert_eq!(offered, ids);
}

fn told(world: &World, code: &Code) -> usize {
    let errors = world
        .events
        .iter()
        .filter(|(_, event)| matches!(event, Event::Error { code: told, .. } if told == code));
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
    assert_eq!(told(&world, &Code::NotVisible), 0);
}

#[test]
fn a_widget_that_was_lost_from_sight_is_told_each_time_and_the_flow_goes_on() {
    let mut world = new(Doc::new(""));
    for times in [1, 2] {
        world.tell(Input::Sighted(Sight::Lost));
        assert_eq!(told(&world, &Code::NotVisible), times);
        world.tell(Input::Sighted(Sight::Clear));
    }
    assert_eq!(world.view().pane.subject(), Subject::Review);
    world.go_on();
    world.settle();
    world.tell(Input::Sighted(Sight::Lost));
    assert_eq!(told(&world, &Code::NotVisible), 2, "nothing is wrong after the end");
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
    assert_eq!(told(&world, &Code::HandoffUnreachable), 1);
    let Pane::Review(review) = world.view().pane else { panic!("{:?}", world.view()) };
    assert_eq!(review.notice, Some(Notice::BankNotOpened));
}
