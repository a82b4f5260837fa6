//! The shop over HTTP, with a relink-server and a sandbox that the tests play.

mod fake;
mod pages;
mod program;
mod sign_in;
mod token;
