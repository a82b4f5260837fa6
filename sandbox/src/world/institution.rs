//! The banks of the sandbox: Stripe's test institutions under Stripe's names, and some with names that sound real.

use serde_json::{Value, json};

/// How a customer signs in at a bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// No sign-in is needed.
    AtOnce,
    /// A pop-up window of the bank, where the customer allows access.
    OAuth,
    /// The same, and the accounts are chosen there too.
    OAuthChoosing,
    /// A form for name and password.
    Form,
    /// The bank is down.
    Down(Outage),
}

/// Why a bank is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Planned maintenance, with a known end.
    Scheduled,
    /// Unplanned, without a known end.
    Unscheduled,
    /// It answers with an error.
    Error,
}

/// A bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// `fcinst_…`.
    pub id: &'static str,
    /// The name that its customers know.
    pub name: &'static str,
    /// How a customer signs in.
    pub door: Door,
    /// Whether it has trouble just now, and lets customers in all the same.
    pub has_trouble: bool,
    /// Whether its hosted pages are sent with `Cross-Origin-Opener-Policy: same-origin`, as some banks do.
    pub severs_opener: bool,
}

impl Institution {
    /// The API object.
    pub fn to_json(&self) -> Value {
        let status = match (self.door, self.has_trouble) {
            (Door::Down(Outage::Scheduled | Outage::Unscheduled), _) => "inactive",
            (Door::Down(Outage::Error), _)
            | (Door::AtOnce | Door::OAuth | Door::OAuthChoosing | Door::Form, true) => "degraded",
            (Door::AtOnce | Door::OAuth | Door::OAuthChoosing | Door::Form, false) => "active",
        };
        json!({
            "id": self.id,
            "object": "financial_connections.institution",
            "countries": ["US"],
            "features": {
                "balances": {"supported": true},
                "ownership": {"supported": true},
                "payment_method": {"supported": self.id != "fcinst_invalid_payment"},
                "transactions": {"supported": true},
            },
            "livemode": false,
            "name": self.name,
            "routing_numbers": ["110000000"],
            "status": status,
            "url": null,
        })
    }
}

const fn bank(id: &'static str, name: &'static str, door: Door) -> Institution {
    Institution { id, name, door, has_trouble: false, severs_opener: false }
}

/// Every bank there is.
pub const INSTITUTIONS: &[Institution] = &[
    bank("fcinst_test", "Test Institution", Door::AtOnce),
    bank("fcinst_test_oauth", "Test OAuth Institution", Door::OAuth),
    bank("fcinst_sandbox_oauth", "Sandbox Bank (OAuth)", Door::OAuthChoosing),
    bank("fcinst_sandbox_form", "Sandbox Bank (Non-OAuth)", Door::Form),
    bank("fcinst_ownership", "Ownership Accounts", Door::AtOnce),
    bank("fcinst_invalid_payment", "Invalid Payment Accounts", Door::AtOnce),
    bank("fcinst_down_scheduled", "Down Bank (Scheduled)", Door::Down(Outage::Scheduled)),
    bank("fcinst_down_unscheduled", "Down Bank (Unscheduled)", Door::Down(Outage::Unscheduled)),
    bank("fcinst_down_error", "Down Bank (Error)", Door::Down(Outage::Error)),
    bank("fcinst_harbour", "Harbour Bank", Door::AtOnce),
    bank("fcinst_tidewater", "Tidewater Credit Union", Door::OAuth),
    bank("fcinst_northgate", "Northgate Bank", Door::Form),
    bank("fcinst_meridian", "Meridian Savings", Door::OAuthChoosing),
    bank("fcinst_old_mill", "Old Mill Bank", Door::AtOnce),
    Institution { severs_opener: true, ..bank("fcinst_fairwater", "Fairwater Bank", Door::AtOnce) },
    Institution { has_trouble: true, ..bank("fcinst_low_tide", "Low Tide Bank", Door::AtOnce) },
    bank(
        "fcinst_long_name",
        "Sparkasse & Caisse d\u{2019}Épargne <b>Überregional</b> of Saint-Barthélemy-sur-Mer and Surrounding Districts",
        Door::AtOnce,
    ),
];

/// The bank of this id.
pub fn institution(id: &str) -> Option<&'static Institution> {
    INSTITUTIONS.iter().find(|institution| institution.id == id)
}
