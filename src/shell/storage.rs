//! `Effect::Remember` and `Effect::Forget`: one record in the tab's `sessionStorage`, under a name that only this
//! element on this page makes. A storage that is full, refused or altered is as good as none: nothing here fails.
//!
//! The name is a hash, so that no id of the page's stands in it.

use crate::shell::json;
use crate::shell::page;
use crate::shell::settings::attribute;
use relink_core::Saved;
use web_sys::{Element, HtmlElement, Storage};

/// The attributes that tell one relink from another.
const SCOPE: [&str; 4] = ["endpoint", "account", "authorization", "session"];

/// The place of one element's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// The place of that element's record: by its attributes, and by how many equal elements precede it.
    pub fn of(host: &HtmlElement) -> Self {
        let same = |other: &Element| SCOPE.iter().all(|name| attribute(other, name) == attribute(host, name));
        let mut before = 0_u8;
        if let Ok(all) = page::document().query_selector_all(&host.local_name()) {
            for index in 0..all.length() {
                match all.get(index).map(wasm_bindgen::JsCast::unchecked_into::<Element>) {
                    Some(other) if other == **host => break,
                    Some(other) if same(&other) => before = before.saturating_add(1),
                    Some(_) | None => {}
                }
            }
        }
        // FNV-1a, 64 bits: short, and good enough to tell a handful of names apart.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut mix = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        for name in SCOPE {
            attribute(host, name).unwrap_or_default().bytes().for_each(&mut mix);
            mix(0xff);
        }
        mix(before);
        let mut name = String::from(PREFIX);
        for shift in (0..16).rev() {
            name.push(char::from(b"0123456789abcdef"[(hash >> (shift * 4)) as usize & 15]));
        }
        Self(name)
    }

    /// What an earlier page of this tab left behind.
    pub fn recall(&self) -> Option<Saved> {
        let text = storage()?.get_item(&self.0).ok().flatten()?;
        Saved::decode(&json::parse(&text)?)
    }

    /// Keeps a record in place of the one before.
    pub fn remember(&self, saved: &Saved) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.0, &json::write(&saved.encode()));
        }
    }

    /// Keeps nothing.
    pub fn forget(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.0);
        }
    }
}

/// What all names begin with.
const PREFIX: &str = "relink-widget:";
/// The name under which a bank's window knows itself; the loader reads it.
const MARK: &str = "relink-widget-window";

/// Takes all records out of a copy of this storage that another window was given, and leaves the mark in it.
pub fn leave_mark(copy: &Storage) {
    let names = (0..copy.length().unwrap_or_default()).filter_map(|index| copy.key(index).ok().flatten());
    let records: Vec<String> = names.filter(|name| name.starts_with(PREFIX)).collect();
    for name in records {
        let _ = copy.remove_item(&name);
    }
    let _ = copy.set_item(MARK, "1");
}

fn storage() -> Option<Storage> {
    page::window().session_storage().ok().flatten()
}
