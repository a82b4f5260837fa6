//! `POST /v1/financial_connections/sessions`: from a form to a session, checked as Stripe checks.

use serde_json::Value;

use super::parameters::{accept_only, missing, whole_number};
use crate::error::ApiError;
use crate::form::Form;
use crate::version::{SUBCATEGORIES, Version};
use crate::world::World;
use crate::world::account::Holder;
use crate::world::institution::institution;
use crate::world::session::{Delivery, RelinkOptions, Wanted};

const PERMISSIONS: &[&str] = &["balances", "ownership", "payment_method", "transactions", "account_numbers"];
const PAYMENT_SUPPORT: &[&str] = &["all", "at_least_one", "none"];

/// Creates a session, as that version of the API takes it. `may_host` says whether the merchant has access to hosted
/// relinks by the API.
pub fn create(world: &mut World, form: &Form, version: &Version, may_host: bool) -> Result<Value, ApiError> {
    let wanted = read(world, form, version, may_host)?;
    let id = world.begin(wanted);
    world.session_json(&id).ok_or_else(|| missing("session", &id))
}

fn read(world: &World, form: &Form, version: &Version, may_host: bool) -> Result<Wanted, ApiError> {
    accept_only(form, version.session)?;
    let permissions = one_of(form, "permissions", PERMISSIONS)?.unwrap_or_default();
    if permissions.is_empty() {
        return Err(ApiError::Missing("permissions".into()));
    }
    let relink = relink_options(world, form)?;
    if version.needs_account_holder && form.part("account_holder").is_none() {
        return Err(ApiError::Missing("account_holder".into()));
    }
    let holder = holder(world, form, relink.as_ref())?;
    let filters = filters(form, version)?;
    let hosted = hosted(world, form, relink.as_ref(), may_host)?;
    let return_url = form.text("return_url").filter(|url| !url.is_empty()).map(str::to_owned);
    match &return_url {
        None if hosted.is_some() && version.needs_return_url => {
            return Err(ApiError::Missing("return_url".into()));
        }
        Some(url) if hosted.is_some() && !is_web_address(url) => {
            return Err(ApiError::invalid("return_url", "Not a valid URL"));
        }
        Some(_) | None => {}
    }
    let mode = match form.part("manual_entry") {
        Some(part) => one(part, "manual_entry", "mode", version.manual_entry)?,
        None => None,
    };
    let defaults = version.defaults.as_ref();
    let owned = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
    Ok(Wanted {
        holder,
        permissions,
        prefetch: one_of(form, "prefetch", version.prefetch)?,
        countries: filters.countries,
        subcategories: filters.subcategories.or_else(|| defaults.map(|then| owned(then.subcategories))),
        institution: filters.institution,
        payment_support: filters
            .payment_support
            .or_else(|| defaults.map(|then| then.payment_support.to_owned())),
        limit: limit(form)?,
        relink,
        return_url,
        hosted,
        manual_entry: mode.or_else(|| defaults.map(|then| then.manual_entry.to_owned())),
    })
}

/// One of these values, named like `filters[name]`.
fn one(part: &Form, outer: &str, name: &str, allowed: &[&str]) -> Result<Option<String>, ApiError> {
    match part.text(name) {
        None | Some("") => Ok(None),
        Some(value) if allowed.contains(&value) => Ok(Some(value.to_owned())),
        Some(_) => {
            let param = format!("{outer}[{name}]");
            let message = format!("Invalid {param}: must be one of {}", allowed.join(", "));
            Err(ApiError::invalid(&param, message))
        }
    }
}

fn one_of(form: &Form, name: &str, allowed: &[&str]) -> Result<Option<Vec<String>>, ApiError> {
    let Some(values) = form.texts(name) else { return Ok(None) };
    match values.iter().position(|value| !allowed.contains(&value.as_str())) {
        Some(at) => Err(ApiError::invalid(
            &format!("{name}[{at}]"),
            format!("Invalid {name}[{at}]: must be one of {}", allowed.join(", ")),
        )),
        None => Ok(Some(values)),
    }
}

fn relink_options(world: &World, form: &Form) -> Result<Option<RelinkOptions>, ApiError> {
    let Some(options) = form.part("relink_options") else { return Ok(None) };
    accept_only(options, &["account", "authorization"])
        .map_err(|_| ApiError::Unknown("relink_options".into()))?;
    let authorization = options
        .text("authorization")
        .filter(|id| !id.is_empty())
        .ok_or_else(|| ApiError::Missing("relink_options[authorization]".into()))?;
    let no_such = |what, id: &str, param: &str| ApiError::NoSuch {
        what,
        id: id.to_owned(),
        param: param.to_owned(),
        in_path: false,
    };
    if world.authorization(authorization).is_none() {
        return Err(no_such("authorization", authorization, "relink_options[authorization]"));
    }
    let account = options.text("account").filter(|id| !id.is_empty());
    if let Some(id) = account {
        let account = world
            .account(id)
            .filter(|account| account.linked)
            .ok_or_else(|| no_such("account", id, "relink_options[account]"))?;
        if account.authorization != authorization {
            return Err(ApiError::invalid(
                "relink_options[account]",
                format!("The account {id} does not belong to the authorization {authorization}."),
            ));
        }
    }
    Ok(Some(RelinkOptions { authorization: authorization.to_owned(), account: account.map(str::to_owned) }))
}

