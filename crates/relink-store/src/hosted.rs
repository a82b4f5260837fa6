//! Hosted relinks: the links that customers were given, how often they may be asked by email, and how a link ends.
//! Code that asks about an account, or ends its links, writes the account's row first. So one waits for the other, and
//! a completion never misses a link that is just being created. Past 400 lines, because the start and the end of a link
//! have to be read together.

use crate::accounts::FreshAccounts;
use crate::journal::{self, JournalEntry, JournalEvent};
use crate::link_accounts::{self, LinkAccount};
use crate::outbox::{self, Parcel};
use crate::sessions::{self, RelinkSession};
use crate::{Result, Store, StoreError, Write, accounts, can_be_an_id, erased, limits};
use sqlx::Row;
use sqlx::any::AnyRow;

/// Every column by name: a newer version may add some while an older one still runs.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, token_fingerprint, account, customer, delivery, host, reason, asked_by, locale, return_url, status,
                 created_at, expires_at, opened_at, ended_at, relink_session, is_told,
                 (SELECT MAX(begun.expires_at) FROM relink_sessions AS begun
                  WHERE begun.hosted_relink = hosted_relinks.id AND begun.status = 'pending') AS held_until
             FROM hosted_relinks ",
            $rest
        )
    };
}
/// How a request to relink reaches the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The merchant hands the address out.
    Url,
    /// By email.
    Email,
}

impl Delivery {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Email => "email",
        }
    }

    /// Reads the API's word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Url, Self::Email].into_iter().find(|delivery| delivery.as_str() == word)
    }
}

/// Whose page the customer is led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageHost {
    /// Our own, which `/r/{token}` leads to.
    Merchant,
    /// Stripe's.
    Stripe,
}

impl PageHost {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merchant => "merchant",
            Self::Stripe => "stripe",
        }
    }

    /// Reads the API's word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Merchant, Self::Stripe].into_iter().find(|host| host.as_str() == word)
    }
}

/// Where a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// The customer has not completed yet.
    Open,
    /// The account is relinked: the link is dead.
    Succeeded,
    /// The link ran out.
    Expired,
}

impl LinkStatus {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Succeeded => "succeeded",
            Self::Expired => "expired",
        }
    }
}

/// A link that a customer was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedRelink {
    /// `hrl_…`
    pub id: String,
    /// What the link's token is known by.
    pub token_fingerprint: String,
    /// `fca_…`: of the accounts that it is for, the most urgent one.
    pub account: String,
    /// The accounts that it is for, by id: of one customer at one bank.
    pub accounts: Vec<LinkAccount>,
    /// The customer who owns the account.
    pub customer: String,
    /// How the customer gets it.
    pub delivery: Delivery,
    /// Whose page it leads to.
    pub host: PageHost,
    /// Why: `inactive`, `number_ended` or `number_ends`.
    pub reason: String,
    /// `staff:…`, `api:…`, `policy:…` or `customer`.
    pub asked_by: String,
    /// The customer's language.
    pub locale: String,
    /// Where the customer goes afterwards.
    pub return_url: Option<String>,
    /// Where it is; an open one whose time is up is still open until it is swept.
    pub status: LinkStatus,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// When it runs out.
    pub expires_at: i64,
    /// When the customer pressed the page's button for the first time.
    pub opened_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Our session behind Stripe's page.
    pub relink_session: Option<String>,
    /// Whether the merchant's own system is notified when the link ends.
    pub is_told: bool,
    /// Until when a session lasts that was begun by the link and has not ended: the customer may be at the bank.
    pub held_until: Option<i64>,
}

impl HostedRelink {
    /// Where it is at `now`. Its time may be up while its customer is at the bank: then it is not over yet.
    pub fn status_at(&self, now: i64) -> LinkStatus {
        let is_held = self.held_until.is_some_and(|until| until > now);
        if self.status == LinkStatus::Open && self.expires_at <= now && !is_held {
            LinkStatus::Expired
        } else {
            self.status
        }
    }

    /// Whether a session may be begun by it at `now`.
    pub fn may_begin(&self, now: i64) -> bool {
        self.status == LinkStatus::Open && self.expires_at > now
    }

    /// The ids of its accounts.
    pub fn account_ids(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().map(|account| account.id.as_str())
    }

    /// The ids of those that it is still needed for.
    pub fn needed(&self) -> impl Iterator<Item = &str> {
        self.accounts.iter().filter(|account| account.done_at.is_none()).map(|account| account.id.as_str())
    }
}

