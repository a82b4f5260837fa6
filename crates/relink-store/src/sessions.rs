//! Relink sessions. What is written about one together with other rows is in `change`.

use crate::{Result, Store, StoreError, Write, can_be_an_id, erased};
use relink_wire::{InstitutionStatus, Json, RelinkResult, SessionStatus};
use sqlx::Row;
use sqlx::any::AnyRow;

/// A relink session.
#[derive(Clone, Debug, PartialEq)]
pub struct RelinkSession {
    /// `rls_…`
    pub id: String,
    /// `cus_…`: the only customer who may see it.
    pub customer: String,
    /// The profile it was made under, which says how the customer gets to the bank.
    pub profile: String,
    /// Who repairs it.
    pub provider: String,
    /// `fcsess_…`; of another provider, what its webhooks name the repair by, as a fingerprint.
    pub stripe_session: String,
    /// Where it is.
    pub status: SessionStatus,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// `fcauth_…`
    pub authorization: String,
    /// Exactly this account, or any of the authorization.
    pub account: Option<String>,
    /// At most this many accounts.
    pub account_limit: Option<i64>,
    /// What was asked for.
    pub permissions: Vec<String>,
    /// The accounts that it shows: Stripe's objects.
    pub shown_accounts: Vec<Json>,
    /// The result.
    pub relink_result: Option<RelinkResult>,
    /// The client secret or the hosted page's address, sealed; of another provider, the address and what the repair is asked for by.
    pub handoff_sealed: String,
    /// When Stripe was last asked, in milliseconds.
    pub read_at_ms: i64,
    /// `hrl_…`: the link by which it was begun, where the customer was not signed in.
    pub link: Option<String>,
    /// What the customer may agree to before the bank: Stripe's consent, with `collected_at` once they have.
    pub consent: Option<Json>,
    /// How well the bank could be reached when it was made, where Stripe said so.
    pub institution_status: Option<InstitutionStatus>,
}

/// How many sessions there may be beside a new one: those of the same customer and profile, about the same account or about
/// any of the same authorization, that are open and end later than a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// In Unix seconds: what ends earlier does not count.
    pub ends_after: i64,
    /// So many may be open already. By a link that has none open, one is always begun.
    pub most: i64,
}

/// The sessions that are open about the same, and the newest of them that came by the same link.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenSessions {
    /// How many, whichever way they came.
    pub count: i64,
    /// The newest of the same link, or of none where the customer came by none.
    pub newest: Option<RelinkSession>,
}

