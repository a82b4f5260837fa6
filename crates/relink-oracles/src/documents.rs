//! The documents that a backend answers with, as docs/contract.md has them.

use serde_json::{Value, json};

/// A secret that must be seen nowhere but in the command that hands it to Stripe.js.
pub const SECRET: &str = "fcsess_1_secret_canary";

/// When the simulated backend's clock begins, in Unix seconds.
pub const BEGINNING: i64 = 1_795_000_000;

const DAY: i64 = 86_400;

/// A relink session in the making.
#[derive(Clone, Debug)]
pub struct Doc(
    /// As the backend would write it.
    pub Value,
);

impl Doc {
    /// A pending session that asks for exactly `fca_1`, by Stripe.js.
    pub fn new(id: &str) -> Self {
        Self(json!({
            "object": "relink_session",
            "id": id,
            "livemode": false,
            "status": "pending",
            "expires_at": BEGINNING + 1800,
            "expires_in": 1800,
            "merchant": {"name": "Corner Store", "support_url": "https://shop.example/help", "privacy_url": null},
            "institution": {"id": "fcinst_1", "name": "Harbour Bank", "logo_url": null},
            "permissions": ["payment_method"],
            "relink_options": {"authorization": "fcauth_1", "account": "fca_1"},
            "limits": {"accounts": 1},
            "accounts": [inactive("fca_1", "access_expired")],
            "handoff": {"type": "stripe_js", "publishable_key": "pk_test_1", "client_secret": SECRET},
            "relink_result": null,
        }))
    }

    /// The same with another field.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }

    /// The same about these accounts.
    pub fn accounts(self, accounts: Vec<Value>) -> Self {
        self.with("accounts", Value::Array(accounts))
    }

    /// Any account under the authorization will do.
    pub fn any_account(self) -> Self {
        self.with("relink_options", json!({"authorization": "fcauth_1", "account": null}))
    }

    /// How many accounts the merchant takes; nothing is any number.
    pub fn at_most(self, accounts: Option<u32>) -> Self {
        self.with("limits", json!({ "accounts": accounts }))
    }

    /// The bank has a page of its own.
    pub fn hosted(self) -> Self {
        self.with("handoff", json!({"type": "hosted", "url": "https://bank.example/relink"}))
    }

    /// No bank is visited: the customer agrees in the review.
    pub fn confirming(self) -> Self {
        self.with("handoff", json!({"type": "confirm"}))
    }

    /// The same in that status.
    pub fn status(self, status: &str) -> Self {
        self.with("status", json!(status))
    }

    /// It failed, for that reason.
    pub fn failed_for(self, reason: &str) -> Self {
        let result = json!({"account": null, "authorization": null, "failure_reason": reason});
        self.status("failed").with("relink_result", result)
    }
}

/// An account that does not work, and why.
pub fn inactive(id: &str, cause: &str) -> Value {
    account(id, json!({"inactive": {"cause": cause, "action": "relink_required"}}), "inactive")
}

/// An account that cannot be repaired.
pub fn beyond_repair(id: &str, cause: &str) -> Value {
    account(id, json!({"inactive": {"cause": cause, "action": "none"}}), "inactive")
}

/// An account that works.
pub fn active(id: &str) -> Value {
    account(id, Value::Null, "active")
}

/// An account that works, which the merchant knew by another id.
pub fn replacing(id: &str, before: &str) -> Value {
    let mut account = active(id);
    account["replaces"] = json!(before);
    account
}

/// An account that works until that many days from the beginning.
pub fn ending(id: &str, days: i64) -> Value {
    let active = json!({
        "action": "relink_required",
        "cause": "access_expired",
        "expected_deactivation_date": BEGINNING + days * DAY,
    });
    account(id, json!({ "active": active }), "active")
}

/// An account that works and has a tokenized number in that state.
pub fn with_number(id: &str, status: &str, expires_in_days: Option<i64>) -> Value {
    let mut account = active(id);
    account["account_numbers"] = json!([{
        "identifier_type": "tokenized_account_number",
        "status": status,
        "expected_expiry_date": expires_in_days.map(|days| BEGINNING + days * DAY),
        "supported_networks": ["ach"],
    }]);
    account
}

fn account(id: &str, details: Value, status: &str) -> Value {
    json!({
        "id": id,
        "object": "financial_connections.account",
        "authorization": "fcauth_1",
        "institution_name": "Harbour Bank",
        "display_name": "Everyday Checking",
        "last4": id.chars().rev().take(4).collect::<String>(),
        "category": "cash",
        "subcategory": "checking",
        "status": status,
        "status_details": details,
        "permissions": ["payment_method"],
        "supported_payment_method_types": ["us_bank_account"],
        "account_numbers": [],
        "livemode": false,
    })
}
