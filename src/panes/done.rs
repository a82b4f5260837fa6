//! It worked: what works, until when if known, and what still does not.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Icon, Node, el, icon};
use crate::words::Message;
use relink_core::view::{AccountCard, Done};

/// Below the heading.
#[inline(never)]
pub fn draw(desk: &Desk, done: &Done) -> Vec<Node> {
    let until = done.until.map(|on| {
        el("p")
            .class("aside")
            .child(icon(Icon::Clock))
            .child(el("span").children(desk.say(Message::UNTIL, desk.fills().date(Some(on)))))
    });
    let working = if done.still_broken.is_empty() && done.beyond_repair.is_empty() {
        cards(desk, &done.accounts)
    } else {
        group(desk, Message::CONNECTED_NOW, &done.accounts)
    };
    vec![
        working,
        group(desk, Message::STILL_BROKEN, &done.still_broken),
        group(desk, Message::REFUSED, &done.beyond_repair),
        works(desk, done),
        until.into(),
    ]
}

/// What the merchant can see and do.
fn works(desk: &Desk, done: &Done) -> Node {
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
        .child(el("h3").children(desk.name(Message::WORKS)))
        .child(el("ul").children(items))
        .into()
}

fn group(desk: &Desk, title: Message, accounts: &[AccountCard]) -> Node {
    if accounts.is_empty() {
        return Node::NOTHING;
    }
    el("div").class("group").child(el("h3").child(desk.text(title))).child(cards(desk, accounts)).into()
}
