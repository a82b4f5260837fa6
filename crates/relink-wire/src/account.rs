//! Stripe's Financial Connections Account (`GET /v1/financial_connections/accounts/{id}`): the fields that a relink needs.

use crate::{
    AccountStatus, Cause, DecodeError, DisplayText, Fields, Gather, IdentifierType, Json, Last4,
    NumberStatus, Permission, RelinkAction, Subcategory,
};
use std::rc::Rc;

/// A linked account, before or after the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `fca_…`
    pub id: String,
    /// The id under which the merchant knew it before, if different.
    pub replaces: Option<String>,
    /// `fcauth_…`, the customer's permission at the bank that the account belongs to.
    pub authorization: Option<String>,
    /// The bank's name.
    pub institution_name: Option<DisplayText>,
    /// The account's name at the bank.
    pub display_name: Option<DisplayText>,
    /// The end of its number.
    pub last4: Option<Last4>,
    /// What kind of account it is.
    pub subcategory: Option<Subcategory>,
    /// Whether it works.
    pub status: AccountStatus,
    /// Why it does not work, if `status` is `inactive`.
    pub inactive: Option<Inactive>,
    /// Why it will stop, if `status` is `active`.
    pub ending: Option<Ending>,
    /// What the merchant may see today; `None` if Stripe does not say.
    pub permissions: Option<Vec<Permission>>,
    /// Its numbers for payments.
    pub account_numbers: Vec<AccountNumber>,
    /// Stripe's names for its payment methods (`us_bank_account`, `link`); `None` if Stripe does not say.
    pub supported_payment_method_types: Option<Vec<String>>,
}

/// `status_details.inactive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inactive {
    /// Why.
    pub cause: Cause,
    /// What repairs it.
    pub action: RelinkAction,
    /// Since when, in Unix seconds, if the backend knows: the account's `inactive_since`.
    pub since: Option<i64>,
}

/// `status_details.active`, if the bank has announced that access will end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Why.
    pub cause: Cause,
    /// What prevents it.
    pub action: RelinkAction,
    /// When, in Unix seconds, if the bank says so.
    pub expected_deactivation_date: Option<i64>,
}

/// One of `account_numbers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountNumber {
    /// The account's own number, or a tokenized one.
    pub identifier_type: IdentifierType,
    /// Whether payments work with it.
    pub status: NumberStatus,
    /// When it expires, in Unix seconds, if known.
    pub expected_expiry_date: Option<i64>,
}

impl Account {
    /// Reads an account; only `id` is required.
    #[inline(never)]
    pub fn decode(json: &Json) -> Result<Self, DecodeError> {
        let id = json.filled("id").ok_or(DecodeError { field: "accounts[].id", expected: "text" })?;
        let details = json.object("status_details");
        Ok(Self {
            id: id.into(),
            replaces: json.owned("replaces").filter(|replaced| !replaced.is_empty() && *replaced != id),
            authorization: json.owned("authorization"),
            institution_name: json.shown("institution_name"),
            display_name: json.shown("display_name"),
            last4: json.text("last4").and_then(Last4::parse),
            subcategory: json.text("subcategory").map(Subcategory::parse),
            status: AccountStatus::of(json, "status"),
            inactive: details.and_then(|d| d.object("inactive")).map(|inactive| Inactive {
                cause: Cause::of(inactive, "cause"),
                action: RelinkAction::of(inactive, "action"),
                since: json.whole("inactive_since"),
            }),
            ending: details.and_then(|d| d.object("active")).map(|active| Ending {
                cause: Cause::of(active, "cause"),
                action: RelinkAction::of(active, "action"),
                expected_deactivation_date: active.whole("expected_deactivation_date"),
            }),
            permissions: json.entries("permissions").map(permissions),
            account_numbers: json.entries("account_numbers").unwrap_or_default().iter().map(number).gather(),
            supported_payment_method_types: json
                .entries("supported_payment_method_types")
                .map(|types| types.iter().filter_map(|t| t.as_str().map(Into::into)).gather()),
        })
    }

    /// Reads a list, leaving out entries that are not accounts. They are shared, since a flow keeps what it was told in
    /// several places.
    pub fn decode_list(entries: &[Json]) -> Vec<Rc<Self>> {
        entries.iter().filter_map(|entry| Self::decode(entry).ok().map(Rc::new)).gather()
    }

    /// Whether it has that id, now or before.
    pub fn is(&self, id: &str) -> bool {
        self.id == id || self.replaces.as_deref() == Some(id)
    }

    /// The list without accounts that another entry replaces: the two are one account.
    pub(crate) fn newest_of_each(accounts: Vec<Rc<Self>>) -> Vec<Rc<Self>> {
        let mut newest: Vec<Rc<Self>> = Vec::new();
        for account in accounts {
            if newest.iter().any(|other| other.replaces.as_ref() == Some(&account.id)) {
                continue;
            }
            let is_replaced = |other: &Rc<Self>| account.replaces.as_ref() == Some(&other.id);
            while let Some(place) = newest.iter().position(is_replaced) {
                newest.remove(place);
            }
            newest.push(account);
        }
        newest
    }

    /// Whether it works today.
    pub fn is_active(&self) -> bool {
        self.status == AccountStatus::Active
    }
}

/// A list of permissions without repetitions, in the order in which they are shown.
pub(crate) fn permissions(entries: &[Json]) -> Vec<Permission> {
    let mut known = Vec::new();
    for permission in entries.iter().filter_map(Json::as_str).map(Permission::parse) {
        if !known.contains(&permission) {
            let later = known.iter().position(|other: &Permission| other.place() > permission.place());
            known.insert(later.unwrap_or(known.len()), permission);
        }
    }
    known
}

fn number(json: &Json) -> AccountNumber {
    AccountNumber {
        identifier_type: IdentifierType::of(json, "identifier_type"),
        status: NumberStatus::of(json, "status"),
        expected_expiry_date: json.whole("expected_expiry_date"),
    }
}