/// A request to relink, with all that is written for it.
#[derive(Clone, Debug)]
pub struct HostedRequest {
    /// The link.
    pub relink: HostedRelink,
    /// The email.
    pub mail: Option<Parcel>,
    /// Where Stripe hosts the page: our session behind it.
    pub session: Option<Box<RelinkSession>>,
    /// The accounts, as Stripe last returned them.
    pub told: FreshAccounts,
    /// Now, in milliseconds.
    pub at_ms: i64,
    /// Seconds that must have passed since the customer was last asked by email about any of the accounts.
    pub mail_pause: i64,
}

/// Writes a request. False, and then nothing may be committed that came after the account's row, where the customer was
/// asked by email within the pause, or was erased.
pub async fn ask(write: &mut Write, asked: &HostedRequest) -> Result<bool> {
    let (relink, now) = (&asked.relink, asked.at_ms / 1000);
    erased::not_meanwhile(write, &relink.customer).await?;
    accounts::put_all(write, &asked.told, |_| Some(&relink.customer)).await?;
    if let Some(session) = &asked.session
        && !sessions::insert(write, session, None).await?
    {
        return Ok(false);
    }
    if relink.delivery == Delivery::Email {
        for account in relink.account_ids() {
            if !limits::take(write, account, &relink.id, now, asked.mail_pause).await? {
                // The event that asks is written all the same: nothing of the request may be.
                limits::give_back(write, &relink.id).await?;
                return Ok(false);
            }
        }
    }
    if !insert(write, relink).await? {
        limits::give_back(write, &relink.id).await?;
        return Ok(false);
    }
    link_accounts::insert(write, &relink.id, &relink.accounts).await?;
    if let Some(mail) = &asked.mail {
        outbox::put(write, mail, &relink.id, &relink.account, asked.at_ms).await?;
    }
    let entry = JournalEntry {
        at_ms: asked.at_ms,
        account: None,
        relink: Some(&relink.id),
        what: JournalEvent::Asked,
        who: &relink.asked_by,
        note: Some(relink.delivery.as_str()),
    };
    journal::add_each(write, relink.account_ids(), &entry).await?;
    Ok(true)
}

async fn insert(write: &mut Write, relink: &HostedRelink) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO hosted_relinks (id, token_fingerprint, account, customer, delivery, host, reason, asked_by, locale,
             return_url, status, created_at, expires_at, relink_session, is_told)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
         WHERE NOT EXISTS (SELECT 1 FROM erased WHERE fingerprint = $16)",
    )
    .bind(&relink.id)
    .bind(&relink.token_fingerprint)
    .bind(&relink.account)
    .bind(&relink.customer)
    .bind(relink.delivery.as_str())
    .bind(relink.host.as_str())
    .bind(&relink.reason)
    .bind(&relink.asked_by)
    .bind(&relink.locale)
    .bind(&relink.return_url)
    .bind(relink.status.as_str())
    .bind(relink.created_at)
    .bind(relink.expires_at)
    .bind(&relink.relink_session)
    .bind(i64::from(relink.is_told))
    .bind(erased::print(&relink.customer))
    .execute(&mut **write)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The customer has relinked an account in that session, on the hosted page or on another of our pages. If Stripe's
/// event arrived first, the timeline already has it.
pub async fn complete(write: &mut Write, account: &str, session: &RelinkSession) -> Result<()> {
    let (since_ms, at_ms) = (session.created_at * 1000, session.read_at_ms);
    close(write, account, at_ms, session.link.as_deref()).await?;
    journal::add_unless_since(write, &relinked(account, at_ms, journal::CUSTOMER), since_ms).await
}

/// Stripe says that the account works again, for whatever reason; after one of our completions that is nothing new. If
/// the customer was on the hosted page, it was the customer who did it.
pub async fn works_again(write: &mut Write, account: &str, at_ms: i64) -> Result<()> {
    match close(write, account, at_ms, None).await? {
        Closed::Nothing => Ok(()),
        Closed::Unopened => journal::add(write, &relinked(account, at_ms, journal::STRIPE)).await,
        Closed::Opened => journal::add(write, &relinked(account, at_ms, journal::CUSTOMER)).await,
    }
}

/// What there was to close.
enum Closed {
    /// Nobody was asked.
    Nothing,
    /// The customer was asked, and did not use one of our links.
    Unopened,
    /// The customer came by a link.
    Opened,
}

