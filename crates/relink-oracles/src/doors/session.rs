//! Sessions as a backend answers with: what is read is what was written, everything in it keeps its own promise, the
//! client secret is seen nowhere, and a machine that is given it keeps all of its.

use super::{display_text, safe_url};
use crate::documents::SECRET;
use crate::moves::Move;
use crate::play::Play;
use relink_core::{Answer, Settings};
use relink_wire::{
    Account, Cause, Consent, DisplayText, Handoff, Json, Last4, Permission, RelinkAction, SafeUrl, Session,
    StripeJsHandoff, object, text,
};

/// The oracle.
pub fn judge(bytes: &[u8]) {
    let Some(mut document) = super::json::read(bytes) else { return };
    // The secret becomes one that is looked for everywhere. What the document shows by another field is no secret, whatever
    // it is called.
    let mut handoff = document.get_mut("handoff").and_then(Json::as_object_mut);
    let secret = handoff.as_mut().and_then(|handoff| handoff.remove("client_secret"));
    let has_secret = secret.is_some_and(|secret| secret.as_str().is_some_and(|secret| !secret.is_empty()));
    if document.to_string().contains("_secret_") {
        return;
    }
    if has_secret {
        document["handoff"]["client_secret"] = text(Some(SECRET));
    }
    if let Ok(session) = Session::decode(&document) {
        assert!(!format!("{session:?}").contains(SECRET), "I9: {session:?}");
        each_part_holds(&session);
        let again = Session::decode(&written(&session));
        assert_eq!(again.as_ref(), Ok(&session), "written and read again it is another");
    }
    a_machine_keeps_its_promises(document);
}

fn each_part_holds(session: &Session) {
    let Session { merchant, institution, accounts, .. } = session;
    let names = [&merchant.name, &institution.name].into_iter();
    let of_accounts = accounts.iter().flat_map(|account| [&account.institution_name, &account.display_name]);
    names.chain(of_accounts).flatten().for_each(|name| display_text::holds(name.as_str()));
    [
        &merchant.logo_url,
        &merchant.sign_in_url,
        &merchant.support_url,
        &merchant.privacy_url,
        &institution.logo_url,
    ]
    .into_iter()
    .flatten()
    .for_each(|url| safe_url::https_holds(url.as_str()));
    if let Some(Ok(Handoff::Hosted(hosted))) = &session.handoff {
        safe_url::holds(hosted.url.as_str());
    }
    for account in accounts {
        assert!(!account.id.is_empty() && account.replaces.as_ref() != Some(&account.id));
        if let Some(last4) = &account.last4 {
            display_text::last4_holds(last4.as_str(), last4.as_str());
        }
        assert!(account.permissions.as_deref().is_none_or(are_different));
    }
    assert!(
        are_different(&session.permissions) && session.limits.accounts != Some(0) && !session.id.is_empty()
    );
}

fn are_different(permissions: &[Permission]) -> bool {
    permissions.iter().enumerate().all(|(place, one)| !permissions[..place].contains(one))
}

/// The answer to every request at the start is that document, and then everything is pressed that is there.
fn a_machine_keeps_its_promises(document: Json) {
    let mut play = Play::of(Settings { account: Some("fca_1".into()), ..Settings::default() }, None);
    for number in 0..6 {
        play.answer(Answer::Http { status: 200, retry_after: None, body: Some(document.clone()) });
        play.make(&Move::Press(number));
        play.make(&Move::Returned { ago: 0, accounts: number });
    }
    play.comes_to_rest();
}

/// A session as the contract writes it: an encoder of the tests' own, since no part of the product needs one.
fn written(session: &Session) -> Json {
    let Session { merchant, institution, relink_options, limits, relink_result, .. } = session;
    let link = |url: &Option<SafeUrl>| text(url.as_ref().map(SafeUrl::as_str));
    object(vec![
        ("id", text(Some(&session.id))),
        ("status", text(Some(session.status.as_str()))),
        ("livemode", Json::from(session.livemode)),
        ("expires_at", Json::from(session.expires_at)),
        ("expires_in", Json::from(session.expires_in)),
        ("next_payment_at", Json::from(session.next_payment_at)),
        (
            "merchant",
            object(vec![
                ("name", name(&merchant.name)),
                ("logo_url", link(&merchant.logo_url)),
                ("sign_in_url", link(&merchant.sign_in_url)),
                ("support_url", link(&merchant.support_url)),
                ("privacy_url", link(&merchant.privacy_url)),
            ]),
        ),
        (
            "institution",
            object(vec![
                ("id", text(institution.id.as_deref())),
                ("name", name(&institution.name)),
                ("logo_url", link(&institution.logo_url)),
                ("status", text(institution.status.as_ref().map(|status| status.as_str()))),
            ]),
        ),
        ("permissions", permissions(&session.permissions)),
        (
            "relink_options",
            object(vec![
                ("authorization", text(relink_options.authorization.as_deref())),
                ("account", text(relink_options.account.as_deref())),
            ]),
        ),
        ("limits", object(vec![("accounts", Json::from(limits.accounts))])),
        ("accounts", Json::Array(session.accounts.iter().map(|each| account(each)).collect())),
        ("handoff", session.handoff.as_ref().map_or(Json::Null, handoff)),
        (
            "relink_result",
            relink_result.as_ref().map_or(Json::Null, |result| {
                object(vec![
                    ("account", text(result.account.as_deref())),
                    ("authorization", text(result.authorization.as_deref())),
                    ("failure_reason", text(result.failure_reason.as_ref().map(|reason| reason.as_str()))),
                ])
            }),
        ),
    ])
}

