//! Where a test's rows are: in a file of its own, or, where `RELINK_TEST_POSTGRES` is the address of a server
//! (`postgres://user@host/postgres`), in a database of its own there. `cargo xtask test --only postgres` sets it.

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, AssertSqlSafe};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database that nobody else has.
pub struct Rows {
    /// The merchant's variable for it.
    pub variable: &'static str,
    /// What it is set to.
    pub place: String,
    /// What a test reads it by.
    url: String,
    /// Of its own: for its file, and for what a test writes beside it.
    pub folder: TempDir,
}

/// The server that the tests are to use instead of SQLite.
pub fn server() -> Option<String> {
    std::env::var("RELINK_TEST_POSTGRES").ok().filter(|server| !server.is_empty())
}

impl Rows {
    pub async fn new() -> Self {
        let Some(server) = server() else { return Self::file() };
        sqlx::any::install_default_drivers();
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let pool = connect(&server).await;
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&pool).await.expect("a database");
        pool.close().await;
        let mut place = reqwest::Url::parse(&server).expect("an address");
        place.set_path(&name);
        let place = place.to_string();
        let folder = tempfile::tempdir().expect("a folder");
        Self { variable: "DATABASE_URL", url: place.clone(), place, folder }
    }

    /// A file, whatever the others use.
    pub fn file() -> Self {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("relink.sqlite").to_str().expect("a path").to_owned();
        Self { variable: "DATABASE_PATH", url: format!("sqlite://{place}"), place, folder }
    }

    /// Whether it is a file, which only programs of one machine can share.
    pub fn is_file(&self) -> bool {
        self.variable == "DATABASE_PATH"
    }

    /// Takes every key out of the merchant's reach, until it is rolled back.
    pub async fn lock(&self) -> sqlx::Transaction<'static, sqlx::Any> {
        let pool = connect(&self.url).await;
        if self.is_file() {
            return pool.begin_with("BEGIN EXCLUSIVE").await.expect("the lock");
        }
        let mut lock = pool.begin().await.expect("a transaction");
        sqlx::query("LOCK TABLE idempotency_keys").execute(&mut *lock).await.expect("the lock");
        lock
    }

    /// So many connections, for as long as a test needs them.
    pub async fn pool(&self, connections: u32) -> AnyPool {
        AnyPoolOptions::new().max_connections(connections).connect(&self.url).await.expect("the database")
    }

    /// The first column, which is text, of every row, sorted.
    pub async fn values(&self, sql: &'static str) -> Vec<String> {
        let pool = connect(&self.url).await;
        let mut values: Vec<String> = sqlx::query_scalar(sql).fetch_all(&pool).await.expect("values");
        pool.close().await;
        values.sort_unstable();
        values
    }

    /// The first column of the first row, as text.
    pub async fn value(&self, sql: &str) -> String {
        let pool = connect(&self.url).await;
        let sql = AssertSqlSafe(format!("SELECT CAST(({sql}) AS TEXT)"));
        let value: Option<String> = sqlx::query_scalar(sql).fetch_one(&pool).await.expect("a value");
        pool.close().await;
        value.unwrap_or_default()
    }

    /// Changes rows.
    pub async fn run(&self, sql: &str) {
        let pool = connect(&self.url).await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&pool).await.expect("it runs");
        pool.close().await;
    }

    /// Makes the tables as they were after the first migrations.
    pub async fn migrate_to(&self, newest: i64) {
        if self.is_file() {
            std::fs::File::create_new(&self.place).expect("a new file");
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/relink-store/migrations");
        let all = Migrator::new(Path::new(folder)).await.expect("migrations");
        let first = all.iter().filter(|migration| migration.version <= newest).cloned().collect();
        let pool = connect(&self.url).await;
        Migrator::with_migrations(first).run(&pool).await.expect("tables");
        pool.close().await;
    }

    /// Every row of every table but the migrations', as JSON, with the table's name. It asks the database which tables and columns
    /// there are, so that a new one is among them.
    pub async fn every_row(&self) -> Vec<(String, String)> {
        let pool = connect(&self.url).await;
        let tables = if self.is_file() {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        } else {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        };
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&pool).await.expect("the tables");
        let mut all = Vec::new();
        for table in tables.into_iter().filter(|table| table != "_sqlx_migrations") {
            let sql = if self.is_file() {
                let names = AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')"));
                let names: Vec<String> =
                    sqlx::query_scalar(names).fetch_all(&pool).await.expect("the columns");
                format!("SELECT json_array(\"{}\") FROM {table}", names.join("\", \""))
            } else {
                format!("SELECT CAST(row_to_json({table}) AS TEXT) FROM {table}")
            };
            let rows: Vec<String> =
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&pool).await.expect("the rows");
            all.extend(rows.into_iter().map(|row| (table.clone(), row)));
        }
        pool.close().await;
        all
    }

    /// Tries to change rows.
    pub async fn try_run(&self, sql: &str) -> Result<(), sqlx::Error> {
        let pool = connect(&self.url).await;
        let tried = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&pool).await;
        pool.close().await;
        tried.map(drop)
    }

    /// All that rests there: the files' bytes, or every row of every table.
    pub async fn everything(&self) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(self.folder.path()).expect("the folder") {
            let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
        if !self.is_file() {
            let every =
                "SELECT query_to_xml(format('SELECT * FROM %I', table_name), true, false, '')::text AS rows
                FROM information_schema.tables WHERE table_schema = 'public'";
            let pool = connect(&self.url).await;
            let tables: Vec<String> = sqlx::query_scalar(every).fetch_all(&pool).await.expect("the tables");
            pool.close().await;
            all.push_str(&tables.concat());
        }
        all
    }
}

async fn connect(url: &str) -> AnyPool {
    AnyPoolOptions::new().max_connections(1).connect(url).await.expect("the database")
}
