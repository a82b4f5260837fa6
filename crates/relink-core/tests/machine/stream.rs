//! What the stream for analytics tells: that every event is of its flow, what each is about, and that it is true.

use crate::support::documents::{active, beyond_repair, ending, inactive, with_number};
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::{CallKind, Input};
use relink_wire::{Analytics, AnalyticsName, Code, Event};
use serde_json::{Value, json};

fn new(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([doc])).start();
    world.settle();
    world
}

fn settled(mut world: World) -> World {
    world.settle();
    world
}

fn through(mut world: World) -> World {
    world.go_on();
    world.settle();
    world
}

fn on_a_phone(doc: Doc) -> World {
    settled(World::new(Backend::giving([doc])).without_windows().start())
}

fn stream(world: &World) -> Vec<&Analytics> {
    world
        .events
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Analytics(analytics) => Some(analytics),
            _ => None,
        })
        .collect()
}

fn names(world: &World) -> Vec<&'static str> {
    stream(world).into_iter().map(|told| told.name.as_str()).collect()
}

fn reason(account: Value) -> Option<String> {
    let world = new(Doc::new("").accounts(vec![account]));
    stream(&world)[0].reason.clone()
}

#[test]
fn each_reason_has_its_name() {
    for cause in
        ["access_denied", "access_expired", "account_unavailable", "institution_requirement", "unspecified"]
    {
        assert_eq!(reason(inactive("fca_1", cause)).as_deref(), Some(cause));
    }
    assert_eq!(reason(inactive("fca_1", "full_moon")).as_deref(), Some("unspecified"));
    assert_eq!(reason(with_number("fca_1", "deactivated", None)).as_deref(), Some("number_deactivated"));
    assert_eq!(reason(with_number("fca_1", "transactable", Some(9))).as_deref(), Some("number_expiring"));
    assert_eq!(reason(ending("fca_1", 9)).as_deref(), Some("deactivation_expected"));
    assert_eq!(reason(active("fca_1")), None);
    assert_eq!(reason(beyond_repair("fca_1", "account_closed")).as_deref(), Some("unspecified"));
    let more = json!(["payment_method", "transactions"]);
    let world = new(Doc::new("").accounts(vec![active("fca_1")]).with("permissions", more));
    assert_eq!(stream(&world)[0].reason.as_deref(), Some("permissions"));
}

#[test]
fn the_gravest_reason_is_told_to_the_end_also_when_it_is_gone_by_then_and_after_a_reload() {
    let mut broken = with_number("fca_1", "transactable", Some(9));
    broken["status"] = json!("inactive");
    broken["status_details"] = json!({"inactive": {"cause": "access_denied", "action": "relink_required"}});
    let mut world = on_a_phone(Doc::new("").accounts(vec![broken]).hosted());
    world.go_on();
    world.pass(15_000);
    world.reload();
    world.settle();
    assert_eq!(world.end(), "relink-success relinked");
    for told in stream(&world) {
        assert_eq!(told.reason.as_deref(), Some("access_denied"), "{told:?}");
    }
}

#[test]
fn the_account_is_the_sessions_else_the_pages() {
    let world = new(Doc::new("").with("relink_options", json!({"account": "fca_1"})));
    assert_eq!(stream(&world)[0].account.as_deref(), Some("fca_1"));
    let mut world = World::new(Backend::giving([Doc::new("").any_account()]));
    world.settings.account = None;
    let mut world = world.start();
    world.settle();
    assert_eq!(stream(&world)[0].account, None);
    let world = World::new(Backend::default()).rule(CallKind::Create, Fault::Status(403), 9, 0).start();
    let world = settled(world);
    assert_eq!(stream(&world)[0].account.as_deref(), Some("fca_1"));
}

#[test]
fn each_way_to_the_bank_is_told_by_its_type_and_none_that_is_not_known() {
    let handoff = |doc: Doc| stream(&new(doc))[0].handoff;
    assert_eq!(handoff(Doc::new("")), Some("stripe_js"));
    assert_eq!(handoff(Doc::new("").hosted()), Some("hosted"));
    assert_eq!(handoff(Doc::new("").confirming()), Some("confirm"));
    assert_eq!(handoff(Doc::new("").with("handoff", json!({"type": "carrier_pigeon"}))), None);
}

#[test]
fn an_attempt_is_each_time_that_the_customer_sets_out_and_not_each_window() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Never, BankAct::Chooses(vec!["fca_9"])]);
    world.backend.settles_on_read = true;
    world.go_on();
    world.pass(4_000);
    world.go_on();
    world.settle();
    assert_eq!(world.errors(), ["no_account"]);
    world.reload();
    world.settle();
    let world = through(world);
    let attempts: Vec<(&str, u32)> =
        stream(&world).into_iter().map(|told| (told.name.as_str(), told.attempt)).collect();
    assert_eq!(
        attempts,
        [
            ("open", 1),
            ("consent_acquired", 1),
            ("flow_launched_in_browser", 1),
            ("flow_launched_in_browser", 1),
            ("institution_authorized", 1),
            ("accounts_selected", 1),
            ("error", 1),
            // The page was loaded again, with the wrong account on it.
            ("open", 1),
            ("error", 1),
            ("flow_launched_in_browser", 2),
            ("institution_authorized", 2),
            ("accounts_selected", 2),
            ("success", 2),
        ]
    );
}

