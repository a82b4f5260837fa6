//! All sealed texts of the database, in batches, for the command that reseals what an older secret has sealed.
//! A text is replaced only if it is still the one that was read, so servers can keep running. After an interruption,
//! the command starts again and finds what is left.

use crate::{Result, Store, binding};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Texts that are read and replaced at a time.
const BATCH: i64 = 200;

/// A column of sealed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The columns of its primary key, one or two.
    pub key: &'static [&'static str],
    /// The column; null and empty where there is nothing.
    pub column: &'static str,
    /// What a text is bound to: this word, and the key's values behind it, with spaces between.
    pub about: &'static str,
    /// What a text becomes that no secret opens any more, as SQL: the rest of the row must know what to do without it.
    pub lost: &'static str,
}

/// Every column of sealed texts: a column whose name ends in `_sealed` and that is not here fails a test.
pub const SEALED_COLUMNS: &[SealedColumn] = &[
    SealedColumn {
        table: "contacts",
        key: &["customer"],
        column: "name_sealed",
        about: "contact name",
        lost: "name_sealed = NULL",
    },
    SealedColumn {
        table: "contacts",
        key: &["customer"],
        column: "email_sealed",
        about: "contact email",
        lost: "email_sealed = NULL",
    },
    SealedColumn {
        table: "relink_sessions",
        key: &["id"],
        column: "handoff_sealed",
        about: "handoff",
        lost: "handoff_sealed = ''",
    },
    SealedColumn {
        table: "plaid_items",
        key: &["id"],
        column: "access_token_sealed",
        about: "plaid item",
        // The item stays, and says that the merchant's server has to register it again.
        lost: "access_token_sealed = ''",
    },
    SealedColumn {
        table: "outbox",
        key: &["id"],
        column: "content_sealed",
        about: "outbox",
        lost: "content_sealed = NULL, status = 'withdrawn', done_at = created_at",
    },
    SealedColumn {
        table: "second_factors",
        key: &["email"],
        column: "secret_sealed",
        about: "second factor of",
        // Nobody is let in without it: it is taken away by a command of its own.
        lost: "secret_sealed = ''",
    },
    SealedColumn {
        table: "idempotency_keys",
        key: &["owner", "idempotency_key"],
        column: "answer_sealed",
        about: "answer",
        lost: "answer_sealed = NULL, status = NULL, locked_until = 0",
    },
];

impl SealedColumn {
    /// What the text of a row is bound to.
    fn about(&self, key: &[String]) -> String {
        std::iter::once(self.about).chain(key.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// `$first, $second` for the key's values, from that number on.
    fn numbered(&self, from: usize) -> String {
        let numbers: Vec<String> = (from..from + self.key.len()).map(|number| format!("${number}")).collect();
        numbers.join(", ")
    }

    fn keys(&self) -> String {
        self.key.join(", ")
    }

    /// Texts that the root of `$1` did not seal.
    fn others(&self, length: usize) -> String {
        let column = self.column;
        format!("{column} IS NOT NULL AND {column} <> '' AND SUBSTR({column}, 1, {length}) <> $1")
    }
}

/// A sealed text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedText {
    /// The values of the row's key.
    pub key: Vec<String>,
    /// What it is bound to.
    pub about: String,
    /// The text as it rests.
    pub sealed: String,
}

/// What is to become of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// It stays.
    Keep,
    /// It is replaced by this one.
    With(String),
    /// It is given up.
    Lost,
}

impl Store {
    /// The next texts of a column behind that key, in its order, that do not begin with `prefix`: at most a batch.
    pub async fn sealed_otherwise(
        &self,
        column: &SealedColumn,
        prefix: &str,
        after: Option<&[String]>,
    ) -> Result<Vec<SealedText>> {
        let behind = match after {
            Some(_) => format!("AND ({}) > ({})", column.keys(), column.numbered(2)),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {keys}, {text} FROM {table} WHERE {others} {behind} ORDER BY {keys} LIMIT {BATCH}",
            keys = column.keys(),
            text = column.column,
            table = column.table,
            others = column.others(prefix.len()),
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(prefix);
        for value in after.unwrap_or_default() {
            query = query.bind(value);
        }
        let read = |row: &AnyRow| {
            let key =
                column.key.iter().map(|name| Ok(row.try_get(*name)?)).collect::<Result<Vec<String>>>()?;
            Ok(SealedText { about: column.about(&key), sealed: row.try_get(column.column)?, key })
        };
        query.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// Replaces texts of a batch, those that are still there.
    pub async fn replace_sealed(
        &self,
        column: &SealedColumn,
        replacements: &[(SealedText, Replacement)],
    ) -> Result<()> {
        let SealedColumn { table, column: text, lost, .. } = column;
        let same = format!("({}) = ({}) AND {text} = $1", column.keys(), column.numbered(3));
        let with = format!("UPDATE {table} SET {text} = $2 WHERE {same}");
        let same = format!("({}) = ({}) AND {text} = $1", column.keys(), column.numbered(2));
        let lost = format!("UPDATE {table} SET {lost} WHERE {same}");
        let mut write = self.begin().await?;
        for (old, replacement) in replacements {
            let mut query = match replacement {
                Replacement::Keep => continue,
                Replacement::With(new) => {
                    sqlx::query(AssertSqlSafe(with.clone())).bind(&old.sealed).bind(new)
                }
                Replacement::Lost => sqlx::query(AssertSqlSafe(lost.clone())).bind(&old.sealed),
            };
            for value in &old.key {
                query = query.bind(value);
            }
            query.execute(&mut *write).await?;
        }
        write.commit().await
    }

    /// Forgets every secret but that of `prefix`, where nothing is left that another has sealed; says whether that is so.
    pub async fn forget_previous_secret(&self, sealing_key: &str, prefix: &str) -> Result<bool> {
        let mut write = self.begin().await?;
        for column in SEALED_COLUMNS {
            let others = column.others(prefix.len());
            let sql = format!("SELECT COUNT(*) FROM {} WHERE {others}", column.table);
            let left: i64 =
                sqlx::query_scalar(AssertSqlSafe(sql)).bind(prefix).fetch_one(&mut *write).await?;
            if left > 0 {
                return Ok(false);
            }
        }
        binding::forget_previous(&mut write, sealing_key).await?;
        write.commit().await?;
        Ok(true)
    }

    /// The newest session's way to the bank, sealed: for a database of a version before there were ids, the best sign of
    /// the secret that counted. Answers the session's id and the text.
    pub async fn newest_handoff(&self) -> Result<Option<(String, String)>> {
        let newest = "SELECT id, handoff_sealed FROM relink_sessions WHERE handoff_sealed <> ''
            ORDER BY created_at DESC, id LIMIT 1";
        let row = sqlx::query(newest).fetch_optional(&self.pool).await?;
        row.map(|row| Ok((row.try_get("id")?, row.try_get("handoff_sealed")?))).transpose()
    }
}
