//! The merchant over HTTP, with a real SQLite file, against the sandbox in the same process.

mod completion;
mod crash;
mod idempotency;
mod logs;
mod pages;
mod program;
mod protection;
mod sessions;
mod shop;
mod webhooks;
