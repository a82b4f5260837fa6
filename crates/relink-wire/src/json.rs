//! The seam between text and types: everything is decoded from a [`Json`] tree, however that tree was made.

use crate::{DisplayText, Gather, SafeUrl};
use std::fmt;

/// A JSON document in memory.
#[cfg(not(target_arch = "wasm32"))]
pub type Json = serde_json::Value;
/// A JSON document in memory.
#[cfg(target_arch = "wasm32")]
pub type Json = crate::Tree;

/// An object that is being written, field by field: a call for each weighs less than a list of them.
#[derive(Debug, Default)]
pub struct Writing(Vec<(String, Json)>);

impl Writing {
    /// Adds a field.
    pub fn put(&mut self, name: &str, value: Json) -> &mut Self {
        self.0.push((name.into(), value));
        self
    }

    /// Adds text, or null.
    pub fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        self.put(name, self::text(text))
    }

    /// Adds true or false.
    pub fn flag(&mut self, name: &str, flag: bool) -> &mut Self {
        self.put(name, Json::Bool(flag))
    }

    /// Adds a list of texts.
    pub fn texts(&mut self, name: &str, texts: &[String]) -> &mut Self {
        self.put(name, self::texts(texts))
    }

    /// The object.
    pub fn done(&mut self) -> Json {
        record(std::mem::take(&mut self.0))
    }
}

/// An object of these fields.
pub fn object(fields: Vec<(&'static str, Json)>) -> Json {
    record(fields.into_iter().map(|(name, value)| (String::from(name), value)).collect())
}

/// An object of fields whose names were read.
pub fn record(fields: Vec<(String, Json)>) -> Json {
    // Into serde_json's map, or into a list of pairs, which it is already.
    Json::Object(fields.into_iter().collect())
}

/// Text, or null.
pub fn text(text: Option<&str>) -> Json {
    text.map_or(Json::Null, |text| Json::String(String::from(text)))
}

/// A list of texts.
pub fn texts(texts: &[String]) -> Json {
    Json::Array(texts.iter().map(|one| text(Some(one))).gather())
}

/// Why an answer could not be understood: always the backend's fault. It names the field, for the backend's developer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Where in the document, as a path of field names.
    pub field: &'static str,
    /// What should have stood there.
    pub expected: &'static str,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        f.write_str(": expected ")?;
        f.write_str(self.expected)
    }
}

impl std::error::Error for DecodeError {}

/// Reading the fields of a JSON object; a field of another type than asked for reads as absent.
pub trait Fields {
    /// The field as text.
    fn text(&self, field: &str) -> Option<&str>;
    /// The field as text that is not empty.
    fn filled(&self, field: &str) -> Option<&str>;
    /// The field as a text of one's own.
    fn owned(&self, field: &str) -> Option<String>;
    /// The field as text that can be shown.
    fn shown(&self, field: &str) -> Option<DisplayText>;
    /// The field as an HTTPS address.
    fn link(&self, field: &str) -> Option<SafeUrl>;
    /// The field as a whole number.
    fn whole(&self, field: &str) -> Option<i64>;
    /// The field as true or false.
    fn flag(&self, field: &str) -> Option<bool>;
    /// The field as an object.
    fn object(&self, field: &str) -> Option<&Json>;
    /// The entries of a list, or of one of Stripe's list objects (`{"object": "list", "data": […]}`).
    fn entries(&self, field: &str) -> Option<&[Json]>;
}

impl Fields for Json {
    fn text(&self, field: &str) -> Option<&str> {
        self.get(field)?.as_str()
    }

    fn filled(&self, field: &str) -> Option<&str> {
        self.text(field).filter(|text| !text.is_empty())
    }

    #[inline(never)]
    fn owned(&self, field: &str) -> Option<String> {
        self.text(field).map(Into::into)
    }

    #[inline(never)]
    fn shown(&self, field: &str) -> Option<DisplayText> {
        self.text(field).and_then(DisplayText::parse)
    }

    #[inline(never)]
    fn link(&self, field: &str) -> Option<SafeUrl> {
        self.text(field).and_then(SafeUrl::https)
    }

    fn whole(&self, field: &str) -> Option<i64> {
        let number = self.get(field)?;
        number.as_i64().or_else(|| number.as_f64().filter(|n| n.abs() < 9e15).map(|n| n as i64))
    }

    fn flag(&self, field: &str) -> Option<bool> {
        self.get(field)?.as_bool()
    }

    fn object(&self, field: &str) -> Option<&Json> {
        self.get(field).filter(|value| value.is_object())
    }

    fn entries(&self, field: &str) -> Option<&[Json]> {
        let value = self.get(field)?;
        let list = if value.is_object() { value.get("data")? } else { value };
        list.as_array().map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_of_another_type_reads_as_absent() {
        let document = json!({"id": 7, "list": "no", "object": []});
        assert_eq!(document.text("id"), None);
        assert_eq!(document.entries("list"), None);
        assert!(document.object("object").is_none());
    }

    #[test]
    fn a_list_may_come_as_stripes_list_object() {
        let document = json!({"accounts": {"object": "list", "data": [1, 2]}});
        assert_eq!(document.entries("accounts").map(<[Json]>::len), Some(2));
    }

    #[test]
    fn a_number_that_a_browser_read_as_a_float_is_whole() {
        assert_eq!(json!({"at": 1795400000.0}).whole("at"), Some(1795400000));
        assert_eq!(json!({"at": 1e300}).whole("at"), None);
    }
}
