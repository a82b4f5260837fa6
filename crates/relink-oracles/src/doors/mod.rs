//! The doors through which something from outside enters, each with its oracle. What an oracle compares with is never the
//! code that it judges: another implementation, a rule as the contract words it, or the promises of the machine.

pub mod attribute;
pub mod display_text;
mod json;
pub mod machine;
pub mod message;
pub mod problem;
pub mod safe_url;
pub mod session;
pub mod webhook_signature;

/// A door: bytes come in, and what must hold is asserted.
pub type Oracle = fn(&[u8]);

/// Every door by its name, which is that of its fuzz target and of its folder in `fuzz/seeds`.
pub const DOORS: [(&str, Oracle); 8] = [
    ("attribute", attribute::judge),
    ("display_text", display_text::judge),
    ("machine", machine::judge),
    ("message", message::judge),
    ("problem", problem::judge),
    ("safe_url", safe_url::judge),
    ("session", session::judge),
    ("webhook_signature", webhook_signature::judge),
];
