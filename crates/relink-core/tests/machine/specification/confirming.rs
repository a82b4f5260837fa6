//! The rows of a flow in which no bank is visited: what the customer agrees to in the review is all there is.

use super::Row;
use super::table::{closed, new, pressed, reloaded, settled, through};
use crate::support::documents::{active, beyond_repair, inactive};
use crate::support::{Backend, Doc, Fault, World};
use relink_core::view::Action;
use relink_core::{CallKind, Input};
use serde_json::json;

fn confirming() -> World {
    new(Doc::new("").confirming())
}

/// The customer has agreed, and the backend answers so.
fn declined(how: &'static str) -> World {
    let mut world = confirming();
    world.backend.declines = Some(how);
    through(world)
}

/// The customer has agreed, and this befalls the completion.
fn with_fault(fault: Fault, times: u32) -> World {
    through(confirming().rule(CallKind::Complete, fault, times, 0))
}

/// The customer has agreed a moment ago.
fn completing() -> World {
    let mut world = confirming();
    world.go_on();
    world.pass(5);
    world
}

fn expired() -> World {
    let mut world = confirming();
    world.see(false);
    world.pass(1_900_000);
    world.device.visible = true;
    world
}

/// The rows.
pub const ROWS: &[Row] = &[
    Row {
        when: "no bank is visited: the review says what is agreed to",
        story: confirming,
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "Allow",
        end: "-",
        requests: "create",
    },
    Row {
        when: "and the customer agrees",
        story: || through(confirming()),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "and agrees on a phone, where no window opens",
        story: || {
            let mut world =
                World::new(Backend::giving([Doc::new("").confirming()])).without_windows().start();
            world.settle();
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "the backend is being told",
        story: completing,
        on_screen: "completing Saving",
        says: "fca_1, Brief",
        primary: "-",
        end: "-",
        requests: "create complete",
    },
    Row {
        when: "nothing is left to agree to",
        story: || new(Doc::new("").confirming().accounts(vec![active("fca_1")])),
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "what cannot be repaired cannot be agreed to",
        story: || new(Doc::new("").confirming().accounts(vec![beyond_repair("fca_1", "access_denied")])),
        on_screen: "failed NotRepairable",
        says: "fca_1",
        primary: "ContactMerchant",
        end: "relink-failure not_relinkable",
        requests: "create",
    },
    Row {
        when: "closed in the review: cancelled, and the backend is told",
        story: || closed(confirming()),
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in review",
        requests: "create cancel",
    },
    Row {
        when: "closed while the backend is being told: asked once, since something is lost",
        story: || {
            let mut world = completing();
            world.tell(Input::CloseAsked);
            world
        },
        on_screen: "completing Leave",
        says: "fca_1",
        primary: "KeepGoing",
        end: "-",
        requests: "create complete",
    },
    Row {
        when: "and the customer leaves: looked at first, and it is done",
        story: || {
            let mut world = completing();
            world.tell(Input::CloseAsked);
            pressed(world, Action::LeaveAnyway)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "and it is not: cancelled after a look",
        story: || {
            let mut world = confirming().rule(CallKind::Complete, Fault::Hang, 9, 0);
            world.go_on();
            world.pass(1_000);
            world.tell(Input::Withdrawn);
            settled(world)
        },
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in completing",
        requests: "create complete read cancel",
    },
    Row {
        when: "a reload in the review",
        story: || reloaded(confirming()),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "Allow",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload while the backend is being told: the same completion under the same key",
        story: || {
            let mut world = confirming().rule(CallKind::Complete, Fault::Hang, 1, 0);
            world.go_on();
            world.pass(1_000);
            world.reload();
            world.settle();
            assert_eq!(world.keys(CallKind::Complete).len(), 1);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read complete",
    },
    Row {
        when: "the completion is committed and its answer lost: found by reading",
        story: || with_fault(Fault::ResetAfter, 5),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "the completion is refused for now: five tries under one key, a look, and then the customer's turn",
        story: || with_fault(Fault::Status(503), 5),
        on_screen: "completing Problem(ServiceDown)",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create complete read",
    },
    Row {
        when: "and the customer tries again, under the same key",
        story: || {
            let world = through(with_fault(Fault::Status(503), 5));
            assert_eq!(world.keys(CallKind::Complete).len(), 1);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read complete",
    },
    Row {
        when: "the backend is slow to make up its mind",
        story: || {
            let mut world = confirming();
            world.backend.slow_to_settle = 1;
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "and never makes it up",
        story: || {
            let mut world = confirming();
            world.backend.slow_to_settle = u32::MAX;
            through(world)
        },
        on_screen: "completing Problem(TooSlow)",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create complete read",
    },
    Row {
        when: "the completion is refused for good",
        story: || {
            let mut world = confirming();
            world.backend.refuses = Some((400, "invalid_request"));
            through(world)
        },
        on_screen: "failed Problem(Misconfigured)",
        says: "",
        primary: "ContactMerchant",
        end: "relink-failure invalid_request",
        requests: "create complete read",
    },
    Row {
        when: "the provider says no, whatever it calls it: nobody chose another account",
        story: || declined("no_account"),
        on_screen: "review WrongAccount",
        says: "Unexplained: chose , needed fca_1",
        primary: "TryAgain",
        end: "-",
        requests: "create complete",
    },
    Row {
        when: "and then yes: a session of its own, and what was agreed to stays agreed to",
        story: || {
            let mut world = declined("other");
            world.backend.declines = None;
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete create complete",
    },
    Row {
        when: "given up elsewhere while the backend was being told: said, and begun again at the customer's wish",
        story: || declined("cancelled"),
        on_screen: "loading Problem(Spent)",
        says: "",
        primary: "StartAgain",
        end: "-",
        requests: "create complete",
    },
    Row {
        when: "the session ran out in the review: replaced without a word when the customer agrees",
        story: || {
            let world = through(expired());
            assert_eq!(world.backend.created, 2);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "and the new one asks for more: nothing is agreed to that was not read",
        story: || {
            let mut world = expired();
            let more = json!(["payment_method", "transactions"]);
            world.backend.next = [Doc::new("").confirming().with("permissions", more)].into();
            through(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired) and MorePermissions: same_account fca_1, new transactions",
        primary: "Allow",
        end: "-",
        requests: "create",
    },
    Row {
        when: "and the new one has a bank to visit: it is not opened unasked",
        story: || {
            let mut world = expired();
            world.backend.next = [Doc::new("").hosted()].into();
            through(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the session expires while the backend is being told: a new one, and the review",
        story: || {
            let mut world = confirming();
            world.backend.refuses = Some((410, "session_expired"));
            through(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "Allow",
        end: "-",
        requests: "create complete read create",
    },
    Row {
        when: "offline when the customer agrees: told when the connection is back",
        story: || {
            let mut world = confirming();
            world.set_online(false);
            world.go_on();
            world.pass(5_000);
            assert_eq!(world.state(), Some(relink_wire::FlowState::Completing));
            world.set_online(true);
            settled(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "another device finished it",
        story: || {
            let mut world = confirming();
            world.backend.succeed("rls_1");
            world.pass(10_000);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "several accounts are agreed to at once",
        story: || {
            let accounts = vec![inactive("fca_1", "access_expired"), inactive("fca_2", "access_expired")];
            through(new(Doc::new("").any_account().at_most(None).accounts(accounts).confirming()))
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1+fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
];

#[test]
fn no_bank_is_opened_prepared_or_waited_for() {
    for row in ROWS {
        let world = (row.story)();
        assert!(world.opened.is_empty(), "{}", row.when);
        let at_bank = relink_core::view::Subject::AtBank;
        assert!(!world.subjects.contains(&at_bank), "{}: {:?}", row.when, world.subjects);
    }
}

#[test]
fn what_is_told_to_the_backend_names_no_account() {
    let world = through(confirming());
    let told = world
        .requests
        .iter()
        .find(|call| call.kind == CallKind::Complete)
        .and_then(|call| call.body.as_deref());
    assert_eq!(told, Some(&json!({"accounts": []})));
}