/// The account holder that a request names, or whose the accounts to relink are.
pub(super) fn holder(
    world: &World,
    form: &Form,
    relink: Option<&RelinkOptions>,
) -> Result<Option<Holder>, ApiError> {
    let owner =
        relink.and_then(|relink| world.authorization(&relink.authorization)).map(|a| a.holder.clone());
    let Some(given) = form.part("account_holder") else {
        return match owner {
            Some(owner) => Ok(Some(owner)),
            None => Err(ApiError::Missing("account_holder".into())),
        };
    };
    let named = |name: &str| given.text(name).filter(|id| !id.is_empty()).map(str::to_owned);
    let holder = match (given.text("type"), named("customer"), named("account"), named("customer_account")) {
        (None | Some(""), ..) => return Err(ApiError::Missing("account_holder[type]".into())),
        (Some("customer"), Some(id), None, None) => Holder::Customer(id),
        (Some("customer"), None, None, Some(id)) => Holder::CustomerAccount(id),
        (Some("account"), None, Some(id), None) => Holder::Account(id),
        (Some("customer"), None, None, None) => {
            return Err(ApiError::Missing("account_holder[customer]".into()));
        }
        (Some("account"), ..) => return Err(ApiError::Missing("account_holder[account]".into())),
        (Some(kind), ..) => {
            return Err(ApiError::invalid(
                "account_holder[type]",
                format!("Invalid account_holder[type]: {kind}"),
            ));
        }
    };
    match owner {
        Some(owner) if owner != holder => Err(ApiError::invalid(
            "relink_options[authorization]",
            "The authorization does not belong to the account holder.",
        )),
        Some(_) | None => Ok(Some(holder)),
    }
}

/// What `filters` restricts a session to.
#[derive(Default)]
struct Filters {
    countries: Option<Vec<String>>,
    subcategories: Option<Vec<String>>,
    institution: Option<String>,
    payment_support: Option<String>,
}

fn filters(form: &Form, version: &Version) -> Result<Filters, ApiError> {
    let Some(filters) = form.part("filters") else { return Ok(Filters::default()) };
    if let Some(name) = filters.names().into_iter().find(|name| !version.filters.contains(name)) {
        return Err(ApiError::Unknown(format!("filters[{name}]")));
    }
    let bank = filters.text("institution").map(str::to_owned);
    if let Some(id) = &bank
        && institution(id).is_none()
    {
        return Err(ApiError::NoSuch {
            what: "institution",
            id: id.clone(),
            param: "filters[institution]".into(),
            in_path: false,
        });
    }
    let country = filters.text("country").map(|country| vec![country.to_owned()]);
    Ok(Filters {
        countries: filters.texts("countries").or(country),
        subcategories: one_of(filters, "account_subcategories", SUBCATEGORIES)?,
        institution: bank,
        payment_support: one(filters, "filters", "require_payment_method_support", PAYMENT_SUPPORT)?,
    })
}

fn limit(form: &Form) -> Result<Option<u32>, ApiError> {
    let Some(limits) = form.part("limits") else { return Ok(None) };
    match whole_number(limits, "accounts")
        .map_err(|_| ApiError::invalid("limits[accounts]", "Invalid integer"))?
    {
        None => Ok(None),
        Some(limit) => match u32::try_from(limit) {
            Ok(limit @ 1..) => Ok(Some(limit)),
            Ok(0) | Err(_) => {
                Err(ApiError::invalid("limits[accounts]", "This value must be greater than or equal to 1."))
            }
        },
    }
}

fn hosted(
    world: &World,
    form: &Form,
    relink: Option<&RelinkOptions>,
    may_host: bool,
) -> Result<Option<Option<Delivery>>, ApiError> {
    match form.text("ui_mode") {
        None | Some("modal" | "") => {
            return match form.part("hosted") {
                Some(_) => {
                    Err(ApiError::invalid("hosted", "`hosted` can only be used when `ui_mode` is `hosted`."))
                }
                None => Ok(None),
            };
        }
        Some("hosted") => {}
        Some(mode) => return Err(ApiError::invalid("ui_mode", format!("Invalid ui_mode: {mode}"))),
    }
    let method =
        form.part("hosted").ok_or_else(|| ApiError::Missing("hosted".into()))?.text("delivery_method");
    let delivery = match method {
        None | Some("") => None,
        Some("url") => Some(Delivery::Url),
        Some("email") => Some(Delivery::Email),
        Some(other) => {
            return Err(ApiError::invalid(
                "hosted[delivery_method]",
                format!("Invalid hosted[delivery_method]: {other}"),
            ));
        }
    };
    if delivery.is_some() {
        if !may_host {
            // What is a private preview is an unknown parameter to everybody else.
            return Err(ApiError::Unknown("hosted".into()));
        }
        let relink = relink.ok_or_else(|| ApiError::Missing("relink_options".into()))?;
        let fit = world
            .accounts_of(&relink.authorization)
            .into_iter()
            .filter(|account| relink.account.as_ref().is_none_or(|id| account.id == *id))
            .any(|account| account.linked && account.is_fit_for_hosted(world.now));
        if !fit {
            return Err(ApiError::invalid(
                "relink_options",
                "A hosted relink needs an inactive account, or a tokenized account number that expires within 30 days.",
            ));
        }
    }
    if let Some(relink) = relink
        && delivery == Some(Delivery::Email)
        && world.has_asked_by_email(relink)
    {
        return Err(ApiError::invalid(
            "hosted[delivery_method]",
            "A relink can be asked for by e-mail once every 48 hours, until the customer completes it.",
        ));
    }
    Ok(Some(delivery))
}

/// Whether the address is HTTPS, or HTTP on this machine. A hosted page sends customers there.
fn is_web_address(text: &str) -> bool {
    let Ok(uri) = text.parse::<axum::http::Uri>() else { return false };
    let local = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let plain = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    plain && (uri.scheme_str() == Some("https") || uri.scheme_str() == Some("http") && local)
}
