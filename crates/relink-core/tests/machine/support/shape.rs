//! Sessions for random stories, more or less as they should be.

use super::documents::{Doc, active, beyond_repair, ending, inactive, with_number};
use serde_json::{Value, json};

/// A session, more or less as it should be.
#[derive(Clone, Debug)]
pub struct Shape {
    pub foreign: bool,
    pub status: u8,
    pub accounts: u8,
    pub any: bool,
    pub limit: u8,
    pub handoff: u8,
    pub result: u8,
    pub left: u8,
    /// A field that is something else.
    pub spoiled: Option<(u8, u8)>,
}

impl Shape {
    /// As the backend would write it.
    pub fn document(&self, id: &str) -> Value {
        const STATUSES: [&str; 12] = [
            "pending",
            "pending",
            "pending",
            "pending",
            "pending",
            "pending",
            "succeeded",
            "failed",
            "cancelled",
            "expired",
            "paused",
            "",
        ];
        let mut doc = Doc::new(id).status(STATUSES[usize::from(self.status) % STATUSES.len()]);
        doc = doc.accounts(accounts_of(self.accounts));
        if self.any {
            doc = doc.any_account();
        }
        doc = doc.at_most([Some(1), Some(2), None][usize::from(self.limit) % 3]);
        doc = match self.handoff % 8 {
            0..=2 => doc,
            3..=5 => doc.hosted(),
            6 => doc.with("handoff", Value::Null),
            _ => doc.with("handoff", json!({"type": "carrier_pigeon"})),
        };
        let result = |account: Value, reason: Value| json!({"account": account, "authorization": account, "failure_reason": reason});
        doc = match self.result % 10 {
            0 => doc.with("relink_result", result(Value::Null, json!("no_account"))),
            1 => doc.with("relink_result", result(Value::Null, json!("no_authorization"))),
            2 => doc.with("relink_result", result(Value::Null, json!("full_moon"))),
            3 => doc.with("relink_result", result(json!("fca_1"), Value::Null)),
            _ => doc,
        };
        let left = [json!(1800), json!(1800), json!(5), json!(0), json!(-5), json!(i64::MAX), Value::Null];
        doc = doc.with("expires_in", left[usize::from(self.left) % left.len()].clone());
        if let Some((field, with)) = self.spoiled {
            let fields = [
                "id",
                "status",
                "accounts",
                "handoff",
                "relink_result",
                "permissions",
                "limits",
                "expires_at",
            ];
            let with_ = [json!(null), json!(7), json!("x"), json!([]), json!({}), json!(i64::MIN)];
            doc = doc.with(
                fields[usize::from(field) % fields.len()],
                with_[usize::from(with) % with_.len()].clone(),
            );
        }
        doc.0
    }
}

/// One of a dozen lists of accounts.
pub fn accounts_of(which: u8) -> Vec<Value> {
    match which % 12 {
        0..=2 => vec![inactive("fca_1", "access_expired")],
        3 => vec![active("fca_1")],
        4 => vec![active("fca_1"), active("fca_2")],
        5 => vec![inactive("fca_1", "access_denied"), inactive("fca_2", "full_moon")],
        6 => vec![active("fca_1"), inactive("fca_2", "access_denied")],
        7 => vec![beyond_repair("fca_1", "account_closed")],
        8 => vec![],
        9 => vec![ending("fca_1", 3), with_number("fca_2", "deactivated", None)],
        10 => vec![active("fca_9")],
        _ => vec![active("fca_1"), active("fca_1"), active("fca_9")],
    }
}
