//! The customer chooses among accounts; those that cannot be chosen stay on the list, each with its reason.

use super::account;
use super::desk::{Desk, Source, Touch};
use crate::ui::{self, ChoiceList, Choosable, Node, el, shut};
use crate::words::{Message, Plural, Words};
use relink_core::view::{AccountCard, Action, Choose};
use relink_wire::{DisplayText, Last4};
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
    if desk.local.waits {
        return el("fieldset").class("choices").unchanged().into();
    }
    let found = found(desk, choose);
    let mut count = String::new();
    if !found.is_empty() {
        let all = found.iter().fold(0, |all, fits| all + u32::from(*fits));
        let mut lines = desk.local.lines.borrow_mut();
        if lines.found.0 != all || lines.found.1.is_empty() {
            let text = desk.words.plain(desk.words.plural(Plural::FOUND, all), desk.fills().number(all));
            lines.found = (all, text);
        }
        count.clone_from(&lines.found.1);
    }
    let mut rows = desk.local.rows.borrow_mut();
    let mut options = Vec::new();
    for choice in &choose.options {
        let place = options.len();
        let fits = found.get(place) != Some(&false);
        let source = Source { choice: choice.clone(), aside: choice.chosen && !fits };
        let (source, is_kept) = rows.row(place, source);
        let (id, (chosen, open)) = (choice.card.id.clone(), (choice.chosen, choice.open));
        let content = (!is_kept).then(|| {
            let card = el("span").class("card").part("account");
            card.children(account::content(desk, &choice.card)).into()
        });
        options.push(Choosable { id, content, source, chosen, open, fits });
    }
    let list = ChoiceList {
        legend: el("span").children(desk.name(Words::heading_message(desk.view))).into(),
        options,
        several: choose.several,
        search_label: desk.text(Message::SEARCH),
        found: count,
    };
    let (chosen, sought) = (Rc::clone(desk.touched), Rc::clone(desk.touched));
    list.draw(
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

/// Which options are what is sought; nothing if nothing is sought.
#[inline(never)]
fn found(desk: &Desk, choose: &Choose) -> Vec<bool> {
    let sought = &desk.local.sought;
    let mut lines = desk.local.lines.borrow_mut();
    let first = choose.options.first().map(|choice| &choice.card).filter(|_| !sought.is_empty());
    if let Some(first) = first.filter(|first| !lines.of.as_ref().is_some_and(|of| Rc::ptr_eq(of, first))) {
        let mut text = String::new();
        for choice in &choose.options {
            search_in(desk, &choice.card, &mut text);
        }
        (lines.of, lines.text) = (Some(Rc::clone(first)), ui::fold(&text));
    }
    ui::found(sought, &lines.text)
}

/// Adds the text that a search looks through: the account as shown, in one line.
fn search_in(desk: &Desk, card: &AccountCard, lines: &mut String) {
    let parts = [
        card.bank.name.as_ref().map(DisplayText::as_str),
        card.name.as_ref().map(DisplayText::as_str),
        desk.words.account_kind(card),
        card.last4.as_ref().map(Last4::as_str),
    ];
    for part in parts.into_iter().flatten() {
        lines.push_str(part);
        lines.push(' ');
    }
    lines.push('\n');
}
