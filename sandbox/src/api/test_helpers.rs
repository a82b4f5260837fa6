//! `/v1/test_helpers`: how a test or a demo changes the world. The README lists them.

use serde_json::{Value, json};

use super::parameters::{accept_only, missing, whole_number};
use crate::error::ApiError;
use crate::form::Form;
use crate::mail::{Received, Refusal};
use crate::secret::Secret;
use crate::state::{OrderedFault, State};
use crate::version::Version;
use crate::webhook::{Mode, Payload};
use crate::world::account::{DAY, Ending, Number, Standing};
use crate::world::visit::AtTheBank;
use crate::world::{Reach, World, seed};

/// Answers a request below `/v1/test_helpers`.
pub fn answer(state: &mut State, method: &str, path: &[&str], form: &Form) -> Result<Value, ApiError> {
    match (method, path) {
        ("GET", ["clock"]) => Ok(clock_json(state)),
        ("POST", ["clock"]) => move_clock(state, form),
        ("GET", ["scenarios"]) => Ok(scenarios(state)),
        ("POST", ["reset"]) => {
            state.reset();
            Ok(json!({"object": "test_helpers.reset"}))
        }
        ("POST", ["webhooks"]) => set_webhooks(state, form),
        ("GET", ["faults"]) => Ok(faults_json(state)),
        ("POST", ["faults"]) => order_fault(state, form),
        ("POST", ["account"]) => set_account(state, form),
        ("POST", ["crowd"]) => plant_crowd(&mut state.world, form),
        ("GET", ["mail"]) => Ok(json!({
            "object": "test_helpers.mail_server",
            "smtp": state.mailbox.address,
            "inbox": "/inbox",
        })),
        ("GET", ["mails"]) => {
            let data: Vec<Value> = state.mailbox.mails().map(Received::to_json).collect();
            Ok(json!({"object": "list", "data": data, "has_more": false, "url": "/v1/test_helpers/mails"}))
        }
        ("POST", ["mail_refusals"]) => refuse_mail(state, form),
        ("POST", ["financial_connections", "hosted_pages"]) => {
            accept_only(form, &["cross_origin_opener_policy"])?;
            state.world.hosted_severs_opener = form.text("cross_origin_opener_policy") == Some("same-origin");
            Ok(json!({"object": "test_helpers.hosted_pages"}))
        }
        ("POST", ["financial_connections", "accounts", id, act]) => change_account(state, id, act, form),
        ("POST", ["financial_connections", "authorizations", id, "relinking"]) => {
            change_relinking(&mut state.world, id, form)
        }
        ("POST", ["financial_connections", "sessions", id, act]) => change_session(state, id, act, form),
        _ => Err(ApiError::NoSuchAddress(format!("{method}: /v1/test_helpers/{}", path.join("/")))),
    }
}

fn clock_json(state: &State) -> Value {
    json!({"object": "test_helpers.clock", "now": state.world.now, "offset": state.clock_offset})
}

fn move_clock(state: &mut State, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["advance", "set"])?;
    let now = match (whole_number(form, "advance")?, whole_number(form, "set")?) {
        (Some(seconds), None) => state.world.now.saturating_add(seconds),
        (None, Some(now)) => now,
        (None, None) => return Err(ApiError::Missing("advance".into())),
        (Some(_), Some(_)) => return Err(ApiError::invalid("set", "Give either advance or set.")),
    };
    // Years stay below 10000, so that sums of dates cannot overflow.
    if !(0..=253_402_300_799).contains(&now) {
        return Err(ApiError::invalid("set", "The clock goes from 1970 to 9999."));
    }
    state.set_clock(now);
    Ok(clock_json(state))
}

