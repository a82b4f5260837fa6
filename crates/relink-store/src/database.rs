//! Where the rows are: a SQLite file, which needs no set-up, or PostgreSQL, which several instances can share.
//! An address is checked before anything is opened, and never printed: it may contain a password.

use relink_wire::Secret;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::SqliteConnectOptions;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// The file where the environment names none.
const DEFAULT_FILE: &str = "relink.sqlite";

/// How long a request waits for a connection before it is answered "try again later". Well below the time limit of a
/// run.
pub(crate) const WAIT: Duration = Duration::from_secs(5);

/// Which program keeps the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Part of this program; the rows are in a file.
    Sqlite,
    /// A server, which may be shared.
    Postgres,
}

impl Engine {
    /// Connections that one instance opens at most, where nobody says otherwise.
    fn connections(self) -> u32 {
        match self {
            Self::Sqlite => 6,
            // Whoever commits holds one until the disk has answered: with ten, a disk that takes 4 ms ends the rate before anything else.
            // Four instances, two of which replace the others, leave some of the 97 that PostgreSQL lets in unless told otherwise.
            Self::Postgres => 20,
        }
    }
}

/// A database's address.
#[derive(Clone, Debug)]
pub struct Database {
    /// Which program keeps the rows.
    pub engine: Engine,
    /// As sqlx wants it; it may hold a password.
    pub url: Secret,
    /// The variable that named it.
    pub variable: &'static str,
    /// Whether opening it brings its tables up to date; otherwise they must be up to date already.
    pub is_migrated: bool,
    /// Connections that one instance opens at most, each when it is needed.
    pub connections: u32,
}

/// What is wrong with an address, always the operator's to repair. The address is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseMistake {
    /// `DATABASE_URL` and `DATABASE_PATH` are both set, and perhaps say different things.
    Both,
    /// `DATABASE_URL` is not what it has to be.
    Wrong(&'static str),
}

impl fmt::Display for DatabaseMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Both => f.write_str("DATABASE_URL and DATABASE_PATH are both set: keep one of them."),
            Self::Wrong(expected) => write!(f, "DATABASE_URL must be {expected}."),
        }
    }
}

impl std::error::Error for DatabaseMistake {}

impl Database {
    /// Reads what `DATABASE_URL` and `DATABASE_PATH` say; where neither is set, a file in the working folder.
    pub fn read(url: Option<String>, path: Option<String>) -> Result<Self, DatabaseMistake> {
        match (url, path) {
            (Some(_), Some(_)) => Err(DatabaseMistake::Both),
            (Some(url), None) if url.starts_with("sqlite:") => sqlite(&url),
            (Some(url), None) => postgres(&url),
            (None, path) => Ok(Self::file(Path::new(path.as_deref().unwrap_or(DEFAULT_FILE)))),
        }
    }

    /// Whether nothing of what is asked and answered can be read on the way: there is no way, it ends on this machine, or
    /// `sslmode` demands TLS (`require` encrypts, `verify-full` also checks who answers).
    pub fn is_private(&self) -> bool {
        if self.engine == Engine::Sqlite {
            return true;
        }
        let Ok(options) = PgConnectOptions::from_str(self.url.expose()) else { return false };
        let host = options.get_host();
        options.get_socket().is_some()
            || host.starts_with('/')
            || is_loopback(host)
            || match options.get_ssl_mode() {
                PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => true,
                PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => false,
            }
    }

    fn of(engine: Engine, url: Secret, variable: &'static str) -> Self {
        Self { engine, url, variable, is_migrated: true, connections: engine.connections() }
    }

    /// A file, which is made where it is not there.
    pub fn file(path: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let url = url_of(options);
        Self::of(Engine::Sqlite, url, "DATABASE_PATH")
    }

    /// The same, which is not made where it is not there.
    pub(crate) fn existing(&self) -> Self {
        Self { url: Secret::new(self.url.expose().replace("mode=rwc", "mode=rw")), ..self.clone() }
    }

    /// The same, with so many connections at most.
    pub fn with_connections(self, connections: u32) -> Self {
        Self { connections, ..self }
    }

    /// The same, but opening it leaves the tables as they are and needs no permission to change them.
    pub fn without_migrating(self) -> Self {
        Self { is_migrated: false, ..self }
    }
}

/// Whether that host is this machine.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn wrong(expected: &'static str) -> DatabaseMistake {
    DatabaseMistake::Wrong(expected)
}

fn sqlite(url: &str) -> Result<Database, DatabaseMistake> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(wrong("a file: what is in memory only is lost with the program"));
    }
    let options = SqliteConnectOptions::from_str(url);
    let options = options.map_err(|_| wrong("sqlite:path, with ?mode=rw at most"))?;
    let options = if url.contains("mode=") { options } else { options.create_if_missing(true) };
    let url = url_of(options);
    Ok(Database::of(Engine::Sqlite, url, "DATABASE_URL"))
}

