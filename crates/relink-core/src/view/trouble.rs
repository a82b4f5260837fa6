//! What can go wrong, in the customer's terms: who has the problem, and what the customer can do.

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No answer came: the connection.
    NoConnection,
    /// No answer came in time.
    TooSlow,
    /// The merchant's backend answered, but not what it should.
    Unreadable,
    /// The merchant's backend, or Stripe behind it, is down.
    ServiceDown,
    /// Too many requests; seconds to wait, where the backend gave them.
    Busy(Option<u32>),
    /// Nobody is signed in at the merchant's.
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

/// Whose side it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The connection between.
    Connection,
    /// The merchant's.
    Merchant,
    /// The bank's.
    Bank,
    /// The customer's sign-in at the merchant's.
    SignIn,
    /// Nobody's: time passed.
    Nobody,
}

impl Trouble {
    /// Whose side it is on.
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
