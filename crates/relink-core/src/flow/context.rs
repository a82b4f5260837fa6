//! What all stages share: the settings, what the backend last said, the calls, and the commands so far. Past 400 lines, since
//! all that a stage may change outside itself is here, and nowhere else.

use super::calls::{Calls, MOST_READS, Patience, Request};
use super::known::{Confirmed, Known, Verdict};
use super::{key, path};
use crate::clock::{Moment, milliseconds};
use crate::effect::{Attempt, CallKind, Effect, Timer};
use crate::input::{Device, Settings};
use crate::saved::{Saved, SavedCompletion};
use relink_wire::{
    Account, Agreed, CompleteSession, Consent, CreateSession, DisplayText, FailureReason, Handoff,
    HostedHandoff, Json, Permission, RelinkOptions, Session,
};
use std::rc::Rc;

/// A wait is shown after this time, milliseconds.
const NOTICEABLE_MS: u64 = 300;
/// Pause between two reads when nothing is expected soon, milliseconds. A change at the backend is on screen within ten
/// seconds.
pub const WATCH_MS: u64 = 8_000;
/// If the browser's clock is off by more than this, dates are not judged by it, seconds.
const DAY_S: u64 = 86_400;
/// Later than any date, earlier than never, in Unix seconds.
const AFTER_ALL_DATES: i64 = i64::MAX / 2;
/// Added for each key, so that no two keys from the same random bits are equal.
const STRIDE: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// What all stages share.
#[derive(Debug)]
pub struct Context {
    /// What the page asks for.
    pub settings: Settings,
    /// What this browser can do.
    pub device: Device,
    /// The time of the fact being handled.
    pub now: Moment,
    /// The backend's last answer. Shared, so that a decision can hold it without a copy.
    pub known: Option<Rc<Known>>,
    /// The accounts as they were before the customer went to the bank.
    pub before: Vec<Rc<Account>>,
    /// The accounts Stripe.js returned: what the customer chose there. For display only.
    pub returned: Vec<Rc<Account>>,
    /// What the customer agreed to when no bank is visited: the permissions and the relink options.
    pub agreed: Option<(Vec<Permission>, RelinkOptions)>,
    /// Whether something may have been done for this session, at the bank or by a completion. From then on, leaving may
    /// lose something.
    pub been_to_bank: bool,
    /// What a later page of this tab will find.
    pub saved: Saved,
    /// The calls.
    pub calls: Calls,
    /// The commands so far.
    pub effects: Vec<Effect>,
    /// The `Date` of the latest answer that had one, and when it arrived on the monotonic clock.
    pub date: Option<(i64, u64)>,
    attempts: u32,
    /// Which session each opening of the bank was for.
    opened: Vec<(Attempt, String)>,
    /// What was added for the latest key.
    added: u128,
    /// When this page took over the flow, on the monotonic clock.
    taken_up_ms: u64,
    /// How long the flow had lasted by then, by the wall clock.
    lasted_ms: u64,
}

impl Context {
    /// For a new flow.
    pub fn new(
        settings: Settings,
        device: Device,
        mut saved: Saved,
        now: Moment,
        earlier: Option<&Self>,
    ) -> Self {
        let been_to_bank = saved.at_bank || saved.completion.is_some();
        if saved.flow.is_empty() {
            saved.flow = key::flow(now.random);
            saved.began_ms = now.unix_ms;
        }
        let lasted_ms = u64::try_from(now.unix_ms.saturating_sub(saved.began_ms)).unwrap_or_default();
        Self {
            settings,
            device,
            now,
            known: None,
            before: Vec::new(),
            returned: Vec::new(),
            agreed: None,
            been_to_bank,
            saved,
            calls: earlier.map_or_else(Calls::default, |context| Calls::following(&context.calls)),
            effects: Vec::new(),
            date: None,
            attempts: earlier.map_or(0, |context| context.attempts),
            opened: Vec::new(),
            added: earlier.map_or(0, |context| context.added),
            taken_up_ms: now.elapsed_ms,
            lasted_ms,
        }
    }

