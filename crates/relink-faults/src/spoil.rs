//! Changes the body of an answer, so that it is valid HTTP with unexpected content: newer, incomplete or too long.

use serde_json::{Value, json};

/// The size of a huge body in bytes.
pub const HUGE: usize = 10 * 1024 * 1024;

/// As from a newer backend: enum values and a status that the widget does not know.
pub fn with_unknown_values(mut body: Value) -> Value {
    if !body.is_object() {
        return body;
    }
    body["status"] = json!("paused");
    body["permissions"] = json!(["payment_method", "horoscope"]);
    if let Some(accounts) = body["accounts"].as_array_mut() {
        for account in accounts.iter_mut().filter(|account| account.is_object()) {
            account["subcategory"] = json!("piggy_bank");
            if account["status_details"]["inactive"].is_object() {
                account["status_details"]["inactive"]["cause"] = json!("full_moon");
            }
        }
    }
    body
}

/// Removes `status`, which every session has.
pub fn without_a_field(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.remove("status");
    }
    body
}

/// Adds unknown fields, also in nested objects.
pub fn with_extra_fields(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("brand_new".into(), json!({"deep": [1, {"er": null}]}));
        if let Some(merchant) = fields.get_mut("merchant").and_then(Value::as_object_mut) {
            merchant.insert("brand_new".into(), json!("x"));
        }
    }
    body
}

/// The problem document for a status.
pub fn problem(status: u16) -> Value {
    let code = if status == 429 { json!("rate_limited") } else { Value::Null };
    let mut body = json!({"type": "about:blank", "title": "A fault was ordered", "status": status});
    body["request_id"] = json!("req_fault");
    if !code.is_null() {
        body["code"] = code;
    }
    body
}

/// The page of a captive portal.
pub const PAGE: &str =
    "<!doctype html><title>Welcome to the station's network</title><p>Accept our terms to go on.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_is_left_as_it_is() {
        for spoil in [with_unknown_values, without_a_field, with_extra_fields] {
            assert_eq!(spoil(json!([1])), json!([1]));
        }
    }

    #[test]
    fn a_session_keeps_its_id_whatever_is_done_to_it() {
        let session = json!({"id": "rls_1", "status": "pending", "accounts": [{"id": "fca_1"}]});
        for spoil in [with_unknown_values, without_a_field, with_extra_fields] {
            let spoiled = spoil(session.clone());
            assert_eq!(spoiled["id"], "rls_1");
            assert_ne!(spoiled, session);
        }
    }
}
