//! More rows: what comes from beyond the widget and cannot be trusted. Answers that are lost on their way, headers of the
//! page that ran out, and clocks that are wrong.

use super::Row;
use crate::support::documents::{beyond_repair, with_number};
use crate::support::{Backend, Doc, Fault, World};
use relink_core::CallKind;
use serde_json::json;

const YEAR_MS: i64 = 365 * 86_400_000;
const DAY_MS: i64 = 86_400_000;

fn settled(mut world: World) -> World {
    world.settle();
    world
}

/// A fault befalls the first so many requests of a kind, from the start to the end that comes by itself.
fn relink(kind: CallKind, fault: Fault, first: u32) -> World {
    let mut world = settled(World::new(Backend::giving([Doc::new("")])).rule(kind, fault, first, 0).start());
    world.go_on();
    settled(world)
}

/// The same in a page whose `headers` is a function.
fn with_headers(kind: CallKind, first: u32) -> World {
    let world = World::new(Backend::giving([Doc::new("")])).with_headers();
    let mut world = settled(world.rule(kind, Fault::Status(401), first, 0).start());
    world.go_on();
    settled(world)
}

/// A browser whose clock is that wrong is given an account that works, with a number that ends in so many days.
fn clock(off_ms: i64, days: i64, document: impl FnOnce(Doc) -> Doc) -> World {
    let doc = Doc::new("").accounts(vec![with_number("fca_1", "transactable", Some(days))]);
    let mut world = World::new(Backend::giving([document(doc)]));
    world.clock_off_ms = off_ms;
    world.begin();
    settled(world)
}

fn timeless(doc: Doc) -> Doc {
    doc.without("expires_at").without("expires_in")
}