    /// Milliseconds since the flow began. Time on earlier pages of this tab is known only by the wall clock.
    pub fn elapsed_ms(&self) -> u64 {
        self.lasted_ms.saturating_add(self.now.elapsed_ms.saturating_sub(self.taken_up_ms))
    }

    /// Stores an answer: the only way to learn anything. Before the bank, a session whose first end has passed is
    /// replaced, even if a later read extended it: a new session costs nothing, while an expired way to the bank costs
    /// the customer patience. After the bank, the last answer counts.
    pub fn learn(&mut self, session: Session, kind: CallKind) {
        let now = Moment { unix_ms: milliseconds(self.unix()), ..self.now };
        let earlier = self.known.take();
        let known = Known::answered(session, earlier.as_deref(), &now);
        let is_a_look = kind == CallKind::Read && !self.been_to_bank;
        let kept = if is_a_look { known.ending_no_later_than(earlier.as_deref()) } else { known };
        self.known = Some(Rc::new(kept));
        self.note_reason();
    }

    /// The session from the backend's last answer. While a session is being replaced, still the old one.
    pub fn session(&self) -> Option<&Session> {
        self.known.as_deref().map(Known::session)
    }

    /// The backend's last answer about the current session.
    pub fn current(&self) -> Option<&Rc<Known>> {
        self.known.as_ref().filter(|known| self.saved.session.as_ref() == Some(&known.session().id))
    }

    /// What that answer means for the flow; `None` if the backend has not answered about this session.
    pub fn verdict(&self) -> Option<Verdict> {
        self.current().map(|known| known.verdict())
    }

    /// The success, if the backend's last answer about this session means one.
    pub fn success(&self) -> Option<Confirmed> {
        let completed = self.saved.completion.as_ref();
        let chosen = completed.map(|completion| completion.accounts.as_slice()).unwrap_or_default();
        self.current()?.success(chosen)
    }

    /// Why the current session failed, if Stripe says.
    pub fn failure_reason(&self) -> Option<FailureReason> {
        self.current()?.session().relink_result.as_ref()?.failure_reason.clone()
    }

    /// Whether the backend has not reported any result yet.
    pub fn is_open(&self) -> bool {
        matches!(self.verdict(), Some(Verdict::Open) | None)
    }

    /// Whether giving up the session certainly loses nothing: the backend said it is spent, or the customer has not
    /// been at the bank for it.
    pub fn is_safe_to_leave(&self) -> bool {
        self.current().is_some_and(|known| known.is_spent() || !self.been_to_bank)
    }

    /// Whether the current session's time has run out, as far as a clock can say. The seconds left reported by the
    /// backend count. The browser's own clock counts only until it was wrong once.
    pub fn has_run_out(&self) -> bool {
        let run_out = |known: &Known| {
            known.has_run_out(&self.now) && (known.is_timed_by_backend() || !self.saved.replaced)
        };
        self.known.as_deref().is_some_and(run_out)
    }

    /// Whether the session can only be replaced: the backend calls it expired, or its time has run out.
    pub fn is_too_old(&self) -> bool {
        match self.verdict() {
            Some(Verdict::Expired) => true,
            Some(Verdict::Open) => self.has_run_out(),
            Some(Verdict::Succeeded | Verdict::Mismatched(_) | Verdict::Cancelled) | None => false,
        }
    }

    /// The hosted page, if it is the way to the bank.
    pub fn hosted(&self) -> Option<&HostedHandoff> {
        match self.session()?.handoff.as_ref()? {
            Ok(Handoff::Hosted(hosted)) => Some(hosted),
            Ok(Handoff::StripeJs(_) | Handoff::Confirm | Handoff::Later | Handoff::Unsupported(_))
            | Err(_) => None,
        }
    }

    /// What the customer may agree to in the review, if Stripe's text is there and has not run out.
    pub fn consent(&self) -> Option<&Rc<Consent>> {
        match self.session()?.handoff.as_ref()? {
            Ok(Handoff::StripeJs(handoff)) => {
                let lasts = |consent: &&Rc<Consent>| consent.expires_at.is_none_or(|end| end > self.unix());
                handoff.consent.as_ref().filter(lasts)
            }
            Ok(Handoff::Hosted(_) | Handoff::Confirm | Handoff::Later | Handoff::Unsupported(_)) | Err(_) => {
                None
            }
        }
    }