/// No open link is needed for the account any more, emails that wait for nothing are withdrawn, and the customer may be
/// asked again. A link ends once it is needed for none of its accounts. `late` is the link whose session did it: it ends as
/// succeeded even where it ran out meanwhile.
async fn close(write: &mut Write, account: &str, at_ms: i64, late: Option<&str>) -> Result<Closed> {
    let limit = sqlx::query("DELETE FROM mail_limits WHERE account = $1").bind(account);
    let had_limit = limit.execute(&mut **write).await?.rows_affected() > 0;
    let open = sqlx::query(select!(
        "WHERE (account = $1 OR id IN (SELECT hosted_relink FROM hosted_relink_accounts WHERE account = $1))
             AND (status = 'open' OR (status = 'expired' AND id = $2)) ORDER BY id"
    ));
    let open = open.bind(account).bind(late).fetch_all(&mut **write).await?;
    let mut closed = if had_limit || !open.is_empty() { Closed::Unopened } else { Closed::Nothing };
    for row in &open {
        let relink = whole(&mut **write, row).await?;
        if link_accounts::done(write, &relink.id, account, at_ms / 1000).await? {
            end(write, &relink, LinkStatus::Succeeded, at_ms).await?;
        }
        if relink.opened_at.is_some() {
            closed = Closed::Opened;
        }
    }
    outbox::withdraw(write, account, at_ms).await?;
    Ok(closed)
}

fn relinked<'a>(account: &'a str, at_ms: i64, who: &'a str) -> JournalEntry<'a> {
    let (account, what) = (Some(account), JournalEvent::Relinked);
    JournalEntry { at_ms, account, relink: None, what, who, note: None }
}

/// Ends a link as it was read; the second caller changes nothing. An expired link can still succeed.
pub async fn end(write: &mut Write, relink: &HostedRelink, status: LinkStatus, at_ms: i64) -> Result<()> {
    let done =
        sqlx::query("UPDATE hosted_relinks SET status = $1, ended_at = $2 WHERE id = $3 AND status = $4")
            .bind(status.as_str())
            .bind(at_ms / 1000)
            .bind(&relink.id)
            .bind(relink.status.as_str())
            .execute(&mut **write)
            .await?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    if relink.is_told {
        if relink.status == LinkStatus::Expired {
            outbox::withdraw_event(write, &relink.id, at_ms).await?;
        }
        outbox::put(write, &Parcel::webhook(), &relink.id, &relink.account, at_ms).await?;
    }
    match status {
        // The account's own entry says so, once, however many links there were.
        LinkStatus::Succeeded | LinkStatus::Open => Ok(()),
        LinkStatus::Expired => {
            let (what, who, id) = (JournalEvent::Expired, journal::PROGRAM, Some(relink.id.as_str()));
            let entry = JournalEntry { at_ms, account: None, relink: id, what, who, note: None };
            journal::add_each(write, relink.needed(), &entry).await
        }
    }
}

/// What else is written with a Stripe event.
#[derive(Clone, Debug)]
pub enum FollowUp {
    /// A line of the timeline.
    Note(OwnedEntry),
    /// The account works again: its links are dead, and emails that wait are withdrawn.
    WorksAgain {
        /// `fca_…`
        account: String,
        /// When, in milliseconds.
        at_ms: i64,
    },
    /// A customer is asked to relink. Where somebody else asked within the pause nothing is written: that is the rule.
    Ask(Box<HostedRequest>),
}

/// A line of the timeline about an account.
#[derive(Clone, Debug)]
pub struct OwnedEntry {
    /// When, in milliseconds.
    pub at_ms: i64,
    /// About which account.
    pub account: String,
    /// What happened.
    pub what: JournalEvent,
    /// Who did it.
    pub who: String,
    /// A sentence.
    pub note: Option<String>,
}

impl FollowUp {
    /// Writes it.
    pub async fn write(&self, write: &mut Write) -> Result<()> {
        match self {
            Self::Note(OwnedEntry { at_ms, account, what, who, note }) => {
                let (account, note) = (Some(account.as_str()), note.as_deref());
                let entry = JournalEntry { at_ms: *at_ms, account, relink: None, what: *what, who, note };
                journal::add(write, &entry).await
            }
            Self::WorksAgain { account, at_ms } => works_again(write, account, *at_ms).await,
            Self::Ask(asked) => ask(write, asked).await.map(drop),
        }
    }
}

