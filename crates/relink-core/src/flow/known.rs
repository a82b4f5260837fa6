//! The backend's last answer, and when it came: the only source of a success.

use crate::clock::{Moment, milliseconds};
use crate::view::Mismatch;
use relink_wire::{Account, FailureReason, Gather, Handoff, Outcome, Session, SessionStatus};
use std::rc::Rc;

/// A session as an answer of the backend gave it. Only [`Known::answered`] makes one.
#[derive(Debug)]
pub struct Known {
    session: Session,
    /// When the answer arrived, on the monotonic clock.
    at_ms: u64,
    /// When it ends, on the same clock.
    ends_ms: Option<u64>,
    /// The server's clock when it answered, in Unix seconds, if the answer says.
    server_unix: Option<i64>,
}

impl Known {
    /// Stores an answer at the moment it arrived. A backend may leave the handoff and the relink options out of later
    /// answers; Stripe does leave out a used handoff. Keep the earlier values: without the relink options, the rule
    /// would widen to any account.
    pub fn answered(mut session: Session, earlier: Option<&Self>, now: &Moment) -> Self {
        let left = session.expires_in.or_else(|| session.expires_at.map(|at| at.saturating_sub(now.unix())));
        let left_ms = left.map(|seconds| u64::try_from(milliseconds(seconds)).unwrap_or_default());
        let same = earlier.filter(|earlier| earlier.session.id == session.id);
        if let (None | Some(Err(_)), Some(earlier)) = (&session.handoff, same) {
            session.handoff.clone_from(&earlier.session.handoff);
        }
        if let (false, Some(earlier)) = (session.relink_options.says_what(), same) {
            session.relink_options.clone_from(&earlier.session.relink_options);
        }
        if let Some(earlier) = same {
            keep_broken(&mut session.accounts, &earlier.session.accounts);
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

    /// Unix seconds by the server's clock, if its answer gave it.
    pub fn server_unix(&self, now: &Moment) -> Option<i64> {
        self.server_unix.map(|then| now.later_than(then, self.at_ms))
    }

    /// Keeps the end from an earlier answer about the same session if it is sooner: a read does not extend it.
    pub fn ending_no_later_than(self, earlier: Option<&Self>) -> Self {
        let same = earlier.filter(|earlier| earlier.session.id == self.session.id);
        let first = same.and_then(|earlier| earlier.ends_ms);
        Self { ends_ms: self.ends_ms.into_iter().chain(first).min(), ..self }
    }

    /// Whether its time has run out: by `expires_in` if given, else by the browser's clock.
    pub fn has_run_out(&self, now: &Moment) -> bool {
        self.ends_ms.is_some_and(|ends| now.elapsed_ms >= ends)
    }

    /// Whether the backend said how many seconds are left, so that no clock needs to be trusted.
    pub fn is_timed_by_backend(&self) -> bool {
        self.session.expires_in.is_some()
    }

    /// Whether the session can no longer be used, whatever the result.
    pub fn is_spent(&self) -> bool {
        match self.session.status {
            SessionStatus::Succeeded
            | SessionStatus::Failed
            | SessionStatus::Cancelled
            | SessionStatus::Expired => true,
            SessionStatus::Pending | SessionStatus::Unknown(_) => false,
        }
    }

    /// Whether nothing has been begun for it: it says what a session would be about.
    pub fn is_preview(&self) -> bool {
        matches!(self.session.handoff, Some(Ok(Handoff::Later)))
    }

    /// What the answer means for the flow. An answer without the relink options decides nothing.
    pub fn verdict(&self) -> Verdict {
        if !self.session.relink_options.says_what() {
            return Verdict::Open;
        }
        let reason = self.session.relink_result.as_ref().and_then(|result| result.failure_reason.as_ref());
        if let Some(reason) = reason {
            return Verdict::Mismatched(match reason {
                FailureReason::NoAccount => Mismatch::OtherAccount,
                FailureReason::NoAuthorization => Mismatch::OtherLogin,
                FailureReason::Other | FailureReason::Unknown(_) => Mismatch::Unexplained,
            });
        }
        match self.session.status {
            SessionStatus::Succeeded => Verdict::Succeeded,
            SessionStatus::Failed => Verdict::Mismatched(Mismatch::Unexplained),
            SessionStatus::Cancelled => Verdict::Cancelled,
            SessionStatus::Expired => Verdict::Expired,
            SessionStatus::Pending | SessionStatus::Unknown(_) => Verdict::Open,
        }
    }

    /// The success, if the answer means one, given the accounts sent to the backend.
    pub fn success(&self, chosen: &[String]) -> Option<Confirmed> {
        (self.verdict() == Verdict::Succeeded).then(|| Confirmed::relinked(&self.session, chosen))
    }
}

/// A backend may list only what came back: an account that did not work and is left out still does not, unless others
/// took the place of all.
fn keep_broken(accounts: &mut Vec<Rc<Account>>, earlier: &[Rc<Account>]) {
    let (mut some_are_left, listed) = (false, accounts.len());
    for account in earlier {
        if accounts.iter().any(|now| now.is(&account.id)) {
            some_are_left = true;
        } else if !account.is_active() {
            accounts.push(account.clone());
        }
    }
    if !some_are_left {
        accounts.truncate(listed);
    }
}

/// What an answer means for the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It worked: [`Known::success`] says how.
    Succeeded,
    /// The bank's answer was not what was needed; the session is spent.
    Mismatched(Mismatch),
    /// The session was given up.
    Cancelled,
    /// The session is too old.
    Expired,
    /// Nothing is decided.
    Open,
}

/// A success reported by a backend answer. It must never be made from what the browser saw.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// How.
    pub outcome: Outcome,
    /// `fcauth_…`
    pub authorization: Option<String>,
    /// The accounts that work.
    pub working: Vec<Rc<Account>>,
    /// The accounts that still do not.
    pub broken: Vec<Rc<Account>>,
}