/// Writes a new session; false if its customer was erased, or if `room` has none left. Others that want the same room
/// wait until this transaction ends, so that the count is right.
pub(crate) async fn insert(write: &mut Write, session: &RelinkSession, room: Option<Room>) -> Result<bool> {
    erased::not_meanwhile(write, &session.customer).await?;
    if room.is_some() {
        write.alone_with(&format!("sessions of {}", session.customer)).await?;
    }
    let Room { ends_after, most } = room.unwrap_or(Room { ends_after: 0, most: i64::MAX });
    let done = sqlx::query(
        "INSERT INTO relink_sessions (id, customer, profile, stripe_session, status, created_at, expires_at,
             authorization_id, account, account_limit, permissions, shown_accounts, relink_result, handoff_sealed, read_at_ms,
             hosted_relink, consent, institution_status, provider)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $24
         WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint = $19)
             AND ((SELECT COUNT(*) FROM relink_sessions
                     WHERE customer = $2 AND profile = $3 AND status = 'pending' AND expires_at > $20
                         AND COALESCE(account, '') = $21 AND authorization_id = $8) <= $22
                 OR NOT EXISTS (SELECT 1 FROM relink_sessions
                     WHERE customer = $2 AND profile = $3 AND status = 'pending' AND expires_at > $20
                         AND COALESCE(account, '') = $21 AND authorization_id = $8
                         AND COALESCE(hosted_relink, '') = $23))",
    )
    .bind(&session.id)
    .bind(&session.customer)
    .bind(&session.profile)
    .bind(&session.stripe_session)
    .bind(session.status.as_str())
    .bind(session.created_at)
    .bind(session.expires_at)
    .bind(&session.authorization)
    .bind(&session.account)
    .bind(session.account_limit)
    .bind(serde_json::json!(session.permissions).to_string())
    .bind(serde_json::json!(session.shown_accounts).to_string())
    .bind(session.relink_result.as_ref().map(|result| result.encode().to_string()))
    .bind(&session.handoff_sealed)
    .bind(session.read_at_ms)
    .bind(&session.link)
    .bind(session.consent.as_ref().map(Json::to_string))
    .bind(session.institution_status.as_ref().map(InstitutionStatus::as_str))
    .bind(erased::print(&session.customer))
    .bind(ends_after)
    .bind(session.account.as_deref().unwrap_or_default())
    .bind(most)
    .bind(session.link.as_deref().unwrap_or_default())
    .bind(&session.provider)
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A session leaves `pending` once; a second change has no effect. Only a success at Stripe can also follow an expiry:
/// the customer was at the bank meanwhile.
pub(crate) async fn update(write: &mut Write, session: &RelinkSession) -> Result<bool> {
    let statement = if session.status == SessionStatus::Succeeded {
        "UPDATE relink_sessions SET status = $1, shown_accounts = $2, relink_result = $3, read_at_ms = $4,
             expires_at = $5
         WHERE id = $6 AND status IN ('pending', 'expired')"
    } else {
        "UPDATE relink_sessions SET status = $1, shown_accounts = $2, relink_result = $3, read_at_ms = $4,
             expires_at = $5
         WHERE id = $6 AND status = 'pending'"
    };
    let done = sqlx::query(statement)
        .bind(session.status.as_str())
        .bind(serde_json::json!(session.shown_accounts).to_string())
        .bind(session.relink_result.as_ref().map(|result| result.encode().to_string()))
        .bind(session.read_at_ms)
        .bind(session.expires_at)
        .bind(&session.id)
        .execute(&mut **write)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Every column by name: a newer version may add some while an older one still runs.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, customer, profile, stripe_session, status, created_at, expires_at, authorization_id, account,
                 account_limit, permissions, shown_accounts, relink_result, handoff_sealed, read_at_ms,
                 hosted_relink, consent, institution_status, provider
             FROM relink_sessions ",
            $rest
        )
    };
}

impl Store {
    /// A customer's session; another customer's is not found.
    pub async fn session_of_customer(&self, customer: &str, id: &str) -> Result<Option<RelinkSession>> {
        if !can_be_an_id(id) {
            return Ok(None);
        }
        let row = sqlx::query(select!("WHERE id = $1 AND customer = $2"))
            .bind(id)
            .bind(customer)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Writes what the customer agreed to, whatever the result of the session. It is separate from the session's other
    /// changes, so that none of them can undo it.
    pub async fn note_consent(&self, id: &str, consent: &Json) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query("UPDATE relink_sessions SET consent = $1 WHERE id = $2")
            .bind(consent.to_string())
            .bind(id)
            .execute(&mut *write)
            .await?;
        write.commit().await
    }

