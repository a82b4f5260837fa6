//! It worked: what works again, until when if known, and what still does not.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Icon, Node, el, icon};
use crate::words::Message;
use relink_core::view::{AccountCard, Done};
use relink_wire::Outcome;

/// Below the heading.
pub fn draw(desk: &Desk, done: &Done) -> Vec<Node> {
    let until = done.until.map(|on| {
        el("p")
            .class("aside")
            .child(icon(Icon::Clock))
            .child(el("span").children(desk.say(Message::UNTIL, desk.fills().date(Some(on)))))
    });
    let (works, broken) = if done.still_broken.is_empty() {
        (cards(desk, &done.accounts), Node::NOTHING)
    } else {
        (
            group(desk, Message::CONNECTED_NOW, &done.accounts),
            group(desk, Message::STILL_BROKEN, &done.still_broken),
        )
    };
    vec![works, broken, again(desk, done), until.into()]
}

/// What works again; not shown if it never stopped.
fn again(desk: &Desk, done: &Done) -> Node {
    let title = match done.outcome {
        Outcome::Relinked | Outcome::Partial => Message::WORKS_AGAIN,
        Outcome::AlreadyActive | Outcome::Unknown(_) => Message::WORKS,
    };
    if done.works.is_empty() {
        return Node::NOTHING;
    }
    let items = done.works.iter().map(|permission| {
        el("li")
            .part("permission")
            .child(icon(Icon::Check))
            .child(el("span").child(desk.text(Message::permission(permission))))
            .into()
    });
    el("div")
        .class("permissions")
        .child(el("h3").children(desk.name(title)))
        .child(el("ul").children(items))
        .into()
}

fn group(desk: &Desk, title: Message, accounts: &[AccountCard]) -> Node {
    if accounts.is_empty() {
        return Node::NOTHING;
    }
    el("div").class("group").child(el("h3").child(desk.text(title))).child(cards(desk, accounts)).into()
}