impl Confirmed {
    /// From a session with status `succeeded`. If the customer chose accounts for the merchant, only those count as
    /// working.
    fn relinked(session: &Session, chosen: &[String]) -> Self {
        let asked = |active| {
            let is_asked = move |account: &&Rc<Account>| account.is_active() == active;
            crate::reasons::concerned(session).filter(is_asked)
        };
        let was_chosen = |account: &Account| chosen.iter().any(|id| account.is(id));
        let counts_all = !asked(true).any(|account| was_chosen(account));
        let working = asked(true).filter(|account| counts_all || was_chosen(account)).cloned().gather();
        let broken = asked(false).cloned().gather();
        let most = session.limits.accounts.map_or(usize::MAX, |most| most as usize);
        let any = session.relink_options.account.is_none();
        let partial = any && !working.is_empty() && !broken.is_empty() && working.len() < most;
        Self {
            outcome: if partial { Outcome::Partial } else { Outcome::Relinked },
            authorization: authorization(session),
            // A backend that says "succeeded" is believed, even if its account list is older than its status.
            working: if working.is_empty() { broken.clone() } else { working },
            broken: if partial { broken } else { Vec::new() },
        }
    }

    /// From a session in which nothing was left to repair.
    pub fn already_active(known: &Known) -> Self {
        Self {
            outcome: Outcome::AlreadyActive,
            authorization: authorization(&known.session),
            working: crate::reasons::concerned(&known.session).cloned().gather(),
            broken: Vec::new(),
        }
    }
}