fn scenarios(state: &State) -> Value {
    let data: Vec<Value> = state
        .world
        .scenarios
        .iter()
        .map(|scenario| {
            let account = state.world.account(&scenario.account);
            json!({
                "object": "test_helpers.scenario",
                "scenario": scenario.name,
                "account": scenario.account,
                "authorization": scenario.authorization,
                "customer": scenario.customer,
                "institution_name": account.map(|account| account.institution_name),
                "display_name": account.and_then(|account| account.display_name.as_deref()),
                "description": scenario.description,
                "rule": scenario.rule,
                "limits": {"accounts": scenario.limit},
                "handoff": scenario.handoff,
            })
        })
        .collect();
    json!({"object": "list", "data": data, "has_more": false, "url": "/v1/test_helpers/scenarios"})
}

fn set_webhooks(state: &mut State, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["url", "secrets", "mode", "payload"])?;
    match form.text("payload") {
        None => {}
        Some("snapshot") => state.delivery.payload = Payload::Snapshot,
        Some("thin") => state.delivery.payload = Payload::Thin,
        Some("both") => state.delivery.payload = Payload::Both,
        Some(_) => return Err(ApiError::invalid("payload", "One of snapshot, thin, both.")),
    }
    let mode = match form.text("mode") {
        None => None,
        Some("normal") => Some(Mode::Normal),
        Some("twice") => Some(Mode::Twice),
        Some("reordered") => Some(Mode::Reordered),
        Some("paused") => Some(Mode::Paused),
        Some(_) => return Err(ApiError::invalid("mode", "One of normal, twice, reordered, paused.")),
    };
    if let Some(url) = form.text("url") {
        state.delivery.url = Some(url.to_owned()).filter(|url| !url.is_empty());
    }
    if let Some(secrets) = form.texts("secrets").filter(|secrets| !secrets.is_empty()) {
        state.delivery.secrets = secrets.into_iter().map(Secret::new).collect();
    }
    if let Some(mode) = mode {
        state.delivery.set_mode(mode);
    }
    Ok(json!({"object": "test_helpers.webhooks", "url": state.delivery.url}))
}

fn order_fault(state: &mut State, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["status", "times", "retry_after", "delay_ms", "path"])?;
    let status = match whole_number(form, "status")? {
        None => None,
        Some(status @ (403 | 429 | 500..=599)) => u16::try_from(status).ok(),
        Some(_) => return Err(ApiError::invalid("status", "403, 429, or from 500 to 599.")),
    };
    let times = whole_number(form, "times")?.unwrap_or(1).clamp(0, i64::from(u32::MAX));
    let fault = OrderedFault {
        status,
        times: u32::try_from(times).unwrap_or(u32::MAX),
        retry_after: whole_number(form, "retry_after")?,
        delay_ms: whole_number(form, "delay_ms")?.unwrap_or(0).clamp(0, 120_000).unsigned_abs(),
        path: form.text("path").unwrap_or("/v1/financial_connections/").to_owned(),
    };
    // `times=0` takes back what was ordered.
    if fault.times == 0 {
        state.faults.clear();
    } else {
        state.faults.push(fault);
    }
    Ok(faults_json(state))
}

fn faults_json(state: &State) -> Value {
    json!({"object": "test_helpers.faults", "ordered": state.faults.len()})
}

/// Changes what the merchant's account at Stripe is: its version of the API, its access to private previews.
fn set_account(state: &mut State, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["api_version", "hosted_relink", "pre_collected_consent"])?;
    let version = form.text("api_version").map(Version::named).transpose()?;
    let grant = |name| match form.text(name) {
        None => Ok(None),
        Some("granted") => Ok(Some(true)),
        Some("not_granted") => Ok(Some(false)),
        Some(_) => Err(ApiError::invalid(name, "One of granted, not_granted.")),
    };
    let (hosted, consent) = (grant("hosted_relink")?, grant("pre_collected_consent")?);
    state.has_hosted_relink = hosted.unwrap_or(state.has_hosted_relink);
    state.has_pre_collected_consent = consent.unwrap_or(state.has_pre_collected_consent);
    state.version = version.unwrap_or(state.version);
    let word = |granted| if granted { "granted" } else { "not_granted" };
    Ok(json!({
        "object": "test_helpers.account",
        "api_version": state.version.name,
        "hosted_relink": word(state.has_hosted_relink),
        "pre_collected_consent": word(state.has_pre_collected_consent),
    }))
}

