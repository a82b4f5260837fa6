//! The element's events: their names and what their `detail` holds. No variant can hold a client secret, a
//! full account number or anything that the customer typed.

use crate::{Account, Code, DisplayText, FailureReason, Gather, Json, Last4, Outcome, Rule, Writing};

/// Where a flow is: the host attribute `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowState {
    /// The session is being fetched.
    Loading,
    /// The customer reads what to do, before the bank.
    Review,
    /// The customer is at the bank.
    Authorizing,
    /// The customer chooses among the accounts that the bank returned.
    Selecting,
    /// The backend is asked for the result.
    Completing,
    /// Over: relinked.
    Succeeded,
    /// Over: not relinked.
    Failed,
    /// Over: cancelled.
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

/// Names of `relink-event`: Stripe's own, and `remind`, for which Stripe has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalyticsName {
    /// The first view is on screen.
    Open,
    /// The customer agreed to continue.
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
    /// The customer cancelled.
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
            Self::Remind => "remind",
            Self::Cancel => "cancel",
        }
    }
}

/// An account in the detail of `relink-success`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSummary {
    /// `fca_…`
    pub id: String,
    /// The id under which the merchant knew it before, if different.
    pub replaces: Option<String>,
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
            replaces: account.replaces.clone(),
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
        /// Which accounts were acceptable.
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
        /// Stripe's reason, if Stripe gave one.
        failure_reason: Option<FailureReason>,
        /// For the merchant's developer.
        message: String,
        /// Whether another flow may succeed.
        retryable: bool,
        /// The request's id in the backend's log.
        request_id: Option<String>,
    },
    /// The customer leaves, and wants the page to ask again tomorrow. `Cancel` follows.
    Remind {
        /// The account to relink, if it is a specific one.
        account: Option<String>,
        /// Why the customer is here, by its name in the analytics stream.
        reason: Option<String>,
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
    /// An entry of the analytics stream.
    Analytics(Analytics),
}

/// The detail of `relink-event`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analytics {
    /// Stripe's name.
    pub name: AnalyticsName,
    /// When, in Unix milliseconds of the browser's clock.
    pub timestamp: i64,
    /// The bank's name.
    pub institution_name: Option<DisplayText>,
    /// What went wrong: for an error, and for an `open` if the flow begins with an error.
    pub error_code: Option<Code>,
    /// Whether that ended the flow, if there is an `error_code`.
    pub is_final: Option<bool>,
    /// Why the customer is here: the most serious reason before the bank.
    pub reason: Option<String>,
    /// The account to relink, if it is a specific one.
    pub account: Option<String>,
    /// The type of the handoff.
    pub handoff: Option<&'static str>,
    /// The number of the customer's attempt, from 1.
    pub attempt: u32,
    /// Milliseconds since the flow began.
    pub elapsed_ms: u64,
}

impl Event {
    /// The DOM event's type.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ready => "relink-ready",
            Self::State { .. } => "relink-state",
            Self::Success { .. } => "relink-success",
            Self::Failure { .. } => "relink-failure",
            Self::Remind { .. } => "relink-remind",
            Self::Cancel { .. } => "relink-cancel",
            Self::Error { .. } => "relink-error",
            Self::Analytics(_) => "relink-event",
        }
    }

    /// Whether it ends the flow.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Success { .. } | Self::Failure { .. } | Self::Cancel { .. })
    }

    /// The DOM event's `detail`; `session` and `flow` are their ids.
    pub fn detail(&self, session: Option<&str>, flow: &str) -> Json {
        let mut detail = Writing::default();
        match self {
            Self::Ready => {}
            Self::State { state, previous } => {
                detail.text("state", Some(state.as_str()));
                detail.text("previous", previous.map(FlowState::as_str));
            }
            Self::Success { outcome, rule, authorization, accounts } => {
                detail.text("outcome", Some(outcome.as_str()));
                detail.text("rule", Some(rule.as_str()));
                detail.text("authorization", authorization.as_deref());
                detail.put("accounts", Json::Array(accounts.iter().map(AccountSummary::encode).gather()));
            }
            Self::Failure { code, failure_reason, message, retryable, request_id } => {
                trouble(&mut detail, code, message, *retryable, request_id);
                detail.text("failure_reason", failure_reason.as_ref().map(FailureReason::as_str));
            }
            Self::Remind { account, reason } => {
                detail.text("account", account.as_deref()).text("reason", reason.as_deref());
            }
            Self::Cancel { state } => {
                detail.text("state", Some(state.as_str()));
            }
            Self::Error { code, message, retryable, request_id } => {
                trouble(&mut detail, code, message, *retryable, request_id);
            }
            Self::Analytics(analytics) => analytics.write(&mut detail),
        }
        detail.text("session", session).text("flow", Some(flow)).done()
    }
}

impl Analytics {
    fn write(&self, detail: &mut Writing) {
        detail
            .text("name", Some(self.name.as_str()))
            .put("timestamp", Json::from(self.timestamp))
            .text("institution_name", self.institution_name.as_ref().map(DisplayText::as_str))
            .text("error_code", self.error_code.as_ref().map(Code::as_str))
            .put("final", self.is_final.map_or(Json::Null, Json::Bool))
            .text("reason", self.reason.as_deref())
            .text("account", self.account.as_deref())
            .text("handoff", self.handoff)
            .put("attempt", Json::from(self.attempt))
            .put("elapsed_ms", Json::from(self.elapsed_ms));
    }
}

impl AccountSummary {
    fn encode(&self) -> Json {
        Writing::default()
            .text("id", Some(&self.id))
            .text("replaces", self.replaces.as_deref())
            .text("institution_name", self.institution_name.as_ref().map(DisplayText::as_str))
            .text("display_name", self.display_name.as_ref().map(DisplayText::as_str))
            .text("last4", self.last4.as_ref().map(Last4::as_str))
            .done()
    }
}

/// What a failure and an error have in common.
fn trouble(detail: &mut Writing, code: &Code, message: &str, retryable: bool, request_id: &Option<String>) {
    detail
        .text("code", Some(code.as_str()))
        .text("message", Some(message))
        .flag("retryable", retryable)
        .text("request_id", request_id.as_deref());
}
