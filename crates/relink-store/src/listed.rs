//! A list in a statement, however long it is: its first value is a JSON object, and `LISTED` stands for its fields.

use crate::Store;
use crate::database::Engine;
use sqlx::AssertSqlSafe;

/// Stands in a statement for the fields of the object, as rows of `key` and `value`.
const LISTED: &str = "LISTED";

impl Store {
    /// The statement for this database. It is a constant: nothing from outside may be in it.
    pub(crate) fn listing(&self, statement: &'static str) -> AssertSqlSafe<String> {
        let fields = match self.engine {
            Engine::Sqlite => "json_each($1)",
            Engine::Postgres => "json_each_text(CAST($1 AS json))",
        };
        AssertSqlSafe(statement.replace(LISTED, fields))
    }
}
