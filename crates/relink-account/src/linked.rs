//! A linked account as the provider returned it, parsed once, where it enters.

use relink_wire::{Account, DecodeError, Json};

/// The provider whose fields all the others' accounts are told in.
pub const STRIPE: &str = "stripe";

/// An account as the provider returned it, already parsed: nobody reads its JSON again.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkedAccount {
    /// The account, read.
    pub account: Account,
    /// Owner: a Customer (`cus_…`) or an Account object (`acct_…`) at Stripe; `None` if it has no owner.
    pub owner: Option<String>,
    /// The provider's object, reduced to the fields that the browser may have, for `accounts` of a session.
    pub public: Json,
    /// The provider that has it, by name ([`Provider::NAME`](crate::Provider::NAME)).
    pub provider: String,
    /// The provider's id for it that stays the same if the account's id changes. Not for the browser.
    pub persistent_id: Option<String>,
}

impl LinkedAccount {
    /// Parses `public`; fails if there is no id. The account is Stripe's until [`LinkedAccount::of`] says otherwise.
    pub fn read(public: Json, owner: Option<String>) -> Result<Self, DecodeError> {
        let account = Account::decode(&public)?;
        Ok(Self { account, owner, public, provider: STRIPE.into(), persistent_id: None })
    }

    /// The same as another provider's, which may have a lasting name for it.
    pub fn of(self, provider: &str, persistent_id: Option<String>) -> Self {
        Self { provider: provider.into(), persistent_id, ..self }
    }

    /// The same with other fields of its object: what changes about an account is read again, so that both say the same. Only
    /// backends do this, and the browser's [`Json`] is only read.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn with(self, fields: &[(&str, Json)]) -> Self {
        let mut public = self.public.clone();
        for (name, value) in fields {
            public[*name] = value.clone();
        }
        match Account::decode(&public) {
            Ok(account) => Self { account, public, ..self },
            Err(_) => self,
        }
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
