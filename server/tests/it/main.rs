//! relink-server over HTTP, with a real database (`rows.rs`), against the sandbox in the same process.

mod accounts;
mod completion;
mod cors;
mod crash;
mod dashboard;
mod database;
mod dice;
mod files;
mod hosted;
mod idempotency;
mod instances;
mod kills;
mod logs;
mod mailing;
#[cfg(feature = "on-postgres")]
mod on_postgres;
mod process;
mod program;
mod protection;
mod resets;
mod rows;
mod sessions;
mod shop;
mod shuffled;
mod stripe_today;
mod table;
mod telling;
mod thousand;
mod tokens;
mod webhooks;
