//! An error answer: RFC 9457 `application/problem+json`, with `code` and `request_id` as extra members.

use crate::{Code, Fields, Json, object, text};

/// A backend's answer when it cannot do what was requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What went wrong, if the backend uses a code of the contract.
    pub code: Option<Code>,
    /// For the merchant's developer.
    pub detail: Option<String>,
    /// The id in the backend's log: visible ASCII, at most 128 characters. Anything else is dropped, because the id is
    /// passed on in events, which must not quote a backend.
    pub request_id: Option<String>,
}

impl Problem {
    /// Reads a problem; any other body gives an empty one.
    pub fn decode(json: &Json) -> Self {
        Self {
            code: json.text("code").map(Code::parse),
            detail: json.owned("detail").or_else(|| json.owned("title")),
            request_id: json.owned("request_id").filter(|id| is_id(id)),
        }
    }

    /// The document that a backend sends with `status`.
    pub fn encode(&self, status: u16, title: &str) -> Json {
        object(vec![
            ("type", text(Some("about:blank"))),
            ("title", text(Some(title))),
            ("status", Json::from(u32::from(status))),
            ("detail", text(self.detail.as_deref())),
            ("code", text(self.code.as_ref().map(Code::as_str))),
            ("request_id", text(self.request_id.as_deref())),
        ])
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_id_that_is_a_sentence_or_has_no_end_is_none() {
        for odd in ["", "for jane@example.com, 42", "req_\u{202E}7", &"x".repeat(129)] {
            assert_eq!(Problem::decode(&json!({ "request_id": odd })).request_id, None, "{odd:?}");
        }
        let id = "4bf92f35-77b3:req_7";
        assert_eq!(Problem::decode(&json!({ "request_id": id })).request_id.as_deref(), Some(id));
    }
}