/// Adds customers of whom each has one broken account: for what happens when many come at once.
fn plant_crowd(world: &mut World, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["customers"])?;
    match whole_number(form, "customers")? {
        Some(count @ 1..=10_000) => seed::plant_crowd(world, count),
        _ => return Err(ApiError::invalid("customers", "From 1 to 10,000.")),
    }
    Ok(json!({"object": "test_helpers.crowd"}))
}

fn refuse_mail(state: &mut State, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["answer", "times"])?;
    let refusal = match form.text("answer") {
        Some("later") => Refusal::Later,
        Some("never") => Refusal::Never,
        Some("silence") => Refusal::Silence,
        _ => return Err(ApiError::invalid("answer", "One of later, never, silence.")),
    };
    let times = whole_number(form, "times")?.unwrap_or(1).clamp(0, 1_000);
    state.mailbox.refuse(refusal, usize::try_from(times).unwrap_or(1));
    Ok(json!({"object": "test_helpers.mail_refusals"}))
}

fn change_account(state: &mut State, id: &str, act: &str, form: &Form) -> Result<Value, ApiError> {
    let world = &mut state.world;
    let now = world.now;
    if world.account(id).is_none() {
        return Err(missing("account", id));
    }
    match act {
        "deactivate" => {
            accept_only(form, &["cause", "action"])?;
            let cause = form.text("cause").unwrap_or("unspecified");
            let action = form.text("action").unwrap_or(if cause == "account_closed" {
                "none"
            } else {
                "relink_required"
            });
            world.deactivate(id, cause, action);
        }
        "supported_payment_method_types" => {
            accept_only(form, &["types"])?;
            let types = form.texts("types").unwrap_or_default();
            if let Some(account) = world.account_mut(id) {
                account.payable = types.iter().any(|kind| kind == "us_bank_account");
            }
            world.emit_account("financial_connections.account.supported_payment_method_types_updated", id);
        }
        "expire_number" => {
            accept_only(form, &["status"])?;
            let status = match form.text("status") {
                None | Some("expired") => "expired",
                Some("deactivated") => "deactivated",
                Some("pending") => "pending",
                Some(_) => return Err(ApiError::invalid("status", "One of expired, deactivated, pending.")),
            };
            change_number(state, id, |number| {
                number.status = status;
                number.expires = (status == "expired").then_some(now);
            });
            state.world.emit_account("financial_connections.account.account_numbers_updated", id);
        }
        "expected_expiry_date" => {
            accept_only(form, &["date"])?;
            let date = whole_number(form, "date")?;
            change_number(state, id, |number| {
                number.status = "transactable";
                number.expires = date;
            });
            let soon = date.is_some_and(|date| date <= now + 30 * DAY);
            let name = if soon {
                "financial_connections.account.upcoming_account_number_expiry"
            } else {
                "financial_connections.account.account_numbers_updated"
            };
            state.world.emit_account(name, id);
        }
        "expected_deactivation_date" => {
            accept_only(form, &["date", "cause"])?;
            let cause = form.text("cause").unwrap_or("access_expired").to_owned();
            let ending = whole_number(form, "date")?.map(|date| Ending { cause, date });
            expect_deactivation(state, id, ending);
        }
        _ => {
            return Err(ApiError::NoSuchAddress(format!(
                "POST: /v1/test_helpers/financial_connections/accounts/{id}/{act}"
            )));
        }
    }
    state.world.account(id).map(|account| account.to_json()).ok_or_else(|| missing("account", id))
}

