//! What every pane is drawn with.

use crate::ui::{self, Kept, Node, el};
use crate::words::{Fills, Message, Piece, Words};
use relink_core::view::{AccountCard, Action, Choice, View};
use relink_wire::Gather;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

/// What the customer did in the widget.
pub enum Touch {
    /// Pressed or chose something; true if by a key.
    Press(Action, bool),
    /// Typed this into the account search field.
    Seek(String),
    /// Asked to copy the reference; true if it was copied.
    Copied(bool),
}

/// Called with each touch, inside its event.
pub type Touched = Rc<dyn Fn(Touch)>;

/// What is on screen, its words, and the callback for touches.
pub struct Desk<'a> {
    /// What is on screen.
    pub view: &'a View,
    /// The words of the language.
    pub words: &'a Words,
    /// Called with what the customer does.
    pub touched: &'a Touched,
    /// What the machine does not need to know.
    pub local: &'a Local,
}

/// State of the screen that follows no rule of the machine. It lasts as long as the subject.
#[derive(Clone, Default)]
pub struct Local {
    /// The text in the account search field.
    pub sought: String,
    /// Whether the reference was copied.
    pub copied: bool,
    /// Whether the list to choose from stays as it is for now (`screen.rs` says why).
    pub waits: bool,
    /// What the rows to choose from were drawn from.
    pub rows: Rc<RefCell<Kept<Source>>>,
    /// What a search looks through.
    pub lines: Rc<RefCell<Lines>>,
}

/// The accounts as a search looks through them, and what it found.
#[derive(Default)]
pub struct Lines {
    /// The first account. Accounts of which something was learnt are others.
    pub of: Option<Rc<AccountCard>>,
    /// Each in one line, without case.
    pub text: String,
    /// How many were found last, and what is said of that: the browser takes its time to word numbers.
    pub found: (u32, String),
}

/// What a row to choose is drawn from, beside the words.
#[derive(PartialEq)]
pub struct Source {
    /// The account, and whether it is chosen.
    pub choice: Choice,
    /// Whether it is not what is sought, and shown all the same because it is chosen.
    pub aside: bool,
}

impl<'a> Desk<'a> {
    /// A handler that reports a press.
    pub fn press(&self, action: Action) -> impl Fn(&Event) + 'static {
        let touched = Rc::clone(self.touched);
        // A click made without a pointer has a count of zero. A click made by a script is the script's responsibility.
        move |event| {
            let by_key = event.is_trusted() && event.unchecked_ref::<MouseEvent>().detail() == 0;
            touched(Touch::Press(action.clone(), by_key));
        }
    }

    /// The values for messages: the frame's names, to which others are added.
    pub fn fills(&self) -> Fills<'a> {
        Fills::names(&self.view.frame)
    }

    /// A message without values.
    pub fn text(&self, message: Message) -> String {
        String::from(self.words.text(message))
    }

    /// A message with only names filled in.
    pub fn name(&self, message: Message) -> Vec<Node> {
        self.say(message, self.fills())
    }

    /// A message, with every name in it isolated.
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
            .gather()
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

/// Added after name and number: the kind, which separates the account from another with the same name and number.
fn kind(kind: &str) -> String {
    let mut text = String::from(" · ");
    text.push_str(kind);
    text
}
