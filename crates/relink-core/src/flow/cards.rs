//! An account as a card: what it is called, and what is so of it now.

use super::context::Context;
use crate::clock::{day_ahead, day_past};
use crate::reasons::{self, Reason};
use crate::view::{self, AccountCard, Bank, Chip};
use relink_account::{NoRepair, no_repair};
use relink_wire::{Account, Gather, Session};
use std::rc::Rc;

pub(super) fn card(account: &Account, session: &Session, context: &Context) -> AccountCard {
    let name = account.institution_name.clone().or_else(|| context.bank_name());
    AccountCard {
        id: account.id.clone(),
        bank: Bank { name, logo_url: session.institution.logo_url.clone() },
        name: account.display_name.clone(),
        subcategory: account.subcategory.clone(),
        has_namesake: has_namesake(account, session, context),
        last4: account.last4.clone(),
        chip: chip(account, session, context),
        names_bank: true,
    }
}

/// The cards of a list to choose from, without chips.
pub(super) fn to_choose_from<'a>(
    accounts: impl Iterator<Item = &'a Account>,
    session: &Session,
    context: &Context,
) -> Vec<Rc<AccountCard>> {
    let cards = accounts.map(|account| AccountCard { chip: None, ..card(account, session, context) });
    let mut cards = cards.gather();
    view::name_bank_once(cards.iter_mut().gather());
    cards.into_iter().map(Rc::new).gather()
}

/// Whether name and number could also mean another account, and the kind tells them apart.
fn has_namesake(account: &Account, session: &Session, context: &Context) -> bool {
    let mut others = session.accounts.iter().chain(&context.returned).chain(&context.before);
    others.any(|other| {
        other.last4 == account.last4
            && other.display_name == account.display_name
            && other.subcategory != account.subcategory
            && !account.is(&other.id)
            && !other.is(&account.id)
    })
}

fn chip(account: &Account, session: &Session, context: &Context) -> Option<Chip> {
    match no_repair(account) {
        Some(NoRepair::Closed) => return Some(Chip::Closed),
        Some(NoRepair::NoAction) => return Some(Chip::NotRepairable),
        None => {}
    }
    let now = context.unix();
    let mut all = reasons::of_account(account, &session.permissions, context.judging_unix()).into_iter();
    match all.next() {
        Some(Reason::Inactive(_)) => {
            let since = account.inactive.as_ref().and_then(|inactive| inactive.since);
            Some(Chip::Disconnected(since.and_then(|on| day_past(on, now))))
        }
        Some(Reason::PaymentsFailing) => Some(Chip::PaymentsFailing),
        Some(Reason::AccessEnds(on)) => Some(Chip::Stops(on.and_then(|on| day_ahead(on, now)))),
        Some(Reason::PaymentsEnd(on)) => Some(Chip::PaymentsStop(day_ahead(on, now))),
        Some(Reason::MorePermissions) => Some(Chip::MoreToShare),
        Some(Reason::Unstated) => None,
        None => Some(Chip::Active),
    }
}