fn authorization(session: &Session) -> Option<String> {
    let told = session.relink_result.as_ref().and_then(|result| result.authorization.clone());
    told.or_else(|| session.relink_options.authorization.clone())
        .or_else(|| session.accounts.first().and_then(|account| account.authorization.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_wire::Json;
    use serde_json::json;

    fn at(elapsed_ms: u64, unix: i64) -> Moment {
        Moment { elapsed_ms, unix_ms: unix * 1000, random: 0 }
    }

    fn known(more: Json, now: &Moment) -> Known {
        let options = json!({"authorization": "fcauth_1"});
        let mut document = json!({"id": "rls_1", "status": "pending", "relink_options": options});
        for (field, value) in more.as_object().into_iter().flatten() {
            document[field] = value.clone();
        }
        match Session::decode(&document) {
            Ok(session) => Known::answered(session, None, now),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_seconds_left_count_and_not_the_browsers_clock() {
        let now = at(1_000, 9_999_999);
        let known = known(json!({"expires_at": 1_000, "expires_in": 60}), &now);
        assert!(!known.has_run_out(&at(60_999, 0)));
        assert!(known.has_run_out(&at(61_000, 0)));
    }

    #[test]
    fn without_them_the_browsers_clock_counts_as_it_was_then() {
        let known = known(json!({"expires_at": 1_060}), &at(0, 1_000));
        assert!(!known.has_run_out(&at(59_999, 999_999)));
        assert!(known.has_run_out(&at(60_000, 0)));
        assert!(!known.is_timed_by_backend());
    }

    #[test]
    fn a_look_makes_a_session_last_no_longer_but_does_not_end_another() {
        let first = known(json!({"expires_in": 60}), &at(0, 0));
        let look = |more| known(more, &at(50_000, 0)).ending_no_later_than(Some(&first));
        assert!(look(json!({"expires_in": 60})).has_run_out(&at(60_000, 0)));
        assert!(look(json!({"expires_in": 5})).has_run_out(&at(55_000, 0)));
        assert!(!look(json!({"expires_in": 60, "id": "rls_2"})).has_run_out(&at(60_000, 0)));
    }

    #[test]
    fn the_servers_time_goes_on_with_the_clock_that_does_not_jump() {
        let known = known(json!({"expires_at": 1_060, "expires_in": 60}), &at(5_000, 77));
        assert_eq!(known.server_unix(&at(8_000, -1)), Some(1_003));
    }

    #[test]
    fn numbers_beyond_all_clocks_are_no_panic() {
        for number in [i64::MIN, i64::MAX] {
            let now = at(u64::MAX, i64::MIN / 1000);
            let known = known(json!({"expires_at": number, "expires_in": number}), &now);
            let _ = (known.has_run_out(&now), known.server_unix(&now));
        }
    }

    #[test]
    fn a_reason_for_failure_counts_for_more_than_a_success() {
        let result = json!({"failure_reason": "no_account"});
        let known = known(json!({"status": "succeeded", "relink_result": result}), &at(0, 0));
        assert_eq!(known.verdict(), Verdict::Mismatched(Mismatch::OtherAccount));
        assert!(known.success(&[]).is_none());
    }

    #[test]
    fn a_status_that_this_version_does_not_know_decides_nothing() {
        let known = known(json!({"status": "paused"}), &at(0, 0));
        assert!(known.verdict() == Verdict::Open && !known.is_spent());
    }

    #[test]
    fn of_several_that_work_those_count_that_were_chosen() {
        let accounts = json!([{"id": "fca_1", "status": "active"}, {"id": "fca_2", "status": "active"}]);
        let known = known(json!({"status": "succeeded", "accounts": accounts}), &at(0, 0));
        let working = |chosen: &[&str]| {
            let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
            known.success(&chosen).map(|confirmed| confirmed.working.len())
        };
        assert_eq!([working(&["fca_2"]), working(&[]), working(&["fca_9"])], [Some(1), Some(2), Some(2)]);
    }

    #[test]
    fn the_way_to_the_bank_is_kept_where_a_later_answer_leaves_it_out() {
        let now = at(0, 0);
        let first = known(json!({"handoff": {"type": "hosted", "url": "https://bank.example"}}), &now);
        let later = known(json!({"handoff": {"type": "hosted", "url": null}}), &now);
        let later = Known::answered(later.session().clone(), Some(&first), &now);
        assert_eq!(later.session().handoff, first.session().handoff);
    }

    #[test]
    fn what_is_relinked_is_kept_too_and_only_of_the_same_session() {
        let now = at(0, 0);
        let first = known(json!({"relink_options": {"account": "fca_1"}}), &now);
        for (id, kept) in [("rls_1", true), ("rls_2", false)] {
            let later = known(json!({"relink_options": null, "id": id}), &now).session;
            let later = Known::answered(later, Some(&first), &now);
            assert_eq!(later.session.relink_options == first.session.relink_options, kept, "{id}");
        }
    }

    #[test]
    fn an_answer_that_does_not_say_what_is_relinked_decides_nothing() {
        let known = known(json!({"relink_options": null, "status": "succeeded"}), &at(0, 0));
        assert_eq!(known.verdict(), Verdict::Open);
    }

    #[test]
    fn what_did_not_work_and_is_left_out_is_still_broken_unless_another_took_its_place() {
        let now = at(0, 0);
        let broken = |id: &str| json!({"id": id, "status": "inactive"});
        let first = known(json!({"accounts": [broken("fca_1"), broken("fca_2")]}), &now);
        let outcome = |id: &str, replaces: Option<&str>| {
            let account = json!({"id": id, "replaces": replaces, "status": "active"});
            let last = known(json!({"status": "succeeded", "accounts": [account]}), &now).session;
            let success = Known::answered(last, Some(&first), &now).success(&[]);
            success.map(|confirmed| (confirmed.outcome, confirmed.broken.len()))
        };
        assert_eq!(outcome("fca_1", None), Some((Outcome::Partial, 1)));
        assert_eq!(outcome("fca_9", Some("fca_2")), Some((Outcome::Partial, 1)));
        assert_eq!(outcome("fca_9", None), Some((Outcome::Relinked, 0)));
    }

    #[test]
    fn an_account_that_was_chosen_by_the_id_that_it_had_before_was_chosen() {
        let accounts = json!([{"id": "fca_9", "replaces": "fca_1", "status": "active"}, {"id": "fca_2", "status": "active"}]);
        let known = known(json!({"status": "succeeded", "accounts": accounts}), &at(0, 0));
        let Some(confirmed) = known.success(&["fca_1".into()]) else { panic!("a success") };
        assert_eq!(
            confirmed.working.iter().map(|account| account.id.as_str()).collect::<Vec<_>>(),
            ["fca_9"]
        );
    }
}