/// Changes which accounts a relink of an authorization brings back, and whether with new ids.
fn change_relinking(world: &mut World, id: &str, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["reach", "ids"])?;
    let authorization = world.authorization_mut(id).ok_or_else(|| missing("authorization", id))?;
    match form.text("reach") {
        None => {}
        Some("chosen") => authorization.reach = Reach::Chosen,
        Some("all") => authorization.reach = Reach::All,
        Some("institution") => authorization.reach = Reach::Institution,
        Some(_) => return Err(ApiError::invalid("reach", "One of chosen, all, institution.")),
    }
    match form.text("ids") {
        None => {}
        Some("same") => authorization.gives_new_ids = false,
        Some("new") => authorization.gives_new_ids = true,
        Some(_) => return Err(ApiError::invalid("ids", "One of same, new.")),
    }
    Ok(authorization.to_json())
}

/// Changes the tokenized number. An account without one gets one.
fn change_number(state: &mut State, id: &str, change: impl FnOnce(&mut Number)) {
    let Some(account) = state.world.account_mut(id) else { return };
    if !account.numbers.iter().any(|number| number.tokenized) {
        account.numbers.push(Number { tokenized: true, status: "transactable", expires: None });
    }
    if let Some(number) = account.numbers.iter_mut().find(|number| number.tokenized) {
        change(number);
    }
}

fn expect_deactivation(state: &mut State, id: &str, ending: Option<Ending>) {
    let world = &mut state.world;
    let standing = Standing::Active(ending);
    let Some(account) = world.account_mut(id) else { return };
    let was_known = matches!(&account.standing, Standing::Active(Some(_)));
    account.standing = standing.clone();
    let authorization_id = account.authorization.clone();
    let (of_account, of_authorization) = if was_known {
        (
            "financial_connections.account.expected_deactivation_date_updated",
            "financial_connections.authorization.expected_deactivation_date_updated",
        )
    } else {
        (
            "financial_connections.account.upcoming_deactivation",
            "financial_connections.authorization.upcoming_deactivation",
        )
    };
    world.emit_account(of_account, id);
    if let Some(authorization) = world.authorization_mut(&authorization_id) {
        authorization.standing = standing;
        let body = authorization.to_json();
        world.emit(of_authorization, body);
    }
}

fn change_session(state: &mut State, id: &str, act: &str, form: &Form) -> Result<Value, ApiError> {
    let world = &mut state.world;
    let now = world.now;
    let session = world.session(id).ok_or_else(|| missing("session", id))?;
    match act {
        "expiry" => {
            accept_only(form, &["expires_at"])?;
            let expires_at = whole_number(form, "expires_at")?.unwrap_or(now);
            if let Some(session) = world.session_mut(id) {
                session.expires_at = expires_at;
            }
            world.tick(now);
        }
        "finish" => {
            accept_only(form, &["outcome", "accounts"])?;
            let pinned = session.pinned_account().map(str::to_owned);
            let accounts = form.texts("accounts").unwrap_or_else(|| pinned.into_iter().collect());
            let happened = match form.text("outcome") {
                None | Some("agreed") => {
                    if accounts.is_empty() {
                        return Err(ApiError::Missing("accounts".into()));
                    }
                    let unusable = accounts
                        .iter()
                        .filter_map(|id| world.account(id))
                        .find(|account| !session.takes(account) && account.is_choosable());
                    if let Some(account) = unusable {
                        let message = format!("{} cannot be used for payments.", account.id);
                        return Err(ApiError::invalid("accounts", message));
                    }
                    AtTheBank::Agreed(accounts)
                }
                Some("other_login") => AtTheBank::OtherLogin,
                Some("refused") => AtTheBank::Refused,
                Some("closed") => AtTheBank::Closed,
                Some(_) => {
                    return Err(ApiError::invalid("outcome", "One of agreed, other_login, refused, closed."));
                }
            };
            world.conclude(id, happened);
        }
        _ => {
            return Err(ApiError::NoSuchAddress(format!(
                "POST: /v1/test_helpers/financial_connections/sessions/{id}/{act}"
            )));
        }
    }
    world.session_json(id).ok_or_else(|| missing("session", id))
}
