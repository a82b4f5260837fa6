//! A relink session, as the merchant's backend returns it.

use crate::account::permissions;
use crate::{
    Account, DecodeError, DisplayText, FailureReason, Fields, Handoff, InstitutionStatus, Json, Permission,
    Rule, SafeUrl, SessionStatus,
};
use std::rc::Rc;

/// The answer of every route of the relink API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session's id, opaque.
    pub id: String,
    /// Whether real money is behind it; test mode is shown.
    pub livemode: Option<bool>,
    /// Its status.
    pub status: SessionStatus,
    /// When it ends, in Unix seconds by the backend's clock.
    pub expires_at: Option<i64>,
    /// Seconds left when the answer was made.
    pub expires_in: Option<i64>,
    /// The merchant.
    pub merchant: Merchant,
    /// The bank.
    pub institution: Institution,
    /// What the merchant will be able to see.
    pub permissions: Vec<Permission>,
    /// What to relink.
    pub relink_options: RelinkOptions,
    /// How many accounts the merchant accepts.
    pub limits: Limits,
    /// When the merchant's next payment is due, in Unix seconds, if the merchant says.
    pub next_payment_at: Option<i64>,
    /// The accounts as they are when the answer is made.
    pub accounts: Vec<Rc<Account>>,
    /// The handoff. An error if there is one that cannot be used, `None` if there is none.
    pub handoff: Option<Result<Handoff, DecodeError>>,
    /// The result.
    pub relink_result: Option<RelinkResult>,
}

/// The merchant, and its links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merchant {
    /// The merchant's name.
    pub name: Option<DisplayText>,
    /// Its logo; without one, initials are shown.
    pub logo_url: Option<SafeUrl>,
    /// Where the customer signs in.
    pub sign_in_url: Option<SafeUrl>,
    /// Its help page.
    pub support_url: Option<SafeUrl>,
    /// Its privacy policy.
    pub privacy_url: Option<SafeUrl>,
}

/// Which bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Institution {
    /// `fcinst_…`
    pub id: Option<String>,
    /// The bank's name.
    pub name: Option<DisplayText>,
    /// Its mark.
    pub logo_url: Option<SafeUrl>,
    /// Whether it can be reached, if the backend knows.
    pub status: Option<InstitutionStatus>,
}

/// Stripe's `relink_options`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelinkOptions {
    /// `fcauth_…`: any of its accounts may be relinked.
    pub authorization: Option<String>,
    /// Exactly this account, if set.
    pub account: Option<String>,
}

impl RelinkOptions {
    /// Whether it says what to relink. For a session that does not, the bank would create a new link.
    pub fn says_what(&self) -> bool {
        self.authorization.is_some() || self.account.is_some()
    }

    /// If `account` is not text, nothing is read: treating it as absent would allow any account.
    #[inline(never)]
    fn decode(json: &Json) -> Self {
        let id = |name| json.owned(name).filter(|id| !id.is_empty());
        match json.get("account") {
            None | Some(Json::Null | Json::String(_)) => {
                Self { authorization: id("authorization"), account: id("account") }
            }
            Some(_) => Self::default(),
        }
    }
}

/// Stripe's `limits`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of accounts; any number if absent.
    pub accounts: Option<u32>,
}

/// Stripe's `relink_result`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelinkResult {
    /// The account, if exactly one was required and came back.
    pub account: Option<String>,
    /// The authorization, if it came back.
    pub authorization: Option<String>,
    /// Why it did not.
    pub failure_reason: Option<FailureReason>,
}

impl Session {
    /// Reads a session. Only `id` and `status` are required; anything else that cannot be read is treated as absent.
    pub fn decode(json: &Json) -> Result<Self, DecodeError> {
        let text = |name, field| json.filled(name).ok_or(DecodeError { field, expected: "text" });
        Ok(Self {
            id: text("id", "id")?.into(),
            livemode: json.flag("livemode"),
            status: SessionStatus::parse(text("status", "status")?),
            expires_at: json.whole("expires_at"),
            expires_in: json.whole("expires_in"),
            merchant: json.object("merchant").map_or_else(Merchant::default, |merchant| Merchant {
                name: merchant.shown("name"),
                logo_url: merchant.link("logo_url"),
                sign_in_url: merchant.link("sign_in_url"),
                support_url: merchant.link("support_url"),
                privacy_url: merchant.link("privacy_url"),
            }),
            institution: json.object("institution").map_or_else(Institution::default, |institution| {
                Institution {
                    id: institution.owned("id"),
                    name: institution.shown("name"),
                    logo_url: institution.link("logo_url"),
                    status: institution.text("status").map(InstitutionStatus::parse),
                }
            }),
            permissions: json.entries("permissions").map(permissions).unwrap_or_default(),
            relink_options: json.object("relink_options").map(RelinkOptions::decode).unwrap_or_default(),
            limits: Limits {
                accounts: json
                    .object("limits")
                    .and_then(|limits| limits.whole("accounts"))
                    .and_then(|most| u32::try_from(most).ok())
                    .filter(|most| *most > 0),
            },
            next_payment_at: json.whole("next_payment_at"),
            accounts: json
                .entries("accounts")
                .map(|entries| Account::newest_of_each(Account::decode_list(entries)))
                .unwrap_or_default(),
            handoff: json.object("handoff").map(Handoff::decode),
            relink_result: json.object("relink_result").map(RelinkResult::decode),
        })
    }

    /// Whether exactly one account will do, or any under the authorization.
    pub fn rule(&self) -> Rule {
        if self.relink_options.account.is_some() { Rule::SameAccount } else { Rule::AnyAccount }
    }

    /// The account that must be relinked, if `accounts` has it.
    pub fn required_account(&self) -> Option<&Account> {
        let id = self.relink_options.account.as_deref()?;
        self.accounts.iter().find(|account| account.is(id)).map(Rc::as_ref)
    }
}