#[test]
fn a_flow_that_begins_with_an_error_is_told_apart() {
    let opening = |world: &World| {
        let open = stream(world).into_iter().find(|told| told.name == AnalyticsName::Open);
        open.map(|told| (told.error_code.clone(), told.is_final))
    };
    assert_eq!(opening(&new(Doc::new(""))), Some((None, None)));
    let closed = new(Doc::new("").accounts(vec![beyond_repair("fca_1", "account_closed")]));
    assert_eq!(opening(&closed), Some((Some(Code::AccountClosed), Some(true))));
    let down = World::new(Backend::default()).rule(CallKind::Create, Fault::Status(503), 9, 0).start();
    let down = settled(down);
    assert_eq!(opening(&down), Some((Some(Code::ProviderUnavailable), Some(false))));
    let whole = new(Doc::new("").accounts(vec![active("fca_1")]));
    assert_eq!(opening(&whole), Some((None, None)));
}

#[test]
fn an_error_says_whether_the_flow_ended_by_it() {
    let finals = |world: &World| -> Vec<Option<bool>> {
        let errors = stream(world).into_iter().filter(|told| told.name == AnalyticsName::Error);
        errors.map(|told| told.is_final).collect()
    };
    let wrong = through(new(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]));
    assert_eq!(finals(&wrong), [Some(false)]);
    let mut refused = new(Doc::new(""));
    refused.backend.refuses = Some((400, "invalid_request"));
    assert_eq!(finals(&through(refused)), [Some(true)]);
    for told in stream(&wrong).into_iter().filter(|told| told.name != AnalyticsName::Error) {
        assert_eq!((told.error_code.as_ref(), told.is_final), (None, None));
    }
}

#[test]
fn a_hosted_flow_tells_all_that_can_be_known_however_the_backend_learns_of_it() {
    let all = [
        "open",
        "consent_acquired",
        "flow_launched_in_browser",
        "institution_authorized",
        "accounts_selected",
        "success",
    ];
    for settles in [false, true] {
        let mut world = new(Doc::new("").hosted());
        world.backend.settles_on_read = settles;
        assert_eq!(names(&through(world)), all, "settles by itself: {settles}");
    }
    // On a phone, where the page is left and loaded again.
    for settles in [false, true] {
        let mut world = on_a_phone(Doc::new("").hosted());
        world.backend.settles_on_read = settles;
        world.go_on();
        world.pass(15_000);
        world.reload();
        world.settle();
        // The second page has no view that waits for the customer but the end.
        let told: Vec<&str> = names(&world).into_iter().filter(|name| *name != "open").collect();
        assert_eq!(told, all[1..], "settles by itself: {settles}");
    }
}

#[test]
fn a_bank_that_was_left_with_nothing_done_is_not_said_to_have_let_anybody_in() {
    let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
    world.go_on();
    world.backend.close("rls_1", "cancelled");
    world.pass(5_000);
    world.tell(Input::CloseAsked);
    world.settle();
    assert_eq!(names(&world), ["open", "consent_acquired", "flow_launched_in_browser", "cancel"]);
}

#[test]
fn where_no_bank_is_visited_none_is_told_of() {
    let world = through(new(Doc::new("").confirming()));
    assert_eq!(names(&world), ["open", "consent_acquired", "success"]);
}

#[test]
fn the_time_since_the_flow_began_goes_on_over_reloads_and_never_back() {
    let mut world = on_a_phone(Doc::new("").hosted().with("expires_in", json!(99_999)));
    world.go_on();
    world.pass(60_000);
    // Each page has a clock of its own that never goes back.
    world.elapsed_ms += 1_000_000;
    world.clock_off_ms -= 1_000_000;
    world.reload();
    world.settle();
    let elapsed: Vec<u64> = stream(&world).into_iter().map(|told| told.elapsed_ms).collect();
    assert!(elapsed.is_sorted(), "{elapsed:?}");
    assert!(elapsed.last().is_some_and(|last| (60_000..70_000).contains(last)), "{elapsed:?}");
}

#[test]
fn a_success_names_the_id_that_each_account_had_before() {
    let mut world = new(Doc::new("").accounts(vec![inactive("fca_1", "access_denied")]));
    world.backend.renamed = Some(("fca_1", "fca_9"));
    let world = through(world);
    let Some((_, Event::Success { accounts, .. })) =
        world.events.iter().find(|(_, event)| event.is_terminal())
    else {
        panic!("a success")
    };
    assert_eq!((accounts[0].id.as_str(), accounts[0].replaces.as_deref()), ("fca_9", Some("fca_1")));
}

#[test]
fn nothing_personal_is_told() {
    let mut account = inactive("fca_1", "access_denied");
    account["account_holder"] = json!({"customer": "cus_1", "email": "jenny@example.com"});
    let world = through(new(Doc::new("").accounts(vec![account])));
    for (session, event) in &world.events {
        let detail = event.detail(session.as_deref(), "flow_1").to_string();
        assert!(!detail.contains("cus_1") && !detail.contains("jenny"), "{detail}");
        if let Event::Analytics(_) = event {
            assert!(!detail.contains("1ac") && !detail.contains("Everyday"), "{detail}");
        }
    }
}
