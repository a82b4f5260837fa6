//! What a session is about: an account, or an authorization with its accounts. The provider says so; the database has what
//! it said before.

use crate::error::RelinkError;
use crate::profile::Profile;
use crate::relink::Relink;
use crate::reuse::About;
use relink_account::{Condition, LinkedAccount, Renewals, STRIPE, no_repair};
use relink_stripe::StripeError;
use relink_wire::{CreateSession, Permission};

/// What is to be relinked.
pub struct Subject {
    /// The login at the bank.
    pub authorization: String,
    /// Exactly this account, or any.
    pub account: Option<String>,
    /// The accounts that the customer is shown.
    pub shown: Vec<LinkedAccount>,
}

impl Subject {
    /// Whose login it is, by the provider's name.
    pub fn provider(&self) -> &str {
        self.shown.first().map_or(STRIPE, |account| &account.provider)
    }

    /// The same, to look for sessions that are open about it.
    pub fn about(&self) -> About<'_> {
        About { authorization: &self.authorization, account: self.account.as_deref(), shown: &self.shown }
    }
}

/// As the provider says now.
pub async fn subject(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Subject, RelinkError> {
    let stripe = relink.stripe.for_customer(customer);
    let is_of_that = |account: &LinkedAccount| {
        wanted.authorization.as_deref().is_none_or(|named| account.authorization() == Some(named))
    };
    match (&wanted.account, &wanted.authorization) {
        (Some(id), _) => {
            if let Some(account) = relink.beside_account(customer, id).await? {
                return if is_of_that(&account) {
                    exactly(account)
                } else {
                    Err(RelinkError::NotOfThatAuthorization)
                };
            }
            let account = match stripe.account(id).await {
                Ok(account) if account.owner.as_deref() == Some(customer) => account,
                Ok(_) | Err(StripeError::NotFound) => return Err(RelinkError::NotTheirs),
                Err(error) => return Err(error.into()),
            };
            if !is_of_that(&account) {
                return Err(RelinkError::NotOfThatAuthorization);
            }
            exactly(account)
        }
        (None, Some(authorization)) => {
            let mut accounts = relink.accounts_at_others(customer, Some(authorization)).await?;
            if accounts.is_empty() {
                accounts = stripe.accounts_of(customer).await?;
            }
            among(relink, profile, accounts, Some(authorization))
        }
        (None, None) => {
            let (others, stripes) = tokio::try_join!(relink.accounts_at_others(customer, None), async {
                Ok(stripe.accounts_of(customer).await?)
            })?;
            among(relink, profile, others.into_iter().chain(stripes).collect(), None)
        }
    }
}

/// The customer's accounts of an authorization; or, if none is named, the account that most needs a relink.
fn among(
    relink: &Relink,
    profile: &Profile,
    mut accounts: Vec<LinkedAccount>,
    authorization: Option<&str>,
) -> Result<Subject, RelinkError> {
    let renewed = Renewals::among(&accounts);
    accounts.retain(|account| account.authorization().is_some() && !renewed.is_replaced(account.id()));
    if let Some(authorization) = authorization {
        accounts.retain(|account| account.authorization() == Some(authorization));
        if accounts.is_empty() {
            return Err(RelinkError::NotTheirs);
        }
        return Ok(Subject { authorization: authorization.to_owned(), account: None, shown: accounts });
    }
    // The backend decides: what is broken and can be repaired comes first, then what will break.
    let wanted: Vec<Permission> =
        profile.permissions.names().iter().map(|name| Permission::parse(name)).collect();
    let now = relink.now();
    let first = accounts
        .into_iter()
        .min_by_key(|account| urgency(account, relink.asking_of(account).wanted(&wanted), now));
    exactly(first.ok_or(RelinkError::NothingLinked)?)
}

fn exactly(account: LinkedAccount) -> Result<Subject, RelinkError> {
    let authorization = account.authorization().ok_or(RelinkError::NoAuthorization)?.to_owned();
    Ok(Subject { authorization, account: Some(account.id().to_owned()), shown: vec![account] })
}

/// How urgent a relink of the account is: lower is more urgent, and what no relink repairs comes last.
fn urgency(account: &LinkedAccount, wanted: &[Permission], now: i64) -> (u8, i64) {
    Condition::of(&account.account, wanted, now).urgency().unwrap_or((u8::MAX, 0))
}

/// As the database has it; nothing where it does not know, where it knows that no relink helps, or where it is not Stripe's.
pub async fn foreseen(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Option<Subject>, RelinkError> {
    let can_be_repaired =
        |subject: &Subject| subject.shown.iter().any(|shown| no_repair(&shown.account).is_none());
    let is_stripes = |subject: &Subject| subject.provider() == STRIPE;
    Ok(known(relink, profile, customer, wanted).await?.filter(can_be_repaired).filter(is_stripes))
}

/// As the database has it; `None` if it does not know.
pub async fn known(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Option<Subject>, RelinkError> {
    let known: Vec<LinkedAccount> = match &wanted.account {
        Some(id) => relink.store.account(customer, id).await?.into_iter().map(|row| row.linked).collect(),
        None => relink.store.accounts_of(customer).await?.into_iter().map(|row| row.linked).collect(),
    };
    let is_named = |account: &LinkedAccount| {
        wanted.authorization.as_ref().is_none_or(|named| account.authorization() == Some(named))
    };
    let subject = match &wanted.account {
        Some(_) => known.into_iter().find(is_named).map(exactly),
        None => Some(among(relink, profile, known, wanted.authorization.as_deref())),
    };
    Ok(subject.and_then(Result::ok))
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_account::cases;

    #[test]
    fn the_backend_picks_an_account_that_asks_for_a_relink_before_every_other() {
        let healthy = (6, 0);
        for case in relink_account::cases::every() {
            let account = LinkedAccount::read(case.json, None).expect("an account");
            let urgency = urgency(&account, &cases::WANTED, cases::NOW);
            assert_eq!(urgency < healthy, case.expected.asks, "{}", case.name);
            assert_eq!(urgency.0 == u8::MAX, case.expected.beyond_repair.is_some(), "{}", case.name);
        }
    }
}
