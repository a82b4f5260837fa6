//! What every pane is drawn with.

use crate::ui::{self, Node, el};
use crate::words::{Fills, Piece, Words};
use leptos::prelude::*;
use relink_core::view::{AccountCard, Action, View};

/// What is on screen, in which words, and where a press goes.
pub struct Desk<'a> {
    /// What is on screen.
    pub view: &'a View,
    /// In which words.
    pub words: &'a Words,
    /// Where a press goes.
    pub press: Callback<Action>,
    /// What the machine does not need to know.
    pub local: Local,
}

/// What is on screen and is no rule: it lasts as long as the subject.
#[derive(Clone, Copy)]
pub struct Local {
    /// What is typed into the field to search accounts.
    pub sought: RwSignal<String>,
    /// Whether the reference has been copied.
    pub copied: RwSignal<bool>,
}

impl Local {
    /// Nothing typed, nothing copied.
    pub fn new() -> Self {
        Self { sought: RwSignal::new(String::new()), copied: RwSignal::new(false) }
    }

    /// Forgets it without a new drawing: one is under way.
    pub fn clear(&self) {
        self.sought.write_untracked().clear();
        *self.copied.write_untracked() = false;
    }
}

impl<'a> Desk<'a> {
    /// What messages are filled with, to begin with.
    pub fn fills(&self) -> Fills<'a> {
        Fills::names(&self.view.frame)
    }

    /// A message in which only names are filled.
    pub fn name(&self, message: &'static str) -> Vec<Node> {
        self.say(message, self.fills())
    }

    /// A message, every name in it isolated.
    pub fn say(&self, message: &'static str, fills: Fills) -> Vec<Node> {
        let pieces = self.words.pieces(message, fills);
        pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Ours(words) => String::from(words).into(),
                Piece::Made(words) => words.into(),
                Piece::Name(name) => ui::bdi(name).into(),
                Piece::Account(card) => self.account(card),
            })
            .collect()
    }

    /// An account inside a sentence.
    pub fn account(&self, card: &AccountCard) -> Node {
        el("span")
            .class("account-name")
            .child(ui::bdi(self.words.account_name(card)))
            .child(card.last4.is_some().then_some(" "))
            .child(self.mask(card))
            .into()
    }

    /// The end of its number.
    pub fn mask(&self, card: &AccountCard) -> Node {
        let last4 = card.last4.as_ref().map(|last4| last4.as_str());
        last4.map(|last4| ui::mask(last4, self.words.mask_aloud(last4))).into()
    }
}
