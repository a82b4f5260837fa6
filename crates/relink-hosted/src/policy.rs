//! When a mail goes out by itself. Off unless the operator lists what is to send one; and whatever sends it, the rules
//! are the same.

use crate::Hosted;
use crate::ask::{self, AskError, Wish};
use crate::rules;
use relink_account::LinkedAccount;
use relink_backend::{ApiError, Event};
use relink_seal::random_id;
use relink_store::hosted::{Delivery, FollowUp, OwnedEntry, PageHost};
use relink_store::journal::{self, JournalEvent};

/// A webhook of Stripe's that may send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An account stopped working.
    Deactivated,
    /// A tokenized account number is about to end.
    NumberEnding,
    /// An account is going to stop working. A hosted relink takes such an account only where the rules do, that is
    /// where its number ends within 30 days as well.
    Ending,
}

impl Trigger {
    const ALL: [Self; 3] = [Self::Deactivated, Self::NumberEnding, Self::Ending];

    /// The word in `RELINK_MAIL_POLICY`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deactivated => "account.deactivated",
            Self::NumberEnding => "account.upcoming_account_number_expiry",
            Self::Ending => "upcoming_deactivation",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == word)
    }

    /// What an event is, where it is one that may send a mail.
    pub fn of_event(kind: &str) -> Option<Self> {
        match kind.strip_prefix("financial_connections.")? {
            "account.deactivated" => Some(Self::Deactivated),
            "account.upcoming_account_number_expiry" => Some(Self::NumberEnding),
            "account.upcoming_deactivation" | "authorization.upcoming_deactivation" => Some(Self::Ending),
            _ => None,
        }
    }
}

/// What an event means for hosted relinks: the timeline has it, an account that works again needs none, and a policy may
/// ask the customer. Where something is in the way that passes, it is an error, so that Stripe delivers the event again: an
/// email must not be lost because the database was busy.
pub async fn follow(hosted: &Hosted, event: Event<'_>) -> Result<Vec<FollowUp>, ApiError> {
    let mut follow_ups = Vec::new();
    let at_ms = hosted.now_ms();
    let note = |account: &LinkedAccount, what, who: &str, note: Option<String>| {
        let (account, who) = (account.id().to_owned(), who.to_owned());
        FollowUp::Note(OwnedEntry { at_ms, account, what, who, note })
    };
    let trigger = Trigger::of_event(event.kind);
    let is_repair = event.kind.ends_with(".reactivated") || event.kind.ends_with(".account_numbers_updated");
    let owned = || event.accounts.list.iter().filter(|account| account.owner.is_some());
    for account in owned() {
        if let Some(trigger) = trigger {
            let what = match trigger {
                Trigger::Deactivated => JournalEvent::Deactivated,
                Trigger::NumberEnding | Trigger::Ending => JournalEvent::Warned,
            };
            let cause = account.account.inactive.as_ref().map(|inactive| inactive.cause.as_str().to_owned());
            follow_ups.push(note(account, what, journal::STRIPE, cause));
        }
        if is_repair && works(account, hosted.now()) {
            follow_ups.push(FollowUp::WorksAgain { account: account.id().to_owned(), at_ms });
        }
    }
    let Some(trigger) = trigger.filter(|trigger| hosted.settings().policy.contains(trigger)) else {
        return Ok(follow_ups);
    };
    for account in owned() {
        let wish = Wish {
            delivery: Delivery::Email,
            host: PageHost::Merchant,
            return_url: None,
            locale: None,
            by: format!("policy:{}", trigger.as_str()),
            key: random_id("policy"),
        };
        match ask::prepare_for(hosted, account.clone(), event.accounts.read_at_ms, &wish).await {
            Ok(prepared) => follow_ups.push(FollowUp::Ask(Box::new(prepared.asked))),
            Err(error) => follow_ups.push(not_asked(account, &wish.by, error, at_ms)?),
        }
    }
    Ok(follow_ups)
}

/// What is written where a policy asks nobody; an error where what was in the way passes.
fn not_asked(account: &LinkedAccount, by: &str, why: AskError, at_ms: i64) -> Result<FollowUp, ApiError> {
    if why.is_passing() {
        return Err(why.into());
    }
    Ok(FollowUp::Note(OwnedEntry {
        at_ms,
        account: account.id().to_owned(),
        what: JournalEvent::NotAsked,
        who: by.to_owned(),
        note: Some(why.sentence()),
    }))
}

/// Whether nothing about an account needs a relink any more.
fn works(account: &LinkedAccount, now: i64) -> bool {
    rules::eligible(&account.account, true, now) == Err(rules::Refusal::NothingToRepair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_backend::RelinkError;
    use relink_store::StoreError;
    use relink_stripe::StripeError;

    #[test]
    fn the_events_that_may_send_a_mail_are_those_three_and_no_other() {
        let of = |kind: &str| Trigger::of_event(&format!("financial_connections.{kind}"));
        assert_eq!(of("account.deactivated"), Some(Trigger::Deactivated));
        assert_eq!(of("account.upcoming_account_number_expiry"), Some(Trigger::NumberEnding));
        assert_eq!(of("account.upcoming_deactivation"), Some(Trigger::Ending));
        assert_eq!(of("authorization.upcoming_deactivation"), Some(Trigger::Ending));
        for other in ["account.reactivated", "account.disconnected", "session.updated"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(Trigger::of_event("account.deactivated"), None);
    }

    #[test]
    fn what_passes_is_told_to_stripe_so_that_it_delivers_again_and_what_stays_is_noted() {
        let json = serde_json::json!({"id": "fca_1", "status": "inactive"});
        let account = LinkedAccount::read(json, Some("cus_1".into())).expect("an account");
        let stripe = |error| AskError::Relink(RelinkError::Stripe(error));
        let busy = || StoreError::busy();
        let passing = [
            AskError::Relink(RelinkError::Store(busy())),
            stripe(StripeError::Throttled),
            stripe(StripeError::Unavailable),
            stripe(StripeError::Unauthorized),
        ];
        for error in passing {
            assert!(error.is_passing());
            let told = not_asked(&account, "policy:x", error, 0).map_err(|error| error.kind.is_passing());
            assert_eq!(told.err(), Some(true));
        }
        let staying =
            [AskError::TooSoon(9), AskError::NoAddress, AskError::NotEligible(rules::Refusal::Closed)];
        for error in staying {
            let noted = not_asked(&account, "policy:x", error, 0);
            assert!(matches!(noted, Ok(FollowUp::Note(entry)) if entry.what == JournalEvent::NotAsked));
        }
    }
}
