//! Rows that the fault matrix compares with what was reported: every session and its completion. Also moves a deadline
//! forward that a test would otherwise wait for.

use crate::{Result, Store};
use relink_wire::Json;
use serde_json::json;

impl Store {
    /// A JSON list of all sessions with status, result, and the accounts of the single completion, or null.
    pub async fn session_rows(&self) -> Result<String> {
        type Row = (String, String, String, Option<String>, Option<String>);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT s.id, s.stripe_session, s.status, s.relink_result, c.accounts
             FROM relink_sessions s LEFT JOIN completions c ON c.session = s.id ORDER BY s.created_at, s.id",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |text: Option<String>| text.and_then(|text| serde_json::from_str::<Json>(&text).ok());
        let row = |(id, stripe, status, result, accounts)| {
            let (result, completed) = (read(result), read(accounts));
            json!({"session": id, "stripe": stripe, "status": status, "result": result, "completed": completed})
        };
        Ok(Json::Array(rows.into_iter().map(row).collect()).to_string())
    }

    /// From that second on, every session that is pending is too old: what half an hour does, at once.
    pub async fn expire_pending_sessions(&self, unix: i64) -> Result<()> {
        let expiry = sqlx::query("UPDATE relink_sessions SET expires_at = $1 WHERE status = 'pending'");
        expiry.bind(unix).execute(&self.pool).await?;
        Ok(())
    }
}
