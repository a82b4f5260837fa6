//! `POST /v1/financial_connections/consents`: a text for an account holder.

use serde_json::Value;

use super::parameters::accept_only;
use super::sessions;
use crate::error::ApiError;
use crate::form::Form;
use crate::world::World;

/// Makes a text, in a language where one is named.
pub fn create(world: &mut World, form: &Form) -> Result<Value, ApiError> {
    accept_only(form, &["account_holder", "expand", "locale"])?;
    let holder = sessions::holder(world, form, None)?.ok_or(ApiError::Missing("account_holder".into()))?;
    let locale = form.text("locale").filter(|locale| !locale.is_empty());
    let refused = |code, what: &str| {
        Err(ApiError::Conflict {
            code,
            message: format!("The locale {} is {what}.", locale.unwrap_or_default()),
        })
    };
    let is_well_formed = |locale: &str| {
        locale
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
    };
    if locale.is_some_and(|locale| !is_well_formed(locale)) {
        return refused("financial_connections_consent_locale_invalid", "not a BCP 47 language tag");
    }
    match world.make_consent(holder, locale) {
        Some(consent) => Ok(consent.to_json()),
        None => refused("financial_connections_consent_locale_unsupported", "not supported"),
    }
}
