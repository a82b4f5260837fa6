//! The footer: one primary action and at most one other. It stays in view, so it is kept low: what else leads out of the
//! widget comes at the end of the text above it.

use super::desk::Desk;
use crate::ui::{Button, Node, Rank, el};
use crate::words::{Fills, Message};
use relink_core::view::{Offer, Pane};
use relink_wire::SafeUrl;

/// The footer, if it has any content.
#[inline(never)]
pub fn footer(desk: &Desk) -> Node {
    let view = desk.view;
    el("div")
        .class("footer")
        .part("footer")
        .child(view.primary.as_ref().map(|offer| button(desk, Rank::Primary, offer)))
        .child(view.secondary.as_ref().map(|offer| button(desk, Rank::Secondary, offer)))
        .child(desk.view.frame.test_mode.then(|| el("p").class("fine").child(desk.text(Message::TEST_MODE))))
        .into()
}

fn button(desk: &Desk, rank: Rank, offer: &Offer) -> Node {
    let hint = || {
        let mut hint = String::from(" (");
        hint.push_str(&desk.text(Message::OPENS_NEW_TAB));
        hint.push(')');
        hint
    };
    Button {
        rank,
        label: desk.say(Message::label(offer.label), Fills::names(&desk.view.frame.on_buttons())),
        enabled: offer.enabled,
        href: offer.href.as_ref().map(|url| (url.as_str(), offer.new_tab.then(hint))),
    }
    .draw(desk.press(offer.action.clone()))
    .into()
}

/// The links to the merchant's privacy policy, on a review, and to its help, on a review or a problem.
pub fn ways_out(desk: &Desk) -> Node {
    let frame = &desk.view.frame;
    let is_review = matches!(desk.view.pane, Pane::Review(_));
    // On a problem, not if a button leads away too.
    let helps = is_review
        || matches!(desk.view.pane, Pane::Problem(_))
            && !leads_away(&desk.view.primary)
            && !leads_away(&desk.view.secondary);
    let privacy =
        frame.privacy_url.as_ref().filter(|_| is_review).map(|url| out(desk, Message::PRIVACY, url));
    let help = frame.support_url.as_ref().filter(|_| helps).map(|url| out(desk, Message::HELP, url));
    match (privacy, help) {
        (None, None) => Node::NOTHING,
        (privacy, help) => el("p").class("fine ways").child(privacy).child(" ").child(help).into(),
    }
}

fn leads_away(offer: &Option<Offer>) -> bool {
    matches!(offer, Some(Offer { new_tab: true, .. }))
}

fn out(desk: &Desk, message: Message, url: &SafeUrl) -> Node {
    el("a")
        .part("link")
        .attr("href", String::from(url.as_str()))
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .children(desk.name(message))
        .child(super::frame::new_tab(desk))
        .into()
}
