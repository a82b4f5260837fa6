//! The rows, and the few words that their stories are written in.
//!
//! Longer than other files, because it is one table.

use super::Row;
use crate::support::documents::{active, beyond_repair, ending, inactive, with_number};
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::Action;
use relink_core::{CallKind, HandoffFailure, Input};
use serde_json::json;

pub(super) fn new(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([doc])).start();
    world.settle();
    world
}

pub(super) fn account(document: serde_json::Value) -> World {
    new(Doc::new("").accounts(vec![document]))
}

pub(super) fn named(doc: Doc) -> World {
    let mut world = World::new(Backend::giving([Doc::new("")]).holding(doc)).session("rls_x").start();
    world.settle();
    world
}

/// Through review, bank and whatever follows by itself.
pub(super) fn through(mut world: World) -> World {
    world.go_on();
    world.settle();
    world
}

pub(super) fn at_bank(doc: Doc, acts: impl IntoIterator<Item = BankAct>) -> World {
    through(new(doc).bank(acts))
}

pub(super) fn two_broken() -> Doc {
    let accounts = vec![inactive("fca_1", "access_expired"), inactive("fca_2", "access_expired")];
    Doc::new("").any_account().accounts(accounts)
}

fn on_a_phone(acts: impl IntoIterator<Item = BankAct>) -> World {
    let mut world = World::new(Backend::giving([Doc::new("").hosted()])).bank(acts).without_windows().start();
    world.settle();
    world.go_on();
    world.pass(15_000);
    world
}

pub(super) fn closed(mut world: World) -> World {
    world.tell(Input::CloseAsked);
    world.settle();
    world
}

/// Closed by a press on a button that says so.
fn cancelled(mut world: World) -> World {
    world.tell(Input::Pressed(Action::Close));
    world.settle();
    world
}

pub(super) fn reloaded(mut world: World) -> World {
    world.reload();
    world.settle();
    world
}

pub(super) fn settled(mut world: World) -> World {
    world.settle();
    world
}

pub(super) fn pressed(mut world: World, action: Action) -> World {
    world.press(action);
    world.settle();
    world
}

/// The backend settles what the bank did when it is read.
pub(super) fn settling(doc: Doc, acts: impl IntoIterator<Item = BankAct>) -> World {
    let mut world = new(doc).bank(acts);
    world.backend.settles_on_read = true;
    through(world)
}

