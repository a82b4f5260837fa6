//! What the events tell, typed. A value that this version does not know is kept as it was read, and a field that is
//! missing reads as absent: the loader may be a later version than the app.

use relink_wire::{Code, FailureReason, Outcome, Rule};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use wasm_bindgen::JsValue;

/// An enum of the wire by its name.
trait Named {
    fn named(name: &str) -> Self;
}

macro_rules! named {
    ($($name:ident),+) => {
        $(impl Named for $name {
            fn named(name: &str) -> Self {
                Self::parse(name)
            }
        })+
    };
}

named!(Code, FailureReason, Outcome, Rule);

fn name<'de, D: Deserializer<'de>, T: Named>(from: D) -> Result<T, D::Error> {
    String::deserialize(from).map(|name| T::named(&name))
}

fn maybe_name<'de, D: Deserializer<'de>, T: Named>(from: D) -> Result<Option<T>, D::Error> {
    Option::<String>::deserialize(from).map(|name| name.map(|name| T::named(&name)))
}

/// Where a flow is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The session is being fetched.
    Loading,
    /// The customer reads what is to be done, before the bank.
    Review,
    /// The customer is at the bank.
    Authorizing,
    /// The customer chooses among the accounts that the bank gave.
    Selecting,
    /// The backend is asked for the result.
    Completing,
    /// Over: relinked.
    Succeeded,
    /// Over: not relinked.
    Failed,
    /// Over: given up.
    Cancelled,
    /// A state that this version does not know.
    #[serde(untagged)]
    Unknown(String),
}

impl State {
    /// Reads the attribute's value.
    pub(super) fn parse(name: String) -> Self {
        serde_json::from_value(serde_json::Value::String(name.clone())).unwrap_or(Self::Unknown(name))
    }
}

/// Names of `relink-event`: Stripe's own, and `remind`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnalyticsName {
    /// The first view is on screen.
    Open,
    /// The customer agreed to go on.
    ConsentAcquired,
    /// The bank's page was opened.
    FlowLaunchedInBrowser,
    /// The bank let the customer in.
    InstitutionAuthorized,
    /// Accounts were chosen.
    AccountsSelected,
    /// The flow ended with a relink.
    Success,
    /// Something went wrong.
    Error,
    /// The customer wants to be reminded.
    Remind,
    /// The customer gave up.
    Cancel,
    /// A name that this version does not know.
    #[serde(untagged)]
    Unknown(String),
}

/// `relink-ready`: the first interactive view is on screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ready {
    /// The relink session's id; `None` before there is one.
    pub session: Option<String>,
    /// The flow's id: the same through retries, replaced sessions and reloads.
    pub flow: Option<String>,
}

/// `relink-state`: the state changed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StateChange {
    /// The relink session's id; `None` before there is one.
    pub session: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// The new state.
    pub state: State,
    /// The one before; `None` at the start.
    pub previous: Option<State>,
}

/// An account in a [`Success`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// `fca_…`
    pub id: String,
    /// The id under which you knew it before, where that is another.
    pub replaces: Option<String>,
    /// The bank's name.
    pub institution_name: Option<String>,
    /// The account's name.
    pub display_name: Option<String>,
    /// The end of its number.
    pub last4: Option<String>,
}

/// `relink-success`: the flow ended with a relink.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Success {
    /// The relink session's id.
    pub session: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// How it succeeded.
    #[serde(deserialize_with = "name")]
    pub outcome: Outcome,
    /// Exactly one account was asked for, or any under the authorization.
    #[serde(deserialize_with = "name")]
    pub rule: Rule,
    /// `fcauth_…`
    pub authorization: Option<String>,
    /// The accounts that work.
    #[serde(default)]
    pub accounts: Vec<Account>,
}

/// `relink-failure`: the flow ended without a relink.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Failure {
    /// The relink session's id; `None` if there was none.
    pub session: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// What went wrong.
    #[serde(deserialize_with = "name")]
    pub code: Code,
    /// Stripe's reason, where Stripe gave one.
    #[serde(default, deserialize_with = "maybe_name")]
    pub failure_reason: Option<FailureReason>,
    /// For developers; the customer reads the widget's own words.
    #[serde(default)]
    pub message: String,
    /// Whether another flow may go better.
    #[serde(default)]
    pub retryable: bool,
    /// The backend's name for the request.
    pub request_id: Option<String>,
}

