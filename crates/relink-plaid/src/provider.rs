//! Plaid as a provider of bank links: the result of a repair, from the item and its accounts, in the contract's terms.

use crate::client::{Begun, Case, Plaid, Repair, Repaired};
use crate::error::PlaidError;
use crate::item::ItemAccount;
use relink_account::{Provider, Standing};
use relink_wire::RelinkResult;

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
