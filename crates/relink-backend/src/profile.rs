//! What a relink is for, by name: the permissions, the number of accounts, and the handoff. Each profile has its four
//! routes under its own path.

/// A set of the four routes, with a purpose and a way to the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// By which sessions remember it. It must not change while sessions are open.
    pub name: String,
    /// Where its routes are, below the router's own place: `""`, or `/data`. `None`: it has none there, and somebody else
    /// mounts them by [`Relink::routes_of`](crate::Relink::routes_of).
    pub path: Option<String>,
    /// What it asks to see.
    pub permissions: Permissions,
    /// How many accounts a customer may share at most; `None` for any number. Stripe takes one for payments.
    pub limit: Option<i64>,
    /// The way to the bank.
    pub handoff: WayToBank,
}

/// What a session asks to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permissions {
    /// These, by Stripe's names.
    Listed(Vec<String>),
    /// What the customer granted before, and nothing else: a relink on a hosted page changes no permission.
    AsGranted,
}

/// How a customer gets to the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayToBank {
    /// Stripe.js opens the bank in the page.
    StripeJs,
    /// A page that Stripe hosts.
    Hosted,
}

impl Profile {
    /// Payments: `payment_method` and `balances` of one account, by Stripe.js, at the router's own place.
    pub fn payments() -> Self {
        Self {
            name: "payments".into(),
            path: Some(String::new()),
            permissions: Permissions::listed(&["payment_method", "balances"]),
            limit: Some(1),
            handoff: WayToBank::StripeJs,
        }
    }

    /// Data: balances and transactions of any number of accounts, by Stripe.js, below `/data`.
    pub fn data() -> Self {
        Self {
            name: "data".into(),
            path: Some("/data".into()),
            permissions: Permissions::listed(&["balances", "transactions"]),
            limit: None,
            handoff: WayToBank::StripeJs,
        }
    }

    /// The same by another name, below that path.
    pub fn at(self, name: impl Into<String>, path: impl Into<String>) -> Self {
        Self { name: name.into(), path: Some(path.into()), ..self }
    }

    /// The same by a page that Stripe hosts.
    pub fn hosted(self) -> Self {
        Self { handoff: WayToBank::Hosted, ..self }
    }
}

impl Permissions {
    /// These, by Stripe's names.
    pub fn listed(names: &[&str]) -> Self {
        Self::Listed(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Those that are asked for by name.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::Listed(names) => names,
            Self::AsGranted => &[],
        }
    }
}
