//! Browsers that opened a link. The link's token is exchanged for a cookie, which is stored as a fingerprint and is
//! valid for that link only. The number of cookies per link is limited, because programs that scan email open links
//! too.

use crate::hosted::HostedRelink;
use crate::{Result, Store, can_be_an_id};
use sqlx::Row;

/// Visits of one link that are kept: the newest.
const MOST: i64 = 100;

/// A browser that opened a link.
#[derive(Clone, Debug)]
pub struct Visit {
    /// What the cookie is known by.
    pub fingerprint: String,
    /// `hrl_…`
    pub relink: String,
    /// When it was opened, in Unix seconds.
    pub created_at: i64,
    /// Until when the cookie counts.
    pub expires_at: i64,
}

impl Store {
    /// Remembers a visit, and forgets the oldest of a link that has too many.
    pub async fn put_visit(&self, visit: &Visit) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "INSERT INTO link_visits (fingerprint, hosted_relink, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(&visit.fingerprint)
        .bind(&visit.relink)
        .bind(visit.created_at)
        .bind(visit.expires_at)
        .execute(&mut *write)
        .await?;
        sqlx::query(
            "DELETE FROM link_visits WHERE hosted_relink = $1 AND fingerprint NOT IN
                 (SELECT fingerprint FROM link_visits WHERE hosted_relink = $1
                  ORDER BY created_at DESC, fingerprint LIMIT $2)",
        )
        .bind(&visit.relink)
        .bind(MOST)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// The link that a browser has opened, while its cookie counts.
    pub async fn visited(&self, relink: &str, fingerprint: &str, now: i64) -> Result<Option<HostedRelink>> {
        if !can_be_an_id(relink) {
            return Ok(None);
        }
        let found = sqlx::query(
            "SELECT hosted_relink FROM link_visits
             WHERE fingerprint = $1 AND hosted_relink = $2 AND expires_at > $3",
        );
        let found = found.bind(fingerprint).bind(relink).bind(now).fetch_optional(&self.pool).await?;
        match found {
            Some(row) => self.hosted_relink(row.try_get("hosted_relink")?).await,
            None => Ok(None),
        }
    }
}
