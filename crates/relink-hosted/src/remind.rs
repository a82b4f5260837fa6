//! Reminders: further mails after one that a policy sent, where the operator lists the days. Each is a request like any
//! other, within the rules, with a link of its own; they stop at once when the account works again, because then the link
//! that they would follow is no longer open.

use super::ask::{self, Wish};
use super::rules::{Delivery, Refusal};
use crate::app::App;
use crate::fault::Fault;
use crate::seal::random_id;
use crate::store::hosted::{self, PageHost, HostedRelink, Status};

const DAY: i64 = 86_400;
/// Links that are looked at in one go.
const AT_ONCE: i64 = 50;
/// What the sender of a reminder is called, before its number.
const SENDER: &str = "policy:reminder_";

/// Writes the reminders that are due.
pub async fn remind(app: &App) -> Result<(), sqlx::Error> {
    let days = &app.config.hosted.reminders;
    let Some(shortest) = (0..days.len()).map(|number| pause(days, number)).min() else { return Ok(()) };
    let now = app.now();
    let last = format!("{SENDER}{}", days.len());
    for relink in app.store.unanswered(now - shortest, &last, AT_ONCE).await? {
        let number = relink.asked_by.strip_prefix(SENDER).and_then(|number| number.parse().ok()).unwrap_or(0);
        if number < days.len() && relink.created_at + pause(days, number) <= now {
            follow(app, &relink, format!("{SENDER}{}", number + 1)).await?;
        }
    }
    Ok(())
}

/// Seconds between the mail of that number, 0 for the first, and the one after it.
fn pause(days: &[i64], number: usize) -> i64 {
    let before = number.checked_sub(1).and_then(|before| days.get(before)).copied().unwrap_or_default();
    days.get(number).map_or(0, |day| (day - before) * DAY)
}

async fn follow(app: &App, relink: &HostedRelink, by: String) -> Result<(), sqlx::Error> {
    let wish = Wish {
        delivery: Delivery::Email,
        host: PageHost::Merchant,
        return_url: relink.return_url.clone(),
        locale: Some(relink.locale.clone()),
        by,
        key: random_id("reminder"),
    };
    match ask::prepare(app, &relink.account, &wish).await {
        Ok(prepared) => app.store.ask(&prepared.asked).await.map(drop),
        Err(fault) if fault.kind.is_passing() => {
            tracing::warn!(detail = fault.detail, "a reminder has to wait");
            Ok(())
        }
        Err(fault) => stop(app, relink, &fault).await,
    }
}

/// There is nothing to remind of any more: the account works, or can no longer be repaired.
async fn stop(app: &App, relink: &HostedRelink, why: &Fault) -> Result<(), sqlx::Error> {
    tracing::info!(relink = relink.id, detail = why.detail, "no more reminders");
    let mut write = app.store.begin().await?;
    if why.detail == Refusal::NothingToRepair.sentence() {
        hosted::works_again(&mut write, &relink.account, app.now_ms()).await?;
    } else {
        hosted::end(&mut write, relink, Status::Expired, app.now_ms()).await?;
    }
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
