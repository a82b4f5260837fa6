//! The merchant is being told.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Node, spinner};
use crate::words::Topic;
use relink_core::view::Saving;

/// Below the heading.
pub fn draw(desk: &Desk, saving: &Saving) -> Vec<Node> {
    let words = desk.name(Topic::SAVING.text());
    vec![cards(desk, &saving.accounts), spinner(words).into()]
}
