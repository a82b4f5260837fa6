//! Sessions for random stories, more or less as they should be. Numbers are taken modulo what there is to choose from.

use crate::documents::{Doc, active, beyond_repair, ending, inactive, replacing, with_number};
use crate::tape::Tape;
use serde_json::{Value, json};

/// A session, more or less as it should be.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Whether it is another session than was asked for.
    pub foreign: bool,
    /// Its status; pending more often than not.
    pub status: u8,
    /// Its accounts, as [`accounts_of`] has them.
    pub accounts: u8,
    /// Whether any account will do.
    pub any: bool,
    /// How many accounts the merchant takes.
    pub limit: u8,
    /// The way to the bank.
    pub handoff: u8,
    /// What came of it; mostly nothing yet.
    pub result: u8,
    /// Seconds left.
    pub left: u8,
    /// A field that is something else.
    pub spoiled: Option<(u8, u8)>,
}

/// A session that waits for the customer, as it should be.
impl Default for Shape {
    fn default() -> Self {
        Self {
            foreign: false,
            status: 0,
            accounts: 0,
            any: false,
            limit: 0,
            handoff: 0,
            result: 9,
            left: 0,
            spoiled: None,
        }
    }
}

impl Shape {
    /// Reads one off a tape: a byte says which fields are other than they should be, and each of those follows.
    pub fn read(tape: &mut Tape<'_>) -> Self {
        let (odd, mut shape) = (tape.byte(), Self::default());
        let is_odd = |bit: u8| odd & (1 << bit) != 0;
        if is_odd(0) {
            shape.status = tape.byte();
        }
        if is_odd(1) {
            shape.accounts = tape.byte();
        }
        if is_odd(2) {
            shape.any = true;
        }
        if is_odd(3) {
            shape.limit = tape.byte();
        }
        if is_odd(4) {
            shape.handoff = tape.byte();
        }
        if is_odd(5) {
            shape.result = tape.byte();
        }
        if is_odd(6) {
            shape.left = tape.byte();
        }
        if is_odd(7) {
            let more = tape.byte();
            shape.foreign = more % 4 == 1;
            shape.spoiled = (!shape.foreign).then(|| (more / 4, tape.byte()));
        }
        shape
    }

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
            0 | 1 => doc,
            2 => doc.confirming(),
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
                "relink_options",
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

/// One of some lists of accounts.
pub fn accounts_of(which: u8) -> Vec<Value> {
    match which % 13 {
        0..=2 => vec![inactive("fca_1", "access_expired")],
        3 => vec![active("fca_1")],
        4 => vec![active("fca_1"), active("fca_2")],
        5 => vec![inactive("fca_1", "access_denied"), inactive("fca_2", "full_moon")],
        6 => vec![active("fca_1"), inactive("fca_2", "access_denied")],
        7 => vec![beyond_repair("fca_1", "account_closed")],
        8 => vec![],
        9 => vec![ending("fca_1", 3), with_number("fca_2", "deactivated", None)],
        10 => vec![active("fca_9")],
        11 => vec![replacing("fca_9", "fca_1"), inactive("fca_2", "access_denied")],
        _ => vec![active("fca_1"), active("fca_1"), active("fca_9")],
    }
}
