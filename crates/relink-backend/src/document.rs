//! A relink session on the wire.

use crate::app::App;
use crate::fault::Fault;
use crate::relink::mount_of;
use crate::store::sessions::RelinkSession;
use crate::stripe::objects::Account;
use relink_wire::{Fields, Json, SessionStatus};
use serde_json::json;
use std::collections::HashMap;

/// The name that customers know the merchant by.
pub const MERCHANT_NAME: &str = "Pinegrove Market";

/// The session as it is now, its accounts as the database knows them.
pub async fn of(app: &App, session: &RelinkSession) -> Result<Json, Fault> {
    with(app, session, &[]).await
}

/// The session as it is now, with accounts that Stripe has just told and nobody has written yet.
pub async fn with(app: &App, session: &RelinkSession, told: &[Account]) -> Result<Json, Fault> {
    let known = app.store.accounts_of(&session.customer).await?;
    let known: HashMap<&str, &Json> = known.iter().map(|row| (row.id.as_str(), &row.object)).collect();
    let told: HashMap<&str, &Json> =
        told.iter().map(|account| (account.id.as_str(), &account.public)).collect();
    let newest = |shown: &Json| {
        let id = shown.text("id").unwrap_or_default();
        (*told.get(id).or_else(|| known.get(id)).unwrap_or(&shown)).clone()
    };
    let accounts: Vec<Json> = session.shown_accounts.iter().map(newest).collect();
    let bank = accounts.first();
    let text = |field| bank.and_then(|account| account.text(field));
    Ok(json!({
        "object": "relink_session",
        "id": session.id,
        "livemode": app.config.livemode(),
        "status": session.status.as_str(),
        "expires_at": session.expires_at,
        "expires_in": (session.expires_at - app.now()).max(0),
        "merchant": {
            "name": MERCHANT_NAME,
            "support_url": app.config.support_url,
            "privacy_url": app.config.privacy_url,
        },
        "institution": {"id": text("institution"), "name": text("institution_name"), "logo_url": null},
        "permissions": session.permissions,
        "relink_options": {"authorization": session.authorization, "account": session.account},
        "limits": {"accounts": session.account_limit},
        "accounts": accounts,
        "handoff": handoff(app, session),
        "relink_result": session.relink_result.as_ref().map(|result| result.json()),
    }))
}

/// The way to the bank, while there is a reason to go there. Where the seal does not open any more the session
/// is of no use to the widget, which then asks for a new one.
fn handoff(app: &App, session: &RelinkSession) -> Json {
    if session.status != SessionStatus::Pending {
        return Json::Null;
    }
    let opened = app.seal.open(&about(&session.id), &session.handoff_sealed);
    let Some(way) = opened.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Json::Null };
    if mount_of(&session.mount).is_some_and(|mount| mount.is_hosted) {
        json!({"type": "hosted", "url": way})
    } else {
        json!({
            "type": "stripe_js",
            "publishable_key": app.config.stripe_publishable_key,
            "client_secret": way,
        })
    }
}

/// What the sealed way to the bank is bound to.
pub fn about(session_id: &str) -> String {
    format!("handoff {session_id}")
}
