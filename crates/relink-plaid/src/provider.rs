//! Plaid as a provider of bank links: an item that works, judged by the accounts that came, in the contract's words.

use crate::{Begun, ItemAccount, Plaid, PlaidError, Repair, Repaired};
use relink_account::{Provider, Standing};
use relink_wire::{RelinkResult, Secret};

/// A repair that was begun, with what the caller keeps of it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What [`Plaid::begin`] gave.
    pub begun: &'a Begun,
    /// Of the item.
    pub access_token: &'a Secret,
    /// The item: the authorization that is to be relinked.
    pub item: &'a str,
    /// Its accounts as they were linked.
    pub before: &'a [ItemAccount],
    /// The account that has to be there again; where there is none, any of them will do.
    pub needed: Option<&'a str>,
}

impl Provider for Plaid {
    type Repair<'a> = Repair<'a>;
    type Begun = Begun;
    type Case<'a> = Case<'a>;
    type Error = PlaidError;

    /// Plaid has no idempotency key: the caller keeps the answer under its own.
    async fn begin(&self, repair: &Self::Repair<'_>, _key: &str) -> Result<Begun, PlaidError> {
        self.link(repair).await
    }

    async fn standing(&self, case: &Self::Case<'_>) -> Result<Standing, PlaidError> {
        let linked =
            |accounts: Vec<ItemAccount>| accounts.into_iter().map(|account| account.linked).collect();
        Ok(match self.repaired(case).await? {
            Repaired::NotYet => Standing::Pending,
            Repaired::Missed(reason, accounts) => {
                Standing::Failed(RelinkResult::failed(reason), linked(accounts))
            }
            Repaired::With(accounts) => {
                let result = RelinkResult {
                    account: case.needed.map(Into::into),
                    authorization: Some(case.item.into()),
                    failure_reason: None,
                };
                Standing::Granted(result, linked(accounts))
            }
        })
    }
}
