//! Checks that several addresses make of what a request carries.

use crate::error::ApiError;
use crate::form::Form;

/// Refuses parameters that are not in the list, as Stripe does.
pub fn accept_only(form: &Form, known: &[&str]) -> Result<(), ApiError> {
    match form.names().into_iter().find(|name| !known.contains(name)) {
        Some(name) => Err(ApiError::Unknown(name.to_owned())),
        None => Ok(()),
    }
}

/// The object that the address names does not exist.
pub fn missing(what: &'static str, id: &str) -> ApiError {
    ApiError::NoSuch { what, id: id.to_owned(), param: what.to_owned(), in_path: true }
}

/// A whole number, as a form carries it.
pub fn whole_number(form: &Form, name: &str) -> Result<Option<i64>, ApiError> {
    match form.text(name) {
        None | Some("") => Ok(None),
        Some(text) => match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(ApiError::invalid(name, format!("Invalid integer: {text}"))),
        },
    }
}
