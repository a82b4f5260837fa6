//! The account card: the main element of every view.

use relink_wire::{DisplayText, Last4, SafeUrl, Subcategory};

/// The bank, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bank {
    /// Its name.
    pub name: Option<DisplayText>,
    /// Its logo; without one, initials are shown.
    pub logo_url: Option<SafeUrl>,
}

/// An account as the customer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountCard {
    /// `fca_…`, never shown.
    pub id: String,
    /// The bank.
    pub bank: Bank,
    /// The account's name at the bank.
    pub name: Option<DisplayText>,
    /// Its kind, shown if it has no name, or shares its name.
    pub subcategory: Option<Subcategory>,
    /// Whether another account of a different kind has the same name and number. If so, the kind is shown.
    pub has_namesake: bool,
    /// The end of its number.
    pub last4: Option<Last4>,
    /// The status chip.
    pub chip: Option<Chip>,
    /// Whether the bank is named. In a list of one bank's accounts it is not said again and again.
    pub names_bank: bool,
}

/// In a list of accounts of one bank, the account's name is what tells them apart, so it stands alone.
pub fn name_bank_once(cards: Vec<&mut AccountCard>) {
    let [first, rest @ ..] = cards.as_slice() else { return };
    if rest.is_empty() || rest.iter().any(|card| card.bank.name != first.bank.name) {
        return;
    }
    for card in cards {
        card.names_bank = card.name.is_none();
    }
}

/// The status chip: icon and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// The link is broken; it worked until that day (Unix seconds), if it is known.
    Disconnected(Option<i64>),
    /// The link works until that day (Unix seconds), or until an unknown day.
    Stops(Option<i64>),
    /// Payments fail.
    PaymentsFailing,
    /// Payments work until that day (Unix seconds), or until an unknown day.
    PaymentsStop(Option<i64>),
    /// It works, and the merchant asks for more.
    MoreToShare,
    /// It works.
    Active,
    /// It works again.
    ActiveAgain,
    /// The bank closed it.
    Closed,
    /// It cannot be repaired here.
    NotRepairable,
    /// Another account than the one that is needed.
    NotThisOne,
    /// The account to choose at the bank.
    ChooseThisOne,
}