    /// The newest session that was made with one of a provider's.
    pub async fn session_by_name(&self, provider: &str, name: &str) -> Result<Option<RelinkSession>> {
        let newest =
            select!("WHERE stripe_session = $1 AND provider = $2 ORDER BY created_at DESC, id LIMIT 1");
        let row = sqlx::query(newest).bind(name).bind(provider).fetch_optional(&self.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// A customer's open sessions of a profile about that account, or about any of that authorization, which end later than
    /// `ends_after`; `link` is the link by which the customer comes.
    pub async fn open_sessions(
        &self,
        customer: &str,
        profile: &str,
        about: (&str, Option<&str>),
        link: Option<&str>,
        ends_after: i64,
    ) -> Result<OpenSessions> {
        let (authorization, account) = (about.0, about.1.unwrap_or_default());
        if !can_be_an_id(account) || !can_be_an_id(authorization) {
            return Ok(OpenSessions { count: 0, newest: None });
        }
        // In one statement, so that both are of one moment.
        let open = concat!(
            "SELECT counted.open_sessions, newest.* FROM
                 (SELECT COUNT(*) AS open_sessions FROM relink_sessions
                  WHERE customer = $1 AND profile = $2 AND status = 'pending' AND expires_at > $3
                      AND COALESCE(account, '') = $4 AND authorization_id = $5) AS counted
                 LEFT JOIN (",
            select!(
                "WHERE customer = $1 AND profile = $2 AND status = 'pending' AND expires_at > $3
                     AND COALESCE(account, '') = $4 AND authorization_id = $5 AND COALESCE(hosted_relink, '') = $6
                 ORDER BY created_at DESC, id LIMIT 1"
            ),
            ") AS newest ON TRUE"
        );
        let open = sqlx::query(open).bind(customer).bind(profile).bind(ends_after).bind(account);
        let open = open.bind(authorization).bind(link.unwrap_or_default()).fetch_one(&self.pool).await?;
        let has_newest = open.try_get::<Option<String>, _>("id")?.is_some();
        Ok(OpenSessions {
            count: open.try_get("open_sessions")?,
            newest: has_newest.then(|| read(&open)).transpose()?,
        })
    }

    /// A customer's newest session of a profile about that authorization, and that account where one was asked for.
    pub async fn newest_session(
        &self,
        customer: &str,
        profile: &str,
        authorization: &str,
        account: Option<&str>,
    ) -> Result<Option<RelinkSession>> {
        let newest = select!(
            "WHERE customer = $1 AND profile = $2 AND authorization_id = $3 AND COALESCE(account, '') = $4
             ORDER BY created_at DESC, id LIMIT 1"
        );
        let query = sqlx::query(newest).bind(customer).bind(profile).bind(authorization);
        let row = query.bind(account.unwrap_or_default()).fetch_optional(&self.pool).await?;
        row.as_ref().map(read).transpose()
    }
}

/// A column that holds JSON.
pub(super) fn json(row: &AnyRow, column: &'static str) -> Result<Json> {
    serde_json::from_str(row.try_get(column)?).map_err(|error| {
        StoreError::Broken(sqlx::Error::ColumnDecode { index: column.into(), source: Box::new(error) })
    })
}

fn read(row: &AnyRow) -> Result<RelinkSession> {
    let list = |column| json(row, column).map(|json| json.as_array().cloned().unwrap_or_default());
    let result: Option<String> = row.try_get("relink_result")?;
    let consent: Option<String> = row.try_get("consent")?;
    let institution_status: Option<String> = row.try_get("institution_status")?;
    Ok(RelinkSession {
        id: row.try_get("id")?,
        customer: row.try_get("customer")?,
        profile: row.try_get("profile")?,
        provider: row.try_get("provider")?,
        stripe_session: row.try_get("stripe_session")?,
        status: SessionStatus::parse(row.try_get("status")?),
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        authorization: row.try_get("authorization_id")?,
        account: row.try_get("account")?,
        account_limit: row.try_get("account_limit")?,
        permissions: list("permissions")?.iter().filter_map(|name| name.as_str().map(Into::into)).collect(),
        shown_accounts: list("shown_accounts")?,
        relink_result: result
            .is_some()
            .then(|| json(row, "relink_result"))
            .transpose()?
            .as_ref()
            .map(RelinkResult::decode),
        handoff_sealed: row.try_get("handoff_sealed")?,
        read_at_ms: row.try_get("read_at_ms")?,
        link: row.try_get("hosted_relink")?,
        consent: consent.is_some().then(|| json(row, "consent")).transpose()?,
        institution_status: institution_status.as_deref().map(InstitutionStatus::parse),
    })
}
