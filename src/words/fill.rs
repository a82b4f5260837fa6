//! Filling names, accounts, days and numbers into a message.

use super::{Message, Words, intl};
use relink_core::view::{AccountCard, Frame};

/// The values for a message.
#[derive(Clone, Copy)]
pub struct Fills<'a> {
    /// The merchant and the bank.
    pub frame: &'a Frame,
    /// `{account}`
    pub account: Option<&'a AccountCard>,
    /// `{date}`, in Unix seconds.
    pub date: Option<i64>,
    /// `{n}`
    pub number: Option<u32>,
}

impl<'a> Fills<'a> {
    /// Only the frame's names.
    pub fn names(frame: &'a Frame) -> Self {
        Self { frame, account: None, date: None, number: None }
    }

    /// With an account.
    pub fn account(self, account: Option<&'a AccountCard>) -> Self {
        Self { account, ..self }
    }

    /// With a day.
    pub fn date(self, date: Option<i64>) -> Self {
        Self { date, ..self }
    }

    /// With a number.
    pub fn number(self, number: u32) -> Self {
        Self { number: Some(number), ..self }
    }
}

/// A piece of a filled message.
pub enum Piece<'a> {
    /// Our own words.
    Ours(&'a str),
    /// Text the browser formatted: a day, a number. It must be isolated.
    Made(String),
    /// A name from outside. It must be isolated.
    Name(&'a str),
    /// An account: its name, and the end of its number.
    Account(&'a AccountCard),
}

impl Words {
    /// The message in pieces, in order.
    pub fn pieces<'a>(&'a self, message: Message, fills: Fills<'a>) -> Vec<Piece<'a>> {
        let mut filled = Vec::new();
        // Braces always match: the build checks ours, and the code that accepts a page's own messages checks those.
        for piece in relink_words::pieces(self.text(message)) {
            match piece {
                relink_words::Piece::Said(said) => filled.push(Piece::Ours(said)),
                relink_words::Piece::Hole(hole) => {
                    let (hole, after_a_word) = relink_words::asked(hole);
                    let name = self.hole(hole, fills);
                    if !after_a_word {
                        filled.push(name);
                    } else if !matches!(name, Piece::Ours(_)) {
                        filled.push(Piece::Ours(" "));
                        filled.push(name);
                    }
                }
            }
        }
        filled
    }

    fn hole<'a>(&'a self, hole: &str, fills: Fills<'a>) -> Piece<'a> {
        let frame = fills.frame;
        let name = |name: Option<&'a relink_wire::DisplayText>, unnamed| match name {
            Some(name) => Piece::Name(name.as_str()),
            None => Piece::Ours(self.text(unnamed)),
        };
        match hole {
            "bank" => name(frame.bank.name.as_ref(), Message::UNNAMED_BANK),
            "Bank" => name(frame.bank.name.as_ref(), Message::UNNAMED_BANK_FIRST),
            "shop" => name(frame.merchant.as_ref(), Message::UNNAMED_SHOP),
            "Shop" => name(frame.merchant.as_ref(), Message::UNNAMED_SHOP_FIRST),
            "account" => {
                fills.account.map_or(Piece::Ours(self.text(Message::UNNAMED_ACCOUNT)), Piece::Account)
            }
            "date" => Piece::Made(fills.date.map(|on| intl::day(&self.locale, on)).unwrap_or_default()),
            _ => Piece::Made(fills.number.map(|n| intl::number(&self.locale, n)).unwrap_or_default()),
        }
    }

    /// The message as plain text, for screen readers.
    pub fn plain(&self, message: Message, fills: Fills) -> String {
        let mut text = String::new();
        for piece in self.pieces(message, fills) {
            match piece {
                Piece::Ours(words) | Piece::Name(words) => text.push_str(words),
                Piece::Made(words) => text.push_str(&words),
                Piece::Account(card) => text.push_str(&self.account_aloud(card)),
            }
        }
        text
    }

    /// An account's name and the end of its number, as spoken.
    pub fn account_aloud(&self, card: &AccountCard) -> String {
        let mut text = String::from(self.account_name(card));
        if let Some(kind) = self.account_kind(card) {
            text.push_str(", ");
            text.push_str(kind);
        }
        if let Some(last4) = &card.last4 {
            text.push(' ');
            text.push_str(&self.mask_aloud(last4.as_str()));
        }
        text
    }

    /// "ending in 1 2 3 4": each character by itself, so that it is not read as one thousand and something.
    pub fn mask_aloud(&self, last4: &str) -> String {
        let mut text = String::new();
        for piece in relink_words::pieces(self.text(Message::ENDING_IN)) {
            match piece {
                relink_words::Piece::Said(said) => text.push_str(said),
                relink_words::Piece::Hole(_) => {
                    for (place, c) in last4.chars().enumerate() {
                        if place > 0 {
                            text.push(' ');
                        }
                        text.push(c);
                    }
                }
            }
        }
        text
    }
}
