//! An operator's commands: staff, keys for servers, the security log, the tables, erasing a customer. Secrets are read
//! from standard input and printed on standard output. They must not be arguments, which others can see.

mod api_keys;
mod error;
mod operator;
mod security_log;
mod staff;
mod tables;

pub use error::{ManageError, USAGE};

use crate::customers;
use crate::tokens::is_customer;
use operator::{now_ms, operator};
use relink_store::journal;
use relink_store::{Database, Store};
use std::io::{Read, Write};

/// Does what the arguments say; answers what is to be printed after what went to `output`.
pub async fn run(
    database: &Database,
    arguments: &[String],
    input: impl Read,
    output: impl Write,
) -> Result<String, ManageError> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let now = now_ms();
    match words[..] {
        ["staff", "add", email, name, role] => {
            let person = staff::person(email, name, role, input)?;
            let store = open(database).await?;
            staff::add(&store, person, &operator(&store).await?).await
        }
        ["staff", "invite", email, name, role] => {
            let person = staff::described(email, name, role)?;
            let store = open(database).await?;
            staff::invite(&store, person, &operator(&store).await?).await
        }
        ["staff", "remove", email] => {
            let store = open(database).await?;
            staff::remove(&store, email, &operator(&store).await?).await
        }
        ["staff", "list"] => {
            let store = open(database).await?;
            staff::list(&store, operator(&store).await?.at_ms / 1000).await
        }
        ["staff", "sign-out", email] => {
            let store = open(database).await?;
            staff::sign_out(&store, email, &operator(&store).await?).await
        }
        ["staff", "reset-second-factor", email] => {
            let store = open(database).await?;
            staff::reset_second_factor(&store, email, &operator(&store).await?).await
        }
        ["api-key", "add", name, ref options @ ..] => {
            let wanted = api_keys::wanted(name, options, now / 1000)?;
            let store = open(database).await?;
            api_keys::add(&store, wanted, &operator(&store).await?).await
        }
        ["api-key", "list"] => {
            let store = open(database).await?;
            api_keys::list(&store, operator(&store).await?.at_ms / 1000).await
        }
        ["api-key", "revoke", name] => {
            let store = open(database).await?;
            api_keys::revoke(&store, name, &operator(&store).await?).await
        }
        ["migrate"] => tables::migrate(database).await,
        ["migrate", "--check"] => tables::check(database).await,
        ["backup", file] => tables::back_up(database, file).await,
        ["security-log", ref options @ ..] => {
            let wanted = security_log::Wanted::read(options)?;
            let store = open(database).await?;
            security_log::run(&store, wanted, &operator(&store).await?, output).await
        }
        ["customer", "erase", id] => {
            if !is_customer(id) {
                return Err(ManageError::NoCustomer);
            }
            let store = open(database).await?;
            let source = operator(&store).await?;
            let erased = store.erase_customer(id, journal::OPERATOR, &source).await?;
            Ok(customers::document(id, &erased).to_string())
        }
        _ => Err(ManageError::Usage),
    }
}

async fn open(database: &Database) -> Result<Store, ManageError> {
    Store::open(database).await.map_err(ManageError::Open)
}
