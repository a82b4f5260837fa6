//! What every pane is drawn with.

use crate::ui::{self, Node, el};
use crate::words::{Fills, Message, Piece, Words};
use relink_core::view::{AccountCard, Action, View};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

/// What the customer did on the surface.
pub enum Touch {
    /// Pressed or chose something; whether by a key.
    Press(Action, bool),
    /// Typed this into the field to search accounts.
    Seek(String),
    /// Asked for the reference to be copied, and whether it was.
    Copied(bool),
}

/// Told of each touch inside its event.
pub type Touched = Rc<dyn Fn(Touch)>;

/// What is on screen, in which words, and who is told of a touch.
pub struct Desk<'a> {
    /// What is on screen.
    pub view: &'a View,
    /// In which words.
    pub words: &'a Words,
    /// Told of what the customer does.
    pub touched: &'a Touched,
    /// What the machine does not need to know.
    pub local: &'a Local,
}

/// What is on screen and is no rule: it lasts as long as the subject.
#[derive(Clone, Default)]
pub struct Local {
    /// What is typed into the field to search accounts.
    pub sought: String,
    /// Whether the reference has been copied.
    pub copied: bool,
}

impl<'a> Desk<'a> {
    /// Who tells of a press.
    pub fn press(&self, action: Action) -> impl Fn(&Event) + 'static {
        let touched = Rc::clone(self.touched);
        // A click that no pointer made counts none; a script's is the script's affair.
        move |event| {
            let counts_none = event.dyn_ref::<MouseEvent>().is_some_and(|click| click.detail() == 0);
            let by_key = counts_none && event.is_trusted();
            touched(Touch::Press(action.clone(), by_key));
        }
    }

    /// What messages are filled with, to begin with.
    pub fn fills(&self) -> Fills<'a> {
        Fills::names(&self.view.frame)
    }

    /// A message in which nothing is filled.
    pub fn text(&self, message: Message) -> String {
        String::from(self.words.text(message))
    }

    /// A message in which only names are filled.
    pub fn name(&self, message: Message) -> Vec<Node> {
        self.say(message, self.fills())
    }

    /// A message, every name in it isolated.
    pub fn say(&self, message: Message, fills: Fills) -> Vec<Node> {
        let pieces = self.words.pieces(message, fills);
        pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Ours(words) => String::from(words).into(),
                Piece::Made(words) => ui::bdi(&words).into(),
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
            .child(self.words.account_kind(card).map(kind))
            .into()
    }

    /// The end of its number.
    pub fn mask(&self, card: &AccountCard) -> Node {
        let last4 = card.last4.as_ref().map(|last4| last4.as_str());
        last4.map(|last4| ui::mask(last4, self.words.mask_aloud(last4))).into()
    }
}

/// Behind name and number, what tells the account from another with the same.
fn kind(kind: &str) -> String {
    let mut text = String::from(" · ");
    text.push_str(kind);
    text
}
