//! Every seed of the fuzz targets through its oracle, on stable Rust and in milliseconds; and the seeds are worth having:
//! those of the machine reach every end, those of signatures both answers.

use relink_oracles::doors::{DOORS, display_text, machine, safe_url};
use relink_wire::Event;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn seeds(door: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds")).join(door);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).expect("a seed"))).collect()
}

#[test]
fn every_seed_of_every_door_keeps_its_promises() {
    for (door, oracle) in DOORS {
        let seeds = seeds(door);
        assert!((5..=80).contains(&seeds.len()), "{door} has {} seeds", seeds.len());
        for (path, bytes) in seeds {
            println!("{}", path.display());
            oracle(&bytes);
        }
    }
}

#[test]
fn every_example_document_of_the_wire_keeps_them_too() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../relink-wire/tests/documents"));
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("the documents") {
        let bytes = fs::read(entry.expect("an entry").path()).expect("a document");
        for (door, oracle) in DOORS {
            println!("{door}");
            oracle(&bytes);
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen} documents only");
}

#[test]
fn every_door_has_a_target_of_its_name_and_no_other_has() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/fuzz_targets"));
    let stem = |path: PathBuf| path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
    let targets: BTreeSet<String> =
        fs::read_dir(folder).expect("targets").map(|entry| stem(entry.expect("an entry").path())).collect();
    assert_eq!(targets, DOORS.iter().map(|(door, _)| (*door).to_owned()).collect());
}

#[test]
fn the_seeds_of_the_machine_reach_every_end() {
    let mut ends = BTreeSet::new();
    for (_, bytes) in seeds("machine") {
        let play = machine::story(&bytes);
        ends.extend(
            play.events.iter().map(|(_, event)| event).filter(|event| event.is_terminal()).map(Event::name),
        );
    }
    assert_eq!(ends, BTreeSet::from(["relink-cancel", "relink-failure", "relink-success"]));
}

#[test]
fn the_oracles_object() {
    // An oracle that never objects is none: each is handed something that it must not believe.
    let objects = |act: fn()| std::panic::catch_unwind(act).is_err();
    assert!(objects(|| display_text::holds("two  spaces")));
    assert!(objects(|| display_text::holds("\u{3164}")));
    assert!(objects(|| safe_url::holds("https://bank.example@evil.example/")));
    assert!(objects(|| safe_url::holds("http://bank.example/")));
}