fn postgres(url: &str) -> Result<Database, DatabaseMistake> {
    if !["postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
        return Err(wrong("postgres://user:password@host/database or sqlite:path"));
    }
    let parsed = Url::parse(url).map_err(|_| {
        wrong("an address; in a user or a password other characters than letters and digits are percent-encoded, @ as %40")
    })?;
    let is_named = parsed.path().len() > 1 || parsed.query_pairs().any(|(name, _)| name == "dbname");
    if !is_named {
        return Err(wrong("an address with a database's name: postgres://user:password@host/database"));
    }
    if PgConnectOptions::from_str(url).is_err() {
        return Err(wrong(
            "one whose parameters PostgreSQL knows; sslmode is disable, allow, prefer, require, verify-ca or verify-full",
        ));
    }
    Ok(Database::of(Engine::Postgres, Secret::new(url.to_owned()), "DATABASE_URL"))
}

/// sqlx writes every character of the file's name so that it reads it back, but for the percent sign.
fn url_of(options: SqliteConnectOptions) -> Secret {
    let name = options.get_filename().to_string_lossy().replace('%', "%25");
    Secret::new(options.filename(name).to_url_lossy().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Database, String> {
        Database::read(Some(url.into()), None).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_set_is_a_file_that_is_made() {
        let database = Database::read(None, None).expect("a database");
        assert_eq!((database.engine, database.variable), (Engine::Sqlite, "DATABASE_PATH"));
        assert!(database.url.expose().starts_with("sqlite://relink.sqlite?mode=rwc"));
    }

    #[test]
    fn a_path_with_any_character_stays_that_path() {
        let database = Database::read(None, Some("/tmp/a b#c?d%20.sqlite".into())).expect("a database");
        let options = SqliteConnectOptions::from_str(database.url.expose()).expect("options");
        assert_eq!(options.get_filename(), Path::new("/tmp/a b#c?d%20.sqlite"));
    }

    #[test]
    fn both_variables_are_one_too_many() {
        let both = Database::read(Some("postgres://h/d".into()), Some("x".into())).expect_err("both");
        assert_eq!(both.to_string(), "DATABASE_URL and DATABASE_PATH are both set: keep one of them.");
    }

    #[test]
    fn postgresql_is_known_by_either_of_its_names_and_a_socket_will_do() {
        for url in
            ["postgres://u:p%40@h:5433/d?sslmode=verify-full", "postgresql://h/d", "postgres:///d?host=/run"]
        {
            assert_eq!(read(url).expect("a database").engine, Engine::Postgres, "{url}");
        }
    }

    #[test]
    fn a_server_elsewhere_is_private_only_where_tls_is_demanded() {
        for (url, is_private) in [
            ("postgres://u@db.example/d", false),
            ("postgres://u@db.example/d?sslmode=prefer", false),
            ("postgres://u@db.example/d?sslmode=disable", false),
            ("postgres://u@db.example/d?sslmode=require", true),
            ("postgres://u@db.example/d?sslmode=verify-full", true),
            ("postgres://u@127.0.0.1/d", true),
            ("postgres://u@[::1]/d", true),
            ("postgres://u@localhost/d", true),
            ("postgres://u@localhost.example/d", false),
            ("postgres:///d?host=/run/postgresql", true),
            ("sqlite:relink.sqlite", true),
        ] {
            assert_eq!(read(url).expect("a database").is_private(), is_private, "{url}");
        }
    }

    #[test]
    fn a_wrong_address_is_told_apart_by_what_is_wrong_and_never_repeated() {
        for (url, said) in [
            ("mysql://planted@h/d", "must be postgres://user:password@host/database or sqlite:path"),
            ("planted.sqlite", "must be postgres://user:password@host/database or sqlite:path"),
            ("postgres://u:planted/x@h/d", "percent-encoded"),
            ("postgres://u:planted@h", "a database's name"),
            ("postgres://u:planted@h/d?sslmode=planted", "verify-full"),
            ("sqlite::memory:", "a file"),
            ("sqlite:planted?mode=planted", "?mode=rw"),
        ] {
            let told = read(url).expect_err(url);
            assert!(told.starts_with("DATABASE_URL") && told.contains(said), "{url}: {told}");
            assert!(!told.contains("planted"), "{told}");
        }
    }

    #[test]
    fn a_password_is_not_in_the_debug_output() {
        assert!(!format!("{:?}", read("postgres://u:planted@h/d")).contains("planted"));
    }
}
