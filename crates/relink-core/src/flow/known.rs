//! What the backend last said, and when: the only source from which a success can be made.

use crate::clock::Moment;
use crate::view::Mismatch;
use relink_wire::{Account, FailureReason, Outcome, Session, SessionStatus};

/// A session as an answer of the backend gave it. Only [`Known::answered`] makes one.
#[derive(Clone, Debug)]
pub struct Known {
    session: Session,
    /// When the answer arrived, on the clock that never goes back.
    at_ms: u64,
    /// When it ends, on the same clock.
    ends_ms: Option<u64>,
    /// The time by the server's clock when it answered, in Unix seconds, where the answer tells.
    server_unix: Option<i64>,
}

impl Known {
    /// Takes in an answer at the moment it arrived. The way to the bank need not be told twice: a backend may
    /// leave it out of later answers, and Stripe does once it is used.
    pub fn answered(mut session: Session, earlier: Option<&Self>, now: &Moment) -> Self {
        let left = session.expires_in.or_else(|| session.expires_at.map(|at| at.saturating_sub(now.unix())));
        let left_ms = left.map(|seconds| u64::try_from(seconds).unwrap_or_default().saturating_mul(1000));
        let same = earlier.filter(|earlier| earlier.session.id == session.id);
        if let (None | Some(Err(_)), Some(earlier)) = (&session.handoff, same) {
            session.handoff.clone_from(&earlier.session.handoff);
        }
        Self {
            at_ms: now.elapsed_ms,
            ends_ms: left_ms.map(|ms| now.elapsed_ms.saturating_add(ms)),
            server_unix: session.expires_at.zip(session.expires_in).map(|(at, left)| at.saturating_sub(left)),
            session,
        }
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Unix seconds by the best clock there is: the server's, where its answer told, and no wall clock that
    /// jumps.
    pub fn unix(&self, now: &Moment) -> i64 {
        let since = i64::try_from(now.elapsed_ms.saturating_sub(self.at_ms) / 1000).unwrap_or_default();
        self.server_unix.map_or_else(|| now.unix(), |then| then.saturating_add(since))
    }

    /// Whether its time has run out, by `expires_in` where given and else by the browser's clock.
    pub fn has_run_out(&self, now: &Moment) -> bool {
        self.ends_ms.is_some_and(|ends| now.elapsed_ms >= ends)
    }

    /// Whether the backend said how many seconds are left, so that no clock has to be trusted.
    pub fn is_timed_by_backend(&self) -> bool {
        self.session.expires_in.is_some()
    }

    /// Whether the session can be used no more, whatever came of it.
    pub fn is_spent(&self) -> bool {
        match self.session.status {
            SessionStatus::Succeeded
            | SessionStatus::Failed
            | SessionStatus::Cancelled
            | SessionStatus::Expired => true,
            SessionStatus::Pending | SessionStatus::Unknown(_) => false,
        }
    }

    /// What the answer says of the flow, in which the backend was told of these accounts.
    pub fn verdict(&self, chosen: &[String]) -> Verdict {
        let reason = self.session.relink_result.as_ref().and_then(|result| result.failure_reason.as_ref());
        if let Some(reason) = reason {
            return Verdict::Mismatched(match reason {
                FailureReason::NoAccount => Mismatch::OtherAccount,
                FailureReason::NoAuthorization => Mismatch::OtherLogin,
                FailureReason::Other | FailureReason::Unknown(_) => Mismatch::Unexplained,
            });
        }
        match self.session.status {
            SessionStatus::Succeeded => Verdict::Succeeded(Confirmed::relinked(&self.session, chosen)),
            SessionStatus::Failed => Verdict::Mismatched(Mismatch::Unexplained),
            SessionStatus::Cancelled => Verdict::Cancelled,
            SessionStatus::Expired => Verdict::Expired,
            SessionStatus::Pending | SessionStatus::Unknown(_) => Verdict::Open,
        }
    }
}

/// What an answer says of the flow.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It worked.
    Succeeded(Confirmed),
    /// The bank's answer was not what was needed; the session is spent.
    Mismatched(Mismatch),
    /// The session was given up.
    Cancelled,
    /// The session is too old.
    Expired,
    /// Nothing is decided.
    Open,
}

/// A success that an answer of the backend told of. There is no way to one from what the browser saw.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// How.
    pub outcome: Outcome,
    /// `fcauth_…`
    pub authorization: Option<String>,
    /// The accounts that work.
    pub working: Vec<Account>,
    /// The accounts that still do not.
    pub broken: Vec<Account>,
}

impl Confirmed {
    /// From a session whose status is `succeeded`. Of the accounts that work, those count that the customer chose
    /// for the merchant, where they did.
    fn relinked(session: &Session, chosen: &[String]) -> Self {
        let asked = crate::reasons::concerned(session).cloned();
        let (mut working, broken): (Vec<_>, Vec<_>) = asked.partition(Account::is_active);
        if working.iter().any(|account| chosen.contains(&account.id)) {
            working.retain(|account| chosen.contains(&account.id));
        }
        let most = session.limits.accounts.map_or(usize::MAX, |most| most as usize);
        let any = session.relink_options.account.is_none();
        let partial = any && !working.is_empty() && !broken.is_empty() && working.len() < most;
        Self {
            outcome: if partial { Outcome::Partial } else { Outcome::Relinked },
            authorization: authorization(session),
            // A backend that says "succeeded" is believed, also where its list is older than its word.
            working: if working.is_empty() { broken.clone() } else { working },
            broken: if partial { broken } else { Vec::new() },
        }
    }

    /// From a session in which nothing was left to repair.
    pub fn already_active(known: &Known) -> Self {
        Self {
            outcome: Outcome::AlreadyActive,
            authorization: authorization(&known.session),
            working: crate::reasons::concerned(&known.session).cloned().collect(),
            broken: Vec::new(),
        }
    }
}

fn authorization(session: &Session) -> Option<String> {
    let told = session.relink_result.as_ref().and_then(|result| result.authorization.clone());
    told.or_else(|| session.relink_options.authorization.clone())
        .or_else(|| session.accounts.first().and_then(|account| account.authorization.clone()))
}
