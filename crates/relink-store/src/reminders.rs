//! Customers whom a policy emailed and who have not relinked yet.

use crate::hosted::HostedRelink;
use crate::{Result, Store};
use sqlx::Row;

impl Store {
    /// Links that a policy sent by email before `before`, that are still open, and with an account that nobody has
    /// written about since. Leaves out links sent by `last`: that was the customer's last reminder.
    pub async fn unanswered_mails(&self, before: i64, last: &str, most: i64) -> Result<Vec<HostedRelink>> {
        let ids = sqlx::query(
            "SELECT id FROM hosted_relinks AS sent
             WHERE status = 'open' AND delivery = 'email' AND asked_by LIKE 'policy:%' AND asked_by <> $1 AND created_at <= $2
                 AND EXISTS (SELECT 1 FROM hosted_relink_accounts AS about
                     WHERE about.hosted_relink = sent.id AND about.done_at IS NULL
                         AND NOT EXISTS (SELECT 1 FROM hosted_relink_accounts AS again
                             JOIN hosted_relinks AS later ON later.id = again.hosted_relink
                             WHERE again.account = about.account AND later.delivery = 'email'
                                 AND later.created_at > sent.created_at))
             ORDER BY created_at, id LIMIT $3",
        );
        let ids = ids.bind(last).bind(before).bind(most).fetch_all(&self.pool).await?;
        let mut links = Vec::new();
        for row in &ids {
            links.extend(self.hosted_relink(row.try_get("id")?).await?);
        }
        Ok(links)
    }
}
