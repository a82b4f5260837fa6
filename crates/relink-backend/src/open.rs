//! Makes a relink session: whose account it is, which rule holds, what is asked for, and Stripe's session behind it.

use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::hosted::rules::{self, Delivery};
use crate::idempotency::Done;
use crate::relink::verdict::Choice;
use crate::relink::{BY_STRIPE, Mount, Permissions, document, settle};
use crate::seal::{fingerprint, random_id};
use crate::store::sessions::{FreshAccounts, Change, RelinkSession};
use crate::stripe::objects::Account;
use crate::stripe::{StripeError, holder_parameter};
use axum::http::StatusCode;
use relink_account::Condition;
use relink_wire::{CreateSession, Fields, Permission, SessionStatus};

/// How long a session lasts that nobody reads: 30 minutes.
pub const LASTS: i64 = 30 * 60;
/// How long it lasts at most, while the customer is there: ten times as long.
pub const MOST: i64 = 10 * LASTS;
/// Permissions that Stripe's API knows by name; one that only Stripe.js knows is not sent.
const OF_THE_API: &[&str] = &["payment_method", "balances", "transactions", "ownership"];

/// What is to be relinked.
struct Subject {
    authorization: String,
    /// Exactly this account, or any.
    account: Option<String>,
    /// The accounts that the customer is shown.
    shown: Vec<Account>,
}

/// How the customer gets to the bank.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// The mount.
    pub mount: Mount,
    /// Where a page that Stripe hosts sends them back to.
    pub page: Option<&'a str>,
    /// How a page that Stripe hosts reaches them.
    pub delivery: Delivery,
    /// How long the session lasts, in seconds.
    pub lasts: i64,
}

/// Makes a session for `customer`; the key is one of `keeper`'s.
pub async fn open(
    app: &App,
    way: Way<'_>,
    customer: &str,
    wanted: &CreateSession,
    keeper: &str,
    key: &str,
) -> Result<Done, Fault> {
    let Way { mount, page, delivery, lasts } = way;
    let read_at_ms = app.now_ms();
    let subject = subject(app, mount, customer, wanted).await?;
    let permissions = permissions(app, mount, &subject);
    // Stripe takes a single account for payments; data may come from any number.
    let is_one = subject.account.is_some() || permissions.iter().any(|name| name == "payment_method");
    let account_limit = is_one.then_some(1);
    let mut parameters = vec![
        ("account_holder[type]", "customer".to_owned()),
        (holder_parameter(customer), customer.to_owned()),
        ("relink_options[authorization]", subject.authorization.clone()),
    ];
    parameters.extend(subject.account.iter().map(|id| ("relink_options[account]", id.clone())));
    parameters.extend(account_limit.map(|most| ("limits[accounts]", most.to_string())));
    let asked = permissions.iter().filter(|name| OF_THE_API.contains(&name.as_str()));
    parameters.extend(asked.map(|name| ("permissions[]", name.clone())));
    if mount.is_hosted {
        parameters.push(("ui_mode", "hosted".into()));
        parameters.push(("hosted[delivery_method]", delivery.as_str().into()));
        parameters.extend(page.map(|page| ("return_url", page.to_owned())));
    }
    // A run that died after Stripe answered is run again: with the same key Stripe makes no second session.
    let stripe_key = format!("relink-{}", fingerprint(&[keeper.as_bytes(), key.as_bytes()]));
    let made = match app.stripe.create_session(&parameters, &stripe_key).await {
        Ok(json) => crate::stripe::objects::Session::read(json).ok_or(StripeError::Unavailable)?,
        Err(error) => {
            let granted = granted_late(app, mount, customer, &subject).await?;
            return granted.ok_or_else(|| refused(error, &subject));
        }
    };
    let way = if mount.is_hosted { &made.url } else { &made.client_secret };
    // Where Stripe writes the mail, it need not say where it leads.
    let way = match way {
        Some(way) => way.expose(),
        None if mount.is_hosted && delivery == Delivery::Email => "",
        None => return Err(StripeError::Unavailable.into()),
    };
    let id = random_id("rls");
    let now = app.now();
    let session = RelinkSession {
        handoff_sealed: app.seal.close(&document::about(&id), way.as_bytes()),
        id,
        customer: customer.into(),
        mount: mount.path.into(),
        stripe_session: made.id,
        status: SessionStatus::Pending,
        created_at: now,
        expires_at: now + lasts,
        authorization: subject.authorization,
        account: subject.account,
        account_limit,
        permissions,
        shown_accounts: subject.shown.iter().map(|account| account.public.clone()).collect(),
        relink_result: None,
        read_at_ms: app.now_ms(),
    };
    let body = document::with(app, &session, &subject.shown).await?;
    let effect = Change::Open(Box::new(session), FreshAccounts { list: subject.shown, read_at_ms });
    Ok(Done { effect, status: StatusCode::CREATED, body, is_final: true })
}

/// Stripe refuses to begin because nothing is broken any more, where a session ran out while the customer was at the bank
/// and the bank has granted it since. That session is the answer: its success is nobody's otherwise.
async fn granted_late(
    app: &App,
    mount: Mount,
    customer: &str,
    subject: &Subject,
) -> Result<Option<Done>, Fault> {
    let Subject { authorization, account, .. } = subject;
    let newest = app.store.newest_session(customer, mount.path, authorization, account.as_deref()).await?;
    // Nobody waits for an answer behind Stripe's own page.
    let counts = |session: &RelinkSession| session.expires_at <= app.now() && mount != BY_STRIPE;
    let Some(session) = newest.filter(counts) else { return Ok(None) };
    // Where its event came first it is a success already; one before its end was told then.
    let is_late = session.read_at_ms / 1000 >= session.expires_at;
    let (session, effect) = settle::settle(app, session, Choice::Unsaid).await?;
    if session.status != SessionStatus::Succeeded || (matches!(effect, Change::Nothing) && !is_late) {
        return Ok(None);
    }
    let told = match &effect {
        Change::Complete(_, told, _) => told.list.as_slice(),
        Change::Nothing | Change::Open(..) | Change::Move(..) | Change::Ask(_) => &[],
    };
    let body = document::with(app, &session, told).await?;
    Ok(Some(Done { effect, status: StatusCode::CREATED, body, is_final: true }))
}

