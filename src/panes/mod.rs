//! What the customer sees, one file for each view that shows more than accounts. A pane draws and must not decide:
//! every sentence, button and greyed-out account comes from the [`View`].

mod account;
mod actions;
mod at_bank;
mod choose;
mod desk;
mod done;
mod frame;
mod loading;
mod problem;
mod review;
mod screen;
mod wrong_account;

use crate::ui::{Node, el, spinner};
use crate::words::{Message, Topic, Words};
use account::cards;
use desk::Desk;
use leptos::component;
use relink_core::view::{AccountCard, Pane, View, Wait};

pub use desk::{Local, Touch, Touched};
pub use screen::Screen;

/// The whole inside of the widget: header, pane, actions, offline strip.
///
/// The two live regions exist from the first moment. Nothing here may write to them.
#[component]
pub fn Surface<'a>(
    /// What is on screen.
    view: &'a View,
    /// The words of the language.
    words: &'a Words,
    /// Called with what the customer does.
    touched: &'a Touched,
    /// Screen state the machine does not need.
    local: &'a Local,
    /// How many subjects there have been. A new subject is a new element, so that its entry animation runs again.
    turn: u32,
) -> Node {
    surface(&Desk { view, words, touched, local }, turn)
}

fn surface(desk: &Desk, turn: u32) -> Node {
    let view = desk.view;
    let live = |urgency: &'static str| {
        el("div")
            .class("unseen")
            .attr("data-live", urgency)
            .attr("aria-live", urgency)
            .attr("aria-atomic", "true")
    };
    let offline = view.offline.then(|| {
        el("p")
            .class("offline")
            .attr("role", "status")
            .attr("aria-live", "off")
            .child(desk.text(Message::OFFLINE))
    });
    el("div")
        .class(match view.pane {
            Pane::Empty => "surface empty",
            Pane::Loading(Wait::Brief) => "surface quiet",
            Pane::Loading(Wait::Noticeable | Wait::Long)
            | Pane::Review(_)
            | Pane::AtBank(_)
            | Pane::Checking(_)
            | Pane::Choose(_)
            | Pane::Saving(_)
            | Pane::WrongAccount(_)
            | Pane::Done(_)
            | Pane::NotRepairable(_)
            | Pane::Problem(_)
            | Pane::Leave(_)
            | Pane::GivenUp(_) => "surface",
        })
        .part("surface")
        .attr("lang", String::from(desk.words.language()))
        .attr("dir", String::from(desk.words.direction()))
        .child(frame::header(desk))
        .child(offline)
        .child(pane(desk, turn))
        // Last, so that someone reading through the page reaches the announcement after the content.
        .child(live("polite"))
        .child(live("assertive"))
        .into()
}

/// Everything that belongs to one subject.
#[inline(never)]
fn pane(desk: &Desk, turn: u32) -> Node {
    let (name, body) = match &desk.view.pane {
        Pane::Empty => return Node::NOTHING,
        Pane::Loading(wait) => ("loading", loading::draw(desk, *wait)),
        Pane::Review(review) => ("review", review::draw(desk, review)),
        Pane::AtBank(at_bank) => ("at-bank", at_bank::draw(desk, at_bank)),
        Pane::Checking(pane) => ("checking", cards_and_wait(desk, &pane.accounts, Topic::CHECKING_BANK)),
        Pane::Choose(choose) => ("choose", choose::draw(desk, choose)),
        Pane::Saving(pane) => ("saving", cards_and_wait(desk, &pane.accounts, Topic::SAVING)),
        Pane::WrongAccount(wrong) => ("wrong-account", wrong_account::draw(desk, wrong)),
        Pane::Done(done) => ("done", done::draw(desk, done)),
        Pane::NotRepairable(pane) => ("not-repairable", vec![cards(desk, &pane.accounts)]),
        Pane::Problem(problem) => ("problem", problem::draw(desk, problem)),
        Pane::Leave(pane) => ("leave", vec![cards(desk, &pane.accounts)]),
        Pane::GivenUp(pane) => ("given-up", vec![cards(desk, &pane.accounts)]),
    };
    let lead = desk.words.lead(desk.view);
    let lead = (!lead.is_empty()).then(|| {
        let sentences = lead.into_iter().flat_map(|(message, fills)| {
            let mut nodes = desk.say(message, fills);
            // In languages with full-width stops, the stop itself is the space between sentences.
            nodes.push(if desk.words.text(message).ends_with('。') { Node::NOTHING } else { " ".into() });
            nodes
        });
        el("p").class("lead").children(sentences)
    });
    let heading = el("h2")
        .class("heading")
        .part("heading")
        .attr("id", "heading")
        .attr("tabindex", "-1")
        .children(desk.name(Words::heading_message(desk.view)));
    el("div")
        .key(turn)
        .class("pane")
        .attr("data-pane", name)
        .child(heading)
        .child(el("div").class("body").part("body").child(lead).children(body).child(actions::ways_out(desk)))
        .child(actions::footer(desk))
        .into()
}

/// The accounts, and below them what we are waiting for.
fn cards_and_wait(desk: &Desk, accounts: &[AccountCard], topic: Topic) -> Vec<Node> {
    vec![cards(desk, accounts), spinner(desk.name(topic.text())).into()]
}
