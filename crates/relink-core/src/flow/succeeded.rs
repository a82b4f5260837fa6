//! What may be said of a flow that worked. The outcome alone does not say it: an account whose number was about to
//! expire was never disconnected, so it is not connected "again".

use super::cards::card;
use super::context::Context;
use super::known::Confirmed;
use crate::clock::day_ahead;
use crate::reasons::{self, Began};
use crate::view::{AccountCard, Achieved, Chip, Done};
use relink_account::Reason;
use relink_wire::{Account, Gather, Outcome, Permission, Session};
use std::rc::Rc;

/// The last view.
#[inline(never)]
pub(super) fn done(confirmed: &Confirmed, context: &Context) -> Done {
    let achieved = achieved(confirmed, context);
    let Some(session) = context.session() else {
        return Done {
            achieved,
            has_sentence: false,
            accounts: Vec::new(),
            still_broken: Vec::new(),
            beyond_repair: Vec::new(),
            works: Vec::new(),
            until: None,
        };
    };
    let until =
        confirmed.working.iter().filter_map(|account| account.ending.as_ref()?.expected_deactivation_date);
    let working = |account: &Rc<Account>| AccountCard {
        chip: Some(if was_broken(account, context) { Chip::ActiveAgain } else { Chip::Active }),
        ..card(account, session, context)
    };
    let plain = |account: &Rc<Account>| card(account, session, context);
    let broken = |beyond| {
        let is_asked = move |account: &&Rc<Account>| reasons::is_beyond_repair(account) == beyond;
        confirmed.broken.iter().filter(is_asked).map(plain).gather()
    };
    let works = session.permissions.iter().filter(|wanted| !is_lacking(confirmed, wanted)).cloned().gather();
    Done {
        achieved,
        has_sentence: has_sentence(achieved, confirmed, context),
        accounts: confirmed.working.iter().map(working).gather(),
        still_broken: broken(false),
        beyond_repair: broken(true),
        works,
        until: until.filter_map(|on| day_ahead(on, context.unix())).min(),
    }
}

/// Whether some accounts are back, and others still can be. What no relink repairs is not missing.
pub(super) fn is_partly_done(confirmed: &Confirmed) -> bool {
    confirmed.outcome == Outcome::Partial
        && confirmed.broken.iter().any(|account| !reasons::is_beyond_repair(account))
}

fn achieved(confirmed: &Confirmed, context: &Context) -> Achieved {
    match confirmed.outcome {
        Outcome::AlreadyActive => return Achieved::AlreadyActive,
        Outcome::Unknown(_) => return Achieved::Connected,
        Outcome::Relinked | Outcome::Partial => {}
    }
    if is_partly_done(confirmed) {
        return Achieved::Partly;
    }
    if confirmed.working.iter().any(|account| was_broken(account, context)) {
        return Achieved::Reconnected;
    }
    let wanted =
        context.session().map(|session: &Session| session.permissions.as_slice()).unwrap_or_default();
    let fails = |account: &Rc<Account>| {
        let reasons = reasons::of_account(account, wanted, context.judging_unix());
        reasons.contains(&Reason::PaymentsFailing)
    };
    match context.saved.reason.as_deref().and_then(Began::of) {
        Some(Began::Broken) => Achieved::Reconnected,
        Some(Began::PaymentsFailing) if !confirmed.working.iter().any(fails) => Achieved::PaymentsWork,
        Some(Began::Ending) => Achieved::Kept,
        Some(Began::LessShared) if !wanted.iter().any(|permission| is_lacking(confirmed, permission)) => {
            Achieved::SharedMore
        }
        Some(Began::PaymentsFailing | Began::LessShared) | None => Achieved::Connected,
    }
}

fn has_sentence(achieved: Achieved, confirmed: &Confirmed, context: &Context) -> bool {
    match (achieved, confirmed.working.as_slice()) {
        (Achieved::Partly | Achieved::AlreadyActive | Achieved::SharedMore, _) => true,
        // Another account than the one that was broken is not used "again".
        (Achieved::Reconnected, [account]) => was_broken(account, context),
        (Achieved::PaymentsWork | Achieved::Kept, [account]) => was_linked(account, context),
        (Achieved::Connected, [_]) => true,
        (Achieved::Reconnected | Achieved::PaymentsWork | Achieved::Kept | Achieved::Connected, _) => false,
    }
}

fn was_broken(account: &Account, context: &Context) -> bool {
    context.saved.broken.iter().any(|id| account.is(id))
}

/// Whether the merchant had the account before; where no bank was visited, it had.
fn was_linked(account: &Account, context: &Context) -> bool {
    let linked = &context.saved.linked;
    linked.is_empty() || linked.iter().any(|id| account.is(id))
}

/// Whether an account that works is known not to share it.
fn is_lacking(confirmed: &Confirmed, permission: &Permission) -> bool {
    let lacks = |granted: &Vec<Permission>| !granted.contains(permission);
    confirmed.working.iter().any(|account| account.permissions.as_ref().is_some_and(lacks))
}
