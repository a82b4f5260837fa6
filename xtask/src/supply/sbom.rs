//! `cargo xtask sbom`: bills of materials in CycloneDX 1.5, into `target/sbom/`. One for each program and for the widget, of the crates
//! that are compiled into it, from what Cargo resolved; and one for each npm lock file, by npm itself.
//!
//! The same lock file gives the same bill, to the byte: no time and no random number is in those of crates.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::lists::{LOCKS, metadata};
use crate::failure::Failure;
use crate::workspace::{self, ELEMENT, Workspace};

/// What is shipped, or run.
const PROGRAMS: [&str; 4] = [ELEMENT, "relink-server", "relink-backend", "shop"];

/// Writes them all, and answers where they are.
pub fn write(workspace: &Workspace) -> Result<Vec<PathBuf>, Failure> {
    let folder = workspace.target.join("sbom");
    workspace::empty(&folder)?;
    let metadata = metadata(workspace, ".")?;
    let hashes = hashes(&workspace::read_text(&workspace.root.join("Cargo.lock"))?);
    let mut written = Vec::new();
    for program in PROGRAMS {
        let bill = of_crates(&metadata, &hashes, program)?;
        let path = folder.join(format!("{program}.cdx.json"));
        workspace::write(&path, format!("{bill:#}\n"))?;
        written.push(path);
    }
    for lock in LOCKS {
        let text = workspace::read_text(&workspace.root.join(lock).join("package-lock.json"))?;
        let bill = of_npm(lock, &text)?;
        let path = folder.join(format!("npm-{}.cdx.json", lock.replace('/', "-")));
        workspace::write(&path, format!("{bill:#}\n"))?;
        written.push(path);
    }
    Ok(written)
}

/// The SHA-256 of each crate of a lock file, by `name version`.
fn hashes(lock: &str) -> BTreeMap<String, String> {
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let packages = lock.split("[[package]]").skip(1);
    let read = packages.filter_map(|package| {
        let find = |key| package.lines().find_map(|line| value(line, key));
        Some((format!("{} {}", find("name = ")?, find("version = ")?), find("checksum = ")?))
    });
    read.collect()
}

/// The bill of one package: itself, and all that it is built of, without what only tests and builds of it need.
fn of_crates(metadata: &Value, hashes: &BTreeMap<String, String>, root: &str) -> Result<Value, Failure> {
    let unclear = || Failure::Source(format!("cargo metadata says nothing of {root}"));
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let packages: BTreeMap<String, Value> = list(&metadata["packages"])
        .into_iter()
        .filter_map(|package| Some((package["id"].as_str()?.to_owned(), package)))
        .collect();
    let normal: BTreeMap<String, BTreeSet<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .filter_map(|node| {
            let is_normal =
                |edge: &&Value| list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let edges = node["deps"].as_array()?.iter().filter(is_normal);
            Some((
                node["id"].as_str()?.to_owned(),
                edges.filter_map(|edge| edge["pkg"].as_str().map(str::to_owned)).collect(),
            ))
        })
        .collect();
    let first = packages.iter().find(|(_, package)| package["name"] == root && package["source"].is_null());
    let first = first.map(|(id, _)| id.clone()).ok_or_else(unclear)?;
    let (mut seen, mut next) = (BTreeSet::from([first.clone()]), VecDeque::from([first.clone()]));
    while let Some(id) = next.pop_front() {
        next.extend(normal.get(&id).into_iter().flatten().filter(|id| seen.insert((*id).clone())).cloned());
    }
    let purl = |id: &String| packages.get(id).map(purl).unwrap_or_default();
    let component = |id: &String| packages.get(id).map(|package| component(package, hashes));
    let mut components: Vec<Value> = seen.iter().filter(|id| **id != first).filter_map(component).collect();
    components.sort_by_key(|component| component["bom-ref"].to_string());
    let mut dependencies: Vec<Value> = seen
        .iter()
        .map(|id| {
            let on: BTreeSet<String> = normal.get(id).into_iter().flatten().map(purl).collect();
            json!({"ref": purl(id), "dependsOn": on})
        })
        .collect();
    dependencies.sort_by_key(|dependency| dependency["ref"].to_string());
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(&first).ok_or_else(unclear)?},
        "components": components,
        "dependencies": dependencies,
    }))
}

