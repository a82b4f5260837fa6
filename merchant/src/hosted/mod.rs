//! The other two ways to relink: a page of the merchant's own that a customer is led to, by an address that the
//! merchant hands out or by mail.
//!
//! `rules` decides who may be asked and how often; `mail` writes the mail, `words` is what mail and page say.

pub mod mail;
pub mod rules;
pub mod words;
