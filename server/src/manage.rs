//! What an operator does from the command line: adds somebody of the staff, makes a key for a server, takes one back.
//! Secrets are read from standard input and printed on standard output. They must not be arguments, which others can
//! see.

use relink_hosted::{api_key_fingerprint, is_mailbox};
use relink_store::staff::{Person, Role};
use relink_store::{Database, OpenError, Store, StoreError};
use std::fmt;
use std::io::Read;
use std::time::{SystemTime, UNIX_EPOCH};

/// The shortest password that is taken.
const SHORTEST: usize = 12;
/// How it is called.
pub const USAGE: &str = "\
  relink-server
      serves
  relink-server --check [--online]
      says every mistake of the configuration, tries the database, the address and the widget's
      folder, and ends; with --online it also asks Stripe
  relink-server --health
      asks the one that runs here whether it is well
  relink-server --help
      says this
  relink-server staff add EMAIL NAME agent|viewer
      adds somebody, or changes them; the password is read from standard input
  relink-server api-key add NAME
      makes a key for a server, and prints it once
  relink-server api-key revoke NAME
      makes it worthless
  relink-server reseal [--drop-unreadable]
      seals anew what RELINK_SECRET_PREVIOUS has sealed, so that it may go; where a secret is lost,
      --drop-unreadable gives up what it sealed";

/// Why it was not done.
#[derive(Debug)]
pub enum ManageError {
    /// No such command.
    Usage,
    /// The address is none.
    NoAddress,
    /// The password is too short.
    TooShort,
    /// Nothing could be read.
    Input(std::io::Error),
    /// A key of that name is in use.
    KeyExists(String),
    /// No key of that name is in use.
    NoSuchKey(String),
    /// That is no name for a key.
    BadName,
    /// The database cannot be opened.
    Open(OpenError),
    /// The database refused.
    Database(StoreError),
}

impl fmt::Display for ManageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => write!(f, "no such command. There are:\n{USAGE}"),
            Self::NoAddress => f.write_str("that is no e-mail address"),
            Self::TooShort => write!(f, "the password must have {SHORTEST} characters at least"),
            Self::Input(error) => write!(f, "the password could not be read: {error}"),
            Self::KeyExists(name) => {
                write!(f, "there is a key named {name}: revoke it first, or take another name")
            }
            Self::NoSuchKey(name) => write!(f, "no key named {name} is in use"),
            Self::BadName => {
                f.write_str("a key's name has 1 to 64 letters, digits, - and _, and does not begin with -")
            }
            Self::Open(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl From<StoreError> for ManageError {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

/// Does what the arguments say; answers what is to be printed.
pub async fn run(
    database: &Database,
    arguments: &[String],
    mut input: impl Read,
) -> Result<String, ManageError> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    match words[..] {
        ["staff", "add", email, name, role] => {
            let role = Role::parse(role).ok_or(ManageError::Usage)?;
            if !is_mailbox(email) {
                return Err(ManageError::NoAddress);
            }
            let mut password = String::new();
            input.read_to_string(&mut password).map_err(ManageError::Input)?;
            let password = password.trim_end_matches(['\r', '\n']);
            if password.chars().count() < SHORTEST {
                return Err(ManageError::TooShort);
            }
            let person = Person { email: email.to_lowercase(), name: name.into(), role };
            open(database).await?.put_staff(&person, &relink_seal::hash_password(password)).await?;
            Ok(format!("{} may sign in to the dashboard.", person.email))
        }
        ["api-key", "add", name] => {
            if !is_key_name(name) {
                return Err(ManageError::BadName);
            }
            let key = format!("mk_{}", relink_seal::random_token());
            let is_new = open(database).await?.put_api_key(&api_key_fingerprint(&key), name, now).await?;
            if is_new { Ok(key) } else { Err(ManageError::KeyExists(name.into())) }
        }
        ["api-key", "revoke", name] => {
            let was_there = open(database).await?.revoke_api_key(name, now).await?;
            if was_there {
                Ok(format!("{name} is worthless now."))
            } else {
                Err(ManageError::NoSuchKey(name.into()))
            }
        }
        _ => Err(ManageError::Usage),
    }
}

/// Whether the journal and the audit trail can show a key by that name.
fn is_key_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&name.len()) && !name.starts_with('-') && name.bytes().all(fits)
}

async fn open(database: &Database) -> Result<Store, ManageError> {
    Store::open(database).await.map_err(ManageError::Open)
}
