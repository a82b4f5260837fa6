//! That the table is what it says: unique names, every pane, a way forward or out of each view.

use gallery::rows::{Names, folder, rows};
use relink_core::view::{Pane, Wait};
use std::collections::HashSet;

#[test]
fn a_row_is_in_the_folder_of_its_pane_and_its_name_is_its_own() {
    let mut seen = HashSet::new();
    for row in rows(&Names::of_kind("usual")) {
        assert_eq!(row.name.split('/').next(), Some(folder(&row.view.pane)), "{}", row.name);
        assert!(seen.insert(row.name.clone()), "{} is there twice", row.name);
    }
}

#[test]
fn every_pane_has_a_row() {
    let folders: HashSet<_> =
        rows(&Names::of_kind("usual")).iter().map(|row| folder(&row.view.pane)).collect();
    for pane in [
        "empty",
        "loading",
        "review",
        "at-bank",
        "checking",
        "choose",
        "saving",
        "wrong-account",
        "done",
        "not-repairable",
        "problem",
        "leave",
        "given-up",
    ] {
        assert!(folders.contains(pane), "{pane}");
    }
}

#[test]
fn every_row_has_a_way_forward_or_out() {
    for row in rows(&Names::of_kind("usual")) {
        let nothing_to_leave = matches!(row.view.pane, Pane::Empty | Pane::Loading(Wait::Brief));
        let way = row.view.is_interactive() || row.view.close.is_some();
        assert!(way || nothing_to_leave, "{}", row.name);
    }
}

#[test]
fn names_of_every_kind_give_the_same_rows() {
    let names = |kind| rows(&Names::of_kind(kind)).into_iter().map(|row| row.name).collect::<Vec<_>>();
    for kind in Names::KINDS {
        assert_eq!(names(kind), names("usual"), "{kind}");
    }
}
