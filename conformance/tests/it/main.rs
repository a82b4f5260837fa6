//! The suite against relink-server, whole and spoiled; the OpenAPI file against the contract's documents and
//! live answers, and that of hosted relinks likewise; the back-end engineer's page against the examples it quotes.

mod hosted;
mod openapi;
mod page;
mod reference;
mod running;
mod shapes;
mod spoiled;
mod tokens;
