//! How to call the program, and why a command failed.

use relink_store::api_keys::Scope;
use relink_store::backup::BackupError;
use relink_store::security_events::BrokenChain;
use relink_store::tables::Tables;
use relink_store::{OpenError, StoreError};
use std::fmt;

/// The shortest password that is taken.
pub(super) const SHORTEST: usize = 12;
/// How it is called.
pub const USAGE: &str = "\
  relink-server
      runs the server
  relink-server --check [--online]
      reports every mistake in the configuration, tries the database, the address and the widget's
      folder, and exits; with --online it also tries Stripe and the OpenID provider
  relink-server --health
      asks the server that runs here whether it is healthy
  relink-server --help
      prints this
  relink-server migrate [--check]
      updates the tables, or only reports whether they are up to date
  relink-server backup FILE
      copies SQLite's database to a new file, while it is in use
  relink-server staff add EMAIL NAME agent|viewer
      adds someone, or changes them; the password is read from standard input
  relink-server staff invite EMAIL NAME agent|viewer
      adds someone who signs in at the OpenID provider, or changes them so that they do
  relink-server staff remove EMAIL
      removes someone, and signs them out everywhere at once
  relink-server staff list
      lists the staff
  relink-server staff sign-out EMAIL
      signs someone out everywhere
  relink-server staff reset-second-factor EMAIL
      removes a second factor; another is set up at the next sign-in
  relink-server api-key add NAME [--scope SCOPE,…] [--expires DAYSd]
      creates a key for a server, and prints it once
  relink-server api-key list
      lists the keys, what they may do, and when they were used
  relink-server api-key revoke NAME
      revokes a key
  relink-server security-log [--since YYYY-MM-DD]
      prints the security events, one JSON object a line
  relink-server security-log --verify [--anchor HASH]
      checks whether one was removed or changed; HASH is the hash of an earlier line
  relink-server customer erase ID
      erases a customer, and reports what was erased, as JSON
  relink-server reseal [--drop-unreadable]
      encrypts with RELINK_SECRET what RELINK_SECRET_PREVIOUS has encrypted, so that the latter can
      be removed; if a secret is lost, --drop-unreadable gives up what it has encrypted";

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
    /// Nothing could be written.
    Output(std::io::Error),
    /// Nobody of that address is of the staff.
    NoSuchPerson(String),
    /// That person has no second factor.
    NoSecondFactor(String),
    /// A key of that name is in use.
    KeyExists(String),
    /// No key of that name is in use.
    NoSuchKey(String),
    /// That is no name for a key.
    BadName,
    /// That is no list of scopes.
    BadScope,
    /// That is no time for a key to last.
    BadExpiry,
    /// That is no day.
    BadDay,
    /// The security log is not what was written.
    Broken(BrokenChain),
    /// No line of the security log has that hash.
    NoAnchor,
    /// That is no id of a customer.
    NoCustomer,
    /// The database cannot be opened.
    Open(OpenError),
    /// The database refused.
    Database(StoreError),
    /// The tables do not fit this program.
    Tables(Tables),
    /// The backup could not be made.
    Backup(BackupError),
}

impl ManageError {
    /// Whether the command did what it is for, and this is what it found.
    pub fn is_finding(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::NoAnchor)
    }
}

impl fmt::Display for ManageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage => write!(f, "no such command. There are:\n{USAGE}"),
            Self::NoAddress => f.write_str("that is not an email address"),
            Self::TooShort => write!(f, "the password must have {SHORTEST} characters at least"),
            Self::Input(error) => write!(f, "the password could not be read: {error}"),
            Self::Output(error) => write!(f, "the answer could not be written: {error}"),
            Self::NoSuchPerson(email) => write!(f, "no member of staff has the address {email}"),
            Self::NoSecondFactor(email) => write!(f, "{email} has no second factor"),
            Self::KeyExists(name) => {
                write!(f, "there is a key named {name}: revoke it first, or take another name")
            }
            Self::NoSuchKey(name) => write!(f, "no key named {name} is in use"),
            Self::BadName => {
                f.write_str("a key's name has 1 to 64 letters, digits, - and _, and does not begin with -")
            }
            Self::BadScope => {
                let all = Scope::ALL.map(Scope::as_str).join(", ");
                write!(f, "--scope takes one or more of {all}, with commas between")
            }
            Self::BadExpiry => f.write_str("--expires takes a number of days from 1d to 3650d, as in 90d"),
            Self::BadDay => f.write_str("--since takes a day, as in 2026-11-29"),
            Self::Broken(broken) => broken.fmt(f),
            Self::NoAnchor => f.write_str(
                "no line of the security log has that hash: lines up to it were changed, or it belongs to another database",
            ),
            Self::NoCustomer => f.write_str("a customer's id begins with cus_ or acct_"),
            Self::Open(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
            Self::Tables(tables) => tables.fmt(f),
            Self::Backup(error) => error.fmt(f),
        }
    }
}

impl From<StoreError> for ManageError {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}
