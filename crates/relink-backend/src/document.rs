//! A relink session on the wire.

use crate::beside::of_handoff;
use crate::consent;
use crate::profile::WayToBank;
use crate::relink::Relink;
use relink_account::{LinkedAccount, Renewals, STRIPE};
use relink_store::Result;
use relink_store::sessions::RelinkSession;
use relink_wire::{Fields, InstitutionStatus, Json, RelinkResult, SafeUrl, SessionStatus};
use serde_json::json;
use std::collections::HashMap;

/// The session as it is now, its accounts as the database knows them.
pub async fn of(relink: &Relink, session: &RelinkSession) -> Result<Json> {
    with(relink, session, &[]).await
}

/// The session as it is now, with accounts that Stripe has just given and nobody has written yet.
pub async fn with(relink: &Relink, session: &RelinkSession, fresh: &[LinkedAccount]) -> Result<Json> {
    let shown = session.shown_accounts.iter();
    let ids = shown.clone().filter_map(|account| account.text("id"));
    let endings = shown.chain(fresh.iter().map(|account| &account.public));
    let endings = endings.filter_map(|account| account.text("last4"));
    let rows = relink.store.accounts_like(&session.customer, ids, endings).await?;
    let older = rows.iter().map(|row| &row.linked);
    let older = older.filter(|row| fresh.iter().all(|newer| newer.id() != row.id()));
    let renewed = Renewals::among(older.chain(fresh));
    let known = &rows;
    let known: HashMap<&str, &Json> = known.iter().map(|row| (row.linked.id(), &row.linked.public)).collect();
    let fresh: HashMap<&str, &Json> = fresh.iter().map(|account| (account.id(), &account.public)).collect();
    let newest = |shown: &Json| {
        let id = shown.text("id").unwrap_or_default();
        (*fresh.get(id).or_else(|| known.get(id)).unwrap_or(&shown)).clone()
    };
    let mut accounts = named_as_before(session.shown_accounts.iter().map(newest).collect(), &renewed);
    if session.status == SessionStatus::Pending {
        say_since_when(relink, &mut accounts).await?;
    }
    let bank = accounts.first();
    let text = |field| bank.and_then(|account| account.text(field));
    let logo = text("institution").and_then(|id| relink.merchant.bank_logos.get(id));
    Ok(json!({
        "object": "relink_session",
        "id": session.id,
        "livemode": relink.stripe.livemode(),
        "status": session.status.as_str(),
        "expires_at": session.expires_at,
        "expires_in": (session.expires_at - relink.now()).max(0),
        "merchant": relink.merchant.encode(),
        "institution": {
            "id": text("institution"),
            "name": text("institution_name"),
            "logo_url": logo.map(SafeUrl::as_str),
            "status": session.institution_status.as_ref().map(InstitutionStatus::as_str),
        },
        "permissions": session.permissions,
        "relink_options": {"authorization": session.authorization, "account": session.account},
        "limits": {"accounts": session.account_limit},
        "accounts": accounts,
        "handoff": handoff(relink, session),
        "relink_result": session.relink_result.as_ref().map(RelinkResult::encode),
    }))
}

/// Of an account that came back with a new id both are one: the new one says which it `replaces`, and the old one is not
/// shown beside it.
fn named_as_before(mut accounts: Vec<Json>, renewed: &Renewals) -> Vec<Json> {
    let id = |account: &Json| account.text("id").unwrap_or_default().to_owned();
    let shown: Vec<String> = accounts.iter().map(id).collect();
    accounts.retain(|account| {
        let id = id(account);
        !shown.iter().any(|other| renewed.before(other) == Some(&id))
    });
    for account in &mut accounts {
        if let Some(before) = renewed.before(&id(account)) {
            account["replaces"] = before.into();
        }
    }
    accounts
}

/// When the merchant's next payment is due, as whoever asks is known to the merchant.
pub fn say_next_payment(session: &mut Json, at: Option<i64>) {
    if let Some(at) = at {
        session["next_payment_at"] = at.into();
    }
}

/// Of accounts that do not work, since when: `inactive_since`, where a provider told of it.
async fn say_since_when(relink: &Relink, accounts: &mut [Json]) -> Result<()> {
    let is_inactive = |account: &&mut Json| account.text("status") == Some("inactive");
    let mut broken: Vec<&mut Json> = accounts.iter_mut().filter(is_inactive).collect();
    let ids: Vec<&str> = broken.iter().filter_map(|account| account.text("id")).collect();
    let since = relink.store.inactive_since(&ids).await?;
    for account in &mut broken {
        let ms = account.text("id").and_then(|id| since.get(id)).copied();
        if let Some(ms) = ms {
            account["inactive_since"] = (ms / 1000).into();
        }
    }
    Ok(())
}

/// The way to the bank, while there is a reason to go there. Where the seal does not open any more the session
/// is of no use to the widget, which then asks for a new one.
fn handoff(relink: &Relink, session: &RelinkSession) -> Json {
    if session.status != SessionStatus::Pending {
        return Json::Null;
    }
    let opened = relink.seal.open(&about(&session.id), &session.handoff_sealed);
    let Some(opened) = opened else { return Json::Null };
    if session.provider != STRIPE {
        return of_handoff(&opened, "url").map_or(Json::Null, |url| json!({"type": "hosted", "url": url}));
    }
    let Ok(way) = String::from_utf8(opened) else { return Json::Null };
    if relink.profile(&session.profile).is_some_and(|profile| profile.handoff == WayToBank::Hosted) {
        json!({"type": "hosted", "url": way})
    } else {
        let mut handoff = json!({
            "type": "stripe_js",
            "publishable_key": relink.stripe.publishable_key(),
            "client_secret": way,
        });
        if let Some(consent) = &session.consent {
            handoff["consent"] = consent::public(consent);
        }
        handoff
    }
}

/// What the sealed way to the bank is bound to.
pub fn about(session_id: &str) -> String {
    format!("handoff {session_id}")
}
