//! The tree of the widget's WebAssembly, in the place of serde_json's, whose map is a B-tree: the contract's documents have a
//! dozen fields, for which a list of pairs does, at 1.7 KB less to download. It has the part of that tree's interface
//! that is used here, under the same names.

/// A JSON document in memory.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Any number, as a browser has it.
    Number(f64),
    /// Text.
    String(String),
    /// A list.
    Array(Vec<Tree>),
    /// Fields, in the order in which they were written.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// The field of that name, if this is an object that has it.
    pub fn get(&self, field: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// The entries of a list.
    pub fn as_array(&self) -> Option<&Vec<Self>> {
        if let Self::Array(entries) = self { Some(entries) } else { None }
    }

    /// The text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The number.
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The number, if it is whole and exact.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_f64()
            .filter(|number| number.trunc() == *number && number.abs() < 9e15)
            .map(|number| number as i64)
    }

    /// The truth value.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(flag) = self { Some(*flag) } else { None }
    }
}

impl From<f64> for Tree {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Tree {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u64> for Tree {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<u32> for Tree {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::String(String::from(text))
    }
}

/// For tests, which write documents by serde_json's macro.
impl From<serde_json::Value> for Tree {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => Self::String(text),
            Value::Array(entries) => Self::Array(entries.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Self::Object(fields.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use serde_json::{Value, json};

    #[test]
    fn both_trees_read_alike() {
        let values = [
            json!(null),
            json!(true),
            json!(7),
            json!(-7.0),
            json!(0.5),
            json!(1e300),
            json!("text"),
            json!(["a", 1]),
            json!({"a": {"b": [null]}, "c": 1_795_400_000}),
        ];
        for value in values {
            let tree = Tree::from(value.clone());
            assert_eq!(tree.is_object(), value.is_object(), "{value}");
            assert_eq!(tree.as_str(), value.as_str(), "{value}");
            assert_eq!(tree.as_bool(), value.as_bool(), "{value}");
            assert_eq!(tree.as_f64(), value.as_f64(), "{value}");
            assert_eq!(tree.as_array().map(Vec::len), value.as_array().map(Vec::len), "{value}");
            for field in ["a", "c", "none"] {
                assert_eq!(tree.get(field).cloned(), value.get(field).cloned().map(Tree::from), "{value}");
            }
        }
    }

    #[test]
    fn a_number_is_whole_where_a_double_is_exact() {
        assert_eq!(Tree::from(1_795_400_000_i64).as_i64(), Some(1_795_400_000));
        for number in [0.5, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Tree::Number(number).as_i64(), None, "{number}");
        }
    }

    #[test]
    fn what_is_made_from_either_is_the_same() {
        assert_eq!(Tree::from(Value::from(7_u64)), Tree::from(7_u64));
        assert_eq!(Tree::from(Value::from(7)), Tree::from(7_u32));
        assert_eq!(Tree::from(Value::from("x")), Tree::from("x"));
    }
}