fn name(name: &Option<DisplayText>) -> Json {
    text(name.as_ref().map(DisplayText::as_str))
}

fn permissions(permissions: &[Permission]) -> Json {
    Json::Array(permissions.iter().map(|permission| text(Some(permission.as_str()))).collect())
}

fn handoff(handoff: &Result<Handoff, relink_wire::DecodeError>) -> Json {
    match handoff {
        Ok(Handoff::StripeJs(StripeJsHandoff {
            publishable_key,
            client_secret,
            stripe_account,
            consent,
        })) => object(vec![
            ("type", text(Some("stripe_js"))),
            ("publishable_key", text(Some(publishable_key))),
            ("client_secret", text(Some(client_secret.expose()))),
            ("stripe_account", text(stripe_account.as_deref())),
            ("consent", consent.as_deref().map_or(Json::Null, agreeing)),
        ]),
        Ok(Handoff::Hosted(hosted)) => {
            object(vec![("type", text(Some("hosted"))), ("url", text(Some(hosted.url.as_str())))])
        }
        Ok(Handoff::Confirm) => object(vec![("type", text(Some("confirm")))]),
        Ok(Handoff::Later) => object(vec![("type", text(Some("later")))]),
        Ok(Handoff::Unsupported(kind)) => object(vec![("type", text(Some(kind)))]),
        // One that lacks just what this one lacked.
        Err(error) => match error.field {
            "handoff.publishable_key" => object(vec![("type", text(Some("stripe_js")))]),
            "handoff.client_secret" => {
                object(vec![("type", text(Some("stripe_js"))), ("publishable_key", text(Some("pk")))])
            }
            "handoff.url" => object(vec![("type", text(Some("hosted")))]),
            _ => object(vec![]),
        },
    }
}

fn agreeing(consent: &Consent) -> Json {
    object(vec![
        ("id", text(Some(&consent.id))),
        ("consent_text", text(Some(consent.text.as_str()))),
        ("locale", text(consent.locale.as_deref())),
        ("expires_at", Json::from(consent.expires_at)),
    ])
}

fn account(account: &Account) -> Json {
    let reason = |cause: &Cause, action: &RelinkAction, date: Option<i64>| {
        object(vec![
            ("cause", text(Some(cause.as_str()))),
            ("action", text(Some(action.as_str()))),
            ("expected_deactivation_date", Json::from(date)),
        ])
    };
    let inactive = account.inactive.as_ref().map(|inactive| reason(&inactive.cause, &inactive.action, None));
    let ending = account
        .ending
        .as_ref()
        .map(|ending| reason(&ending.cause, &ending.action, ending.expected_deactivation_date));
    let numbers = account.account_numbers.iter().map(|number| {
        object(vec![
            ("identifier_type", text(Some(number.identifier_type.as_str()))),
            ("status", text(Some(number.status.as_str()))),
            ("expected_expiry_date", Json::from(number.expected_expiry_date)),
        ])
    });
    object(vec![
        ("id", text(Some(&account.id))),
        ("replaces", text(account.replaces.as_deref())),
        ("inactive_since", Json::from(account.inactive.as_ref().and_then(|inactive| inactive.since))),
        ("authorization", text(account.authorization.as_deref())),
        ("institution_name", name(&account.institution_name)),
        ("display_name", name(&account.display_name)),
        ("last4", text(account.last4.as_ref().map(Last4::as_str))),
        ("subcategory", text(account.subcategory.as_ref().map(|subcategory| subcategory.as_str()))),
        ("status", text(Some(account.status.as_str()))),
        (
            "status_details",
            object(vec![
                ("inactive", inactive.unwrap_or(Json::Null)),
                ("active", ending.unwrap_or(Json::Null)),
            ]),
        ),
        ("permissions", account.permissions.as_deref().map_or(Json::Null, permissions)),
        ("account_numbers", Json::Array(numbers.collect())),
        (
            "supported_payment_method_types",
            account.supported_payment_method_types.as_deref().map_or(Json::Null, relink_wire::texts),
        ),
    ])
}