impl Store {
    /// Writes a request on its own; false if the pause has not passed.
    pub async fn write_hosted_request(&self, asked: &HostedRequest) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = ask(&mut write, asked).await?;
        if done {
            write.commit().await?;
        }
        Ok(done)
    }

    /// The link of a token.
    pub async fn hosted_relink_by_token(&self, fingerprint: &str) -> Result<Option<HostedRelink>> {
        let row = sqlx::query(select!("WHERE token_fingerprint = $1"));
        self.whole(row.bind(fingerprint).fetch_optional(&self.pool).await?).await
    }

    /// A link by its id.
    pub async fn hosted_relink(&self, id: &str) -> Result<Option<HostedRelink>> {
        if !can_be_an_id(id) {
            return Ok(None);
        }
        let row = sqlx::query(select!("WHERE id = $1"));
        self.whole(row.bind(id).fetch_optional(&self.pool).await?).await
    }

    async fn whole(&self, row: Option<AnyRow>) -> Result<Option<HostedRelink>> {
        match row {
            Some(row) => Ok(Some(whole(&self.pool, &row).await?)),
            None => Ok(None),
        }
    }

    /// Remembers that the customer pressed the page's button, the first time.
    pub async fn hosted_relink_opened(&self, relink: &HostedRelink, at_ms: i64) -> Result<()> {
        let mut write = self.begin().await?;
        let done =
            sqlx::query("UPDATE hosted_relinks SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL")
                .bind(at_ms / 1000)
                .bind(&relink.id)
                .execute(&mut *write)
                .await?;
        if done.rows_affected() == 1 {
            let (what, who, id) = (JournalEvent::Opened, journal::CUSTOMER, Some(relink.id.as_str()));
            let entry = JournalEntry { at_ms, account: None, relink: id, what, who, note: None };
            journal::add_each(&mut write, relink.account_ids(), &entry).await?;
        }
        write.commit().await
    }

    /// Ends links whose time is up, a few at a time. Where the customer is at the bank it is waited for.
    pub async fn expire_hosted_relinks(&self, at_ms: i64) -> Result<()> {
        let due = sqlx::query(select!(
            "WHERE status = 'open' AND expires_at <= $1
                 AND NOT EXISTS (SELECT 1 FROM relink_sessions AS begun
                     WHERE begun.hosted_relink = hosted_relinks.id AND begun.status = 'pending' AND begun.expires_at > $1)
             ORDER BY id LIMIT 50"
        ));
        let due = due.bind(at_ms / 1000).fetch_all(&self.pool).await?;
        for row in &due {
            let mut write = self.begin().await?;
            let relink = whole(&mut *write, row).await?;
            end(&mut write, &relink, LinkStatus::Expired, at_ms).await?;
            write.commit().await?;
        }
        Ok(())
    }
}

fn unreadable(column: &'static str) -> StoreError {
    StoreError::Broken(sqlx::Error::ColumnDecode {
        index: column.into(),
        source: "a word of a newer version".into(),
    })
}

/// A link with its accounts. One that an older version wrote has its first account alone.
async fn whole<'e>(
    database: impl sqlx::Executor<'e, Database = sqlx::Any>,
    row: &AnyRow,
) -> Result<HostedRelink> {
    let mut relink = read(row)?;
    relink.accounts = link_accounts::of(database, &relink.id).await?;
    if relink.accounts.is_empty() {
        relink.accounts.push(LinkAccount::needed(&relink.account));
    }
    Ok(relink)
}

fn read(row: &AnyRow) -> Result<HostedRelink> {
    let status: String = row.try_get("status")?;
    let known = [LinkStatus::Open, LinkStatus::Succeeded, LinkStatus::Expired];
    let delivery: String = row.try_get("delivery")?;
    let host: String = row.try_get("host")?;
    Ok(HostedRelink {
        id: row.try_get("id")?,
        token_fingerprint: row.try_get("token_fingerprint")?,
        account: row.try_get("account")?,
        accounts: Vec::new(),
        customer: row.try_get("customer")?,
        delivery: Delivery::parse(&delivery).ok_or_else(|| unreadable("delivery"))?,
        host: PageHost::parse(&host).ok_or_else(|| unreadable("host"))?,
        reason: row.try_get("reason")?,
        asked_by: row.try_get("asked_by")?,
        locale: row.try_get("locale")?,
        return_url: row.try_get("return_url")?,
        status: known
            .into_iter()
            .find(|known| known.as_str() == status)
            .ok_or_else(|| unreadable("status"))?,
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        opened_at: row.try_get("opened_at")?,
        ended_at: row.try_get("ended_at")?,
        relink_session: row.try_get("relink_session")?,
        is_told: row.try_get::<i64, _>("is_told")? != 0,
        held_until: row.try_get("held_until")?,
    })
}
