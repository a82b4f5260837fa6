//! What all stages share: the settings, what the backend last said, the calls, and the commands so far.

use super::calls::{Calls, MOST_READS, Patience, Request};
use super::known::{Known, Verdict};
use super::{key, path};
use crate::clock::Moment;
use crate::effect::{Attempt, CallKind, Effect, Timer};
use crate::input::{Device, Settings};
use crate::saved::{Saved, SavedCompletion};
use relink_wire::{
    Account, CompleteSession, CreateSession, DisplayText, Handoff, HostedHandoff, Json, Permission,
    RelinkOptions, Session,
};
use std::rc::Rc;

/// After that a wait is worth showing, milliseconds.
const NOTICEABLE_MS: u64 = 300;
/// Pause between two looks where nothing is expected soon, milliseconds: what the backend knows is on screen
/// within ten seconds.
pub const WATCH_MS: u64 = 8_000;
/// How far the browser's clock may be off for dates to be judged by it, seconds.
const DAY_S: u64 = 86_400;
/// Later than any date, and earlier than never, Unix seconds.
const AFTER_ALL_DATES: i64 = i64::MAX / 2;
/// Multiplied by how many keys were made of the same random bits, so that no two are equal.
const STRIDE: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// What all stages share.
#[derive(Debug)]
pub struct Context {
    /// What the page asks for.
    pub settings: Settings,
    /// What this browser can do.
    pub device: Device,
    /// The instant of the fact that is being handled.
    pub now: Moment,
    /// What the backend last said; shared, so that a decision can hold on to it without a copy.
    pub known: Option<Rc<Known>>,
    /// The accounts as they were before the customer went to the bank.
    pub before: Vec<Account>,
    /// The accounts that Stripe.js gave back: what the customer chose there, for showing only.
    pub returned: Vec<Account>,
    /// What the customer has agreed to where no bank is visited: what is read, and what is relinked.
    pub agreed: Option<(Vec<Permission>, RelinkOptions)>,
    /// Whether something may have been done for this session, at the bank or by a completion: from then on leaving may
    /// lose something.
    pub been_to_bank: bool,
    /// What a later page of this tab will find.
    pub saved: Saved,
    /// The calls.
    pub calls: Calls,
    /// The commands so far.
    pub effects: Vec<Effect>,
    /// The `Date` of the latest answer that had one, and when it came on the clock that never goes back.
    pub date: Option<(i64, u64)>,
    attempts: u32,
    /// Which session each opening of the bank was for.
    opened: Vec<(Attempt, String)>,
    /// Keys made so far.
    keys: u32,
    /// When this page took the flow up, on the clock that never goes back.
    taken_up_ms: u64,
    /// How long it had lasted by then, by the wall clock.
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
            keys: earlier.map_or(0, |context| context.keys),
            taken_up_ms: now.elapsed_ms,
            lasted_ms,
        }
    }

    /// Milliseconds since the flow began. What passed on earlier pages of this tab only a wall clock can tell.
    pub fn elapsed_ms(&self) -> u64 {
        self.lasted_ms.saturating_add(self.now.elapsed_ms.saturating_sub(self.taken_up_ms))
    }

    /// Takes in an answer: the only way to know anything. Before the bank a session that was to end by now is
    /// replaced, whatever a later look gave it: a new one costs nothing, a way to the bank that has run out costs the
    /// customer their patience. After the bank the last answer counts.
    pub fn learn(&mut self, session: Session, kind: CallKind) {
        let now = Moment { unix_ms: self.unix().saturating_mul(1000), ..self.now };
        let earlier = self.known.take();
        let known = Known::answered(session, earlier.as_deref(), &now);
        let is_a_look = kind == CallKind::Read && !self.been_to_bank;
        let kept = if is_a_look { known.ending_no_later_than(earlier.as_deref()) } else { known };
        self.known = Some(Rc::new(kept));
        self.note_reason();
    }

    /// What the backend last said; while a session takes the place of another, still of the other.
    pub fn session(&self) -> Option<&Session> {
        self.known.as_deref().map(Known::session)
    }

    /// What the backend last said of the session that there is now.
    pub fn current(&self) -> Option<&Rc<Known>> {
        self.known.as_ref().filter(|known| self.saved.session.as_ref() == Some(&known.session().id))
    }

    /// What that means for the flow; nothing where the backend has said nothing of this session.
    pub fn verdict(&self) -> Option<Verdict> {
        let completed = self.saved.completion.as_ref();
        let chosen = completed.map(|completion| completion.accounts.as_slice()).unwrap_or_default();
        self.current().map(|known| known.verdict(chosen))
    }

    /// Whether nothing is decided, as far as the backend has said.
    pub fn is_open(&self) -> bool {
        matches!(self.verdict(), Some(Verdict::Open) | None)
    }

    /// Whether it is certain that giving the session up loses nothing: the backend has said that it is spent, or
    /// the customer has not been at the bank for it.
    pub fn is_safe_to_leave(&self) -> bool {
        self.current().is_some_and(|known| known.is_spent() || !self.been_to_bank)
    }

    /// Whether the time of the session that there is now has run out, as far as a clock can say: what the
    /// backend said of the seconds left counts, the browser's own clock only until it was wrong once.
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
            Some(Verdict::Succeeded(_) | Verdict::Mismatched(_) | Verdict::Cancelled) | None => false,
        }
    }

    /// The hosted page, where that is the way to the bank.
    pub fn hosted(&self) -> Option<&HostedHandoff> {
        match self.session()?.handoff.as_ref()? {
            Ok(Handoff::Hosted(hosted)) => Some(hosted),
            Ok(Handoff::StripeJs(_) | Handoff::Confirm | Handoff::Unsupported(_)) | Err(_) => None,
        }
    }

    /// Whether no bank is visited. An answer that leaves the handoff out, after a reload, says so by a completion that was
    /// begun and names no account: no other is.
    pub fn is_without_bank(&self) -> bool {
        let confirms = |session: &Session| matches!(session.handoff, Some(Ok(Handoff::Confirm)));
        let completion = self.saved.completion.as_ref();
        self.session().is_some_and(confirms) || completion.is_some_and(|begun| begun.accounts.is_empty())
    }

    /// Unix seconds by the best clock there is: the server's, where an answer told, else the browser's.
    pub fn unix(&self) -> i64 {
        self.server_unix().unwrap_or_else(|| self.now.unix())
    }

    /// Unix seconds by which dates are judged: the end of time where no answer agrees with the browser's clock to within a
    /// day. Whatever ends some day counts as ending then, so that no wrong clock says that nothing is to be done.
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

    /// Notes that this opening is for the session that there is now.
    pub fn note_opening(&mut self, attempt: Attempt) {
        if let Some(session) = self.saved.session.clone() {
            self.opened.push((attempt, session));
        }
    }

    /// Whether that opening, the latest or an older one, was for the session that there is now.
    pub fn is_of_this_session(&self, attempt: Attempt) -> bool {
        let of = self.opened.iter().find(|(opened, _)| *opened == attempt);
        of.is_some_and(|(_, session)| self.saved.session.as_ref() == Some(session))
    }

    /// Whether that is the latest opening.
    pub fn is_latest(&self, attempt: Attempt) -> bool {
        attempt.0 == self.attempts
    }

    /// `POST /sessions`, under the key and with the body that were begun where there are any.
    pub fn ask_create(&mut self) {
        // What is still asked of the session before is nobody's to wait for.
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

    /// Whether looks are left that may be made without the customer.
    pub fn may_look(&self) -> bool {
        self.calls.reads < MOST_READS
    }

    /// Looks at the session by itself, where that is not being done.
    pub fn look(&mut self) {
        if self.may_look() && !self.calls.is_busy(CallKind::Read) {
            self.ask_read(Patience::Once);
        }
    }

    /// Looks again after a while, as long as the page can be seen: another page, or the backend by itself, may finish
    /// what nobody here sees. Coming back into sight looks at once.
    pub fn watch(&mut self) {
        if self.device.visible && self.saved.session.is_some() && self.may_look() {
            self.start(Timer::Poll, WATCH_MS);
        }
    }

    /// Looks because it is time to. Before the bank nothing is lost by waiting for the connection; after it a browser
    /// that wrongly believes itself offline is not believed.
    pub fn peek(&mut self) {
        if self.device.visible && (self.device.online || self.been_to_bank) {
            self.look();
        }
    }

    /// `POST /sessions/{id}/complete`, under the key that was begun where it was for the same accounts.
    pub fn ask_complete(&mut self, accounts: &[String]) {
        let Some(id) = self.saved.session.clone() else { return };
        let begun = self.saved.completion.take().filter(|begun| begun.accounts == accounts);
        let begun =
            begun.unwrap_or_else(|| SavedCompletion { key: self.next_key(), accounts: accounts.to_vec() });
        let key = begun.key.clone();
        self.saved.completion = Some(begun);
        self.been_to_bank = true;
        self.remember();
        let body = CompleteSession { accounts: accounts.to_vec() };
        self.post(CallKind::Complete, path::session(&id, "/complete"), body.encode(), key);
    }

    /// `POST /sessions/{id}/cancel`, best effort, where there is a session that could still be used.
    pub fn tell_cancelled(&mut self) {
        let open = !self.current().is_some_and(|known| known.is_spent());
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

    /// The wait goes on: what is shown of it now, and after how many milliseconds it will be a long one.
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

    /// A key for a new act. Several acts may begin at one moment, with the same random bits.
    fn next_key(&mut self) -> String {
        self.keys += 1;
        key::make(self.now.random.wrapping_add(STRIDE.wrapping_mul(u128::from(self.keys))))
    }

    fn post(&mut self, kind: CallKind, path: String, body: Json, key: String) {
        let request =
            Request { kind, path, body: Some(body.into()), key: Some(key), patience: Patience::Persist };
        self.calls.ask(request, &mut self.effects);
    }
}
