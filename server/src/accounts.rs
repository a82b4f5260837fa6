//! `GET /v1/accounts?customer=cus_…`, for the merchant's own server: a customer's linked accounts in Stripe's fields,
//! whichever provider has them, each with its `condition`. The widget, the email and the dashboard use the same condition. A merchant's page shows
//! it and must not judge again.

use crate::server::Server;
use crate::tokens::{answer, is_customer, meet};
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use relink_account::{Condition, NoRepair, Reason, Renewals, Repair};
use relink_backend::{ApiError, ApiErrorKind, ClientAddress, Permissions};
use relink_hosted::api_key_name;
use relink_store::accounts::AccountRow;
use relink_store::api_keys::Scope;
use relink_wire::{Account, AccountStatus, Json, Permission};
use serde::Deserialize;
use serde_json::json;

/// The most accounts of one answer, and as many as there are where nobody says.
const PAGE: usize = 100;

#[derive(Deserialize)]
pub(crate) struct Asked {
    customer: Option<String>,
    limit: Option<String>,
    starting_after: Option<String>,
}

/// Lists a customer's accounts, a page at a time.
pub(crate) async fn list(
    State(server): State<Server>,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, ApiError> {
    let client = client.map(|Extension(client)| client);
    api_key_name(&server.hosted, &headers, client, Scope::ReadAccounts).await?;
    let wrong = |detail: &str| ApiError::new(ApiErrorKind::Malformed, detail);
    let Query(asked) = asked.map_err(|_| wrong("The query cannot be read."))?;
    let customer = asked.customer.filter(|id| is_customer(id));
    let customer = customer.ok_or_else(|| wrong("customer: expected Stripe's id, cus_… or acct_…."))?;
    let limit = asked.limit.map_or(Some(PAGE), |limit| limit.parse().ok());
    let limit = limit.filter(|limit| (1..=PAGE).contains(limit));
    let limit = limit.ok_or_else(|| wrong("limit: expected a number from 1 to 100."))?;
    meet(&server, &customer).await?;
    let mut accounts = server.hosted.store.accounts_of(&customer).await?;
    let renewed = Renewals::among(accounts.iter().map(|row| &row.linked));
    accounts.retain(|row| !renewed.is_replaced(row.linked.id()));
    let begin = match asked.starting_after {
        None => 0,
        Some(last) => {
            let at = accounts.iter().position(|row| row.linked.id() == last);
            at.ok_or_else(|| wrong("starting_after: expected the id of one of the customer's accounts."))? + 1
        }
    };
    let page = &accounts[begin..accounts.len().min(begin + limit)];
    let (wanted, now) = (wanted(&server), server.hosted.now());
    let entry = |row: &AccountRow| {
        let asking = server.hosted.asking_of(&row.linked);
        entry(row, &renewed, asking.wanted(&wanted), now)
    };
    let data: Vec<Json> = page.iter().map(entry).collect();
    let body = json!({
        "object": "list",
        "url": "/v1/accounts",
        "has_more": begin + page.len() < accounts.len(),
        "data": data,
    });
    Ok(answer(StatusCode::OK, &body))
}

/// What accounts are wanted for: the first profile's permissions.
fn wanted(server: &Server) -> Vec<Permission> {
    match server.config.profiles.first().map(|profile| &profile.permissions) {
        Some(Permissions::Listed(names)) => names.iter().map(|name| Permission::parse(name)).collect(),
        Some(Permissions::AsGranted) | None => Vec::new(),
    }
}

fn entry(row: &AccountRow, renewed: &Renewals, wanted: &[Permission], now: i64) -> Json {
    let mut entry = row.linked.public.clone();
    if let Some(before) = renewed.before(row.linked.id()) {
        entry["replaces"] = before.into();
    }
    entry["condition"] = condition(&row.linked.account, wanted, now);
    entry
}

/// What holds an account up, on the wire.
fn condition(account: &Account, wanted: &[Permission], now: i64) -> Json {
    let condition = Condition::of(account, wanted, now);
    // Where nothing is claimed there is no name, and so no reason.
    let names: Vec<&str> = condition.reasons.iter().filter_map(Reason::name).collect();
    let lead = condition.reasons.iter().find(|reason| reason.name().is_some());
    json!({
        "reason": lead.and_then(Reason::name),
        "reasons": names,
        "repairable": condition.asks_for_relink(),
        "why_not": why_not(account, condition.repair),
        "at": lead.and_then(Reason::day),
        "status": status(account, &condition),
    })
}

/// Why a relink does not help an account that does not work.
fn why_not(account: &Account, repair: Repair) -> Option<&'static str> {
    match repair {
        Repair::Impossible(NoRepair::Closed) => Some("account_closed"),
        Repair::OnlyIfNamed | Repair::Impossible(NoRepair::NoAction)
            if account.status == AccountStatus::Disconnected =>
        {
            Some("disconnected")
        }
        Repair::Impossible(NoRepair::NoAction) => Some("not_relinkable"),
        Repair::NotNeeded | Repair::Possible | Repair::OnlyIfNamed => None,
    }
}

/// One word for the whole.
fn status(account: &Account, condition: &Condition) -> &'static str {
    match (condition.repair, &account.status, condition.lead()) {
        (Repair::Impossible(NoRepair::Closed), _, _) => "closed",
        (_, AccountStatus::Disconnected, _) => "disconnected",
        (_, _, None) => "working",
        (_, _, Some(Reason::Inactive(_) | Reason::PaymentsFailing)) => "broken",
        (_, _, Some(Reason::AccessEnds(_) | Reason::PaymentsEnd(_))) => "ending",
        (_, _, Some(Reason::MorePermissions)) => "needs_permission",
        (_, _, Some(Reason::Unstated)) => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_account::cases;

    #[test]
    fn of_every_account_what_is_said_agrees_with_itself_and_with_the_one_judgement() {
        let mut seen = std::collections::BTreeSet::new();
        for case in cases::every() {
            let account = Account::decode(&case.json).expect("an account");
            let told = condition(&account, &cases::WANTED, cases::NOW);
            let truth = Condition::of(&account, &cases::WANTED, cases::NOW);
            assert_eq!(told["repairable"], case.expected.asks, "{}: {told}", case.name);
            assert_eq!(told["reason"], told["reasons"][0], "{told}");
            assert_eq!(told["status"] == "working", case.expected.healthy, "{}: {told}", case.name);
            assert_eq!(
                told["status"] == "closed",
                case.expected.beyond_repair == Some(true),
                "{}: {told}",
                case.name
            );
            if case.expected.healthy || case.expected.asks {
                assert!(told["why_not"].is_null(), "{told}");
            }
            if let Repair::Impossible(_) = truth.repair {
                assert!(told["why_not"].is_string(), "{told}");
            }
            seen.insert(told["status"].as_str().unwrap_or_default().to_owned());
        }
        let all = ["broken", "closed", "disconnected", "ending", "needs_permission", "unknown", "working"];
        assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), all);
    }
}
