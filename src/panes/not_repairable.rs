//! The account cannot be repaired here: which one it is.

use super::account::cards;
use super::desk::Desk;
use crate::ui::Node;
use relink_core::view::NotRepairable;

/// Below the heading.
pub fn draw(desk: &Desk, pane: &NotRepairable) -> Vec<Node> {
    vec![cards(desk, &pane.accounts)]
}
