//! What the core must not stand on: the web, a clock, randomness. Seen in what cargo resolves, and in the sources.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that the core and the wire may be built of.
const ALLOWED: [&str; 10] = [
    "relink-core",
    "relink-account",
    "relink-wire",
    "serde_json",
    "serde",
    "serde_core",
    "itoa",
    "memchr",
    "zmij",
    "ryu",
];

#[test]
fn no_web_clock_or_random_crate_is_below_the_core() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", "relink-core", "--target", "wasm32-unknown-unknown"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8_lossy(&tree.stdout).into_owned();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"relink-wire"), "{tree}");
    for name in names {
        assert!(ALLOWED.contains(&name), "{name} is new below the core: is it pure?\n{tree}");
    }
}

#[test]
fn the_sources_read_no_clock_and_draw_no_randomness() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for sources in [core.join("src"), core.join("../relink-account/src"), core.join("../relink-wire/src")] {
        for file in files(&sources) {
            let text = fs::read_to_string(&file).expect("a source");
            for forbidden in [
                "std::time",
                "SystemTime",
                "Instant",
                "rand::",
                "std::thread",
                "std::net",
                "std::fs",
                "std::env",
            ] {
                assert!(!text.contains(forbidden), "{forbidden} in {}", file.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen} files only: not all were looked at");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").filter_map(Result::ok);
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() { files(&path) } else { vec![path] }
        })
        .collect()
}
