//! An account that a customer linked, what can go wrong with it, and how a relink repairs it.

use serde_json::{Value, json};

/// Seconds in a day.
pub const DAY: i64 = 86_400;
/// How long before its end a tokenized account number counts as expiring.
pub const EXPIRES_SOON: i64 = 30 * DAY;

/// The owner of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A customer, `cus_…`.
    Customer(String),
    /// A connected account, `acct_…`.
    Account(String),
    /// An Account object that stands for a customer.
    CustomerAccount(String),
    /// Stripe names no owner.
    Nobody,
}

impl Holder {
    /// The API object.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Customer(id) => json!({"type": "customer", "customer": id}),
            Self::Account(id) => json!({"type": "account", "account": id}),
            Self::CustomerAccount(id) => json!({"type": "customer", "customer_account": id}),
            Self::Nobody => Value::Null,
        }
    }
}

/// Whether the connection works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It works. The bank may have announced an end.
    Active(Option<Ending>),
    /// It has stopped working.
    Inactive {
        /// Stripe's cause.
        cause: String,
        /// `relink_required` or `none`.
        action: String,
    },
    /// The merchant disconnected it.
    Disconnected,
}

/// An end that the bank has announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Stripe's cause.
    pub cause: String,
    /// When, in Unix seconds.
    pub date: i64,
}

/// An account number for payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Whether it is a token for the real number.
    pub tokenized: bool,
    /// `transactable`, `deactivated`, `expired` or `pending`.
    pub status: &'static str,
    /// When it ends, in Unix seconds.
    pub expires: Option<i64>,
}

impl Number {
    fn to_json(&self) -> Value {
        json!({
            "expected_expiry_date": self.expires,
            "identifier_type": if self.tokenized { "tokenized_account_number" } else { "account_number" },
            "status": self.status,
            "supported_networks": ["ach"],
        })
    }
}

/// The last refresh of one of the account's features.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshes {
    /// When the balance was.
    pub balance: Option<i64>,
    /// When the owners were.
    pub ownership: Option<i64>,
    /// When the transactions were, and the refresh's id.
    pub transactions: Option<(i64, String)>,
    /// When the inferred balances were.
    pub inferred_balances: Option<i64>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `fca_…`.
    pub id: String,
    /// `fcauth_…`.
    pub authorization: String,
    /// `fcinst_…`.
    pub institution: &'static str,
    /// The bank's name.
    pub institution_name: &'static str,
    /// The owner.
    pub holder: Holder,
    /// What the bank calls it.
    pub display_name: Option<String>,
    /// The end of its number.
    pub last4: Option<String>,
    /// Stripe's category.
    pub category: &'static str,
    /// Stripe's subcategory.
    pub subcategory: &'static str,
    /// When it was linked, in Unix seconds.
    pub created: i64,
    /// What the customer granted.
    pub permissions: Vec<String>,
    /// Whether it works.
    pub standing: Standing,
    /// Its numbers.
    pub numbers: Vec<Number>,
    /// Whether payments can be made from it.
    pub payable: bool,
    /// Whether it is linked to the merchant. The bank has more accounts than the linked ones.
    pub linked: bool,
    /// Whether it stays broken although the customer chooses it at the bank.
    pub stubborn: bool,
    /// Features that are refreshed daily.
    pub subscriptions: Vec<String>,
    /// When each feature was last refreshed.
    pub refreshes: Refreshes,
    /// The balance in cents.
    pub balance: i64,
}

impl Account {
    /// Whether the customer can choose it at the bank. A closed account is shown, but cannot be chosen.
    pub fn is_choosable(&self) -> bool {
        match &self.standing {
            Standing::Active(_) | Standing::Disconnected => true,
            Standing::Inactive { action, .. } => action != "none",
        }
    }

    /// Whether a hosted relink accepts it: inactive, or with a tokenized number that ends within 30 days.
    pub fn is_fit_for_hosted(&self, now: i64) -> bool {
        let inactive = matches!(self.standing, Standing::Inactive { .. });
        inactive || self.numbers.iter().any(|number| number.needs_renewal(now))
    }

