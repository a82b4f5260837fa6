//! What the fault matrix compares with what was told: every session and its completion, as they are in the database.

use super::Store;
use relink_wire::Json;
use serde_json::json;

impl Store {
    /// A JSON list of every session with its status, what came of it, and the accounts of its one completion, or null.
    pub async fn rows(&self) -> Result<String, sqlx::Error> {
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
}
