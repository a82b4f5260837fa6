//! What a session is about: an account, or an authorization with its accounts. Stripe says so; the database has what
//! Stripe said before.

use crate::error::RelinkError;
use crate::profile::Profile;
use crate::relink::Relink;
use crate::reuse::About;
use relink_account::{Condition, LinkedAccount, Renewals, no_repair};
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
    /// The same, to look for sessions that are open about it.
    pub fn about(&self) -> About<'_> {
        About { authorization: &self.authorization, account: self.account.as_deref(), shown: &self.shown }
    }
}

/// As Stripe says now.
pub async fn subject(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Subject, RelinkError> {
    let stripe = relink.stripe.for_customer(customer);
    match (&wanted.account, &wanted.authorization) {
        (Some(id), authorization) => {
            let account = match stripe.account(id).await {
                Ok(account) if account.owner.as_deref() == Some(customer) => account,
                Ok(_) | Err(StripeError::NotFound) => return Err(RelinkError::NotTheirs),
                Err(error) => return Err(error.into()),
            };
            if authorization.as_ref().is_some_and(|named| account.authorization() != Some(named)) {
                return Err(RelinkError::NotOfThatAuthorization);
            }
            exactly(account)
        }
        (None, authorization) => {
            among(relink, profile, stripe.accounts_of(customer).await?, authorization.as_deref())
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
    let first = accounts.into_iter().min_by_key(|account| urgency(account, &wanted, now));
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

/// As the database has it; `None` if it does not know, or knows that no relink helps.
pub async fn foreseen(
    relink: &Relink,
    profile: &Profile,
    customer: &str,
    wanted: &CreateSession,
) -> Result<Option<Subject>, RelinkError> {
    let can_be_repaired =
        |subject: &Subject| subject.shown.iter().any(|shown| no_repair(&shown.account).is_none());
    Ok(known(relink, profile, customer, wanted).await?.filter(can_be_repaired))
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