    /// The customer goes on from a review: what it showed is agreed to, now.
    pub fn agree(&mut self) {
        let collected_at = self.unix();
        self.saved.agreed = self.consent().map(|consent| Agreed { id: consent.id.clone(), collected_at });
    }

    /// Whether no bank is visited. After a reload, an answer may leave the handoff out. Then a begun completion without
    /// accounts shows it: no other completion has none.
    pub fn is_without_bank(&self) -> bool {
        let confirms = |session: &Session| matches!(session.handoff, Some(Ok(Handoff::Confirm)));
        let completion = self.saved.completion.as_ref();
        self.session().is_some_and(confirms) || completion.is_some_and(|begun| begun.accounts.is_empty())
    }

    /// Unix seconds by the best clock available: the server's if an answer gave it, else the browser's.
    pub fn unix(&self) -> i64 {
        self.server_unix().unwrap_or_else(|| self.now.unix())
    }

    /// Unix seconds for judging dates. If no answer agrees with the browser's clock to within a day, this is the end of
    /// time: everything with an end date counts as ended. So a wrong clock never says that nothing needs to be done.
    pub fn judging_unix(&self) -> i64 {
        let told = self.server_unix().or_else(|| self.session()?.expires_at);
        let agrees = told.is_some_and(|unix| unix.abs_diff(self.now.unix()) <= DAY_S);
        if agrees { self.unix() } else { AFTER_ALL_DATES }
    }

    fn server_unix(&self) -> Option<i64> {
        let told = self.known.as_ref().and_then(|known| known.server_unix(&self.now));
        told.or_else(|| self.date.map(|(unix, at_ms)| self.now.later_than(unix, at_ms)))
    }

    /// The bank's name, as far as it is known.
    pub fn bank_name(&self) -> Option<DisplayText> {
        let session = self.session()?;
        let named = session.institution.name.clone();
        named.or_else(|| session.accounts.iter().find_map(|account| account.institution_name.clone()))
    }

    /// A number for the next opening of the bank.
    pub fn next_attempt(&mut self) -> Attempt {
        self.attempts += 1;
        Attempt(self.attempts)
    }

    /// Records that this opening is for the current session.
    pub fn note_opening(&mut self, attempt: Attempt) {
        if let Some(session) = self.saved.session.clone() {
            self.opened.push((attempt, session));
        }
    }

    /// Whether that opening, the latest or an older one, was for the current session.
    pub fn is_of_this_session(&self, attempt: Attempt) -> bool {
        let of = self.opened.iter().find(|(opened, _)| *opened == attempt);
        of.is_some_and(|(_, session)| self.saved.session.as_ref() == Some(session))
    }

    /// Whether that is the latest opening.
    pub fn is_latest(&self, attempt: Attempt) -> bool {
        attempt.0 == self.attempts
    }

    /// `POST /sessions`. If one was already begun, with the same key and body.
    pub fn ask_create(&mut self) {
        // Nobody waits for calls about the session before.
        self.calls.give_all_up(&mut self.effects);
        let key = match self.saved.create_key.clone() {
            Some(key) => key,
            None => {
                self.saved.locale.clone_from(&self.settings.locale);
                self.next_key()
            }
        };
        self.saved.create_key = Some(key.clone());
        self.saved.session = None;
        self.saved.at_bank = false;
        self.saved.agreed = None;
        self.saved.completion = None;
        self.saved.needing.clear();
        self.saved.linked.clear();
        self.saved.authorized = false;
        self.been_to_bank = false;
        self.calls.reads = 0;
        self.remember();
        let body = CreateSession {
            account: self.settings.account.clone(),
            authorization: self.settings.authorization.clone(),
            locale: self.saved.locale.clone(),
        };
        self.post(CallKind::Create, "/sessions".into(), body.encode(), key);
    }

    /// `GET /sessions/{id}`.
    pub fn ask_read(&mut self, patience: Patience) {
        let Some(id) = &self.saved.session else { return };
        let path = path::session(id, "");
        let request = Request { kind: CallKind::Read, path, body: None, key: None, patience };
        self.calls.ask(request, &mut self.effects);
    }

