//! The customer gave up: what stays broken.

use super::account::cards;
use super::desk::Desk;
use crate::ui::Node;
use relink_core::view::GivenUp;

/// Below the heading.
pub fn draw(desk: &Desk, pane: &GivenUp) -> Vec<Node> {
    vec![cards(desk, &pane.accounts)]
}