/// The table.
pub const ROWS: &[Row] = &[
    // Answers that are lost on their way
    Row {
        when: "a captive portal's page stands once where the new session should be: asked again by itself",
        story: || {
            settled(
                World::new(Backend::giving([Doc::new("")])).rule(CallKind::Create, Fault::Html, 1, 0).start(),
            )
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the body of a completion is cut twice: asked again under the same key",
        story: || {
            let world = relink(CallKind::Complete, Fault::BodyCut, 2);
            assert_eq!((world.keys(CallKind::Complete).len(), world.backend.doubles), (1, 0));
            assert_eq!(world.errors(), Vec::<String>::new());
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "each answer to a new session is cut: the customer's turn after five tries",
        story: || {
            let world =
                World::new(Backend::giving([Doc::new("")])).rule(CallKind::Create, Fault::InvalidJson, 99, 0);
            let world = settled(world.start());
            assert_eq!((world.requests.len(), world.backend.created), (5, 1));
            assert_eq!(world.errors(), ["invalid_response"]);
            world
        },
        on_screen: "loading Problem(Unreadable)",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the body is cut because the connection broke: waited for, and no try is counted",
        story: || {
            let mut world =
                World::new(Backend::giving([Doc::new("")])).rule(CallKind::Create, Fault::BodyCut, 7, 0);
            world.device.online = false;
            world.begin();
            world.pass(100_000);
            world
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the answer is JSON and no session: another try would bring the same, so the customer is told at once",
        story: || {
            let world = World::new(Backend::giving([Doc::new("").without("id").with("status", json!(7))]));
            let mut world = world.start();
            world.pass(5_000);
            assert_eq!(world.requests.len(), 1);
            world
        },
        on_screen: "loading Problem(Unreadable)",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the answer is larger than is read: another try would bring the same",
        story: || {
            let world =
                World::new(Backend::giving([Doc::new("")])).rule(CallKind::Create, Fault::HugeBody, 9, 0);
            let world = settled(world.start());
            assert_eq!(world.requests.len(), 1);
            world
        },
        on_screen: "loading Problem(Unreadable)",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create",
    },
    // Headers of the page that ran out
    Row {
        when: "a new session is refused with 401, and a function of the page makes fresh headers",
        story: || {
            let world = with_headers(CallKind::Create, 1);
            let sent = world.requests.iter().filter(|call| call.kind == CallKind::Create).count();
            assert_eq!((sent, world.keys(CallKind::Create).len()), (2, 1));
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "a completion is refused with 401, and a function of the page makes fresh headers",
        story: || {
            let world = with_headers(CallKind::Complete, 1);
            assert_eq!(world.keys(CallKind::Complete).len(), 1);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "fresh headers are refused with 401, too: signed out, after two sends",
        story: || {
            let world = World::new(Backend::giving([Doc::new("")])).with_headers();
            let world = settled(world.rule(CallKind::Create, Fault::Status(401), 9, 0).start());
            assert_eq!(world.requests.len(), 2);
            world
        },
        on_screen: "failed Problem(SignedOut)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure not_authenticated",
        requests: "create",
    },
    Row {
        when: "a cancellation is refused with 401: repeated once, and nobody waits for it",
        story: || {
            let world = World::new(Backend::giving([Doc::new("")])).with_headers();
            let mut world = settled(world.rule(CallKind::Cancel, Fault::Status(401), 9, 0).start());
            world.tell(relink_core::Input::CloseAsked);
            world.pass(60_000);
            let cancels = world.requests.iter().filter(|call| call.kind == CallKind::Cancel).count();
            assert_eq!(cancels, 2);
            world
        },
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in review",
        requests: "create cancel",
    },
    // Clocks that are wrong
    Row {
        when: "nothing tells the time, and a number ends in ten days: a browser a year behind says nothing of it",
        story: || clock(-YEAR_MS, 10, timeless),
        on_screen: "review Review",
        says: "PaymentsEnd(1795864000): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "expires_at alone tells that a browser is a year behind",
        story: || clock(-YEAR_MS, 10, |doc| doc.without("expires_in")),
        on_screen: "review Review",
        says: "PaymentsEnd(1795864000): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "expires_at alone bears the browser's clock out: nothing is to do where a number works for longer",
        story: || clock(0, 60, |doc| doc.without("expires_in")),
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "expires_in and expires_at tell that a browser is a year behind: no date ends the flow",
        story: || clock(-YEAR_MS, 60, |doc| doc),
        on_screen: "review Review",
        says: "PaymentsEnd(1800184000): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a browser that is a day behind is near enough",
        story: || clock(-DAY_MS, 60, |doc| doc),
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "the Date of the answer alone bears the browser's clock out",
        story: || {
            let doc = Doc::new("").accounts(vec![with_number("fca_1", "transactable", Some(60))]);
            let mut world = World::new(Backend::giving([timeless(doc)]));
            world.tells_time = true;
            settled(world.start())
        },
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "no date is involved: a browser a century ahead changes nothing",
        story: || {
            let doc = Doc::new("").accounts(vec![with_number("fca_1", "transactable", None)]);
            let mut world = World::new(Backend::giving([timeless(doc)]));
            world.clock_off_ms = 100 * YEAR_MS;
            world.begin();
            settled(world)
        },
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "one account is closed and another's number ends in ten days: a wrong clock does not end the flow",
        story: || {
            let accounts = vec![
                beyond_repair("fca_1", "account_closed"),
                with_number("fca_2", "transactable", Some(10)),
            ];
            let doc = timeless(Doc::new("").any_account().accounts(accounts));
            let mut world = World::new(Backend::giving([doc]));
            world.clock_off_ms = -YEAR_MS;
            world.begin();
            settled(world)
        },
        on_screen: "review Review",
        says: "PaymentsEnd(1795864000): any_account fca_1+fca_2",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a browser a year ahead takes a session by expires_at for expired once, and then believes its clock no more",
        story: || {
            let mut world = World::new(Backend::giving([Doc::new("").without("expires_in")]));
            world.clock_off_ms = YEAR_MS;
            world.begin();
            world.settle();
            world.go_on();
            settled(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "the Date of the answers tells that a browser is a year ahead: no session is taken for expired",
        story: || {
            let mut world = World::new(Backend::giving([Doc::new("").without("expires_in")]));
            (world.clock_off_ms, world.tells_time) = (YEAR_MS, true);
            world.begin();
            world.settle();
            assert_eq!(world.backend.created, 1);
            world
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "Retry-After is a date that a browser a year behind takes for a year: the pauses are the usual ones",
        story: || {
            let world = World::new(Backend::giving([Doc::new("")]));
            let mut world = world.rule(CallKind::Create, Fault::TooManyUntil(10), 2, 0);
            world.clock_off_ms = -YEAR_MS;
            world.begin();
            settled(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
];
