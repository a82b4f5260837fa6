//! The result of Stripe.js's `collectFinancialConnectionsAccounts`. It comes through the browser, so it is only a hint:
//! the backend is asked.

use crate::{Account, DecodeError, Fields, Json};
use std::rc::Rc;

/// The result of Stripe's modal, as the browser saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// The accounts that the customer chose; none if they closed the modal.
    Accounts(Vec<Rc<Account>>),
    /// Stripe.js resolved with an error.
    Refused {
        /// Stripe's error code, if there is one.
        code: Option<String>,
    },
}

impl Collected {
    /// Reads `{financialConnectionsSession: {accounts: […]}}`, in which the list may be Stripe's list object, or
    /// `{error}`.
    pub fn decode(json: &Json) -> Result<Self, DecodeError> {
        if let Some(error) = json.object("error") {
            return Ok(Self::Refused { code: error.owned("code") });
        }
        let session = json.object("financialConnectionsSession");
        let session =
            session.ok_or(DecodeError { field: "financialConnectionsSession", expected: "an object" })?;
        Ok(Self::Accounts(session.entries("accounts").map(Account::decode_list).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_counts_before_accounts() {
        let both =
            json!({"error": {"code": "x"}, "financialConnectionsSession": {"accounts": [{"id": "fca_1"}]}});
        assert_eq!(Collected::decode(&both), Ok(Collected::Refused { code: Some("x".into()) }));
    }

    #[test]
    fn a_list_comes_in_either_form_and_a_closed_modal_is_no_accounts() {
        for accounts in [json!([{"id": "fca_1"}]), json!({"object": "list", "data": [{"id": "fca_1"}]})] {
            let resolved = json!({"financialConnectionsSession": {"accounts": accounts}});
            let Ok(Collected::Accounts(accounts)) = Collected::decode(&resolved) else { panic!("accounts") };
            assert_eq!(accounts[0].id, "fca_1");
        }
        let closed = json!({"financialConnectionsSession": {"accounts": null}});
        assert_eq!(Collected::decode(&closed), Ok(Collected::Accounts(Vec::new())));
    }

    #[test]
    fn anything_else_is_neither() {
        for odd in [json!(null), json!([]), json!({"accounts": []}), json!({"error": "no"})] {
            assert!(Collected::decode(&odd).is_err(), "{odd}");
        }
    }
}
