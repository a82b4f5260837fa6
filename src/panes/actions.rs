//! The footer: one primary action, at most one other, and at most one line of fine print.

use super::desk::Desk;
use crate::ui::{Button, Node, Rank, el};
use crate::words::{Fills, Message};
use relink_core::view::{Offer, Pane};
use relink_wire::SafeUrl;

/// The footer, if it has any content.
pub fn footer(desk: &Desk) -> Node {
    let view = desk.view;
    el("div")
        .class("footer")
        .part("footer")
        .child(view.primary.as_ref().map(|offer| button(desk, Rank::Primary, offer)))
        .child(view.secondary.as_ref().map(|offer| button(desk, Rank::Secondary, offer)))
        .child(fine_print(desk))
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

/// What test mode means; else, on a review, the link to the merchant's privacy policy; on a problem, the help link.
fn fine_print(desk: &Desk) -> Node {
    let frame = &desk.view.frame;
    let text = if frame.test_mode {
        Some(Node::from(desk.text(Message::TEST_MODE)))
    } else if matches!(desk.view.pane, Pane::Review(_)) {
        frame.privacy_url.as_ref().map(|url| out(desk, Message::PRIVACY, url))
    } else if matches!(desk.view.pane, Pane::Problem(_))
        // Not if the primary button leads away too.
        && !leads_away(&desk.view.primary)
        && !leads_away(&desk.view.secondary)
    {
        frame.support_url.as_ref().map(|url| out(desk, Message::HELP, url))
    } else {
        None
    };
    text.map(|text| el("p").class("fine").child(text)).into()
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
        .child(" ")
        .child(super::frame::new_tab(desk))
        .into()
}