    /// Whether automatic reads are left.
    pub fn may_look(&self) -> bool {
        self.calls.reads < MOST_READS
    }

    /// Reads the session automatically, unless a read is already running.
    pub fn look(&mut self) {
        if self.may_look() && !self.calls.is_busy(CallKind::Read) {
            self.ask_read(Patience::Once);
        }
    }

    /// Reads again later, while the page is visible: another page, or the backend itself, may finish what nobody here
    /// sees. When the page becomes visible, it reads at once.
    pub fn watch(&mut self) {
        if self.device.visible && self.saved.session.is_some() && self.may_look() {
            self.start(Timer::Poll, WATCH_MS);
        }
    }

    /// Reads because the time has come. Before the bank, nothing is lost by waiting for the connection. After the bank,
    /// a browser that claims to be offline is not believed.
    pub fn peek(&mut self) {
        if self.device.visible && (self.device.online || self.been_to_bank) {
            self.look();
        }
    }

    /// `POST /sessions/{id}/complete`, with the key already begun if it was for the same accounts.
    pub fn ask_complete(&mut self, accounts: &[String]) {
        let Some(id) = self.saved.session.clone() else { return };
        let begun = self.saved.completion.take().filter(|begun| begun.accounts == accounts);
        let begun =
            begun.unwrap_or_else(|| SavedCompletion { key: self.next_key(), accounts: accounts.to_vec() });
        let key = begun.key.clone();
        self.saved.completion = Some(begun);
        self.been_to_bank = true;
        self.remember();
        let body = CompleteSession { accounts: accounts.to_vec(), consent: self.saved.agreed.clone() };
        self.post(CallKind::Complete, path::session(&id, "/complete"), body.encode(), key);
    }

    /// `POST /sessions/{id}/cancel`, best effort, if the session could still be used.
    pub fn tell_cancelled(&mut self) {
        let open = !self.current().is_some_and(|known| known.is_spent() || known.is_preview());
        let Some(id) = self.saved.session.clone().filter(|_| open) else { return };
        let request = Request {
            kind: CallKind::Cancel,
            path: path::session(&id, "/cancel"),
            body: Some(relink_wire::object(Vec::new()).into()),
            key: Some(self.next_key()),
            patience: Patience::Once,
        };
        self.calls.ask(request, &mut self.effects);
    }

    /// Keeps what a later page of this tab needs.
    pub fn remember(&mut self) {
        self.effects.push(Effect::Remember(self.saved.clone()));
    }

    /// Starts or replaces a timer.
    pub fn start(&mut self, timer: Timer, after_ms: u64) {
        self.effects.push(Effect::StartTimer { timer, after_ms });
    }

    /// Forgets a timer.
    pub fn stop(&mut self, timer: Timer) {
        self.effects.push(Effect::StopTimer(timer));
    }

    /// A wait begins: nothing is shown yet.
    pub fn begin_wait(&mut self) -> crate::view::Wait {
        self.start(Timer::Wait, NOTICEABLE_MS);
        crate::view::Wait::Brief
    }

    /// The wait goes on: what to show now. It becomes a long wait after `long_ms`.
    pub fn lengthen(&mut self, wait: crate::view::Wait, long_ms: u64) -> crate::view::Wait {
        use crate::view::Wait;
        match wait {
            Wait::Brief => {
                self.start(Timer::Wait, long_ms - NOTICEABLE_MS);
                Wait::Noticeable
            }
            Wait::Noticeable | Wait::Long => Wait::Long,
        }
    }

    /// A key for a new request. Several may start at one moment, with the same random bits.
    fn next_key(&mut self) -> String {
        self.added = self.added.wrapping_add(STRIDE);
        key::make(self.now.random.wrapping_add(self.added))
    }

    fn post(&mut self, kind: CallKind, path: String, body: Json, key: String) {
        let request =
            Request { kind, path, body: Some(body.into()), key: Some(key), patience: Patience::Persist };
        self.calls.ask(request, &mut self.effects);
    }
}
