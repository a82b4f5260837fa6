//! The element's events: their names and what their `detail` holds. No variant can hold a client secret, a
//! full account number or anything that the customer typed.

use crate::{Account, Code, DisplayText, FailureReason, Json, Last4, Outcome, Rule};
use serde_json::json;

/// Where a flow is: the host attribute `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowState {
    /// The session is being fetched.
    Loading,
    /// The customer reads what is to be done, before the bank.
    Review,
    /// The customer is at the bank.
    Authorizing,
    /// The customer chooses among the accounts that the bank gave.
    Selecting,
    /// The backend is being told.
    Completing,
    /// Over: relinked.
    Succeeded,
    /// Over: not relinked.
    Failed,
    /// Over: given up.
    Cancelled,
}

impl FlowState {
    /// The attribute's value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Review => "review",
            Self::Authorizing => "authorizing",
            Self::Selecting => "selecting",
            Self::Completing => "completing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the flow is over.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// Names of `relink-event`, Stripe's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The customer gave up.
    Cancel,
}

impl AnalyticsName {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ConsentAcquired => "consent_acquired",
            Self::FlowLaunchedInBrowser => "flow_launched_in_browser",
            Self::InstitutionAuthorized => "institution_authorized",
            Self::AccountsSelected => "accounts_selected",
            Self::Success => "success",
            Self::Error => "error",
            Self::Cancel => "cancel",
        }
    }
}

/// What `relink-success` tells of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSummary {
    /// `fca_…`
    pub id: String,
    /// The bank's name.
    pub institution_name: Option<DisplayText>,
    /// The account's name.
    pub display_name: Option<DisplayText>,
    /// The end of its number.
    pub last4: Option<Last4>,
}

impl From<&Account> for AccountSummary {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id.clone(),
            institution_name: account.institution_name.clone(),
            display_name: account.display_name.clone(),
            last4: account.last4.clone(),
        }
    }
}

/// An event of the element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The first interactive view is on screen.
    Ready,
    /// The state changed.
    State {
        /// The new one.
        state: FlowState,
        /// The one before; none at the start.
        previous: Option<FlowState>,
    },
    /// The flow ended with a relink.
    Success {
        /// How.
        outcome: Outcome,
        /// What was asked for.
        rule: Rule,
        /// `fcauth_…`
        authorization: Option<String>,
        /// The accounts that work.
        accounts: Vec<AccountSummary>,
    },
    /// The flow ended without one.
    Failure {
        /// What went wrong.
        code: Code,
        /// Stripe's reason, where Stripe gave one.
        failure_reason: Option<FailureReason>,
        /// For the merchant's developer.
        message: String,
        /// Whether another flow may go better.
        retryable: bool,
        /// The backend's name for the request.
        request_id: Option<String>,
    },
    /// The customer gave up.
    Cancel {
        /// Where.
        state: FlowState,
    },
    /// Something went wrong that the customer may still get past.
    Error {
        /// What.
        code: Code,
        /// For the merchant's developer.
        message: String,
        /// Whether trying again may help.
        retryable: bool,
        /// The backend's name for the request.
        request_id: Option<String>,
    },
    /// One of the stream for analytics.
    Analytics {
        /// Stripe's name.
        name: AnalyticsName,
        /// When, in Unix milliseconds of the browser's clock.
        timestamp: i64,
        /// The bank's name.
        institution_name: Option<DisplayText>,
        /// What went wrong.
        error_code: Option<Code>,
    },
}

impl Event {
    /// The DOM event's type.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ready => "relink-ready",
            Self::State { .. } => "relink-state",
            Self::Success { .. } => "relink-success",
            Self::Failure { .. } => "relink-failure",
            Self::Cancel { .. } => "relink-cancel",
            Self::Error { .. } => "relink-error",
            Self::Analytics { .. } => "relink-event",
        }
    }

    /// Whether it ends the flow.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Success { .. } | Self::Failure { .. } | Self::Cancel { .. })
    }

    /// The DOM event's `detail`; `session` is the session's id.
    pub fn detail(&self, session: Option<&str>) -> Json {
        let text = |text: &Option<DisplayText>| text.as_ref().map(|text| text.as_str().to_owned());
        let mut detail = match self {
            Self::Ready => json!({}),
            Self::State { state, previous } => {
                json!({ "state": state.as_str(), "previous": previous.map(FlowState::as_str) })
            }
            Self::Success { outcome, rule, authorization, accounts } => {
                let accounts: Vec<Json> = accounts
                    .iter()
                    .map(|account| {
                        json!({
                            "id": account.id,
                            "institution_name": text(&account.institution_name),
                            "display_name": text(&account.display_name),
                            "last4": account.last4.as_ref().map(Last4::as_str),
                        })
                    })
                    .collect();
                json!({
                    "outcome": outcome.as_str(),
                    "rule": rule.as_str(),
                    "authorization": authorization,
                    "accounts": accounts,
                })
            }
            Self::Failure { code, failure_reason, message, retryable, request_id } => json!({
                "code": code.as_str(),
                "failure_reason": failure_reason.as_ref().map(FailureReason::as_str),
                "message": message,
                "retryable": retryable,
                "request_id": request_id,
            }),
            Self::Cancel { state } => json!({ "state": state.as_str() }),
            Self::Error { code, message, retryable, request_id } => json!({
                "code": code.as_str(),
                "message": message,
                "retryable": retryable,
                "request_id": request_id,
            }),
            Self::Analytics { name, timestamp, institution_name, error_code } => json!({
                "name": name.as_str(),
                "timestamp": timestamp,
                "institution_name": text(institution_name),
                "error_code": error_code.as_ref().map(Code::as_str),
            }),
        };
        detail["session"] = session.map_or(Json::Null, |id| Json::String(id.to_owned()));
        detail
    }
}