pub(super) fn selecting() -> World {
    at_bank(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_1", "fca_2"])])
}

fn completing_with(fault: Fault) -> World {
    through(new(Doc::new("")).rule(CallKind::Complete, fault, 5, 0))
}

/// The table.
pub const ROWS: &[Row] = &[
    // Ways in: why the customer is here
    Row {
        when: "an account is inactive because of access_denied",
        story: || account(inactive("fca_1", "access_denied")),
        on_screen: "review Review",
        says: "Inactive(AccessDenied): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account is inactive because of access_expired",
        story: || account(inactive("fca_1", "access_expired")),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account is inactive because of account_unavailable",
        story: || account(inactive("fca_1", "account_unavailable")),
        on_screen: "review Review",
        says: "Inactive(AccountUnavailable): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account is inactive because of institution_requirement",
        story: || account(inactive("fca_1", "institution_requirement")),
        on_screen: "review Review",
        says: "Inactive(InstitutionRequirement): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account is inactive because of unspecified",
        story: || account(inactive("fca_1", "unspecified")),
        on_screen: "review Review",
        says: "Inactive(Unspecified): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account is inactive because of full_moon",
        story: || account(inactive("fca_1", "full_moon")),
        on_screen: "review Review",
        says: "Inactive(Unknown(\"full_moon\")): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account works and will stop on a day that is known",
        story: || account(ending("fca_1", 9)),
        on_screen: "review Review",
        says: "AccessEnds(Some(1795777600)): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a tokenized number was deactivated",
        story: || account(with_number("fca_1", "deactivated", None)),
        on_screen: "review Review",
        says: "PaymentsFailing: same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a tokenized number has expired",
        story: || account(with_number("fca_1", "expired", Some(-3))),
        on_screen: "review Review",
        says: "PaymentsFailing: same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a tokenized number expires in 30 days",
        story: || account(with_number("fca_1", "transactable", Some(30))),
        on_screen: "review Review",
        says: "PaymentsEnd(1797592000): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a tokenized number expires in 31 days, which is no reason",
        story: || account(with_number("fca_1", "transactable", Some(31))),
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "the merchant asks for more than was shared",
        story: || {
            new(Doc::new("")
                .accounts(vec![active("fca_1")])
                .with("permissions", json!(["payment_method", "transactions"])))
        },
        on_screen: "review Review",
        says: "MorePermissions: same_account fca_1, new transactions",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "an account is inactive and the merchant asks for something that this version does not know",
        story: || new(Doc::new("").with("permissions", json!(["payment_method", "horoscope"]))),
        on_screen: "review Review",
        says: "Inactive(AccessExpired) and MorePermissions: same_account fca_1, new horoscope",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "several things hold at once: the gravest leads",
        story: || {
            new(Doc::new("").any_account().accounts(vec![
                ending("fca_1", 9),
                with_number("fca_2", "deactivated", None),
                inactive("fca_3", "access_denied"),
            ]))
        },
        on_screen: "review Review",
        says: "Inactive(AccessDenied) and PaymentsFailing and AccessEnds(Some(1795777600)): any_account fca_1+fca_2+fca_3",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the backend does not say why",
        story: || new(Doc::new("").accounts(vec![])),
        on_screen: "review Review",
        says: "Unstated: same_account ",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the account was closed: the bank is never opened",
        story: || account(beyond_repair("fca_1", "account_closed")),
        on_screen: "failed NotRepairable",
        says: "closed fca_1",
        primary: "ContactMerchant",
        end: "relink-failure account_closed",
        requests: "create",
    },
    Row {
        when: "nothing repairs the account (action none): the bank is never opened",
        story: || account(beyond_repair("fca_1", "access_denied")),
        on_screen: "failed NotRepairable",
        says: "fca_1",
        primary: "ContactMerchant",
        end: "relink-failure not_relinkable",
        requests: "create",
    },
    Row {
        when: "one of two cannot be repaired, the other can",
        story: || {
            new(two_broken()
                .accounts(vec![beyond_repair("fca_1", "account_closed"), inactive("fca_2", "access_denied")]))
        },
        on_screen: "review Review",
        says: "Inactive(AccessDenied): any_account fca_1+fca_2",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "nothing is left to repair",
        story: || account(active("fca_1")),
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_1",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "several are broken under one authorization",
        story: || new(two_broken()),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): any_account fca_1+fca_2",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the page names a session",
        story: || named(Doc::new("rls_x")),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "read",
    },
    Row {
        when: "the session that the page names has expired: replaced once, silently",
        story: || named(Doc::new("rls_x").status("expired")),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "read create",
    },
    Row {
        when: "the session that the page names has no second left, whatever the clock says",
        story: || named(Doc::new("rls_x").with("expires_in", json!(0))),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "read create",
    },
    Row {
        when: "the session that the page names has succeeded already",
        story: || named(Doc::new("rls_x").status("succeeded").accounts(vec![active("fca_1")])),
        on_screen: "succeeded Done",
        says: "Connected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "read",
    },
    Row {
        when: "the session that the page names was cancelled: start again",
        story: || named(Doc::new("rls_x").status("cancelled")),
        on_screen: "loading Problem(Spent)",
        says: "",
        primary: "StartAgain",
        end: "-",
        requests: "read",
    },
    Row {
        when: "the session that the page names has failed: try again",
        story: || named(Doc::new("rls_x").failed_for("no_account")),
        on_screen: "review WrongAccount",
        says: "OtherAccount: chose , needed fca_1",
        primary: "TryAgainAtBank",
        end: "-",
        requests: "read",
    },
    Row {
        when: "the session that the page names is unknown, or another customer's",
        story: || settled(World::new(Backend::giving([Doc::new("")])).session("rls_none").start()),
        on_screen: "failed Problem(NotFound)",
        says: "",
        primary: "BackToMerchant",
        end: "relink-failure session_not_found",
        requests: "read",
    },
    Row {
        when: "every new session has expired already",
        story: || new(Doc::new("").with("expires_in", json!(0))),
        on_screen: "failed Problem(Expired)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure session_expired",
        requests: "create",
    },
    Row {
        when: "the way to the bank is of an unknown type",
        story: || new(Doc::new("").with("handoff", json!({"type": "carrier_pigeon"}))),
        on_screen: "failed Problem(UnsupportedHandoff)",
        says: "",
        primary: "ContactMerchant",
        end: "relink-failure unsupported_handoff",
        requests: "create",
    },
    Row {
        when: "the way to the bank is no safe address",
        story: || new(Doc::new("").with("handoff", json!({"type": "hosted", "url": "http://bank.example"}))),
        on_screen: "failed Problem(Unreadable)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure invalid_response",
        requests: "create",
    },
    Row {
        when: "the way to the bank is of an unknown type, and the account is closed",
        story: || {
            new(Doc::new("")
                .with("handoff", json!({"type": "carrier_pigeon"}))
                .accounts(vec![beyond_repair("fca_1", "account_closed")]))
        },
        on_screen: "failed NotRepairable",
        says: "closed fca_1",
        primary: "ContactMerchant",
        end: "relink-failure account_closed",
        requests: "create",
    },
    Row {
        when: "nobody is signed in",
        story: || {
            settled(World::new(Backend::default()).rule(CallKind::Create, Fault::Status(401), 9, 0).start())
        },
        on_screen: "failed Problem(SignedOut)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure not_authenticated",
        requests: "create",
    },
    Row {
        when: "the backend is down for good: the customer's turn after five tries",
        story: || {
            settled(World::new(Backend::default()).rule(CallKind::Create, Fault::Status(503), 9, 0).start())
        },
        on_screen: "loading Problem(ServiceDown)",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the backend asks for more patience than is waited out",
        story: || {
            settled(
                World::new(Backend::default())
                    .rule(CallKind::Create, Fault::TooManySeconds(90), 9, 0)
                    .start(),
            )
        },
        on_screen: "loading Problem(Busy(Some(90)))",
        says: "",
        primary: "TryAgain",
        end: "-",
        requests: "create",
    },
    // The rule, and the way to the bank and back: Stripe's modal
    Row {
        when: "the account that is needed comes back",
        story: || at_bank(Doc::new(""), []),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "the customer is in Stripe's modal",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::Never]);
            world.go_on();
            world.pass(4_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Modal for fca_1",
        primary: "OpenWindowAgain",
        end: "-",
        requests: "create",
    },
    Row {
        when: "the modal resolves with several accounts, one of them the needed one: no second choice",
        story: || at_bank(Doc::new(""), [BankAct::Chooses(vec!["fca_9", "fca_1"])]),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "the modal is closed: read before anything is believed, then the review again",
        story: || at_bank(Doc::new(""), [BankAct::Closes]),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankClosed",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "closed, then done after all",
        story: || through(at_bank(Doc::new(""), [BankAct::Closes])),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "the modal says closed and the bank was done: the backend is believed",
        story: || {
            let mut world = settling(Doc::new(""), [BankAct::LooksClosedAndChooses(vec!["fca_1"])]);
            world.pass(20_000);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "the modal never answers and the bank was done",
        story: || {
            let mut world = settling(Doc::new(""), [BankAct::ChoosesUnseen(vec!["fca_1"])]);
            world.pass(20_000);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "Stripe's script does not load",
        story: || at_bank(Doc::new(""), [BankAct::Fails(HandoffFailure::ScriptNotLoaded)]),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankNotOpened",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "Stripe.js throws",
        story: || at_bank(Doc::new(""), [BankAct::Fails(HandoffFailure::Broken)]),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankNotOpened",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the bank is down",
        story: || {
            at_bank(
                Doc::new(""),
                [BankAct::Fails(HandoffFailure::Refused {
                    code: Some("financial_connections_institution_unavailable".into()),
                })],
            )
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankUnavailable",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "Stripe.js answers with an error that this version does not know",
        story: || {
            at_bank(
                Doc::new(""),
                [BankAct::Fails(HandoffFailure::Refused { code: Some("full_moon".into()) })],
            )
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankFailed",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the bank is down, and Stripe has ended the session with it",
        story: || {
            at_bank(
                Doc::new(""),
                [BankAct::FailsForGood(HandoffFailure::Refused {
                    code: Some("institution_unavailable_planned".into()),
                })],
            )
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankUnavailable",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the bank did not let the customer in, or was not allowed to share",
        story: || {
            at_bank(
                Doc::new(""),
                [BankAct::FailsForGood(HandoffFailure::Refused {
                    code: Some("authorization_failed".into()),
                })],
            )
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, NotAuthorized",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the bank was down, and then was not: a new session, at once",
        story: || {
            let down = HandoffFailure::Refused { code: Some("institution_unavailable_planned".into()) };
            let mut world =
                at_bank(Doc::new(""), [BankAct::FailsForGood(down), BankAct::Chooses(vec!["fca_1"])]);
            world.go_on();
            world.pass(15_000);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read create complete",
    },
    Row {
        when: "any account will do and one came back: no second choice",
        story: || at_bank(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_2"])]),
        on_screen: "succeeded Done",
        says: "Partly: fca_2, not fca_1",
        primary: "BackToMerchant",
        end: "relink-success partial",
        requests: "create complete",
    },
    Row {
        when: "any account will do and two came back, any number is taken",
        story: || selecting(),
        on_screen: "selecting Choose",
        says: "any number of fca_1!+fca_2!",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "one of two is chosen, and only one is taken",
        story: || {
            let mut world = at_bank(two_broken(), [BankAct::Chooses(vec!["fca_1", "fca_2"])]);
            world.press(Action::Toggle("fca_1".into()));
            world.press(Action::Toggle("fca_2".into()));
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "any number is taken: those that were linked before are chosen already",
        story: || through(selecting()),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1+fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "three came back and two are taken: the third cannot be chosen too",
        story: || {
            let mut world =
                at_bank(two_broken().at_most(Some(2)), [BankAct::Chooses(vec!["fca_1", "fca_2", "fca_3"])]);
            // The first two were linked before, and are chosen.
            world.press(Action::Toggle("fca_3".into()));
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1+fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    // The way to the bank and back: a hosted page
    Row {
        when: "the window has opened",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
            world.go_on();
            world.pass(4_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Window for fca_1",
        primary: "OpenWindowAgain",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the window closes after the bank was done, and the backend shows the account repaired",
        story: || at_bank(Doc::new("").hosted(), []),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "any account will do, and the bank's own page gave the one linked before and another: a choice",
        story: || at_bank(Doc::new("").any_account().hosted(), [BankAct::Chooses(vec!["fca_1", "fca_2"])]),
        on_screen: "selecting Choose",
        says: "at most 1 of fca_1+fca_2",
        primary: "-",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "any account will do, and the bank's own page gave another than the one linked before",
        story: || at_bank(Doc::new("").any_account().hosted(), [BankAct::Chooses(vec!["fca_2"])]),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "the backend settles what the bank did when it is read",
        story: || settling(Doc::new("").hosted(), []),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "the window looks closed at once (COOP), and the bank is done later",
        story: || settling(Doc::new("").hosted(), [BankAct::LooksClosedAndChooses(vec!["fca_1"])]),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "the window is closed with nothing done: a hint, so the session is looked at and waited for",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Closes]);
            world.go_on();
            world.pass(20_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Elsewhere for fca_1",
        primary: "OpenWindowAgain",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the window is never heard of again: after 300 looks the customer asks",
        story: || {
            let mut world =
                new(Doc::new("").hosted().with("expires_in", json!(99_999))).bank([BankAct::Never]);
            world.go_on();
            world.pass(900_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Window for fca_1, stalled",
        primary: "OpenWindowAgain",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the browser stops the window: a link, and the primary action goes there",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Blocked]);
            world.go_on();
            world.pass(1_000);
            world
        },
        on_screen: "authorizing Blocked",
        says: "Blocked for fca_1",
        primary: "ContinueInThisTab",
        end: "-",
        requests: "create",
    },
    Row {
        when: "stopped again: the page is left, and what the bank did is found on coming back",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([
                BankAct::Blocked,
                BankAct::Blocked,
                BankAct::Chooses(vec!["fca_1"]),
            ]);
            world.go_on();
            world.pass(1_000);
            world.go_on();
            world.pass(15_000);
            reloaded(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "on a phone the page is left at once, and found again",
        story: || reloaded(on_a_phone([])),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "come back by the back button with nothing done",
        story: || {
            let mut world = on_a_phone([BankAct::Never]);
            world.tell(Input::Restored);
            world.pass(1_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Gone for fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the bank refuses, and the session is cancelled: the review again",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
            world.go_on();
            world.backend.close("rls_1", "cancelled");
            world.pass(5_000);
            world
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1, BankCancelled",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the session expires while the customer is at the bank: a new one, silently",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
            world.go_on();
            world.backend.close("rls_1", "expired");
            world.pass(5_000);
            world
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read create",
    },
    Row {
        when: "and expires again",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never, BankAct::Never]);
            world.go_on();
            world.backend.close("rls_1", "expired");
            world.pass(5_000);
            world.go_on();
            world.backend.close("rls_2", "expired");
            world.pass(5_000);
            world
        },
        on_screen: "failed Problem(Expired)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure session_expired",
        requests: "create read create read",
    },
    Row {
        when: "later answers leave the way to the bank out",
        story: || {
            let mut world = new(two_broken().hosted()).bank([BankAct::Chooses(vec!["fca_1", "fca_2"])]);
            world.backend.settles_on_read = true;
            world.backend.forgets_handoff = true;
            through(world)
        },
        on_screen: "selecting Choose",
        says: "at most 1 of fca_1+fca_2",
        primary: "-",
        end: "-",
        requests: "create read",
    },
    // Ways out
    Row {
        when: "another account was chosen",
        story: || at_bank(Doc::new(""), [BankAct::Chooses(vec!["fca_9"])]),
        on_screen: "review WrongAccount",
        says: "OtherAccount: chose fca_9, needed fca_1",
        primary: "TryAgainAtBank",
        end: "-",
        requests: "create complete",
    },
    Row {
        when: "another account, and then the right one, in a session of its own",
        story: || through(at_bank(Doc::new(""), [BankAct::Chooses(vec!["fca_9"])])),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete create complete",
    },
    Row {
        when: "another account three times, and then the right one",
        story: || {
            let wrong = || BankAct::Chooses(vec!["fca_9"]);
            through(through(through(at_bank(Doc::new(""), [wrong(), wrong(), wrong()]))))
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete create complete create complete create complete",
    },
    Row {
        when: "another login was used",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
            world.go_on();
            world.backend.fail("rls_1", "no_authorization");
            world.pass(5_000);
            world
        },
        on_screen: "review WrongAccount",
        says: "OtherLogin: chose , needed fca_1",
        primary: "TryAgainAtBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "it failed for a reason that this version does not know",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
            world.go_on();
            world.backend.fail("rls_1", "full_moon");
            world.pass(5_000);
            world
        },
        on_screen: "review WrongAccount",
        says: "Unexplained: chose , needed fca_1",
        primary: "TryAgainAtBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "another account, and the customer gives up: nothing is asked",
        story: || closed(at_bank(Doc::new(""), [BankAct::Chooses(vec!["fca_9"])])),
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in review",
        requests: "create complete",
    },
    Row {
        when: "the backend is slow to make up its mind",
        story: || {
            let mut world = new(Doc::new(""));
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
        when: "the completion is committed and its answer lost: found by reading",
        story: || {
            let mut world = completing_with(Fault::ResetAfter);
            world.settle();
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "the completion is refused for now: five tries under one key, a look, and then the customer's turn",
        story: || completing_with(Fault::Status(503)),
        on_screen: "completing Problem(ServiceDown)",
        says: "the bank has confirmed",
        primary: "TryAgain",
        end: "-",
        requests: "create complete read",
    },
    Row {
        when: "and the customer tries again, under the same key",
        story: || through(completing_with(Fault::Status(503))),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read complete",
    },
    Row {
        when: "the backend says that the account is closed",
        story: || {
            let mut world = new(Doc::new(""));
            world.rules.clear();
            world.backend.refuses = Some((422, "account_closed"));
            through(world)
        },
        on_screen: "failed NotRepairable",
        says: "closed fca_1",
        primary: "ContactMerchant",
        end: "relink-failure account_closed",
        requests: "create complete read",
    },
    Row {
        when: "closed in the review: cancelled, and the backend is told",
        story: || closed(new(Doc::new(""))),
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in review",
        requests: "create cancel",
    },
    Row {
        when: "closed while loading",
        story: || {
            let mut world = World::new(Backend::giving([Doc::new("")])).start();
            world.tell(Input::CloseAsked);
            world.settle();
            world
        },
        on_screen: "cancelled GivenUp",
        says: "",
        primary: "StartAgain",
        end: "relink-cancel in loading",
        requests: "create",
    },
    Row {
        when: "closed while a named session is being read: looked at first",
        story: || {
            let mut world =
                World::new(Backend::default().holding(Doc::new("rls_x"))).session("rls_x").start();
            world.tell(Input::CloseAsked);
            world.settle();
            world
        },
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in loading",
        requests: "read cancel",
    },
    Row {
        when: "a key at the bank: asked, for it may have been meant for the bank",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::Never]);
            world.go_on();
            world.tell(Input::CloseAsked);
            world
        },
        on_screen: "authorizing Leave",
        says: "fca_1",
        primary: "KeepGoing",
        end: "-",
        requests: "create",
    },
    Row {
        when: "closed at the bank: looked at first",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::Never]);
            world.go_on();
            cancelled(world)
        },
        on_screen: "cancelled GivenUp",
        says: "fca_1",
        primary: "StartAgain",
        end: "relink-cancel in authorizing",
        requests: "create read cancel",
    },
    Row {
        when: "closed at the bank, which was done: a success",
        story: || {
            let mut world = settling(Doc::new("").hosted(), [BankAct::Never]);
            world.backend.give("rls_1", &["fca_1"]);
            cancelled(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "closed in the choice: asked once, since something is lost",
        story: || {
            let mut world = selecting();
            world.tell(Input::CloseAsked);
            world
        },
        on_screen: "selecting Leave",
        says: "fca_1+fca_2",
        primary: "KeepGoing",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "asked, and the customer stays",
        story: || {
            let mut world = selecting();
            world.tell(Input::CloseAsked);
            pressed(world, Action::KeepGoing)
        },
        on_screen: "selecting Choose",
        says: "any number of fca_1!+fca_2!",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "asked, and the customer leaves",
        story: || {
            let mut world = selecting();
            world.tell(Input::CloseAsked);
            pressed(world, Action::LeaveAnyway)
        },
        on_screen: "cancelled GivenUp",
        says: "fca_1+fca_2",
        primary: "StartAgain",
        end: "relink-cancel in selecting",
        requests: "create read cancel",
    },
    Row {
        when: "the page takes the widget away in the choice: nothing can be asked",
        story: || {
            let mut world = selecting();
            world.tell(Input::Withdrawn);
            settled(world)
        },
        on_screen: "cancelled GivenUp",
        says: "fca_1+fca_2",
        primary: "StartAgain",
        end: "relink-cancel in selecting",
        requests: "create read cancel",
    },
    Row {
        when: "the page takes the widget away while the completion is on its way: it may still arrive",
        story: || {
            let mut world = new(Doc::new(""));
            world.go_on();
            world.pass(6_010);
            world.tell(Input::Withdrawn);
            settled(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "back to the merchant after the end",
        story: || through(at_bank(Doc::new(""), [])),
        on_screen: "succeeded Nothing",
        says: "",
        primary: "-",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "some of several came back, and the rest is done: a new flow",
        story: || {
            let world = at_bank(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_2"])]);
            pressed(world, Action::StartAgain)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): any_account fca_1+fca_2",
        primary: "ContinueToBank",
        end: "relink-success partial",
        requests: "create complete create",
    },
    Row {
        when: "restart in the review: a new session in the same flow",
        story: || {
            let mut world = new(Doc::new(""));
            let settings = world.settings.clone();
            world.tell(Input::RestartAsked { settings });
            settled(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create cancel create",
    },
    Row {
        when: "restart at the bank: the old session is left alone, for the bank may have been done",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::Never]);
            world.go_on();
            let settings = world.settings.clone();
            world.tell(Input::RestartAsked { settings });
            settled(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "restart after the end: a new flow",
        story: || {
            let mut world = closed(new(Doc::new("")));
            let settings = world.settings.clone();
            world.tell(Input::RestartAsked { settings });
            settled(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "relink-cancel in review",
        requests: "create cancel create",
    },
    // Resume
    Row {
        when: "a reload while loading: the same request again, under the same key",
        story: || {
            let mut world = World::new(Backend::giving([Doc::new("")])).start();
            world.reload();
            settled(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "a reload in the review",
        story: || reloaded(new(Doc::new(""))),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload in Stripe's modal, which was not done",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::Never]);
            world.go_on();
            reloaded(world)
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload in Stripe's modal, which was done",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::ChoosesUnseen(vec!["fca_1"])]);
            world.go_on();
            world.pass(12_000);
            reloaded(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "a reload on a phone, where the bank was in the same tab",
        story: || {
            let mut world = on_a_phone([BankAct::Never]);
            world.reload();
            world.pass(1_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Gone for fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload while a window is open",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Never]);
            world.go_on();
            world.reload();
            world.pass(1_000);
            world
        },
        on_screen: "authorizing AtBank",
        says: "Elsewhere for fca_1",
        primary: "OpenWindowAgain",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload in the choice",
        story: || reloaded(selecting()),
        on_screen: "selecting Choose",
        says: "any number of fca_1!+fca_2!",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload in the choice between the account linked before and another: still a choice",
        story: || reloaded(at_bank(Doc::new("").any_account(), [BankAct::Chooses(vec!["fca_1", "fca_2"])])),
        on_screen: "selecting Choose",
        says: "at most 1 of fca_1+fca_2",
        primary: "-",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload while completing: the same completion under the same key",
        story: || {
            let mut world = new(Doc::new(""));
            world.go_on();
            world.pass(6_010);
            reloaded(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "a reload after a wrong account",
        story: || reloaded(at_bank(Doc::new(""), [BankAct::Chooses(vec!["fca_9"])])),
        on_screen: "review WrongAccount",
        says: "OtherAccount: chose , needed fca_1",
        primary: "TryAgainAtBank",
        end: "-",
        requests: "create complete read",
    },
    Row {
        when: "a page loaded after the end begins a new flow",
        story: || reloaded(at_bank(Doc::new(""), [])),
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "relink-success relinked",
        requests: "create complete create",
    },
    Row {
        when: "a page from the back-forward cache reads before it takes input",
        story: || {
            let mut world = new(Doc::new(""));
            world.tell(Input::Restored);
            world
        },
        on_screen: "loading Loading",
        says: "",
        primary: "-",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "another tab finished the session",
        story: || {
            let mut world = new(Doc::new(""));
            world.backend.succeed("rls_1");
            world.tell(Input::Nudged);
            settled(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "the session ran out in the review: replaced without a word on the way to the bank",
        story: || {
            let mut world = new(Doc::new(""));
            world.pass(1_900_000);
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read create complete",
    },
    Row {
        when: "the session ran out, again and again, in a review that nobody touches: it stays the review",
        story: || {
            let mut world = new(Doc::new(""));
            world.pass(4 * 3_600_000);
            world
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "another device finished the session, and the review is seen: told within ten seconds, unasked",
        story: || {
            let mut world = new(Doc::new(""));
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
        when: "the same while the page is hidden: nothing is asked",
        story: || {
            let mut world = new(Doc::new(""));
            world.see(false);
            world.backend.succeed("rls_1");
            world.pass(600_000);
            world
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "and seen again: told at once",
        story: || {
            let mut world = new(Doc::new(""));
            world.see(false);
            world.backend.succeed("rls_1");
            world.pass(600_000);
            world.see(true);
            world.pass(100);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "the same while the page is offline: nothing is asked, and told at once when it is back",
        story: || {
            let mut world = new(Doc::new(""));
            world.set_online(false);
            world.backend.succeed("rls_1");
            world.pass(600_000);
            assert_eq!(world.routes(), "create");
            world.set_online(true);
            world.pass(100);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "another device finished the session during the choice",
        story: || {
            let mut world = settling(two_broken(), [BankAct::Chooses(vec!["fca_1", "fca_2"])]);
            assert_eq!(world.subject(), relink_core::view::Subject::Choose);
            world.backend.close("rls_1", "succeeded");
            world.pass(10_000);
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1+fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read",
    },
    Row {
        when: "the completion is committed and hangs: a look tells of it before the completion is given up",
        story: || {
            let world = completing_with(Fault::HangAfter);
            assert!(world.elapsed_ms < 20_000, "a send is given up after fifteen seconds");
            world
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete read",
    },
    Row {
        when: "the browser's clock is a day wrong, and expires_in counts",
        story: || {
            let mut world = World::new(Backend::giving([Doc::new("")]));
            world.clock_off_ms = 86_400_000;
            settled({
                world.begin();
                world
            })
        },
        on_screen: "review Review",
        says: "Inactive(AccessExpired): same_account fca_1",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
];
