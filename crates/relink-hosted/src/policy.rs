//! When an email goes out automatically. Off unless the operator lists what sends one. The rules apply as for any other
//! request.

use crate::ask::{self, AskError, Wish};
use crate::groups::by_person_and_bank;
use crate::hosted::{Hosted, Hosting};
use crate::rules;
use crate::trigger::Trigger;
use relink_account::{Happening, LinkedAccount};
use relink_backend::{ApiError, Event, Follow, FollowUps, Relink};
use relink_seal::random_id;
use relink_store::hosted::{Delivery, FollowUp, OwnedEntry, PageHost};
use relink_store::journal::JournalEvent;

impl Follow for Hosting {
    fn follow<'a>(&'a self, relink: &'a Relink, event: Event<'a>) -> FollowUps<'a> {
        Box::pin(async move { follow(&self.with(relink.clone()), event).await })
    }

    fn committed(&self) {
        self.wake();
    }
}

/// What an event means for hosted relinks: it goes into the timeline, an account that works again needs no links, and a
/// policy may ask the customer. A temporary failure is returned as an error, so that Stripe delivers the event again:
/// an email must not be lost because the database was busy.
async fn follow(hosted: &Hosted, event: Event<'_>) -> Result<Vec<FollowUp>, ApiError> {
    let mut follow_ups = Vec::new();
    let at_ms = hosted.now_ms();
    let happened_ms = happened_ms(event.created, at_ms);
    let note = |account: &LinkedAccount, what, who: &str, note: Option<String>| {
        let (account, who) = (account.id().to_owned(), who.to_owned());
        FollowUp::Note(OwnedEntry { at_ms: happened_ms, account, what, who, note })
    };
    let trigger = Trigger::of(event.happening);
    let is_repair = event.happening == Happening::Repaired;
    let owned = || event.accounts.list.iter().filter(|account| account.owner.is_some());
    for account in owned() {
        if let Some(trigger) = trigger {
            let what = match trigger {
                Trigger::Deactivated => JournalEvent::Deactivated,
                Trigger::NumberEnding | Trigger::Ending => JournalEvent::Warned,
            };
            let cause = account.account.inactive.as_ref().map(|inactive| inactive.cause.as_str().to_owned());
            follow_ups.push(note(account, what, event.provider, cause));
        }
        if is_repair && works(hosted, account) {
            follow_ups.push(FollowUp::WorksAgain { account: account.id().to_owned(), at_ms });
        }
    }
    let Some(trigger) = trigger.filter(|trigger| hosted.settings().policy.contains(trigger)) else {
        return Ok(follow_ups);
    };
    let told = by_person_and_bank(owned().cloned().collect(), |account| account);
    for group in told {
        let wish = Wish {
            delivery: Delivery::Email,
            host: PageHost::Merchant,
            return_url: None,
            locale: None,
            by: format!("policy:{}", trigger.as_str()),
            key: random_id("policy"),
        };
        let now = hosted.now();
        let asks = |account: &LinkedAccount| {
            rules::eligible(&account.account, true, &hosted.asking_of(account), now).is_ok()
        };
        let mut all = group.clone();
        if group.iter().any(asks) {
            all.extend(behind_the_same_login(hosted, &group, asks).await?);
        }
        let is_told = |id: &str| group.iter().any(|account| account.id() == id);
        match ask::prepare_for(hosted, all, event.accounts.read_at_ms, &wish).await {
            Ok(prepared) => {
                let refused = prepared.left_out.into_iter().filter(|(account, _)| is_told(account));
                for (account, why) in refused {
                    follow_ups.push(not_asked(&account, &wish.by, why, at_ms)?);
                }
                // It is about what has happened, and then about what else is broken, not the other way round.
                if prepared.asked.relink.account_ids().any(is_told) {
                    follow_ups.push(FollowUp::Ask(Box::new(prepared.asked)));
                }
            }
            Err(error) if error.is_passing() => return Err(error.into()),
            Err(error) => {
                for account in &group {
                    let why = ask::why_not(hosted, account, &error);
                    follow_ups.push(noted(account.id(), &wish.by, why, at_ms));
                }
            }
        }
    }
    Ok(follow_ups)
}

/// When what an event tells of happened: when the event was made, which may be days before it arrives. A time that is no
/// delivery's is not believed.
fn happened_ms(created: i64, at_ms: i64) -> i64 {
    const LATEST_MS: i64 = 7 * 86_400_000;
    let created_ms = created.saturating_mul(1000);
    if (at_ms - LATEST_MS..=at_ms).contains(&created_ms) { created_ms } else { at_ms }
}

/// What else is broken behind the logins of these accounts: when a login breaks Stripe tells of each account apart, and the
/// customer gets one email. Accounts of two providers are never behind one login.
async fn behind_the_same_login(
    hosted: &Hosted,
    group: &[LinkedAccount],
    asks: impl Fn(&LinkedAccount) -> bool,
) -> Result<Vec<LinkedAccount>, ApiError> {
    let Some((first, owner)) = group.first().and_then(|account| Some((account, account.owner.as_deref()?)))
    else {
        return Ok(Vec::new());
    };
    let mut others = hosted.accounts_beside(owner, first).await?;
    others.retain(|other| {
        let is_behind = |known: &LinkedAccount| known.authorization() == other.authorization();
        asks(other) && group.iter().any(is_behind) && !group.iter().any(|known| known.id() == other.id())
    });
    Ok(others)
}

/// What is written where a policy asks nobody; an error where what was in the way passes.
fn not_asked(account: &str, by: &str, why: AskError, at_ms: i64) -> Result<FollowUp, ApiError> {
    if why.is_passing() {
        return Err(why.into());
    }
    Ok(noted(account, by, why.sentence(), at_ms))
}

fn noted(account: &str, by: &str, why: String, at_ms: i64) -> FollowUp {
    let (account, who, note) = (account.to_owned(), by.to_owned(), Some(why));
    FollowUp::Note(OwnedEntry { at_ms, account, what: JournalEvent::NotAsked, who, note })
}

/// Whether nothing about an account needs a relink any more.
fn works(hosted: &Hosted, account: &LinkedAccount) -> bool {
    let verdict = rules::eligible(&account.account, true, &hosted.asking_of(account), hosted.now());
    verdict == Err(rules::Refusal::NothingToRepair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_backend::RelinkError;
    use relink_store::StoreError;
    use relink_stripe::StripeError;

    #[test]
    fn an_event_that_arrives_late_happened_when_it_was_made() {
        const NOW_MS: i64 = 1_795_000_000_123;
        let day = |days: i64| NOW_MS / 1000 - days * 86_400;
        assert_eq!(happened_ms(day(3), NOW_MS), day(3) * 1000);
        for odd in [day(8), day(-1), 0, 1, i64::MIN, i64::MAX] {
            assert_eq!(happened_ms(odd, NOW_MS), NOW_MS, "{odd}");
        }
    }

    #[test]
    fn what_passes_is_told_to_stripe_so_that_it_delivers_again_and_what_stays_is_noted() {
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
            let told = not_asked("fca_1", "policy:x", error, 0).map_err(|error| error.kind.is_passing());
            assert_eq!(told.err(), Some(true));
        }
        let staying = [
            AskError::TooSoon { left_s: 9, pause_s: 9 },
            AskError::NoAddress,
            AskError::NotEligible(rules::Refusal::Closed),
        ];
        for error in staying {
            let noted = not_asked("fca_1", "policy:x", error, 0);
            assert!(matches!(noted, Ok(FollowUp::Note(entry)) if entry.what == JournalEvent::NotAsked));
        }
    }
}