/// The bill of a lock file of npm's: everything that it names, without how it hangs together.
fn of_npm(folder: &str, lock: &str) -> Result<Value, Failure> {
    let unclear = || Failure::Source(format!("{folder}/package-lock.json is not JSON, or has no packages"));
    let lock: Value = serde_json::from_str(lock).map_err(|_| unclear())?;
    let packages = lock["packages"].as_object().ok_or_else(unclear)?;
    let mut components = BTreeMap::new();
    for (place, package) in
        packages.iter().filter(|(place, package)| super::lists::is_foreign(place, package))
    {
        let name =
            package["name"].as_str().or_else(|| place.rsplit("node_modules/").next()).unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        let purl = format!("pkg:npm/{}@{version}", name.replace('@', "%40"));
        let mut component =
            json!({"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl});
        if let Some(license) = package["license"].as_str() {
            component["licenses"] = json!([{"expression": license}]);
        }
        let hash = package["integrity"]
            .as_str()
            .and_then(|hash| STANDARD.decode(hash.strip_prefix("sha512-")?).ok());
        if let Some(hash) = hash {
            let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            component["hashes"] = json!([{"alg": "SHA-512", "content": hex}]);
        }
        components.insert(purl, component);
    }
    let own =
        json!({"type": "application", "bom-ref": folder, "name": lock["name"].as_str().unwrap_or(folder)});
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": own},
        "components": components.into_values().collect::<Vec<_>>(),
    }))
}

fn purl(package: &Value) -> String {
    let text = |field: &str| package[field].as_str().unwrap_or_default();
    format!("pkg:cargo/{}@{}", text("name"), text("version").replace('+', "%2B"))
}

fn component(package: &Value, hashes: &BTreeMap<String, String>) -> Value {
    let text = |field: &str| package[field].as_str().unwrap_or_default();
    let purl = purl(package);
    let mut component = json!({
        "type": if package["source"].is_null() { "application" } else { "library" },
        "bom-ref": purl,
        "name": text("name"),
        "version": text("version"),
        "purl": purl,
    });
    if let Some(license) = package["license"].as_str() {
        component["licenses"] = json!([{"expression": license.replace(" / ", " OR ").replace('/', " OR ")}]);
    }
    if let Some(hash) = hashes.get(&format!("{} {}", text("name"), text("version"))) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": hash}]);
    }
    component
}

#[cfg(test)]
mod tests {
    use super::{hashes, metadata, of_crates, of_npm};
    use crate::workspace::{self, Workspace};
    use std::collections::BTreeSet;

    /// What the schema of CycloneDX 1.5 demands of what is written here.
    #[test]
    fn the_servers_bill_is_whole_and_every_reference_leads_to_a_component() {
        let workspace = Workspace::find().expect("a workspace");
        let lock = workspace::read_text(&workspace.root.join("Cargo.lock")).expect("a lock file");
        let metadata = metadata(&workspace, ".").expect("metadata");
        let bill = of_crates(&metadata, &hashes(&lock), "relink-server").expect("a bill");
        assert_eq!(
            (bill["bomFormat"].as_str(), bill["specVersion"].as_str()),
            (Some("CycloneDX"), Some("1.5"))
        );
        let components = bill["components"].as_array().expect("components");
        let own = &bill["metadata"]["component"];
        let references: Vec<&str> = components
            .iter()
            .chain([own])
            .map(|component| component["bom-ref"].as_str().expect("a reference"))
            .collect();
        let known: BTreeSet<&str> = references.iter().copied().collect();
        assert_eq!(known.len(), references.len(), "a reference twice");
        for name in ["axum", "sqlx", "rustls", "ring", "relink-store"] {
            assert!(components.iter().any(|component| component["name"] == name), "{name}");
        }
        for name in ["sandbox", "tempfile"] {
            assert!(
                components.iter().all(|component| component["name"] != name),
                "{name}: only tests need it"
            );
        }
        for component in components {
            assert!(
                component["name"].is_string()
                    && component["version"].is_string()
                    && component["type"].is_string()
            );
            let is_foreign = component["type"] == "library";
            assert!(
                !is_foreign
                    || component["hashes"][0]["content"].as_str().is_some_and(|hash| hash.len() == 64),
                "{component}"
            );
            assert!(component["licenses"][0]["expression"].is_string(), "{component}");
        }
        for dependency in bill["dependencies"].as_array().expect("dependencies") {
            let on = dependency["dependsOn"].as_array().expect("a list").iter();
            assert!(
                on.chain([&dependency["ref"]])
                    .all(|name| known.contains(name.as_str().expect("a reference")))
            );
        }
    }

    #[test]
    fn an_npm_package_has_its_address_and_its_hash_and_a_workspaces_own_is_not_in_the_bill() {
        let lock = r#"{"name": "e2e", "packages": {"": {"name": "e2e"}, "node_modules/ours": {"link": true}, "node_modules/a/node_modules/@b/c":
            {"version": "1.0.0", "license": "MIT", "integrity": "sha512-vu8="}}}"#;
        let bill = of_npm("e2e", lock).expect("a bill");
        let components = bill["components"].as_array().expect("components");
        assert_eq!(components.len(), 1);
        assert_eq!(components[0]["purl"], "pkg:npm/%40b/c@1.0.0");
        assert_eq!(components[0]["hashes"][0]["content"], "beef");
        assert!(of_npm("e2e", "{}").is_err());
    }

    #[test]
    fn hashes_are_those_of_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"\nchecksum = \"beef\"\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n";
        let read = hashes(lock);
        assert_eq!((read.get("a 1.0.0").map(String::as_str), read.len()), (Some("beef"), 1));
    }
}