/// `relink-remind`: the customer leaves, and wants to be asked again tomorrow. [`Cancel`] follows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Remind {
    /// The relink session's id; `None` if there was none.
    pub session: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// The account to relink, if it is a specific one.
    pub account: Option<String>,
    /// Why the customer is here: the most serious reason before the bank.
    pub reason: Option<String>,
}

/// `relink-cancel`: the customer closed it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Cancel {
    /// The relink session's id; `None` if there was none.
    pub session: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// The state in which it was closed.
    pub state: State,
}

/// `relink-error`: something went wrong that the customer may still get past.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Error {
    /// The relink session's id; `None` if there is none.
    pub session: Option<String>,
    /// The flow's id; `None` if the widget could not be loaded.
    pub flow: Option<String>,
    /// What went wrong.
    #[serde(deserialize_with = "name")]
    pub code: Code,
    /// For developers.
    #[serde(default)]
    pub message: String,
    /// Whether trying again may help.
    #[serde(default)]
    pub retryable: bool,
    /// The backend's name for the request.
    pub request_id: Option<String>,
}

/// `relink-event`: one of the stream for analytics.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Analytics {
    /// The relink session's id; `None` before there is one.
    pub session: Option<String>,
    /// The flow's id.
    pub flow: Option<String>,
    /// Stripe's name.
    pub name: AnalyticsName,
    /// When, in milliseconds since 1970 by the browser's clock.
    pub timestamp: i64,
    /// The bank's name.
    pub institution_name: Option<String>,
    /// What went wrong: of an error, and of the opening of a flow that begins with one.
    #[serde(default, deserialize_with = "maybe_name")]
    pub error_code: Option<Code>,
    /// Whether that ended the flow, if there is an `error_code`.
    #[serde(rename = "final")]
    pub is_final: Option<bool>,
    /// Why the customer is here: the most serious reason before the bank.
    pub reason: Option<String>,
    /// The account to relink, if it is a specific one.
    pub account: Option<String>,
    /// The type of the session's `handoff`.
    pub handoff: Option<String>,
    /// Which try of the customer's this is, from 1.
    #[serde(default)]
    pub attempt: u32,
    /// Milliseconds since the flow began.
    #[serde(default)]
    pub elapsed_ms: u64,
}

/// Reads an event's detail.
pub(super) fn read<T: DeserializeOwned>(detail: &JsValue) -> Result<T, String> {
    let text = js_sys::JSON::stringify(detail).ok().and_then(|text| text.as_string());
    serde_json::from_str(&text.unwrap_or_default()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_success_is_read_with_its_accounts() {
        let detail = json!({
            "session": "rls_1", "flow": "f_1", "outcome": "relinked", "rule": "same_account", "authorization": "fcauth_1",
            "accounts": [{ "id": "fca_2", "replaces": "fca_1", "institution_name": "Harbour Bank", "display_name": null, "last4": "1234" }],
        });
        let success: Success = from_value(detail).expect("a success");
        assert_eq!((success.outcome, success.rule), (Outcome::Relinked, Rule::SameAccount));
        assert_eq!(success.accounts[0].replaces.as_deref(), Some("fca_1"));
    }

    #[test]
    fn what_a_later_version_says_is_kept_and_what_an_earlier_one_did_not_say_is_absent() {
        let detail = json!({ "session": null, "code": "bank_on_strike", "state": 1 });
        let error: Error = from_value(detail).expect("an error");
        assert_eq!(error.code, Code::Unknown("bank_on_strike".into()));
        assert_eq!((error.flow, error.retryable, error.request_id), (None, false, None));
        let state: StateChange =
            from_value(json!({ "state": "napping", "previous": "review" })).expect("a change");
        assert_eq!((state.state, state.previous), (State::Unknown("napping".into()), Some(State::Review)));
        assert_eq!(State::parse("cancelled".into()), State::Cancelled);
    }

    #[test]
    fn the_stream_is_read_under_its_own_names() {
        let detail = json!({
            "session": null, "flow": "f_1", "name": "flow_launched_in_browser", "timestamp": 1_795_400_000_000_i64, "institution_name": null,
            "error_code": "timeout", "final": true, "reason": "access_expired", "account": "fca_1", "handoff": "hosted", "attempt": 2, "elapsed_ms": 5,
        });
        let event: Analytics = from_value(detail).expect("an event");
        assert_eq!(event.name, AnalyticsName::FlowLaunchedInBrowser);
        assert_eq!((event.error_code, event.is_final, event.attempt), (Some(Code::Timeout), Some(true), 2));
    }
}
