//! What the customer sees, one file for each view of the machine. A pane draws and decides nothing: every
//! sentence, button and greyed account in it is said by the [`View`].

mod account;
mod actions;
mod at_bank;
mod checking;
mod choose;
mod desk;
mod done;
mod frame;
mod given_up;
mod leave;
mod loading;
mod not_repairable;
mod problem;
mod review;
mod saving;
mod wrong_account;

use crate::ui::{Node, el};
use crate::words::Words;
use desk::{Desk, Local};
use leptos::prelude::*;
use relink_core::view::{Action, Pane, Subject, View, Wait};

/// The whole inside of the widget: header, pane, actions, offline strip.
///
/// `press` is called inside the click, so that a window may be opened in it. The two live regions are there from
/// the first moment and are never written to from here.
#[component]
pub fn Surface(
    /// What is on screen.
    #[prop(into)]
    view: Signal<View>,
    /// Where a press goes.
    press: Callback<Action>,
    /// In which words.
    words: Words,
) -> impl IntoView {
    let local = Local::new();
    let mut subject = Subject::Nothing;
    let mut turn = 0;
    move || {
        view.with(|view| {
            if view.pane.subject() != subject {
                subject = view.pane.subject();
                turn += 1;
                local.clear();
            }
            surface(&Desk { view, words: &words, press, local }, turn)
        })
    }
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
            .child(desk.words.table().offline)
    });
    el("div")
        .class(match view.pane {
            Pane::Empty => "surface empty",
            Pane::Loading(Wait::Brief) => "surface quiet",
            _ => "surface",
        })
        .part("surface")
        .attr("lang", desk.words.language())
        .child(live("polite"))
        .child(live("assertive"))
        .child(frame::header(desk))
        .child(offline)
        .child(pane(desk, turn))
        .into()
}

/// Everything that belongs to one subject: another subject is another element, which enters anew.
fn pane(desk: &Desk, turn: u32) -> Node {
    let (name, body) = match &desk.view.pane {
        Pane::Empty => return Node::NOTHING,
        Pane::Loading(wait) => ("loading", loading::draw(desk, *wait)),
        Pane::Review(review) => ("review", review::draw(desk, review)),
        Pane::AtBank(at_bank) => ("at-bank", at_bank::draw(desk, at_bank)),
        Pane::Checking(checking) => ("checking", checking::draw(desk, checking)),
        Pane::Choose(choose) => ("choose", choose::draw(desk, choose)),
        Pane::Saving(saving) => ("saving", saving::draw(desk, saving)),
        Pane::WrongAccount(wrong) => ("wrong-account", wrong_account::draw(desk, wrong)),
        Pane::Done(done) => ("done", done::draw(desk, done)),
        Pane::NotRepairable(pane) => ("not-repairable", not_repairable::draw(desk, pane)),
        Pane::Problem(problem) => ("problem", problem::draw(desk, problem)),
        Pane::Leave(leave) => ("leave", leave::draw(desk, leave)),
        Pane::GivenUp(given_up) => ("given-up", given_up::draw(desk, given_up)),
    };
    let lead = desk.words.lead(desk.view);
    let lead = (!lead.is_empty()).then(|| {
        let sentences = lead.into_iter().flat_map(|(message, fills)| {
            let mut nodes = desk.say(message, fills);
            nodes.push(" ".into());
            nodes
        });
        el("p").class("lead").children(sentences)
    });
    let heading = el("h2")
        .class("heading")
        .part("heading")
        .attr("tabindex", "-1")
        .children(desk.name(desk.words.heading_message(&desk.view.pane)));
    el("div")
        .key(turn)
        .class("pane")
        .attr("data-pane", name)
        .child(heading)
        .child(el("div").class("body").part("body").child(lead).children(body))
        .child(actions::footer(desk))
        .into()
}
