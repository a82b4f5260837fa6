//! What a page is drawn from. The markup reads it; it changes nothing.

use crate::world::account::Account;
use crate::world::institution::{Door, Institution};
use crate::world::session::Session;
use crate::world::visit::{Frame, Visit};

/// The data of one page.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The visit.
    pub visit: &'a Visit,
    /// Its session.
    pub session: &'a Session,
    /// The bank.
    pub bank: &'static Institution,
    /// The accounts of this login at the bank.
    pub accounts: &'a [&'a Account],
    /// Now, in Unix seconds.
    pub now: i64,
}

impl Scene<'_> {
    /// The path that this visit's pages begin with.
    pub fn address(&self) -> String {
        match self.visit.frame {
            Frame::Framed(_) => format!("/bank/v/{}", self.visit.token.expose()),
            Frame::Hosted => format!("/hosted/{}", self.visit.token.expose()),
        }
    }

    /// Whether the bank shows a window of its own.
    pub fn has_bank_window(&self) -> bool {
        matches!(self.bank.door, Door::OAuth | Door::OAuthChoosing) && self.visit.frame != Frame::Hosted
    }

    /// The one account that must be chosen.
    pub fn pinned(&self) -> Option<&Account> {
        let id = self.session.pinned_account()?;
        self.accounts.iter().copied().find(|account| account.id == id)
    }
}
