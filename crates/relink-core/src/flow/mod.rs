//! The machine.

use crate::view::View;
use crate::{Effect, Input, Moment};

/// One element's flows, one after the other.
#[derive(Debug, Default)]
pub struct Machine {}

impl Machine {
    /// A machine at rest.
    pub fn new() -> Self {
        Self {}
    }

    /// Takes a fact; what it asks for must be carried out in order.
    pub fn handle(&mut self, _input: Input, _now: Moment) -> Vec<Effect> {
        Vec::new()
    }

    /// What is on screen now.
    pub fn view(&self) -> View {
        View::empty()
    }
}
