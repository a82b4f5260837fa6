//! The customer chooses among accounts; those that cannot be chosen stay on the list, each with its reason.

use super::account;
use super::desk::{Desk, Touch};
use crate::ui::{ChoiceList, Choosable, Node, el, shut};
use crate::words::{Message, Plural, Words};
use relink_core::view::{AccountCard, Action, Choose};
use relink_wire::{DisplayText, Gather, Last4};
use std::rc::Rc;

/// Below the heading.
pub fn draw(desk: &Desk, choose: &Choose) -> Vec<Node> {
    vec![options(desk, choose), refused(desk, choose)]
}

#[inline(never)]
fn options(desk: &Desk, choose: &Choose) -> Node {
    if choose.options.is_empty() {
        return Node::NOTHING;
    }
    let words = desk.words;
    let options = choose.options.iter().map(|choice| Choosable {
        id: choice.card.id.clone(),
        text: searched(desk, &choice.card),
        content: el("span")
            .class("card")
            .part("account")
            .children(account::content(desk, &choice.card))
            .into(),
        chosen: choice.chosen,
        open: choice.open,
    });
    let list = ChoiceList {
        legend: el("span").children(desk.name(Words::heading_message(desk.view))).into(),
        options: options.gather(),
        several: choose.several,
        sought: desk.local.sought.clone(),
        search_label: desk.text(Message::SEARCH),
    };
    let (chosen, sought) = (Rc::clone(desk.touched), Rc::clone(desk.touched));
    let found = |count: usize| {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        words.plain(words.plural(Plural::FOUND, count), desk.fills().number(count))
    };
    list.draw(
        found,
        move |id| chosen(Touch::Press(Action::Toggle(id), false)),
        move |text| sought(Touch::Seek(text)),
    )
    .into()
}

#[inline(never)]
fn refused(desk: &Desk, choose: &Choose) -> Node {
    if choose.refused.is_empty() {
        return Node::NOTHING;
    }
    let rows = choose.refused.iter().enumerate().map(|(place, refused)| {
        let card = el("span").class("card").part("account").children(account::content(desk, &refused.card));
        shut(place, choose.several, card.into(), desk.name(Message::why_not(refused.why))).into()
    });
    el("fieldset")
        .class("cannot")
        .child(
            // Where nothing else is on the list, the heading of the view has said so.
            el("legend")
                .class(if choose.options.is_empty() { "unseen" } else { "" })
                .child(el("h3").child(desk.text(Message::REFUSED))),
        )
        .child(el("div").class("options").children(rows))
        .into()
}

/// The text a search looks through: the account as shown.
fn searched(desk: &Desk, card: &AccountCard) -> String {
    let mut text = String::new();
    let parts = [
        card.bank.name.as_ref().map(DisplayText::as_str),
        card.name.as_ref().map(DisplayText::as_str),
        desk.words.account_kind(card),
        card.last4.as_ref().map(Last4::as_str),
    ];
    for part in parts.into_iter().flatten() {
        text.push_str(part);
        text.push(' ');
    }
    text
}
