//! What Stripe's answer about its session means for ours. Pure: takes a session, Stripe's answer and the customer's
//! choice, and returns a verdict. What the browser saw does not count, and it can choose only accounts that Stripe
//! collected.

use relink_account::{LinkedAccount, Standing};
use relink_store::sessions::RelinkSession;
use relink_wire::{FailureReason, Fields, RelinkResult};
use std::fmt;

/// What the customer chose among the accounts that the bank gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// Nobody has said yet: a look, not a completion.
    Unsaid,
    /// These; an empty list leaves it to Stripe's session.
    Chosen(&'a [String]),
}

/// What has come of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The customer has not finished.
    Pending,
    /// The bank gave several accounts, and the customer has yet to say which.
    ToChoose(RelinkResult),
    /// Relinked, with these accounts.
    Relinked(RelinkResult, Vec<String>),
    /// Not relinked.
    Failed(RelinkResult),
    /// Given up.
    Cancelled,
}

/// A choice that cannot be made: the caller's fault, and nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadChoice {
    /// An account that Stripe's session did not collect, or not the one that is required.
    NotGiven,
    /// More accounts than the session takes.
    TooMany(usize),
}

impl fmt::Display for BadChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGiven => f.write_str(
                "accounts: not among those that Stripe's session collected, or not the one required.",
            ),
            Self::TooMany(most) => write!(f, "accounts: choose at most {most} of those given."),
        }
    }
}

impl std::error::Error for BadChoice {}

/// Judges what has come of a session.
pub fn judge(session: &RelinkSession, standing: &Standing, choice: Choice<'_>) -> Result<Outcome, BadChoice> {
    let (told, given) = match standing {
        Standing::Pending => return Ok(Outcome::Pending),
        Standing::Cancelled => return Ok(Outcome::Cancelled),
        Standing::Failed(told, _) => return Ok(Outcome::Failed(told.clone())),
        Standing::Granted(told, given) => (told.clone(), given.as_slice()),
    };
    match &session.account {
        Some(required) => same_account(session, given, told, required, choice),
        None => any_account(session, given, told, choice),
    }
}

fn same_account(
    session: &RelinkSession,
    given: &[LinkedAccount],
    told: RelinkResult,
    required: &str,
    choice: Choice<'_>,
) -> Result<Outcome, BadChoice> {
    let is_there =
        told.account.as_deref() == Some(required) || given.iter().any(|account| account.id() == required);
    if !is_there {
        return Ok(Outcome::Failed(RelinkResult::failed(FailureReason::NoAccount)));
    }
    if let Choice::Chosen(chosen) = choice
        && !chosen.is_empty()
    {
        let known = |id: &String| id == required || given.iter().any(|account| account.account.is(id));
        // By the id that it has today, or by the one that it had.
        let is_it = |id: &String| {
            let is_renewed = |account: &LinkedAccount| account.id() == *id && account.account.is(required);
            id == required || given.iter().any(is_renewed)
        };
        if !chosen.iter().all(known) || !chosen.iter().any(is_it) {
            return Err(BadChoice::NotGiven);
        }
    }
    Ok(Outcome::Relinked(whole(session, told, Some(required)), vec![required.to_owned()]))
}

fn any_account(
    session: &RelinkSession,
    given: &[LinkedAccount],
    told: RelinkResult,
    choice: Choice<'_>,
) -> Result<Outcome, BadChoice> {
    // Stripe says in one place that any account at the same institution will do: where the authorization is another, the
    // institution must be the one that the session is about.
    let bank = session.shown_accounts.iter().find_map(|account| account.text("institution"));
    let belongs = |account: &&LinkedAccount| {
        account.authorization().is_none_or(|authorization| authorization == session.authorization)
            || (bank.is_some() && account.public.text("institution") == bank)
    };
    let none = given.is_empty();
    let given: Vec<&str> = given.iter().filter(belongs).map(LinkedAccount::id).collect();
    if given.is_empty() {
        let reason = if none { FailureReason::NoAccount } else { FailureReason::NoAuthorization };
        return Ok(Outcome::Failed(RelinkResult::failed(reason)));
    }
    let result = whole(session, told, None);
    let most = session.account_limit.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    match choice {
        Choice::Unsaid if given.len() > 1 => Ok(Outcome::ToChoose(result)),
        Choice::Chosen(chosen) if !chosen.is_empty() => {
            if !chosen.iter().all(|id| given.contains(&id.as_str())) {
                return Err(BadChoice::NotGiven);
            }
            let mut accounts = chosen.to_vec();
            accounts.sort_unstable();
            accounts.dedup();
            if accounts.len() > most {
                return Err(BadChoice::TooMany(most));
            }
            Ok(Outcome::Relinked(result, accounts))
        }
        Choice::Unsaid | Choice::Chosen(_) => {
            if given.len() > most {
                return Err(BadChoice::TooMany(most));
            }
            Ok(Outcome::Relinked(result, given.into_iter().map(Into::into).collect()))
        }
    }
}

