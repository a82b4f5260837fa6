//! Asks Stripe about a session and collects what follows. Nothing is written before everything is known: if Stripe
//! fails in between, nothing has changed.

use crate::beside::{Beside, of_handoff};
use crate::counts;
use crate::document;
use crate::error::RelinkError;
use crate::lifetime::{LASTS, MOST};
use crate::outcome::{Choice, Outcome, judge};
use crate::relink::Relink;
use relink_account::{LinkedAccount, Provider, Renewals, STRIPE, Standing};
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;
use relink_store::sessions::RelinkSession;
use relink_stripe::StripeError;
use relink_wire::{FailureReason, Fields, Json, RelinkResult, Secret, SessionStatus};

/// Stripe is asked about one session at most so often, however often the widget asks: once in this many
/// milliseconds.
const READ_EVERY_MS: i64 = 900;

/// The session as it is now: while it is pending Stripe is asked, and what it says is written.
pub async fn refresh(relink: &Relink, mut session: RelinkSession) -> Result<RelinkSession, RelinkError> {
    if !is_due(relink, &session) {
        return Ok(session);
    }
    let (customer, id) = (session.customer.clone(), session.id.clone());
    // Of several that find it due at once, one asks; it may have been asked since this session was looked up.
    let Some(_reading) = relink.reads.begin(&id) else { return Ok(session) };
    session = relink.store.session_of_customer(&customer, &id).await?.unwrap_or(session);
    if !is_due(relink, &session) {
        return Ok(session);
    }
    // Another provider's way to the bank is good for so long and no longer.
    if session.provider == STRIPE {
        prolong(&mut session, relink.now());
    }
    let (settled, change) = settle(relink, session, Choice::Unsaid).await?;
    if relink.store.write_change(&change).await? {
        counts::committed(&change);
        return Ok(settled);
    }
    // Somebody else was faster; what they wrote is the truth.
    Ok(relink.store.session_of_customer(&customer, &id).await?.unwrap_or(settled))
}

/// Whether Stripe is to be asked about a session.
fn is_due(relink: &Relink, session: &RelinkSession) -> bool {
    let is_fresh = (0..READ_EVERY_MS).contains(&(relink.now_ms() - session.read_at_ms));
    session.status == SessionStatus::Pending && !(is_fresh && session.expires_at > relink.now())
}

/// A widget that reads is a customer who is there: nobody is hurried who needs longer at the bank (WCAG 2.2, 2.2.1). A
/// session that nobody has read until its end is over.
fn prolong(session: &mut RelinkSession, now: i64) {
    let left = session.expires_at - now;
    if (1..LASTS / 2).contains(&left) {
        session.expires_at = (now + LASTS).min(session.created_at + MOST).max(session.expires_at);
    }
}

