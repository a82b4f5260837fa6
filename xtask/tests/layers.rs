//! The layers are crate edges: which crate of ours may lean on which. A new edge stops here until somebody says that it
//! is meant, by adding it to the table and to ARCHITECTURE.md.
//!
//! Only what is built into a program counts: dependencies for tests and for build scripts may lean on anything.

use std::collections::BTreeMap;
use std::process::Command;

/// Each crate, and the crates of ours that it leans on. A crate stands below those that name it.
const LAYERS: &[(&str, &[&str])] = &[
    // What crosses a boundary, and what holds an account up.
    ("relink-wire", &[]),
    ("relink-account", &["relink-wire"]),
    ("relink-words", &[]),
    // The machine and the widget: no backend below them.
    ("relink-core", &["relink-account", "relink-wire"]),
    ("relink-widget", &["relink-core", "relink-wire", "relink-words"]),
    ("relink-element", &["relink-widget"]),
    ("gallery", &["relink-core", "relink-widget", "relink-wire"]),
    // The backend: no machine below it, and each layer leans on those before it.
    ("relink-seal", &["relink-wire"]),
    ("relink-signature", &["relink-wire"]),
    ("relink-store", &["relink-account", "relink-seal", "relink-wire"]),
    ("relink-calls", &[]),
    ("relink-stripe", &["relink-account", "relink-calls", "relink-seal", "relink-wire"]),
    ("relink-plaid", &["relink-account", "relink-calls", "relink-wire"]),
    ("relink-openid", &["relink-calls", "relink-seal", "relink-wire"]),
    (
        "relink-backend",
        &[
            "relink-account",
            "relink-seal",
            "relink-signature",
            "relink-store",
            "relink-stripe",
            "relink-wire",
        ],
    ),
    (
        "relink-hosted",
        &[
            "relink-account",
            "relink-backend",
            "relink-seal",
            "relink-signature",
            "relink-store",
            "relink-stripe",
            "relink-wire",
            "relink-words",
        ],
    ),
    (
        "relink-dashboard",
        &[
            "relink-account",
            "relink-backend",
            "relink-hosted",
            "relink-openid",
            "relink-seal",
            "relink-store",
            "relink-wire",
        ],
    ),
    (
        "relink-server",
        &[
            "relink-account",
            "relink-backend",
            "relink-dashboard",
            "relink-faults",
            "relink-hosted",
            "relink-openid",
            "relink-plaid",
            "relink-seal",
            "relink-store",
            "relink-stripe",
            "relink-wire",
        ],
    ),
    ("backend-axum", &["relink-backend"]),
    // A merchant who uses relink-server from outside: of ours it has only the type that makes text from outside safe.
    ("shop", &["relink-wire"]),
    // For tests.
    ("relink-faults", &[]),
    ("relink-oracles", &["relink-core", "relink-signature", "relink-wire"]),
    ("sandbox", &["relink-faults", "relink-signature", "relink-wire"]),
    ("sandbox-plaid", &[]),
    ("conformance", &["relink-signature", "relink-wire"]),
    ("stripe-check", &["relink-stripe", "relink-wire", "sandbox"]),
    ("xtask", &["relink-words"]),
];

#[test]
fn no_crate_leans_on_one_that_its_layer_does_not_name() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata");
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let names: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let Some(allowed) = allowed.get(name) else {
            wrong.push(format!("{name} is in no layer"));
            continue;
        };
        let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
        let built_in = dependencies.filter(|dependency| dependency["kind"].is_null());
        for on in built_in.filter_map(|dependency| dependency["name"].as_str()) {
            if names.contains(&on) && !allowed.contains(&on) {
                wrong.push(format!("{name} leans on {on}"));
            }
        }
    }
    for name in allowed.keys().filter(|name| !names.contains(name)) {
        wrong.push(format!("{name} is in the table and not in the workspace"));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
