//! One element's flows, one after the other. The shell talks only to this.

use super::Flow;
use crate::Moment;
use crate::effect::Effect;
use crate::input::Input;
use crate::view::{Action, View};

/// The machine of one element.
///
/// Pass every fact to [`handle`](Self::handle) with the time at which it happened, and carry out the returned commands
/// in order. [`view`](Self::view) is what is on screen until the next fact.
#[derive(Debug, Default)]
pub struct Machine {
    flow: Option<Flow>,
}

impl Machine {
    /// A machine at rest: no flow, nothing on screen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Handles a fact. The commands it returns must be carried out in order.
    pub fn handle(&mut self, input: Input, now: Moment) -> Vec<Effect> {
        let over = self.flow.as_ref().is_none_or(Flow::is_over);
        match input {
            Input::Started { mut settings, saved, device } if over => {
                let earlier = self.flow.take();
                // The session the page named is spent: another try creates its own.
                if earlier.as_ref().is_some_and(|flow| flow.was_cancelled_of(&settings)) {
                    settings.session = None;
                }
                self.flow =
                    Some(Flow::start(settings, saved.map(|saved| *saved), device, now, earlier.as_ref()));
            }
            Input::RestartAsked { settings } => self.restart(settings, now),
            Input::Pressed(Action::StartAgain) => {
                if let Some(settings) = self.flow.as_ref().map(|flow| flow.context.settings.clone()) {
                    self.restart(settings, now);
                }
            }
            input => {
                if let Some(flow) = &mut self.flow {
                    flow.handle(input, now);
                }
            }
        }
        self.flow.as_mut().map(|flow| std::mem::take(&mut flow.context.effects)).unwrap_or_default()
    }

    /// What is on screen now.
    pub fn view(&self) -> View {
        self.flow.as_ref().map_or_else(View::empty, Flow::view)
    }

    /// A finished flow is replaced by a new one; a running flow goes on with a new session.
    fn restart(&mut self, settings: crate::Settings, now: Moment) {
        let Some(mut flow) = self.flow.take() else { return };
        if flow.is_over() {
            // The session the page named is spent by now: a new flow creates its own.
            let settings = crate::Settings { session: None, ..settings };
            let device = flow.context.device;
            self.flow = Some(Flow::start(settings, None, device, now, Some(&flow)));
        } else {
            flow.restart(settings, now);
            self.flow = Some(flow);
        }
    }
}
