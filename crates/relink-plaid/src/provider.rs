//! Plaid as a provider of bank links: the result of a repair, from the item and its accounts, in the contract's terms.

use crate::client::{Begun, Case, Plaid, Repair, Repaired};
use crate::error::PlaidError;
use crate::item::NAME;
use relink_account::{Asking, Happening, Provider, Standing};
use relink_wire::RelinkResult;

impl Provider for Plaid {
    const NAME: &'static str = NAME;
    /// Plaid limits no email, and a day between two is a courtesy of ours. An item is renewed best before its consent ends, and update
    /// mode as it is used here adds no product.
    const ASKING: Asking =
        Asking { between_mails_s: 86_400, before_access_ends: true, more_permissions: false };

    type Repair<'a> = Repair<'a>;
    type Begun = Begun;
    type Case<'a> = Case<'a>;
    type Error = PlaidError;

    /// Plaid has no idempotency key: the caller keeps the answer under its own.
    async fn begin(&self, repair: &Self::Repair<'_>, _key: &str) -> Result<Begun, PlaidError> {
        self.link(repair).await
    }

    async fn standing(&self, case: &Self::Case<'_>) -> Result<Standing, PlaidError> {
        Ok(match self.repaired(case).await? {
            Repaired::NotYet => Standing::Pending,
            Repaired::Missed(reason, accounts) => Standing::Failed(RelinkResult::failed(reason), accounts),
            Repaired::With(accounts) => {
                let result = RelinkResult {
                    account: case.needed.map(Into::into),
                    authorization: Some(case.item.into()),
                    failure_reason: None,
                };
                Standing::Granted(result, accounts)
            }
        })
    }
}

/// What the code of one of Plaid's webhooks about an item means.
pub fn happening(code: &str) -> Happening {
    match code {
        "ERROR" | "USER_PERMISSION_REVOKED" | "USER_ACCOUNT_REVOKED" => Happening::Broke,
        "PENDING_EXPIRATION" | "PENDING_DISCONNECT" => Happening::AccessEnding,
        "LOGIN_REPAIRED" => Happening::Repaired,
        // `NEW_ACCOUNTS_AVAILABLE` among them: nothing is broken.
        _ => Happening::Other,
    }
}
