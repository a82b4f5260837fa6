//! What is around every pane: the two marks and the line between them, the close button, the progress line.

use super::desk::Desk;
use crate::ui::{Icon, Node, el, hidden_text, icon, mark};
use crate::words::Message;
use relink_core::view::{Pane, Step, View};

/// The header.
#[inline(never)]
pub fn header(desk: &Desk) -> Node {
    let view = desk.view;
    if matches!(view.pane, Pane::Empty) {
        return Node::NOTHING;
    }
    let frame = &view.frame;
    let close = view.close.clone().map(|action| {
        el("button")
            .class("close")
            .part("close-button")
            .attr("type", "button")
            .attr("aria-label", desk.text(Message::CLOSE))
            .on("click", desk.press(action))
            .child(icon(Icon::Cross))
    });
    let known = frame.merchant.is_some() || frame.bank.name.is_some();
    let marks = known.then(|| {
        let shop = frame.merchant.as_ref().map_or("", |name| name.as_str());
        let bank = frame.bank.name.as_ref().map_or("", |name| name.as_str());
        el("div")
            .class(if frame.mended { "link mended" } else { "link" })
            .attr("aria-hidden", "true")
            // The page's own logo, where it has put one into the element.
            .child(el("slot").attr("name", "logo").child(mark(
                shop,
                frame.merchant_logo_url.as_ref().map(|url| url.as_str()),
                Icon::Shop,
            )))
            .child(el("span").class("line").child(el("i")).child(sign(view).map(icon)).child(el("i")))
            .child(mark(bank, frame.bank.logo_url.as_ref().map(|url| url.as_str()), Icon::Bank))
    });
    el("div")
        .class("header")
        .part("header")
        .child(el("div").class("marks").child(marks).child(close))
        .child(threaded(&view.pane).then(|| thread(desk, frame.step)))
        .into()
}

/// The sign on the line, so that the result is visible at once without relying on colour.
fn sign(view: &View) -> Option<Icon> {
    if view.frame.mended {
        Some(Icon::Check)
    } else {
        matches!(view.pane, Pane::Problem(_)).then_some(Icon::Alert)
    }
}

/// Whether the pane is a step on the progress line.
fn threaded(pane: &Pane) -> bool {
    match pane {
        Pane::Review(_)
        | Pane::AtBank(_)
        | Pane::Checking(_)
        | Pane::Choose(_)
        | Pane::Saving(_)
        | Pane::WrongAccount(_)
        | Pane::Done(_) => true,
        Pane::Empty
        | Pane::Loading(_)
        | Pane::NotRepairable(_)
        | Pane::Problem(_)
        | Pane::Leave(_)
        | Pane::GivenUp(_) => false,
    }
}

#[inline(never)]
fn thread(desk: &Desk, current: Step) -> Node {
    let place = |step| match step {
        Step::Review => 0,
        Step::Bank => 1,
        Step::Done => 2,
    };
    let steps: &[Step] = match desk.view.frame.without_bank {
        false => &[Step::Review, Step::Bank, Step::Done],
        true => &[Step::Review, Step::Done],
    };
    let items = steps.iter().map(|&step| {
        let over = place(step) < place(current) || (step == Step::Done && desk.view.frame.mended);
        let item = el("li").class(if over { "over" } else { "" });
        let item = if step == current { item.attr("aria-current", "step") } else { item };
        item.child(over.then(|| icon(Icon::Check)))
            .child(el("span").child(desk.text(Message::step(step))))
            // The sign is for the eyes; the word is for the ears.
            .child(over.then(|| hidden_text(desk.text(Message::STEP_OVER))))
            .into()
    });
    el("ol").class("thread").attr("aria-label", desk.text(Message::STEPS)).children(items).into()
}

/// The note that a link opens a new tab, with the space before it: one outside would be underlined.
pub fn new_tab(desk: &Desk) -> Node {
    hidden_text(" ").child(desk.text(Message::OPENS_NEW_TAB)).into()
}