/// Stripe's result with what it leaves out because it goes without saying.
fn whole(session: &RelinkSession, told: RelinkResult, account: Option<&str>) -> RelinkResult {
    RelinkResult {
        account: account.map(Into::into),
        authorization: told.authorization.or_else(|| Some(session.authorization.clone())),
        failure_reason: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_stripe::StripeSession;
    use relink_wire::SessionStatus;
    use serde_json::json;

    fn session(account: Option<&str>, limit: Option<i64>) -> RelinkSession {
        RelinkSession {
            id: "rls_1".into(),
            customer: "cus_1".into(),
            profile: "payments".into(),
            provider: "stripe".into(),
            stripe_session: "fcsess_1".into(),
            status: SessionStatus::Pending,
            created_at: 0,
            expires_at: 1800,
            authorization: "fcauth_1".into(),
            account: account.map(Into::into),
            account_limit: limit,
            permissions: Vec::new(),
            shown_accounts: Vec::new(),
            relink_result: None,
            handoff_sealed: String::new(),
            read_at_ms: 0,
            link: None,
            consent: None,
            institution_status: None,
        }
    }

    fn stripe(status: &str, accounts: &[(&str, &str)], reason: Option<&str>) -> Standing {
        let accounts: Vec<_> = accounts
            .iter()
            .map(|(id, authorization)| json!({"id": id, "authorization": authorization, "status": "active"}))
            .collect();
        let result = json!({"account": null, "authorization": null, "failure_reason": reason});
        let json = json!({"id": "fcsess_1", "status": status, "accounts": {"data": accounts}, "relink_result": result});
        StripeSession::read(&json).expect("a session").standing()
    }

    fn failed(reason: FailureReason) -> Result<Outcome, BadChoice> {
        Ok(Outcome::Failed(RelinkResult::failed(reason)))
    }

    const BOTH: &[(&str, &str)] = &[("fca_1", "fcauth_1"), ("fca_2", "fcauth_1")];

    #[test]
    fn a_status_that_nobody_knows_is_not_the_end() {
        let verdict = judge(&session(None, None), &stripe("reviewing", BOTH, None), Choice::Unsaid);
        assert_eq!(verdict, Ok(Outcome::Pending));
    }

    #[test]
    fn a_reason_of_failure_counts_more_than_a_status() {
        let verdict = judge(&session(None, None), &stripe("succeeded", BOTH, Some("other")), Choice::Unsaid);
        assert_eq!(verdict, failed(FailureReason::Other));
    }

    #[test]
    fn the_required_account_must_be_among_stripes() {
        let chosen = ["fca_1".to_owned()];
        let other = stripe("succeeded", &BOTH[1..], None);
        assert_eq!(
            judge(&session(Some("fca_1"), None), &other, Choice::Chosen(&chosen)),
            failed(FailureReason::NoAccount)
        );
    }

    #[test]
    fn an_account_that_stripe_did_not_collect_is_refused() {
        let invented = ["fca_9".to_owned()];
        let answer = stripe("succeeded", BOTH, None);
        for session in [session(None, None), session(Some("fca_1"), None)] {
            assert!(judge(&session, &answer, Choice::Chosen(&invented)).is_err());
        }
    }

    #[test]
    fn accounts_of_another_authorization_are_no_relink_of_this_one() {
        let answer = stripe("succeeded", &[("fca_1", "fcauth_2")], None);
        assert_eq!(
            judge(&session(None, None), &answer, Choice::Unsaid),
            failed(FailureReason::NoAuthorization)
        );
    }

    #[test]
    fn one_of_several_has_to_be_chosen_and_no_more_than_the_limit() {
        let answer = stripe("succeeded", BOTH, None);
        let both = ["fca_1".to_owned(), "fca_2".to_owned()];
        let one = session(None, Some(1));
        assert!(matches!(judge(&one, &answer, Choice::Unsaid), Ok(Outcome::ToChoose(_))));
        assert!(judge(&one, &answer, Choice::Chosen(&both)).is_err());
        assert!(judge(&one, &answer, Choice::Chosen(&[])).is_err());
        assert!(
            matches!(judge(&one, &answer, Choice::Chosen(&both[1..])), Ok(Outcome::Relinked(_, chosen)) if chosen == ["fca_2"])
        );
        assert!(
            matches!(judge(&session(None, None), &answer, Choice::Chosen(&both)), Ok(Outcome::Relinked(_, chosen)) if chosen == both)
        );
    }
}
