//! When a mail goes out by itself. Off unless the operator lists what is to send one; and whatever sends it, the rules
//! are the same.

use super::ask::{self, Wish};
use super::rules::{self, Delivery};
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::seal::random_id;
use crate::store::hosted::{HostedRequest, PageHost};
use crate::store::sessions::FreshAccounts;
use crate::stripe::objects;
use relink_wire::Account;

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

/// What comes of a policy for one account.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The customer is to be asked.
    HostedRequest(Box<HostedRequest>),
    /// The rules forbid it, or there is no way to write to the customer.
    Refused {
        /// About which account.
        account: String,
        /// Which policy.
        by: String,
        /// Why, in a sentence.
        why: String,
    },
}

/// What an event sends by itself about the accounts that Stripe has just told; nothing where no policy lists it.
pub async fn ask(app: &App, kind: &str, told: &FreshAccounts) -> Result<Vec<Outcome>, Fault> {
    let listed = Trigger::of_event(kind).filter(|trigger| app.config.hosted.policy.contains(trigger));
    let Some(trigger) = listed else { return Ok(Vec::new()) };
    let by = format!("policy:{}", trigger.as_str());
    let mut outcomes = Vec::new();
    for account in &told.list {
        let is_ours = account.owner.as_deref().is_some_and(|owner| app.customer(owner).is_some());
        if !is_ours {
            continue;
        }
        let wish = Wish {
            delivery: Delivery::Email,
            host: PageHost::Merchant,
            return_url: None,
            locale: None,
            by: by.clone(),
            key: random_id("policy"),
        };
        outcomes.push(match ask::prepare_for(app, account.clone(), told.read_at_ms, &wish).await {
            Ok(prepared) => Outcome::Asked(Box::new(prepared.asked)),
            Err(fault) if fault.kind == Kind::Internal => return Err(fault),
            Err(fault) => Outcome::Refused { account: account.id.clone(), by: by.clone(), why: fault.detail },
        });
    }
    Ok(outcomes)
}

/// Whether nothing about an account needs a relink any more.
pub fn works(account: &objects::Account, now: i64) -> bool {
    let decoded = Account::decode(&account.public).ok();
    decoded.is_some_and(|a| rules::eligible(&a, true, now) == Err(rules::Refusal::NothingToRepair))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
