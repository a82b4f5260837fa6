//! `Effect::Remember` and `Effect::Forget`: one record in the tab's `sessionStorage`, under a name unique to this
//! element on this page. A storage that is full, refused or altered counts as none: nothing here fails.
//!
//! The name is a hash, so that it contains no id of the page.

use crate::shell::json;
use crate::shell::page;
use crate::shell::settings::attribute;
use relink_core::Saved;
use relink_wire::Gather;
use std::cell::RefCell;
use web_sys::{HtmlElement, Storage};

/// The attributes that tell one relink from another.
const SCOPE: [&str; 4] = ["endpoint", "account", "authorization", "session"];

thread_local! {
    /// The places that elements of this page hold.
    static HELD: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// The name of one element's record. No other element may use it while it is held.
#[derive(Debug, PartialEq, Eq)]
pub struct Place(u32);

impl Place {
    /// A name for this element's record, from its attributes. Equal elements, wherever they are in the page, each get
    /// their own. Which gets which does not matter, because they are about the same relink.
    pub fn of(host: &HtmlElement) -> Self {
        // FNV-1a, 32 bits: short, and good enough for a handful of names.
        let mut hash = 0x811c_9dc5_u32;
        let mut mix = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        for name in SCOPE {
            attribute(host, name).unwrap_or_default().bytes().for_each(&mut mix);
            mix(0xff);
        }
        HELD.with_borrow_mut(|held| {
            while held.contains(&hash) {
                hash = hash.wrapping_add(1);
            }
            held.push(hash);
        });
        Self(hash)
    }

    fn name(&self) -> String {
        let mut name = String::from(PREFIX);
        for shift in 0..8 {
            name.push(char::from(b"0123456789abcdef"[(self.0 >> (shift * 4)) as usize & 15]));
        }
        name
    }

    /// What an earlier page of this tab saved.
    pub fn recall(&self) -> Option<Saved> {
        let text = storage()?.get_item(&self.name()).ok().flatten()?;
        Saved::decode(&json::parse(&text)?)
    }

    /// Saves a record, replacing the one before.
    pub fn remember(&self, saved: &Saved) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.name(), &json::write(&saved.encode()));
        }
    }

    /// Removes the record.
    pub fn forget(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.name());
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        HELD.with_borrow_mut(|held| {
            if let Some(place) = held.iter().position(|place| *place == self.0) {
                held.swap_remove(place);
            }
        });
    }
}

/// The prefix of all names.
const PREFIX: &str = "relink-widget:";
/// The key that marks a bank's window; the loader reads it.
const MARK: &str = "relink-widget-window";

/// Removes all records from another window's copy of this storage, and leaves the mark in it.
pub fn leave_mark(copy: &Storage) {
    let names = (0..copy.length().unwrap_or_default()).filter_map(|index| copy.key(index).ok().flatten());
    let records: Vec<String> = names.filter(|name| name.starts_with(PREFIX)).gather();
    for name in records {
        let _ = copy.remove_item(&name);
    }
    let _ = copy.set_item(MARK, "1");
}

fn storage() -> Option<Storage> {
    page::window().session_storage().ok().flatten()
}
