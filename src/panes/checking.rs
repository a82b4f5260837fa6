//! The customer is back: what came of it is being asked.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Node, spinner};
use crate::words::Topic;
use relink_core::view::Checking;

/// Below the heading.
pub fn draw(desk: &Desk, checking: &Checking) -> Vec<Node> {
    let words = desk.name(Topic::CHECKING_BANK.text());
    vec![cards(desk, &checking.accounts), spinner(words).into()]
}
