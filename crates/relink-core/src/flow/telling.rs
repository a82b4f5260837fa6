//! What the page hears: the element's events, and the analytics stream with the data of each of its events.

use super::context::Context;
use super::refusal::Refusal;
use crate::effect::Effect;
use crate::reasons::{self, Reason};
use relink_wire::{Account, Analytics, AnalyticsName, Code, Event, Gather};
use std::rc::Rc;

impl Context {
    /// Dispatches an event.
    pub fn emit(&mut self, event: Event) {
        let (session, flow) = (self.saved.session.clone(), self.saved.flow.clone());
        self.effects.push(Effect::Emit { session, flow, event });
    }

    /// Dispatches an analytics event. `error` is the error code, and whether it ended the flow.
    pub fn record(&mut self, name: AnalyticsName, error: Option<(Code, bool)>) {
        let handoff = self.session().and_then(|session| session.handoff.as_ref()?.as_ref().ok()?.type_name());
        let (error_code, is_final) = error.unzip();
        self.emit(Event::Analytics(Analytics {
            name,
            timestamp: self.now.unix_ms,
            institution_name: self.bank_name(),
            error_code,
            is_final,
            reason: self.saved.reason.clone(),
            account: self.account(),
            handoff,
            attempt: self.saved.attempt.max(1),
            elapsed_ms: self.elapsed_ms(),
        }));
    }

    /// The account to relink: the session's, else the one that the page asks for.
    fn account(&self) -> Option<String> {
        let named = self.session().and_then(|session| session.relink_options.account.clone());
        named.or_else(|| self.settings.account.clone())
    }

    /// Reports that the customer wants to be reminded.
    pub fn remind(&mut self) {
        self.record(AnalyticsName::Remind, None);
        self.emit(Event::Remind { account: self.account(), reason: self.saved.reason.clone() });
    }

    /// Reports an error that the customer may still get past.
    pub fn report(&mut self, refusal: &Refusal) {
        self.emit(Event::Error {
            code: refusal.code.clone(),
            message: refusal.message.clone(),
            retryable: refusal.retryable,
            request_id: refusal.request_id.clone(),
        });
        self.record(AnalyticsName::Error, Some((refusal.code.clone(), false)));
    }

    /// Reports, once per session, that the bank accepted the customer's sign-in.
    pub fn record_authorized(&mut self) {
        if !self.saved.authorized {
            self.saved.authorized = true;
            self.remember();
            self.record(AnalyticsName::InstitutionAuthorized, None);
        }
    }

    /// The backend itself says that the bank is done: report what happened there, unless already reported.
    pub fn record_done_at_bank(&mut self) {
        if self.saved.at_bank {
            self.record_authorized();
            if self.saved.completion.is_none() {
                self.record(AnalyticsName::AccountsSelected, None);
            }
        }
    }

    /// Records why the customer is here, and which accounts do not work, while no bank can have changed it yet.
    pub fn note_reason(&mut self) {
        let Some(session) = self.session().filter(|_| !self.been_to_bank) else { return };
        let gravest = reasons::of_session(session, self.unix()).first().and_then(Reason::name);
        let Some(gravest) = gravest else { return };
        let is_broken = |account: &&Rc<Account>| !account.is_active();
        let broken = reasons::concerned(session).filter(is_broken).map(|account| account.id.clone()).gather();
        // A session that is over shows what another page has repaired.
        if self.is_open() {
            self.saved.broken = broken;
        }
        self.saved.reason = Some(gravest.into());
    }
}