    /// Repairs the account after the customer chose it at the bank. Returns what changed.
    pub fn repair(&mut self, permissions: &[String], now: i64) -> Repair {
        if self.stubborn {
            return Repair::default();
        }
        let mut repair = Repair {
            created: !self.linked,
            reactivated: self.linked && !matches!(self.standing, Standing::Active(_)),
            numbers_changed: false,
        };
        self.linked = true;
        self.standing = Standing::Active(None);
        for number in self.numbers.iter_mut().filter(|number| number.needs_renewal(now)) {
            number.status = "transactable";
            number.expires = number.expires.map(|_| now + 365 * DAY);
            repair.numbers_changed = true;
        }
        for permission in permissions {
            if !self.permissions.contains(permission) {
                self.permissions.push(permission.clone());
            }
        }
        repair
    }

    /// The API object.
    pub fn to_json(&self) -> Value {
        let (status, details) = match &self.standing {
            Standing::Active(None) => ("active", json!({})),
            Standing::Active(Some(ending)) => (
                "active",
                json!({"active": {
                    "action": "relink_required",
                    "cause": ending.cause,
                    "expected_deactivation_date": ending.date,
                }}),
            ),
            Standing::Inactive { cause, action } => {
                ("inactive", json!({"inactive": {"action": action, "cause": cause}}))
            }
            Standing::Disconnected => ("disconnected", json!({})),
        };
        let refreshed = |at: Option<i64>| {
            at.map(
                |at| json!({"last_attempted_at": at, "next_refresh_available_at": at, "status": "succeeded"}),
            )
        };
        let refreshes = &self.refreshes;
        let mut transactions = refreshed(refreshes.transactions.as_ref().map(|(at, _)| *at));
        if let (Some(refresh), Some((_, id))) = (&mut transactions, &refreshes.transactions) {
            refresh["id"] = json!(id);
        }
        json!({
            "id": self.id,
            "object": "financial_connections.account",
            "account_holder": self.holder.to_json(),
            "account_numbers": self.numbers.iter().map(Number::to_json).collect::<Vec<_>>(),
            "authorization": self.authorization,
            "balance": refreshes.balance.map(|at| self.balance_json(at)),
            "balance_refresh": refreshed(refreshes.balance),
            "category": self.category,
            "created": self.created,
            "display_name": self.display_name,
            "inferred_balances_refresh": refreshed(refreshes.inferred_balances),
            "institution": self.institution,
            "institution_name": self.institution_name,
            "last4": self.last4,
            "livemode": false,
            "ownership": null,
            "ownership_refresh": refreshed(refreshes.ownership),
            "permissions": self.permissions,
            "status": status,
            "status_details": details,
            "subcategory": self.subcategory,
            "subscriptions": self.subscriptions,
            "supported_payment_method_types": if self.payable { vec!["us_bank_account", "link"] } else { vec![] },
            "transaction_refresh": transactions,
        })
    }

    fn balance_json(&self, at: i64) -> Value {
        if self.category == "credit" {
            json!({"as_of": at, "current": {"usd": -self.balance}, "type": "credit", "credit": {"used": {"usd": self.balance}}})
        } else {
            json!({"as_of": at, "current": {"usd": self.balance}, "type": "cash", "cash": {"available": {"usd": self.balance}}})
        }
    }
}

impl Number {
    /// Whether it is tokenized and has ended, or ends within [`EXPIRES_SOON`].
    pub fn needs_renewal(&self, now: i64) -> bool {
        let ends_soon = self.expires.is_some_and(|at| at <= now + EXPIRES_SOON);
        self.tokenized && (self.status != "transactable" || ends_soon)
    }
}

/// What a repair changed. Each change is a webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// It was not linked before.
    pub created: bool,
    /// It was broken.
    pub reactivated: bool,
    /// A tokenized number was renewed.
    pub numbers_changed: bool,
}
