//! What people read and hear, in every language, as plain data: read from JSON when a crate is built, checked against
//! English, which defines the names, and written as the crate needs it. The widget's texts become lines that a customer
//! downloads; those of the mail and the hosted page become constants of the server.
//!
//! A build script calls [`build`], so that a language which lacks a message stops the build. All of that is behind the
//! feature `languages`. Without it there is what fills a text in ([`pieces`] and the names of the holes), which has no
//! dependency and is all that runs in the widget.

mod fill;

#[cfg(feature = "languages")]
mod check;
#[cfg(feature = "languages")]
mod names;
#[cfg(feature = "languages")]
mod plurals;
#[cfg(feature = "languages")]
mod pseudo;
#[cfg(feature = "languages")]
mod shape;
#[cfg(feature = "languages")]
mod source;
#[cfg(feature = "languages")]
mod wire;

pub use fill::{HOSTED, Piece, WIDGET, asked, pieces};

#[cfg(feature = "languages")]
pub use check::{Flaw, build, flaws};
#[cfg(feature = "languages")]
pub use names::{constants, fields};
#[cfg(feature = "languages")]
pub use plurals::{CATEGORIES, categories};
#[cfg(feature = "languages")]
pub use pseudo::{accented, mirrored};
#[cfg(feature = "languages")]
pub use source::{Language, Message, Unreadable, folder};
#[cfg(feature = "languages")]
pub use wire::{names, wire};
