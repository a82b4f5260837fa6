//! A Financial Connections Session: what was asked for, and how it ended.

use serde_json::{Value, json};

use super::account::{Account, Holder};
use crate::secret::Secret;

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The customer has not finished.
    Pending,
    /// Finished as asked.
    Succeeded,
    /// Finished, and not as asked.
    Failed,
    /// The customer closed it, or it ran out.
    Cancelled,
}

impl Status {
    /// Stripe's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What is to be relinked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelinkOptions {
    /// `fcauth_…`.
    pub authorization: String,
    /// Exactly this account, or any of the authorization.
    pub account: Option<String>,
}

/// Why a relink did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureReason {
    /// Another account was chosen.
    NoAccount,
    /// Another login was used.
    NoAuthorization,
    /// Something else.
    Other,
}

/// How a relink ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelinkResult {
    /// It happened; the account is named where it was asked for.
    Relinked {
        /// The account, where `relink_options[account]` asked for it.
        account: Option<String>,
        /// The authorization.
        authorization: String,
    },
    /// It did not.
    Failed(FailureReason),
}

impl RelinkResult {
    fn to_json(&self) -> Value {
        match self {
            Self::Relinked { account, authorization } => {
                json!({"account": account, "authorization": authorization, "failure_reason": null})
            }
            Self::Failed(reason) => {
                let reason = match reason {
                    FailureReason::NoAccount => "no_account",
                    FailureReason::NoAuthorization => "no_authorization",
                    FailureReason::Other => "other",
                };
                json!({"account": null, "authorization": null, "failure_reason": reason})
            }
        }
    }
}

/// How the customer gets to a hosted page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The merchant hands out the address.
    Url,
    /// Stripe sends it.
    Email,
}

/// What a merchant asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Owner of the accounts.
    pub holder: Option<Holder>,
    /// What to be allowed.
    pub permissions: Vec<String>,
    /// What to fetch at once.
    pub prefetch: Option<Vec<String>>,
    /// Only accounts of these countries.
    pub countries: Option<Vec<String>>,
    /// Only accounts of these kinds.
    pub subcategories: Option<Vec<String>>,
    /// The bank to go to, where none follows from a relink.
    pub institution: Option<String>,
    /// Stripe's `require_payment_method_support`.
    pub payment_support: Option<String>,
    /// At most this many accounts.
    pub limit: Option<u32>,
    /// What is to be relinked.
    pub relink: Option<RelinkOptions>,
    /// Where a hosted page, or a web view, sends the customer at the end.
    pub return_url: Option<String>,
    /// Set for a hosted session.
    pub hosted: Option<Option<Delivery>>,
    /// Stripe's `manual_entry[mode]`.
    pub manual_entry: Option<String>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `fcsess_…`.
    pub id: String,
    /// What only the customer's browser may know.
    pub client_secret: Secret,
    /// The unguessable part of the hosted page's address.
    pub hosted_token: Option<Secret>,
    /// What was asked for.
    pub wanted: Wanted,
    /// The authorization whose accounts the bank offers: the one to relink, or a new one.
    pub authorization: String,
    /// Where it is.
    pub status: Status,
    /// How the relink ended, once it has.
    pub result: Option<RelinkResult>,
    /// The accounts that the customer chose.
    pub collected: Vec<String>,
    /// Whether the customer had agreed on the merchant's page already, as far as Stripe.js was handed anything.
    pub consent_outcome: Option<&'static str>,
    /// When it was created, in Unix seconds.
    pub created: i64,
    /// When it runs out, in Unix seconds.
    pub expires_at: i64,
}

impl Session {
    /// The one account that must be chosen, if it must be one.
    pub fn pinned_account(&self) -> Option<&str> {
        self.wanted.relink.as_ref()?.account.as_deref()
    }

    /// Whether an account of the login can be chosen: one that is closed cannot, and where every account must do for
    /// payments, none that does not.
    pub fn takes(&self, account: &Account) -> bool {
        let must_pay = self.wanted.payment_support.as_deref() == Some("all");
        account.is_choosable() && (account.payable || !must_pay)
    }

    /// Whether at most one account is taken.
    pub fn takes_one(&self) -> bool {
        self.wanted.limit == Some(1)
    }

    /// The API object; the accounts it collected are given by who holds them.
    pub fn to_json(&self, base: &str, accounts: Vec<Value>) -> Value {
        let pending = self.status == Status::Pending;
        let wanted = &self.wanted;
        let mut session = json!({
            "id": self.id,
            "object": "financial_connections.session",
            "account_holder": wanted.holder.as_ref().map(Holder::to_json),
            "accounts": {
                "object": "list",
                "data": accounts,
                "has_more": false,
                "url": format!("/v1/financial_connections/accounts?session={}", self.id),
            },
            "client_secret": pending.then_some(self.client_secret.expose()),
            "filters": {
                "account_subcategories": wanted.subcategories,
                "countries": wanted.countries,
                "country": match wanted.countries.as_deref() {
                    Some([country]) => Some(country),
                    Some(_) | None => None,
                },
            },
            "livemode": false,
            "permissions": wanted.permissions,
            "prefetch": wanted.prefetch.clone().unwrap_or_default(),
            "status": self.status.as_str(),
            "status_details": if self.status == Status::Cancelled { json!({"cancelled": {"reason": "other"}}) } else { json!({}) },
            "ui_mode": if wanted.hosted.is_some() { "hosted" } else { "modal" },
        });
        if let Some(institution) = &wanted.institution {
            session["filters"]["institution"] = json!(institution);
        }
        if let Some(support) = &wanted.payment_support {
            session["filters"]["require_payment_method_support"] = json!(support);
        }
        if let Some(limit) = wanted.limit {
            session["limits"] = json!({"accounts": limit});
        }
        if let Some(mode) = &wanted.manual_entry {
            session["manual_entry"] = json!({"mode": mode});
        }
        if let Some(outcome) = self.consent_outcome {
            session["pre_collected_consent"] = json!({"outcome": outcome});
        }
        if let Some(return_url) = &wanted.return_url {
            session["return_url"] = json!(return_url);
        }
        if let Some(relink) = &wanted.relink {
            session["relink_options"] =
                json!({"account": relink.account, "authorization": relink.authorization});
            // Stripe's types know no null here: while it is pending there is no such field.
            if let Some(result) = &self.result {
                session["relink_result"] = result.to_json();
            }
        }
        if let Some(delivery) = wanted.hosted {
            let method = match delivery {
                Some(Delivery::Url) => Some("url"),
                Some(Delivery::Email) => Some("email"),
                None => None,
            };
            session["hosted"] = json!({"return_url": wanted.return_url});
            if let Some(method) = method {
                session["hosted"]["delivery_method"] = json!(method);
            }
            let url = self
                .hosted_token
                .as_ref()
                .filter(|_| pending)
                .map(|token| format!("{base}/hosted/{}", token.expose()));
            session["url"] = json!(url);
        }
        session
    }
}
