//! The merchant over HTTP, with a real database (`rows.rs`), against the sandbox in the same process.

mod completion;
mod crash;
mod idempotency;
mod logs;
mod pages;
mod program;
mod protection;
mod rows;
mod sessions;
mod shop;
mod webhooks;
