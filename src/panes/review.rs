//! Why the customer is here, which account, what will be shared, and that the bank handles the rest.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Icon, Node, Tone, el, icon, note};
use crate::words::{Message, wanted};
use relink_core::view::{PermissionLine, Review};
use relink_wire::Rule;

/// Below the heading.
#[inline(never)]
pub fn draw(desk: &Desk, review: &Review) -> Vec<Node> {
    let notice = review.notice.map(|notice| note(Tone::Warning, desk.name(Message::notice(notice))));
    let without_bank = desk.view.frame.without_bank;
    let sign_in = if without_bank { Message::NO_SIGN_IN } else { Message::SIGN_IN_THERE };
    vec![
        notice.into(),
        others(desk, review),
        cards(desk, &review.accounts),
        (!without_bank).then(|| el("p").class("rule").children(rule(desk, review))).into(),
        el("p").class("aside").child(icon(Icon::Lock)).child(el("span").children(desk.name(sign_in))).into(),
        permissions(desk, &review.permissions),
        consent(review),
    ]
}

#[inline(never)]
fn others(desk: &Desk, review: &Review) -> Node {
    if review.others.is_empty() {
        return Node::NOTHING;
    }
    let items = review.others.iter().map(|reason| {
        let said = Message::reason(reason, desk.view.frame.without_bank);
        el("li").children(desk.say(said.message, desk.fills().date(said.date))).into()
    });
    el("div")
        .class("also")
        .child(el("h3").child(desk.text(Message::ALSO)))
        .child(el("ul").children(items))
        .into()
}

fn rule(desk: &Desk, review: &Review) -> Vec<Node> {
    match (&review.rule, review.accounts.as_slice()) {
        (Rule::SameAccount, accounts) => match wanted(&review.rule, accounts) {
            Some(_) => desk.name(Message::SAME_ACCOUNT),
            None => desk.say(Message::SAME_OF_SEVERAL, desk.fills().account(accounts.first())),
        },
        (Rule::AnyAccount | Rule::Unknown(_), [] | [_]) => desk.name(Message::ANY_ACCOUNT),
        (Rule::AnyAccount | Rule::Unknown(_), _) => desk.name(Message::ANY_OF_SEVERAL),
    }
}

/// What is agreed to, in its own language, a line apart from the permissions and above the button that agrees.
fn consent(review: &Review) -> Node {
    let Some(consent) = &review.consent else { return Node::NOTHING };
    let text = String::from(consent.text.as_str());
    let language = consent.locale.clone().unwrap_or_default();
    el("p").class("consent").attr("lang", language).attr("dir", "auto").child(text).into()
}

#[inline(never)]
fn permissions(desk: &Desk, lines: &[PermissionLine]) -> Node {
    if lines.is_empty() {
        return Node::NOTHING;
    }
    let items = lines.iter().map(|line| {
        let new = line.is_new.then(|| el("span").class("new").child(desk.text(Message::NEW)));
        el("li")
            .part("permission")
            .child(icon(if line.is_new { Icon::Plus } else { Icon::Check }))
            .child(el("span").child(desk.text(Message::permission(&line.permission))).child(" ").child(new))
            .into()
    });
    el("div")
        .class("permissions")
        .child(el("h3").children(desk.name(Message::SHARED)))
        .child(el("ul").children(items))
        .into()
}
