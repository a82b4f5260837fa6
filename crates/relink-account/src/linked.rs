//! A linked account as the provider returned it, parsed once, where it enters.

use relink_wire::{Account, DecodeError, Json};

/// An account as the provider returned it, already parsed: nobody reads its JSON again.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkedAccount {
    /// The account, read.
    pub account: Account,
    /// Owner: a Customer (`cus_…`) or an Account object (`acct_…`) at Stripe; `None` if it has no owner.
    pub owner: Option<String>,
    /// The provider's object, reduced to the fields that the browser may have, for `accounts` of a session.
    pub public: Json,
}

impl LinkedAccount {
    /// Parses `public`; fails if there is no id.
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
