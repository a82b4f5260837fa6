//! An answer, as it came.

use serde_json::Value as Json;
use std::fmt;

/// An HTTP answer, and what it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// `POST /sessions`, for people.
    pub to: String,
    /// The status.
    pub status: u16,
    /// Names in lower case, with values.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The media type, in lower case and without parameters.
    pub fn media_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body as JSON in UTF-8; null where it is none.
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or(Json::Null)
    }

    /// A member of the body that is text.
    pub fn text(&self, member: &str) -> Option<String> {
        self.json().get(member).and_then(Json::as_str).map(Into::into)
    }

    /// Whether it is a success.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it refuses with one of these statuses.
    pub fn refuses_with(&self, statuses: &[u16]) -> bool {
        statuses.contains(&self.status)
    }

    /// The status, and the code where it has one: `404 session_not_found`. Nothing else of a body is ever repeated:
    /// it may hold a secret.
    pub fn gist(&self) -> String {
        let code = self.text("code").filter(|code| code.len() <= 40).unwrap_or_default();
        format!("{} {code}", self.status).trim().to_owned()
    }

    /// The same with what it answers: `GET /sessions/{id} answered 404 session_not_found`.
    pub fn seen(&self) -> String {
        format!("{} answered {}", self.to, self.gist())
    }
}

impl fmt::Debug for Answer {
    /// Without headers and body, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Answer").field(&self.seen()).finish()
    }
}
