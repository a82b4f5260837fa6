//! A linked account as the provider gave it, read once, where it enters.

use relink_wire::{Account, DecodeError, Json};

/// An account as the provider gave it. Whoever gets one neither decodes it again nor looks into its JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkedAccount {
    /// The account, read.
    pub account: Account,
    /// Owner: a Customer (`cus_…`) or an Account object (`acct_…`) at Stripe; `None` if it has no owner.
    pub owner: Option<String>,
    /// The provider's object, reduced to what the browser may have: what `accounts` of a session pass on.
    pub public: Json,
}

impl LinkedAccount {
    /// Reads `public`; it fails where there is no id.
    pub fn read(public: Json, owner: Option<String>) -> Result<Self, DecodeError> {
        Ok(Self { account: Account::decode(&public)?, owner, public })
    }

    /// `fca_…`
    pub fn id(&self) -> &str {
        &self.account.id
    }

    /// `fcauth_…`, the customer's permission at the bank that the account belongs to.
    pub fn authorization(&self) -> Option<&str> {
        self.account.authorization.as_deref()
    }
}
