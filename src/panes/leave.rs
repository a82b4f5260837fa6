//! Asked once before something is lost: what stays broken.

use super::account::cards;
use super::desk::Desk;
use crate::ui::Node;
use relink_core::view::Leave;

/// Below the heading.
pub fn draw(desk: &Desk, pane: &Leave) -> Vec<Node> {
    vec![cards(desk, &pane.accounts)]
}
