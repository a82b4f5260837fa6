//! Asks Stripe what has become of a session, and gathers what follows. Nothing is written before everything is
//! known: a Stripe that dies in between leaves no trace.

use crate::app::App;
use crate::fault::Fault;
use crate::relink::open;
use crate::relink::verdict::{Choice, Verdict, judge};
use crate::store::sessions::{FreshAccounts, Change, RelinkSession};
use crate::stripe::StripeError;
use crate::stripe::objects::{Account, RelinkResult, Session};
use relink_wire::{Fields, Json, SessionStatus};

/// Stripe is asked about one session at most so often, however often the widget asks: once in this many
/// milliseconds.
const READ_EVERY_MS: i64 = 900;

/// The session as it is now: while it is pending Stripe is asked, and what it says is written.
pub async fn refresh(app: &App, mut session: RelinkSession) -> Result<RelinkSession, Fault> {
    let is_fresh = (0..READ_EVERY_MS).contains(&(app.now_ms() - session.read_at_ms));
    if session.status != SessionStatus::Pending || (is_fresh && session.expires_at > app.now()) {
        return Ok(session);
    }
    prolong(&mut session, app.now());
    let (customer, id) = (session.customer.clone(), session.id.clone());
    let (settled, effect) = settle(app, session, Choice::Unsaid).await?;
    if app.store.apply(&effect).await? {
        return Ok(settled);
    }
    // Somebody else was faster; what they wrote is the truth.
    Ok(app.store.session(&customer, &id).await?.unwrap_or(settled))
}

/// A widget that reads is a customer who is there: nobody is hurried who needs longer at the bank (WCAG 2.2, 2.2.1). A
/// session that nobody has read until its end is over.
fn prolong(session: &mut RelinkSession, now: i64) {
    let left = session.expires_at - now;
    if (1..open::LASTS / 2).contains(&left) {
        session.expires_at = (now + open::LASTS).min(session.created_at + open::MOST).max(session.expires_at);
    }
}

/// What the session becomes by Stripe's word and the customer's choice, and what is to be written for it.
/// A session that is no longer pending stays as it is; but where it ran out while the customer was at the bank, what
/// the bank granted counts.
pub async fn settle(
    app: &App,
    mut session: RelinkSession,
    choice: Choice<'_>,
) -> Result<(RelinkSession, Change), Fault> {
    let is_expired = session.status == SessionStatus::Expired;
    if session.status != SessionStatus::Pending && !is_expired {
        return Ok((session, Change::Nothing));
    }
    let read_at_ms = app.now_ms();
    let stripe = match app.stripe.session(&session.stripe_session).await {
        Ok(stripe) => stripe,
        // Stripe made it. Until its time is up, not to know it is Stripe's trouble and no end: the bank may have granted.
        Err(StripeError::NotFound) if session.expires_at > app.now() => {
            return Err(StripeError::Unavailable.into());
        }
        Err(StripeError::NotFound) if is_expired => return Ok((session, Change::Nothing)),
        Err(StripeError::NotFound) => {
            session.status = SessionStatus::Expired;
            let effect = Change::Move(Box::new(session.clone()), FreshAccounts { list: Vec::new(), read_at_ms });
            return Ok((session, effect));
        }
        Err(error) => return Err(error.of_a_read().into()),
    };
    let verdict = judge(&session, &stripe, choice)?;
    session.read_at_ms = read_at_ms;
    let mut told = FreshAccounts { list: Vec::new(), read_at_ms };
    match verdict {
        Verdict::Relinked(result, completed) => {
            told.list = app.stripe.accounts_of(&session.customer).await?;
            for account in &stripe.accounts {
                if completed.contains(&account.id) && told.list.iter().all(|known| known.id != account.id) {
                    told.list.push(app.stripe.account(&account.id).await?);
                }
            }
            session.shown_accounts = shown_after(&session, &completed, &told.list);
            let works =
                |id: &String| told.list.iter().any(|account| account.id == *id && account.is_active());
            if completed.iter().any(works) {
                session.status = SessionStatus::Succeeded;
                session.relink_result = Some(result);
                let effect = Change::Complete(Box::new(session.clone()), told, completed);
                return Ok((session, effect));
            }
            if is_expired {
                return Ok((session, Change::Nothing));
            }
            // Stripe calls it a success, and yet nothing works: the customer must not be told otherwise.
            session.status = SessionStatus::Failed;
            session.relink_result = Some(RelinkResult::failed("other"));
        }
        Verdict::ToChoose(_) | Verdict::Failed(_) | Verdict::Cancelled | Verdict::Pending if is_expired => {
            return Ok((session, Change::Nothing));
        }
        Verdict::ToChoose(result) => {
            session.shown_accounts = stripe.accounts.iter().map(|account| account.public.clone()).collect();
            session.relink_result = Some(result);
        }
        Verdict::Failed(result) => {
            session.shown_accounts = shown_wrong(&session, &stripe);
            session.status = SessionStatus::Failed;
            session.relink_result = Some(result);
        }
        Verdict::Cancelled => session.status = SessionStatus::Cancelled,
        Verdict::Pending => {}
    }
    if session.status == SessionStatus::Pending && session.expires_at <= app.now() {
        session.status = SessionStatus::Expired;
    }
    let effect = Change::Move(Box::new(session.clone()), told);
    Ok((session, effect))
}

/// What a finished session shows: the accounts that were asked for or chosen, and, where any account would do, what
/// became of the others that it was about.
fn shown_after(session: &RelinkSession, completed: &[String], told: &[Account]) -> Vec<Json> {
    let chosen = completed.iter().filter_map(|id| told.iter().find(|account| account.id == *id));
    let mut shown: Vec<Json> = chosen.map(|account| account.public.clone()).collect();
    if session.account.is_none() {
        let rest =
            told.iter().filter(|account| account.authorization.as_ref() == Some(&session.authorization));
        shown.extend(
            rest.filter(|account| !completed.contains(&account.id)).map(|account| account.public.clone()),
        );
    }
    shown
}

/// What a failed session shows: the account that was needed, and those that were chosen instead.
fn shown_wrong(session: &RelinkSession, stripe: &Session) -> Vec<Json> {
    let mut shown = session.shown_accounts.clone();
    let is_shown = |id: &str| session.shown_accounts.iter().any(|known| known.text("id") == Some(id));
    shown.extend(stripe.accounts.iter().filter(|a| !is_shown(&a.id)).map(|account| account.public.clone()));
    shown
}
