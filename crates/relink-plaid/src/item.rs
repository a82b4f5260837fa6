//! A Plaid item in the contract's terms: what is wrong with it, and its accounts in Stripe's format.

use relink_account::LinkedAccount;
use relink_wire::{Fields, Json};
use serde_json::{Map, json};

/// Plaid, as its accounts bear it.
pub(crate) const NAME: &str = "plaid";

/// A login at a bank, as Plaid gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// `item_id`: the authorization of its accounts.
    pub id: String,
    /// The bank.
    pub institution: Option<String>,
    /// Its name.
    pub institution_name: Option<String>,
    /// When it was linked, in Unix seconds.
    pub created_at: Option<i64>,
    /// `error_code` of what holds it up.
    pub error: Option<String>,
    /// When the bank ends consent, in Unix seconds.
    pub consent_expires_at: Option<i64>,
}

impl Item {
    /// Reads an item; only its id is indispensable.
    pub(crate) fn read(json: &Json) -> Option<Self> {
        let error =
            json.object("error").map(|error| error.text("error_code").unwrap_or("UNKNOWN").to_owned());
        let time = |field| {
            let time = json.text(field)?.parse::<jiff::Timestamp>().ok()?;
            Some(time.as_second())
        };
        Some(Self {
            id: json.text("item_id").filter(|id| !id.is_empty())?.to_owned(),
            institution: json.text("institution_id").map(Into::into),
            institution_name: json.text("institution_name").map(Into::into),
            created_at: time("created_at"),
            error,
            consent_expires_at: time("consent_expiration_time"),
        })
    }

    /// Stripe's `status` and `status_details`: from them the widget says why the customer is here.
    pub fn state(&self) -> (&'static str, Json) {
        let Some(code) = self.error.as_deref() else {
            let ending = self.consent_expires_at.map(|at| {
                json!({"active": {"cause": "access_expired", "action": "relink_required", "expected_deactivation_date": at}})
            });
            return ("active", ending.unwrap_or_else(|| json!({})));
        };
        let (cause, action) = match code {
            "ITEM_LOGIN_REQUIRED"
            | "INVALID_CREDENTIALS"
            | "INVALID_MFA"
            | "ITEM_LOCKED"
            | "USER_SETUP_REQUIRED"
            | "PASSWORD_RESET_REQUIRED" => ("institution_requirement", "relink_required"),
            "USER_PERMISSION_REVOKED" | "ACCESS_NOT_GRANTED" => ("access_denied", "relink_required"),
            "ITEM_NOT_FOUND" | "ITEM_CONCURRENTLY_DELETED" | "NO_ACCOUNTS" => ("account_closed", "none"),
            // Newer than this program: update mode is still what repairs an item.
            _ => ("unspecified", "relink_required"),
        };
        ("inactive", json!({"inactive": {"cause": cause, "action": action}}))
    }

    /// An item that Plaid does not know any more, or whose bank has ended it for good.
    pub(crate) fn gone(id: &str) -> Self {
        Self {
            id: id.into(),
            institution: None,
            institution_name: None,
            created_at: None,
            error: Some("ITEM_NOT_FOUND".into()),
            consent_expires_at: None,
        }
    }

    /// An account that is known, as it stands by the item's state.
    pub(crate) fn restated(&self, account: LinkedAccount) -> LinkedAccount {
        let (status, details) = self.state();
        account.with(&[("status", json!(status)), ("status_details", details)])
    }

    /// An account that is known and that the customer shares no more.
    pub(crate) fn left_out(account: LinkedAccount) -> LinkedAccount {
        let details = json!({"inactive": {"cause": "access_denied", "action": "relink_required"}});
        account.with(&[("status", json!("inactive")), ("status_details", details)])
    }

    /// One of its accounts in Plaid's fields: as `/accounts/get` gives it, or as a merchant has kept it. Fields from a list: a balance or
    /// an owner that Plaid gives goes nowhere by itself.
    pub fn account(&self, plaid: &Json) -> Option<LinkedAccount> {
        let (status, status_details) = self.state();
        let category = match plaid.text("type") {
            Some("depository") => "cash",
            Some("credit") => "credit",
            Some("investment" | "brokerage") => "investment",
            Some(_) | None => "other",
        };
        let mut public = Map::new();
        let mut set = |name: &str, value: Json| public.insert(name.into(), value);
        set("id", json!(plaid.text("account_id").filter(|id| !id.is_empty())?));
        set("object", json!("financial_connections.account"));
        set("authorization", json!(self.id));
        set("created", json!(self.created_at));
        set("institution", json!(self.institution));
        set("institution_name", json!(self.institution_name));
        set("display_name", json!(plaid.text("name")));
        set("last4", json!(plaid.text("mask")));
        set("category", json!(category));
        set("subcategory", json!(plaid.text("subtype")));
        set("status", json!(status));
        set("status_details", status_details);
        set("account_numbers", json!([]));
        let persistent_id = plaid.text("persistent_account_id").map(Into::into);
        Some(LinkedAccount::read(Json::Object(public), None).ok()?.of(NAME, persistent_id))
    }
}

#[cfg(test)]
mod tests {
    use super::Item;
    use relink_account::{Condition, Reason};
    use relink_wire::Cause;
    use serde_json::{Value, json};

    fn item(error: Value, expires: Value) -> Item {
        let json = json!({"item_id": "item_1", "error": error, "consent_expiration_time": expires});
        Item::read(&json).expect("an item")
    }

    #[test]
    fn each_error_has_a_reason_in_our_words() {
        for (code, cause, action) in [
            ("ITEM_LOGIN_REQUIRED", "institution_requirement", "relink_required"),
            ("USER_PERMISSION_REVOKED", "access_denied", "relink_required"),
            ("NO_ACCOUNTS", "account_closed", "none"),
            ("SOMETHING_NEWER", "unspecified", "relink_required"),
        ] {
            let (status, details) = item(json!({"error_code": code}), Value::Null).state();
            assert_eq!(status, "inactive");
            assert_eq!(details, json!({"inactive": {"cause": cause, "action": action}}), "{code}");
        }
    }

    #[test]
    fn consent_that_ends_is_said_with_its_day_and_a_healthy_item_has_nothing_to_say() {
        let (status, details) = item(Value::Null, json!("2026-12-04T10:00:00Z")).state();
        let at = details["active"]["expected_deactivation_date"].as_i64();
        assert_eq!((status, at), ("active", Some(1_796_378_400)));
        assert_eq!(item(Value::Null, Value::Null).state(), ("active", json!({})));
    }

    #[test]
    fn an_account_has_only_what_the_browser_may_have_and_the_reason_is_read_from_it() {
        let plaid = json!({
            "account_id": "acc_1", "name": "Plaid Checking", "mask": "0000", "type": "depository", "subtype": "checking",
            "balances": {"available": 100}, "owners": ["planted"],
        });
        let account = item(json!({"error_code": "ITEM_LOGIN_REQUIRED"}), Value::Null).account(&plaid);
        let account = account.expect("an account");
        assert!(!account.public.to_string().contains("planted") && account.public.get("balances").is_none());
        assert_eq!((account.id(), account.authorization()), ("acc_1", Some("item_1")));
        let condition = Condition::of(&account.account, &[], 0);
        assert_eq!(condition.lead(), Some(&Reason::Inactive(Cause::InstitutionRequirement)));
    }
}
