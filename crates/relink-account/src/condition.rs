//! The verdict on one account: its reasons, the most serious first, and whether a relink helps.

use crate::numbers;
use crate::reason::Reason;
use relink_wire::{Account, AccountStatus, Cause, Permission, RelinkAction};

/// What is wrong with an account now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Why it needs a relink, the most serious reason first; empty if nothing is wrong.
    pub reasons: Vec<Reason>,
    /// Whether a relink helps.
    pub repair: Repair,
}

/// Whether a relink helps an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Nothing is wrong.
    NotNeeded,
    /// Something is wrong, and a relink repairs it.
    Possible,
    /// Nothing indicates that a relink is needed or helps: the link was ended on purpose, the status is newer than this
    /// program, or access will end and no action prevents it. Nobody is asked to relink the account, but a page that
    /// names it may try.
    OnlyIfNamed,
    /// It does not work, and no relink repairs it.
    Impossible(NoRepair),
}

/// Why no relink repairs an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRepair {
    /// It was closed at the bank.
    Closed,
    /// Stripe says that no action helps, for another cause.
    NoAction,
}

impl Condition {
    /// What is wrong with `account` at `now` (Unix seconds), if these permissions are required.
    pub fn of(account: &Account, wanted: &[Permission], now: i64) -> Self {
        Self { reasons: reasons(account, wanted, now), repair: repair(account, wanted, now) }
    }

    /// The most serious reason.
    pub fn lead(&self) -> Option<&Reason> {
        self.reasons.first()
    }

    /// Whether a customer should be asked to relink.
    pub fn asks_for_relink(&self) -> bool {
        self.repair == Repair::Possible
    }

    /// How urgent a relink is, the lowest first: broken accounts, then those that will break, and last those that
    /// nobody is asked about. `None` if a relink does not help.
    pub fn urgency(&self) -> Option<(u8, i64)> {
        match self.repair {
            Repair::Possible => self.lead().map(Reason::gravity),
            Repair::NotNeeded => Some((6, 0)),
            Repair::OnlyIfNamed => Some((7, 0)),
            Repair::Impossible(_) => None,
        }
    }
}

/// Why the account needs a relink, the most serious reason first. Nothing unknown is claimed: if Stripe left out the
/// permissions, the account neither lacks one nor has all of them.
pub fn reasons(account: &Account, wanted: &[Permission], now: i64) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let standing = match account.status {
        AccountStatus::Active => ending(account),
        AccountStatus::Inactive | AccountStatus::Disconnected => {
            let cause = account.inactive.as_ref().map_or(Cause::Unspecified, |known| known.cause.clone());
            Some(Reason::Inactive(cause))
        }
        AccountStatus::Unknown(_) => Some(Reason::Unstated),
    };
    for reason in [standing, numbers::reason(account, now), missing(account, wanted)].into_iter().flatten() {
        if !reasons.contains(&reason) {
            let graver = |other: &Reason| other.gravity() <= reason.gravity();
            let at = reasons.iter().take_while(|other| graver(other)).count();
            reasons.insert(at, reason);
        }
    }
    reasons
}

/// Why no relink repairs the account, if that is so. Stripe's action decides, whatever the cause. An account that works
/// is never beyond repair.
pub fn no_repair(account: &Account) -> Option<NoRepair> {
    let inactive = account.inactive.as_ref().filter(|_| !account.is_active())?;
    match inactive.action {
        RelinkAction::RelinkRequired | RelinkAction::Unknown(_) => None,
        RelinkAction::None if inactive.cause == Cause::AccountClosed => Some(NoRepair::Closed),
        RelinkAction::None => Some(NoRepair::NoAction),
    }
}

fn repair(account: &Account, wanted: &[Permission], now: i64) -> Repair {
    if let Some(why) = no_repair(account) {
        return Repair::Impossible(why);
    }
    match account.status {
        AccountStatus::Inactive => Repair::Possible,
        AccountStatus::Disconnected | AccountStatus::Unknown(_) => Repair::OnlyIfNamed,
        AccountStatus::Active => {
            let reasons = reasons(account, wanted, now);
            let prevents = account.ending.as_ref().is_some_and(|ending| ending.action != RelinkAction::None);
            let repairs = |reason: &Reason| match reason {
                Reason::AccessEnds(_) => prevents,
                Reason::Inactive(_)
                | Reason::PaymentsFailing
                | Reason::PaymentsEnd(_)
                | Reason::MorePermissions => true,
                Reason::Unstated => false,
            };
            match reasons.iter().any(repairs) {
                true => Repair::Possible,
                false if reasons.is_empty() => Repair::NotNeeded,
                false => Repair::OnlyIfNamed,
            }
        }
    }
}

fn ending(account: &Account) -> Option<Reason> {
    let ending = account.ending.as_ref()?;
    let ends = ending.expected_deactivation_date.is_some() || ending.action == RelinkAction::RelinkRequired;
    ends.then_some(Reason::AccessEnds(ending.expected_deactivation_date))
}

/// Whether a required permission is missing. If Stripe does not say what the account shares, this is unknown.
fn missing(account: &Account, wanted: &[Permission]) -> Option<Reason> {
    match &account.permissions {
        Some(granted) => {
            let all = wanted.iter().all(|permission| granted.contains(permission));
            (!all).then_some(Reason::MorePermissions)
        }
        None => (!wanted.is_empty()).then_some(Reason::Unstated),
    }
}
