//! Reminders: more emails after one that a policy sent, on the days the operator lists. Each is a normal request,
//! within the rules, with its own link. They stop at once when the account works again, because the link they would
//! follow is no longer open.

use crate::ask::{self, AskError, Wish};
use crate::hosted::Hosted;
use crate::rules::{self, Refusal};
use relink_seal::random_id;
use relink_store::Result;
use relink_store::hosted::{self as links, Delivery, HostedRelink, LinkStatus, PageHost};

const DAY: i64 = 86_400;
/// Links that are checked at a time.
const AT_ONCE: i64 = 50;
/// What the sender of a reminder is called, before its number.
const SENDER: &str = "policy:reminder_";

/// Writes the reminders that are due.
pub async fn remind(hosted: &Hosted) -> Result<()> {
    let days = &hosted.settings().reminders;
    let Some(shortest) = (0..days.len()).map(|number| pause(days, number)).min() else { return Ok(()) };
    let now = hosted.now();
    let last = format!("{SENDER}{}", days.len());
    for relink in hosted.store.unanswered_mails(now - shortest, &last, AT_ONCE).await? {
        let number = relink.asked_by.strip_prefix(SENDER).and_then(|number| number.parse().ok()).unwrap_or(0);
        if number < days.len() && relink.created_at + pause(days, number) <= now {
            follow(hosted, &relink, format!("{SENDER}{}", number + 1)).await?;
        }
    }
    Ok(())
}

/// Seconds between email number `n` (0 is the first) and the next one.
fn pause(days: &[i64], number: usize) -> i64 {
    let before = number.checked_sub(1).and_then(|before| days.get(before)).copied().unwrap_or_default();
    days.get(number).map_or(0, |day| (day - before) * DAY)
}

async fn follow(hosted: &Hosted, relink: &HostedRelink, by: String) -> Result<()> {
    let wish = Wish {
        delivery: Delivery::Email,
        host: PageHost::Merchant,
        return_url: relink.return_url.clone(),
        locale: Some(relink.locale.clone()),
        by,
        key: random_id("reminder"),
    };
    let accounts: Vec<String> = relink.needed().map(Into::into).collect();
    match ask::prepare_several(hosted, &accounts, &wish).await {
        Ok(prepared) => hosted.store.write_hosted_request(&prepared.asked).await.map(drop),
        Err(error) if error.is_passing() => {
            tracing::warn!(why = error.sentence(), "a reminder has to wait");
            Ok(())
        }
        Err(error) => stop(hosted, relink, &error).await,
    }
}

/// There is nothing left to remind about: each account works, or can no longer be repaired.
async fn stop(hosted: &Hosted, relink: &HostedRelink, why: &AskError) -> Result<()> {
    tracing::info!(relink = relink.id, why = why.sentence(), "no more reminders");
    let (at_ms, mut works) = (hosted.now_ms(), Vec::new());
    for account in relink.needed() {
        match hosted.account_now(account).await {
            Ok(Some(linked)) => {
                let asking = hosted.asking_of(&linked);
                let verdict = rules::eligible(&linked.account, true, &asking, hosted.now());
                works.extend((verdict == Err(Refusal::NothingToRepair)).then_some(account));
            }
            Ok(None) => {}
            // It is looked at again in a while.
            Err(_) => return Ok(()),
        }
    }
    let mut write = hosted.store.begin().await?;
    for account in works {
        links::works_again(&mut write, account, at_ms).await?;
    }
    // Where all of them work it has ended already, as succeeded.
    links::end(&mut write, relink, LinkStatus::Expired, at_ms).await?;
    write.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_first_mail_and_pauses_from_the_one_before() {
        let pauses: Vec<i64> = (0..4).map(|number| pause(&[3, 6, 10], number) / DAY).collect();
        assert_eq!(pauses, [3, 3, 4, 0]);
    }
}
