//! `/v1/financial_connections/accounts`.

use serde_json::{Value, json};

use super::list;
use super::parameters::{accept_only, missing};
use crate::error::ApiError;
use crate::form::Form;
use crate::version::Version;
use crate::world::World;
use crate::world::account::{Account, Holder, Standing};

/// Lists the linked accounts of an account holder, or those that a session collected.
pub fn list(world: &World, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["account_holder", "session", "limit", "starting_after", "ending_before", "expand"])?;
    let holder = match form.part("account_holder") {
        None => None,
        Some(holder) => Some(holder_of(holder)?),
    };
    let session = match form.text("session") {
        None => None,
        Some(id) => Some(world.session(id).ok_or_else(|| ApiError::NoSuch {
            what: "session",
            id: id.to_owned(),
            param: "session".into(),
            in_path: false,
        })?),
    };
    let all: Vec<&Account> = world
        .accounts()
        .filter(|account| match session {
            Some(session) => session.collected.contains(&account.id),
            None => account.linked,
        })
        .filter(|account| holder.as_ref().is_none_or(|holder| account.holder == *holder))
        .collect();
    let url = "/v1/financial_connections/accounts";
    list::page(&all, |account| &account.id, |account| account.to_json(), url, form)
}

fn holder_of(form: &Form) -> Result<Holder, ApiError> {
    let named = |name: &str| form.text(name).filter(|id| !id.is_empty()).map(str::to_owned);
    match (named("customer"), named("account"), named("customer_account")) {
        (Some(id), None, None) => Ok(Holder::Customer(id)),
        (None, Some(id), None) => Ok(Holder::Account(id)),
        (None, None, Some(id)) => Ok(Holder::CustomerAccount(id)),
        (None, None, None) => Err(ApiError::Missing("account_holder[customer]".into())),
        _ => Err(ApiError::invalid("account_holder", "Only one account holder can be given.")),
    }
}

/// Retrieves an account. One that is not linked can be retrieved too, because a session may name it.
pub fn retrieve(world: &World, id: &str, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["expand"])?;
    world.account(id).map(Account::to_json).ok_or_else(|| missing("account", id))
}

/// An empty list: the sandbox has no owners and inferred balances.
pub fn nothing_recorded(world: &World, id: &str, path: &[&str]) -> Result<Value, ApiError> {
    world.account(id).ok_or_else(|| missing("account", id))?;
    Ok(json!({"object": "list", "data": [], "has_more": false, "url": format!("/v1/{}", path.join("/"))}))
}

/// Performs an action on an account; `None` for an unknown action.
pub fn act(
    world: &mut World,
    id: &str,
    act: &str,
    form: &Form,
    version: &Version,
) -> Option<Result<Value, ApiError>> {
    let known: &[&str] = match act {
        "disconnect" => &["expand"],
        "refresh" | "subscribe" | "unsubscribe" => &["expand", "features"],
        _ => return None,
    };
    Some(accept_only(form, known).and_then(|()| do_act(world, id, act, form, version)))
}

fn do_act(world: &mut World, id: &str, act: &str, form: &Form, version: &Version) -> Result<Value, ApiError> {
    let account = world.account(id).ok_or_else(|| missing("account", id))?;
    if act == "disconnect" {
        if account.standing != Standing::Disconnected {
            if let Some(account) = world.account_mut(id) {
                account.standing = Standing::Disconnected;
            }
            world.emit_account("financial_connections.account.disconnected", id);
        }
    } else {
        let features = form.texts("features").filter(|features| !features.is_empty());
        let features = features.ok_or_else(|| ApiError::Missing("features".into()))?;
        if !matches!(account.standing, Standing::Active(_)) {
            return Err(ApiError::Conflict {
                code: "financial_connections_account_inactive",
                message: format!("The account {id} is not active, so its data cannot be refreshed."),
            });
        }
        // `balance` is refreshed, `balances` is fetched at once.
        let known: Vec<&str> = match act {
            "refresh" => version
                .prefetch
                .iter()
                .map(|&name| if name == "balances" { "balance" } else { name })
                .collect(),
            _ => version.subscriptions.to_vec(),
        };
        for feature in &features {
            if !known.contains(&feature.as_str()) {
                return Err(ApiError::invalid("features", format!("Invalid features: {feature}")));
            }
            allow_feature(account, feature)?;
        }
        for feature in features {
            match act {
                "subscribe" => subscribe(world, id, feature),
                "unsubscribe" => unsubscribe(world, id, &feature),
                _ => refresh(world, id, &feature),
            }
        }
    }
    world.account(id).map(Account::to_json).ok_or_else(|| missing("account", id))
}

fn allow_feature(account: &Account, feature: &str) -> Result<(), ApiError> {
    let permission = match feature {
        "balance" => "balances",
        "ownership" => "ownership",
        "transactions" | "inferred_balances" => "transactions",
        _ => return Err(ApiError::invalid("features", format!("Invalid features: {feature}"))),
    };
    if account.permissions.iter().any(|granted| granted == permission) {
        return Ok(());
    }
    Err(ApiError::invalid("features", format!("The account does not have the {permission} permission.")))
}

fn subscribe(world: &mut World, id: &str, feature: String) {
    if let Some(account) = world.account_mut(id)
        && !account.subscriptions.contains(&feature)
    {
        account.subscriptions.push(feature);
    }
}

fn unsubscribe(world: &mut World, id: &str, feature: &str) {
    if let Some(account) = world.account_mut(id) {
        account.subscriptions.retain(|subscribed| subscribed != feature);
    }
}

fn refresh(world: &mut World, id: &str, feature: &str) {
    let now = world.now;
    let refresh_id = world.next_id("fctxnref");
    let Some(account) = world.account_mut(id) else { return };
    let name = match feature {
        "balance" => {
            account.refreshes.balance = Some(now);
            "financial_connections.account.refreshed_balance"
        }
        "ownership" => {
            account.refreshes.ownership = Some(now);
            "financial_connections.account.refreshed_ownership"
        }
        "inferred_balances" => {
            account.refreshes.inferred_balances = Some(now);
            "financial_connections.account.refreshed_inferred_balances"
        }
        _ => {
            account.refreshes.transactions = Some((now, refresh_id));
            "financial_connections.account.refreshed_transactions"
        }
    };
    world.emit_account(name, id);
}
