//! Filling names, accounts, days and numbers into a message.

use super::{Message, Words, intl};
use relink_core::view::{AccountCard, Frame};

/// What a message is filled with.
#[derive(Clone, Copy)]
pub struct Fills<'a> {
    /// Who asks, and which bank.
    pub frame: &'a Frame,
    /// `{account}`
    pub account: Option<&'a AccountCard>,
    /// `{date}`, in Unix seconds.
    pub date: Option<i64>,
    /// `{n}`
    pub number: Option<u32>,
}

impl<'a> Fills<'a> {
    /// The names of the frame and nothing else.
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
    /// Words of ours.
    Ours(&'a str),
    /// What the browser wrote for the occasion: a day, a number. It has to be isolated.
    Made(String),
    /// A name from outside: it has to be isolated.
    Name(&'a str),
    /// An account: its name, and the end of its number.
    Account(&'a AccountCard),
}

impl Words {
    /// The message in pieces, in order.
    pub fn pieces<'a>(&'a self, message: Message, fills: Fills<'a>) -> Vec<Piece<'a>> {
        // Braces belong together wherever they stand: the build looks, and so does who takes a page's own messages.
        let piece = |piece| match piece {
            relink_words::Piece::Said(said) => Piece::Ours(said),
            relink_words::Piece::Hole(hole) => self.hole(hole, fills),
        };
        relink_words::pieces(self.text(message)).map(piece).collect()
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

    /// The message as plain text, for those who hear it.
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

    /// An account's name and the end of its number, as they are said aloud.
    pub fn account_aloud(&self, card: &AccountCard) -> String {
        let mut text = String::from(self.account_name(card));
        if let Some(last4) = &card.last4 {
            text.push(' ');
            text.push_str(&self.mask_aloud(last4.as_str()));
        }
        text
    }

    /// "ending in 1 2 3 4": each character by itself, so that it is not read as a thousand and something.
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
