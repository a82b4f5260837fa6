//! One element's flows, one after the other: the only thing that the shell talks to.

use super::Flow;
use crate::Moment;
use crate::effect::Effect;
use crate::input::Input;
use crate::view::{Action, View};

/// The machine of one element.
///
/// Every fact goes in by [`handle`](Self::handle), with the moment at which it happened; the commands that come
/// back are to be carried out in their order. [`view`](Self::view) is what is on screen until the next fact.
#[derive(Debug, Default)]
pub struct Machine {
    flow: Option<Flow>,
}

impl Machine {
    /// A machine at rest: no flow, nothing on screen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a fact; what it asks for must be carried out in order.
    pub fn handle(&mut self, input: Input, now: Moment) -> Vec<Effect> {
        let over = self.flow.as_ref().is_none_or(Flow::is_over);
        match input {
            Input::Started { mut settings, saved, device } if over => {
                let earlier = self.flow.take();
                // The session that the page names was spent by then: another try makes its own.
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

    /// A flow that is over gives way to a new one; one that runs goes on with a new session.
    fn restart(&mut self, settings: crate::Settings, now: Moment) {
        let Some(mut flow) = self.flow.take() else { return };
        if flow.is_over() {
            // The session that the page named is spent by now: a new flow makes its own.
            let settings = crate::Settings { session: None, ..settings };
            let device = flow.context.device;
            self.flow = Some(Flow::start(settings, None, device, now, Some(&flow)));
        } else {
            flow.restart(settings, now);
            self.flow = Some(flow);
        }
    }
}
