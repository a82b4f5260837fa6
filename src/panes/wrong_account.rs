//! Another account, login or bank was used: what was chosen beside what is needed.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Node, el};
use relink_core::view::{AccountCard, WrongAccount};

/// Below the heading.
pub fn draw(desk: &Desk, wrong: &WrongAccount) -> Vec<Node> {
    let table = desk.words.table();
    let needed = wrong.needed.as_slice();
    vec![group(desk, table.you_chose, &wrong.chosen), group(desk, table.needed, needed)]
}

fn group(desk: &Desk, title: &'static str, accounts: &[AccountCard]) -> Node {
    if accounts.is_empty() {
        return Node::NOTHING;
    }
    el("div").class("group").child(el("h3").child(title)).child(cards(desk, accounts)).into()
}