/// What the session becomes by Stripe's answer and the customer's choice, and what is to be written for it.
/// A session that is no longer pending stays as it is; but where it ran out while the customer was at the bank, what
/// the bank granted counts.
pub async fn settle(
    relink: &Relink,
    mut session: RelinkSession,
    choice: Choice<'_>,
) -> Result<(RelinkSession, Change), RelinkError> {
    let is_expired = session.status == SessionStatus::Expired;
    if session.status != SessionStatus::Pending && !is_expired {
        return Ok((session, Change::Nothing));
    }
    let read_at_ms = relink.now_ms();
    let client = relink.stripe.for_customer(&session.customer);
    let beside = relink.beside(&session.provider);
    // One login is repaired whole: nobody is asked to choose among its accounts.
    let choice = match choice {
        Choice::Unsaid if beside.is_some() => Choice::Chosen(&[]),
        Choice::Unsaid | Choice::Chosen(_) => choice,
    };
    // Who chose has been at the bank: the accounts are read beside it, so that nobody waits for Stripe twice.
    let mut beforehand = None;
    let asked = match (beside, session.provider.as_str()) {
        (Some(beside), _) => Ok(standing_beside(relink, beside, &session).await?),
        (None, STRIPE) if matches!(choice, Choice::Chosen(_)) => {
            let id = session.stripe_session.as_str();
            let (asked, list) = tokio::join!(client.standing(&id), client.accounts_of(&session.customer));
            beforehand = Some(list);
            asked
        }
        (None, STRIPE) => client.standing(&session.stripe_session.as_str()).await,
        // It is configured no more: nobody can say what became of it, and it runs out.
        (None, _) => Ok(Standing::Pending),
    };
    let standing = match asked {
        Ok(standing) => standing,
        // Stripe made it. Until its time is up, not to know it is Stripe's trouble and no end: the bank may have granted.
        Err(StripeError::NotFound) if session.expires_at > relink.now() => {
            return Err(StripeError::Unavailable.into());
        }
        Err(StripeError::NotFound) if is_expired => return Ok((session, Change::Nothing)),
        Err(StripeError::NotFound) => {
            session.status = SessionStatus::Expired;
            let change =
                Change::Move(Box::new(session.clone()), FreshAccounts { list: Vec::new(), read_at_ms });
            return Ok((session, change));
        }
        Err(error) => return Err(error.of_a_read().into()),
    };
    let outcome = judge(&session, &standing, choice)?;
    session.read_at_ms = read_at_ms;
    let mut fresh = FreshAccounts { list: Vec::new(), read_at_ms };
    match outcome {
        Outcome::Relinked(result, completed) => {
            let known = beforehand.transpose()?;
            let agreeing = known.filter(|list| agree(list, &completed, standing.accounts()));
            fresh.list = match (beside, agreeing) {
                (Some(beside), _) => accounts_beside(relink, beside, &session).await?,
                (None, Some(list)) => list,
                (None, None) => client.accounts_of(&session.customer).await?,
            };
            for account in standing.accounts() {
                if completed.iter().any(|id| id == account.id())
                    && fresh.list.iter().all(|known| known.id() != account.id())
                    && beside.is_none()
                {
                    fresh.list.push(client.account(account.id()).await?);
                }
            }
            session.shown_accounts = shown_after(&session, &completed, &fresh.list);
            let works = |id: &String| {
                fresh.list.iter().any(|account| account.account.is(id) && account.account.is_active())
            };
            if completed.iter().any(works) {
                session.status = SessionStatus::Succeeded;
                session.relink_result = Some(result);
                // What happened under the id before is over too: its links are closed, its reminders end.
                let renewed = Renewals::among(&fresh.list);
                let mut completed = completed;
                let before = completed.iter().filter_map(|id| renewed.before(id)).map(str::to_owned);
                let before: Vec<String> = before.collect();
                completed.extend(before);
                let change = Change::Complete(Box::new(session.clone()), fresh, completed);
                return Ok((session, change));
            }
            if is_expired {
                return Ok((session, Change::Nothing));
            }
            // Stripe reports success, but nothing works. The customer must not see a success.
            session.status = SessionStatus::Failed;
            session.relink_result = Some(RelinkResult::failed(FailureReason::Other));
        }
        Outcome::ToChoose(_) | Outcome::Failed(_) | Outcome::Cancelled | Outcome::Pending if is_expired => {
            return Ok((session, Change::Nothing));
        }
        Outcome::ToChoose(result) => {
            session.shown_accounts =
                standing.accounts().iter().map(|account| account.public.clone()).collect();
            session.relink_result = Some(result);
        }
        Outcome::Failed(result) => {
            if let Some(beside) = beside {
                fresh.list = accounts_beside(relink, beside, &session).await?;
            }
            session.shown_accounts = shown_wrong(&session, standing.accounts());
            session.status = SessionStatus::Failed;
            session.relink_result = Some(result);
        }
        Outcome::Cancelled => session.status = SessionStatus::Cancelled,
        Outcome::Pending => {}
    }
    if session.status == SessionStatus::Pending && session.expires_at <= relink.now() {
        session.status = SessionStatus::Expired;
    }
    let change = Change::Move(Box::new(session.clone()), fresh);
    Ok((session, change))
}

/// Whether accounts that were read while the session was read are as the session has left them: what was completed works, and is
/// as the session has it. Otherwise it was completed in between.
fn agree(list: &[LinkedAccount], completed: &[String], of_session: &[LinkedAccount]) -> bool {
    completed.iter().all(|id| {
        let known = list.iter().find(|account| account.account.is(id) && account.account.is_active());
        known.is_some_and(|known| {
            of_session.iter().all(|told| told.id() != known.id() || told.public == known.public)
        })
    })
}

/// How a repair at another provider stands. What it is asked by is sealed with the session; where a lost secret keeps it, nothing can be
/// known, and the session runs out.
async fn standing_beside(
    relink: &Relink,
    beside: &dyn Beside,
    session: &RelinkSession,
) -> Result<Standing, RelinkError> {
    let opened = relink.seal.open(&document::about(&session.id), &session.handoff_sealed);
    match opened.and_then(|opened| of_handoff(&opened, "case")) {
        Some(case) => beside.standing(relink.backend(), session, Secret::new(case)).await,
        None => Ok(Standing::Pending),
    }
}

/// The accounts of the login that a session is about, as they stand now.
async fn accounts_beside(
    relink: &Relink,
    beside: &dyn Beside,
    session: &RelinkSession,
) -> Result<Vec<LinkedAccount>, RelinkError> {
    beside.accounts(relink.backend(), &session.customer, Some(&session.authorization)).await
}

/// What a finished session shows: the accounts that were asked for or chosen, and, where any account would do, what
/// became of the others that it was about.
fn shown_after(session: &RelinkSession, completed: &[String], fresh: &[LinkedAccount]) -> Vec<Json> {
    let chosen = completed.iter().filter_map(|id| fresh.iter().find(|account| account.account.is(id)));
    let mut shown: Vec<Json> = chosen.map(|account| account.public.clone()).collect();
    if session.account.is_none() {
        let rest =
            fresh.iter().filter(|account| account.authorization() == Some(session.authorization.as_str()));
        shown.extend(
            rest.filter(|account| !completed.iter().any(|id| account.account.is(id)))
                .map(|account| account.public.clone()),
        );
    }
    shown
}

/// What a failed session shows: the account that was needed, and those that were chosen instead.
fn shown_wrong(session: &RelinkSession, given: &[LinkedAccount]) -> Vec<Json> {
    let mut shown = session.shown_accounts.clone();
    let is_shown = |id: &str| session.shown_accounts.iter().any(|known| known.text("id") == Some(id));
    shown
        .extend(given.iter().filter(|account| !is_shown(account.id())).map(|account| account.public.clone()));
    shown
}
