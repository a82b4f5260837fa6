//! Another account, login or bank was used: shows what was chosen beside what is needed.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Node, el};
use crate::words::Message;
use relink_core::view::{AccountCard, WrongAccount};

/// Below the heading.
pub fn draw(desk: &Desk, wrong: &WrongAccount) -> Vec<Node> {
    let needed = wrong.needed.as_slice();
    vec![group(desk, Message::YOU_CHOSE, &wrong.chosen), group(desk, Message::NEEDED, needed)]
}

fn group(desk: &Desk, title: Message, accounts: &[AccountCard]) -> Node {
    if accounts.is_empty() {
        return Node::NOTHING;
    }
    el("div").class("group").child(el("h3").child(desk.text(title))).child(cards(desk, accounts)).into()
}