async fn subject(app: &App, mount: Mount, customer: &str, wanted: &CreateSession) -> Result<Subject, Fault> {
    match (&wanted.account, &wanted.authorization) {
        (Some(id), authorization) => {
            let account = match app.stripe.account(id).await {
                Ok(account) if account.owner.as_deref() == Some(customer) => account,
                Ok(_) | Err(StripeError::NotFound) => return Err(not_theirs()),
                Err(error) => return Err(error.into()),
            };
            if authorization.as_ref().is_some_and(|named| account.authorization.as_ref() != Some(named)) {
                return Err(Fault::new(Kind::Malformed, "account: does not belong to the authorization."));
            }
            exactly(account)
        }
        (None, Some(authorization)) => {
            let mut shown = app.stripe.accounts_of(customer).await?;
            shown.retain(|account| account.authorization.as_ref() == Some(authorization));
            if shown.is_empty() {
                return Err(not_theirs());
            }
            Ok(Subject { authorization: authorization.clone(), account: None, shown })
        }
        (None, None) => {
            // The backend decides: what is broken and can be repaired comes first, then what will break.
            let mut accounts = app.stripe.accounts_of(customer).await?;
            accounts.retain(|account| account.authorization.is_some());
            let wanted: Vec<Permission> =
                named(app, mount).iter().map(|name| Permission::parse(name)).collect();
            let now = app.now();
            let first = accounts.into_iter().min_by_key(|account| urgency(account, &wanted, now));
            exactly(
                first
                    .ok_or_else(|| Fault::new(Kind::NotRelinkable, "The customer has no linked account."))?,
            )
        }
    }
}

fn exactly(account: Account) -> Result<Subject, Fault> {
    let detail = "The account has no authorization that could be renewed.";
    let authorization =
        account.authorization.clone().ok_or_else(|| Fault::new(Kind::NotRelinkable, detail))?;
    Ok(Subject { authorization, account: Some(account.id.clone()), shown: vec![account] })
}

/// How urgent a relink of the account is: lower is more urgent, and what no relink repairs comes last.
fn urgency(account: &Account, wanted: &[Permission], now: i64) -> (u8, i64) {
    let decoded = relink_wire::Account::decode(&account.public).ok();
    let urgency = decoded.and_then(|account| Condition::of(&account, wanted, now).urgency());
    urgency.unwrap_or((u8::MAX, 0))
}

/// An account that does not exist and another customer's are answered alike, so that ids cannot be tried out.
/// `forbidden` is the contract's nearest code: there is no session yet that could be not found, and the request
/// itself is well formed.
fn not_theirs() -> Fault {
    Fault::new(Kind::Forbidden, "This is not an account of the signed-in customer.")
}

/// The permissions that the mount asks for by name.
fn named(app: &App, mount: Mount) -> Vec<String> {
    match mount.permissions {
        Permissions::Listed(names) => names.iter().map(|name| (*name).to_owned()).collect(),
        Permissions::Configured => app.config.permissions.clone(),
        Permissions::AsGranted => Vec::new(),
    }
}

fn permissions(app: &App, mount: Mount, subject: &Subject) -> Vec<String> {
    match mount.permissions {
        Permissions::Listed(_) | Permissions::Configured => named(app, mount),
        Permissions::AsGranted => {
            let shown = subject.shown.iter();
            let accounts = shown.filter_map(|account| relink_wire::Account::decode(&account.public).ok());
            let mut all: Vec<String> = accounts.flat_map(|account| rules::permissions(&account)).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
    }
}

/// Stripe's refusal to begin, in the words of the contract.
fn refused(error: StripeError, subject: &Subject) -> Fault {
    match error {
        StripeError::Refused { .. } | StripeError::NotFound => {
            let is_closed = |account: &Account| {
                let details = account.public.object("status_details");
                let cause =
                    details.and_then(|d| d.object("inactive")).and_then(|inactive| inactive.text("cause"));
                cause == Some("account_closed")
            };
            if subject.shown.iter().all(is_closed) {
                return Fault::new(Kind::AccountClosed, "The account was closed at the bank.");
            }
            match Fault::from(error) {
                fault if fault.kind == Kind::NoSuchSession => {
                    Fault::new(Kind::NotRelinkable, "Stripe knows no such authorization any more.")
                }
                fault => fault,
            }
        }
        StripeError::Unavailable | StripeError::Throttled | StripeError::Unauthorized => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_account::cases;

    #[test]
    fn the_backend_picks_an_account_that_asks_for_a_relink_before_every_other() {
        let healthy = (6, 0);
        for case in relink_account::cases::every() {
            let account = Account::read(&case.json).expect("an account");
            let urgency = urgency(&account, &cases::WANTED, cases::NOW);
            assert_eq!(urgency < healthy, case.expected.asks, "{}", case.name);
            assert_eq!(urgency.0 == u8::MAX, case.expected.beyond_repair.is_some(), "{}", case.name);
        }
    }
}
