//! What can go wrong, from the customer's view: who has the problem, and what the customer can do.

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No answer came: the connection.
    NoConnection,
    /// No answer came in time.
    TooSlow,
    /// The merchant's backend sent a wrong answer.
    Unreadable,
    /// The merchant's backend, or Stripe behind it, is down.
    ServiceDown,
    /// Too many requests; seconds to wait, if the backend gave them.
    Busy(Option<u32>),
    /// Nobody is signed in at the merchant.
    SignedOut,
    /// The signed-in customer may not do this.
    NotAllowed,
    /// The merchant's backend does not know the session.
    NotFound,
    /// The page or the widget asked for something impossible.
    Misconfigured,
    /// Time ran out, twice.
    Expired,
    /// The session was used or given up already.
    Spent,
    /// A way to the bank that this version does not know.
    UnsupportedHandoff,
    /// The way to the bank could not be opened, or broke.
    BankNotOpened,
    /// The bank is not reachable.
    BankUnavailable,
    /// Nothing more is known.
    Unexplained,
}

/// Who has the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The connection.
    Connection,
    /// The merchant.
    Merchant,
    /// The bank.
    Bank,
    /// The customer's sign-in at the merchant.
    SignIn,
    /// Nobody: time ran out.
    Nobody,
}

impl Trouble {
    /// Who has the problem.
    pub fn side(self) -> Side {
        match self {
            Self::NoConnection | Self::TooSlow => Side::Connection,
            Self::Unreadable
            | Self::ServiceDown
            | Self::Busy(_)
            | Self::NotAllowed
            | Self::NotFound
            | Self::Misconfigured
            | Self::UnsupportedHandoff
            | Self::Unexplained => Side::Merchant,
            Self::SignedOut => Side::SignIn,
            Self::Expired | Self::Spent => Side::Nobody,
            Self::BankNotOpened | Self::BankUnavailable => Side::Bank,
        }
    }
}
