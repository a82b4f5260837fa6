//! The rows about what a session is about: a session that does not say it, accounts under another id than before, and
//! those that were linked before in a choice.

use super::Row;
use super::table::{at_bank, named, new, reloaded, settling, through, two_broken};
use crate::support::documents::{active, inactive, replacing};
use crate::support::{BankAct, Doc, Fault, World};
use relink_core::CallKind;
use relink_core::view::Action;
use serde_json::json;

fn about(options: serde_json::Value) -> Doc {
    Doc::new("").with("relink_options", options)
}

/// The customer chooses these at the bank, and the first account comes back under another id.
fn renamed(doc: Doc, acts: impl IntoIterator<Item = BankAct>) -> World {
    let mut world = new(doc).bank(acts);
    world.backend.renamed = Some(("fca_1", "fca_9"));
    through(world)
}

/// The rows.
pub const ROWS: &[Row] = &[
    // What is relinked
    Row {
        when: "the session does not say what is relinked: the bank would make a new link, and is not opened",
        story: || new(about(json!(null))),
        on_screen: "failed Problem(Unreadable)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure invalid_response",
        requests: "create",
    },
    Row {
        when: "the same with empty names",
        story: || new(about(json!({"authorization": "", "account": ""})).hosted()),
        on_screen: "failed Problem(Unreadable)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure invalid_response",
        requests: "create",
    },
    Row {
        when: "the account is named in a way that cannot be read: not any account will do",
        story: || new(about(json!({"authorization": "fcauth_1", "account": 7}))),
        on_screen: "failed Problem(Unreadable)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure invalid_response",
        requests: "create",
    },
    Row {
        when: "a session that the page names does not say it, and calls itself succeeded",
        story: || named(Doc::new("rls_x").status("succeeded").with("relink_options", json!({}))),
        on_screen: "failed Problem(Unreadable)",
        says: "",
        primary: "StartAgain",
        end: "relink-failure invalid_response",
        requests: "read",
    },
    Row {
        when: "the session names the account alone",
        story: || at_bank(about(json!({"account": "fca_1"})), []),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "later answers leave out what is relinked: what was said first counts, and the rule stays",
        story: || {
            let mut world =
                new(Doc::new("").accounts(vec![inactive("fca_1", "access_denied"), active("fca_2")]))
                    .bank([BankAct::Chooses(vec!["fca_2"])]);
            world.backend.forgets_options = true;
            through(world)
        },
        on_screen: "review WrongAccount",
        says: "OtherAccount: chose fca_2, needed fca_1",
        primary: "TryAgainAtBank",
        end: "-",
        requests: "create complete",
    },
    // Accounts under another id than before
    Row {
        when: "the account that is needed has another id by now: it is the one that the review is about",
        story: || {
            let mut account = replacing("fca_9", "fca_1");
            account["status"] = json!("inactive");
            new(Doc::new("").accounts(vec![account]))
        },
        on_screen: "review Review",
        says: "Inactive(Unspecified): same_account fca_9",
        primary: "ContinueToBank",
        end: "-",
        requests: "create",
    },
    Row {
        when: "and works: nothing is left to repair",
        story: || {
            new(Doc::new("").accounts(vec![inactive("fca_1", "access_denied"), replacing("fca_9", "fca_1")]))
        },
        on_screen: "succeeded Done",
        says: "AlreadyActive: fca_9",
        primary: "BackToMerchant",
        end: "relink-success already_active",
        requests: "create",
    },
    Row {
        when: "the account that is needed comes back under another id: the same account",
        story: || renamed(Doc::new(""), []),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_9",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "the bank knows it by the new id only: the backend says that it is the same",
        story: || {
            let mut world = new(Doc::new("")).bank([BankAct::Chooses(vec!["fca_9"])]);
            world.backend.renamed = Some(("fca_1", "fca_9"));
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_9",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create complete",
    },
    Row {
        when: "on a hosted page, and found by reading",
        story: || {
            let mut world = new(Doc::new("").hosted()).bank([BankAct::Chooses(vec!["fca_9"])]);
            world.backend.renamed = Some(("fca_1", "fca_9"));
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_9",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "one of two came back under another id: the other is what is left",
        story: || renamed(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_1"])]),
        on_screen: "succeeded Done",
        says: "Partly: fca_9, not fca_2",
        primary: "BackToMerchant",
        end: "relink-success partial",
        requests: "create complete",
    },
    Row {
        when: "both came back, one of them under another id: nothing is left",
        story: || renamed(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_1", "fca_2"])]),
        on_screen: "selecting Choose",
        says: "any number of fca_9!+fca_2!",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "and both are used",
        story: || through(renamed(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_1", "fca_2"])])),
        on_screen: "succeeded Done",
        says: "Reconnected: fca_2+fca_9",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    // Choosing again what was linked before
    Row {
        when: "a renewal brings an account that was left out before: it stays left out",
        story: || at_bank(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_1", "fca_2", "fca_3"])]),
        on_screen: "selecting Choose",
        says: "any number of fca_1!+fca_2!+fca_3",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "and is chosen by the customer all the same",
        story: || {
            let chosen = BankAct::Chooses(vec!["fca_1", "fca_2", "fca_3"]);
            let mut world = at_bank(two_broken().at_most(None), [chosen]);
            world.press(Action::Toggle("fca_3".into()));
            world.press(Action::Toggle("fca_2".into()));
            through(world)
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1+fca_3",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
    Row {
        when: "an account that was linked before comes back under another id: it is chosen",
        story: || {
            let mut world = new(two_broken().at_most(None).hosted())
                .bank([BankAct::Chooses(vec!["fca_9", "fca_2", "fca_3"])]);
            world.backend.settles_on_read = true;
            world.backend.renamed = Some(("fca_1", "fca_9"));
            through(world)
        },
        on_screen: "selecting Choose",
        says: "any number of fca_9!+fca_2!+fca_3",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "only one is taken: nothing is chosen for the customer",
        story: || at_bank(two_broken(), [BankAct::Chooses(vec!["fca_1", "fca_2"])]),
        on_screen: "selecting Choose",
        says: "at most 1 of fca_1+fca_2",
        primary: "-",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "more were linked before than are taken: which of them is the customer's to say",
        story: || {
            let accounts = ["fca_1", "fca_2", "fca_3"].map(|id| inactive(id, "access_expired")).to_vec();
            let doc = two_broken().accounts(accounts).at_most(Some(2));
            at_bank(doc, [BankAct::Chooses(vec!["fca_1", "fca_2", "fca_3"])])
        },
        on_screen: "selecting Choose",
        says: "at most 2 of fca_1+fca_2+fca_3",
        primary: "-",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "a reload in the choice: what was linked before is still known",
        story: || {
            let mut world =
                settling(two_broken().at_most(None), [BankAct::Chooses(vec!["fca_1", "fca_2", "fca_3"])]);
            world.rules.clear();
            reloaded(world)
        },
        on_screen: "selecting Choose",
        says: "any number of fca_1!+fca_2!+fca_3",
        primary: "UseTheseAccounts",
        end: "-",
        requests: "create read",
    },
    Row {
        when: "the answers in between are lost: nothing is chosen twice",
        story: || {
            let chosen = BankAct::Chooses(vec!["fca_1", "fca_2", "fca_3"]);
            let world = new(two_broken().at_most(None)).bank([chosen]);
            through(through(world.rule(CallKind::Complete, Fault::ResetAfter, 1, 0)))
        },
        on_screen: "succeeded Done",
        says: "Reconnected: fca_1+fca_2",
        primary: "BackToMerchant",
        end: "relink-success relinked",
        requests: "create read complete",
    },
];
