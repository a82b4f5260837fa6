//! `cargo xtask supply`: where everything that is built comes from, and on which terms. `deny.toml` is the rule.
//!
//! Licences, sources, hashes, banned crates and the compiler are checked from what Cargo and the lock files say, on any machine.
//! Known advisories need a list from outside: `cargo deny` and `npm audit` fetch it. Where they cannot, this says so and fails
//! nothing: what was not looked at is never called good.

use serde_json::Value;

use crate::failure::Failure;
use crate::run;
use crate::workspace::{self, Workspace};

mod license;
mod lists;
mod python;
pub mod sbom;

use lists::{LOCKS, WORKSPACES, is_foreign, metadata};

/// The compiler that the project is built with: the one of `rust-version` in Cargo.toml, to the last digit.
const RUSTC: &str = "1.95.0";
/// Where crates may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks everything; a failure names all that is wrong.
pub fn supply() -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    let mut wrong = crates(&workspace)?;
    wrong.extend(packages(&workspace)?);
    wrong.extend(python::packages(&workspace)?);
    wrong.extend(compiler()?);
    let written = sbom::write(&workspace)?;
    println!("   bills of materials: {} in {}", written.len(), workspace.target.join("sbom").display());
    advisories(&workspace, &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Source(wrong.join("\n"))) }
}

/// Everything that Cargo may build, on whatever machine.
fn crates(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let rules = workspace::read_text(&workspace.root.join("deny.toml"))?;
    let (allowed, banned) = (list(&rules, "licenses", "allow"), list(&rules, "bans", "deny"));
    if allowed.is_empty() || banned.is_empty() {
        return Err(Failure::Source("deny.toml allows no licence, or bans no crate".to_owned()));
    }
    let exceptions = exceptions(&rules);
    let mut wrong = Vec::new();
    for folder in WORKSPACES {
        let metadata = metadata(workspace, folder)?;
        let all = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        wrong.extend(all.iter().flat_map(|package| judge(package, &allowed, &exceptions, &banned)));
        println!("   {} crates of {folder}: licences, sources and bans by deny.toml", all.len());
    }
    Ok(wrong)
}

/// What is wrong with a package. What is ours has no source, and is not asked.
fn judge(
    package: &Value,
    allowed: &[String],
    exceptions: &[(String, String)],
    banned: &[String],
) -> Vec<String> {
    let text = |field: &str| package[field].as_str().unwrap_or_default();
    let name = format!("{} {}", text("name"), text("version"));
    let Some(source) = package["source"].as_str() else { return Vec::new() };
    let mut wrong = Vec::new();
    if source != REGISTRY {
        wrong.push(format!("{name} is from {source}, not from crates.io"));
    }
    let of_it = exceptions.iter().filter(|(of, _)| of == text("name")).map(|(_, license)| license.clone());
    let allowed: Vec<String> = allowed.iter().cloned().chain(of_it).collect();
    if !license::is_allowed(text("license"), &allowed) {
        wrong.push(format!("{name} has the licence {:?}, which deny.toml does not allow", text("license")));
    }
    if banned.iter().any(|banned| banned == text("name")) {
        wrong.push(format!("{name} is banned by deny.toml"));
    }
    wrong
}

/// The texts in quotation marks of a list in deny.toml: `key = [ … ]` of `[section]`; of tables in it the value of `crate`.
fn list(rules: &str, section: &str, key: &str) -> Vec<String> {
    lines(rules, section, key).filter_map(|line| line.split('"').nth(1).map(str::to_owned)).collect()
}

/// The crates that may have one licence more, each with it.
fn exceptions(rules: &str) -> Vec<(String, String)> {
    let both = |line: &str| {
        let mut texts = line.split('"').skip(1).step_by(2).map(str::to_owned);
        Some((texts.next()?, texts.next()?))
    };
    lines(rules, "licenses", "exceptions").filter_map(both).collect()
}

/// The lines within a list.
fn lines<'a>(rules: &'a str, section: &str, key: &str) -> impl Iterator<Item = &'a str> {
    let (section, key) = (format!("[{section}]"), format!("{key} = ["));
    let lines = rules.lines().skip_while(move |line| line.trim() != section).skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines.skip_while(move |line| !line.starts_with(&key)).skip(1).take_while(|line| !line.starts_with(']'))
}

/// Every npm package that a lock file names: from the registry, with a hash.
fn packages(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let mut wrong = Vec::new();
    let mut count = 0;
    for folder in LOCKS {
        let path = workspace.root.join(folder).join("package-lock.json");
        let lock: Value = serde_json::from_str(&workspace::read_text(&path)?)
            .map_err(|_| Failure::Source(format!("{} is not JSON", path.display())))?;
        let packages = lock["packages"].as_object().into_iter().flatten();
        for (place, package) in packages.filter(|(place, package)| is_foreign(place, package)) {
            count += 1;
            if package["integrity"].as_str().is_none_or(|hash| !hash.starts_with("sha512-")) {
                wrong.push(format!("{folder}: {place} has no SHA-512 in its lock file"));
            }
            let resolved = package["resolved"].as_str();
            if resolved.is_some_and(|from| !from.starts_with("https://registry.npmjs.org/")) {
                wrong.push(format!("{folder}: {place} is not from the npm registry"));
            }
        }
    }
    println!("   {count} npm packages of {} lock files: hashes and sources", LOCKS.len());
    Ok(wrong)
}

/// The pin: `rust-toolchain.toml` names a channel, since not every machine that has this compiler has it by its number.
fn compiler() -> Result<Option<String>, Failure> {
    let said = run::filter("rustc", std::process::Command::new("rustc").arg("--version"), b"")?;
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    let is_pinned = said.split_whitespace().nth(1) == Some(RUSTC);
    println!("   {said}");
    Ok((!is_pinned).then(|| {
        format!("the compiler is {said}; {RUSTC} is the pinned one: `rustup toolchain install {RUSTC}`, or change RUSTC in xtask/src/supply/mod.rs and rust-version in Cargo.toml together")
    }))
}

/// Known advisories, where their lists can be had.
fn advisories(workspace: &Workspace, wrong: &mut Vec<String>) {
    let mut cargo = workspace::cargo();
    let is_there = run::filter("cargo deny", cargo.args(["deny", "--version"]), b"").is_ok();
    if is_there {
        let rules = workspace.root.join("deny.toml");
        let deny = |folder: &str, what: &[&str]| {
            let mut cargo = workspace::cargo();
            cargo.current_dir(workspace.root.join(folder)).args(["deny", "--all-features"]);
            // Without it, only the package of the folder itself is looked at.
            cargo.arg("--workspace").arg("--config").arg(&rules);
            run::filter(&format!("cargo deny in {folder}"), cargo.args(what), b"")
        };
        let has_list = deny(".", &["fetch", "db"]).is_ok();
        let known: &[&str] = if has_list { &["advisories"] } else { &[] };
        for folder in WORKSPACES {
            let what = [&["check", "bans", "licenses", "sources"], known].concat();
            match deny(folder, &what) {
                Ok(_) => println!("   cargo deny {} of {folder}", what.join(" ")),
                Err(problem) => wrong.push(problem.to_string()),
            }
        }
        if !has_list {
            println!(
                "   NOT LOOKED AT: advisories of crates. `cargo deny fetch` cannot reach their list from here."
            );
        }
    } else {
        println!(
            "   NOT RUN: cargo deny, so deny.toml is read here by this program alone, and advisories of crates are NOT LOOKED AT. `cargo install cargo-deny --locked` (some minutes), on a machine that reaches github.com."
        );
    }
    for folder in LOCKS {
        let mut npm = std::process::Command::new("npm");
        npm.current_dir(workspace.root.join(folder)).args(["audit", "--json", "--package-lock-only"]);
        let Ok(output) = npm.output() else {
            println!("   NOT LOOKED AT: advisories of npm packages of {folder}. npm is not there.");
            continue;
        };
        match audited(&output.stdout) {
            Some(findings) => {
                wrong.extend(findings.into_iter().map(|finding| format!("{folder}: {finding}")))
            }
            None => println!(
                "   NOT LOOKED AT: advisories of npm packages of {folder}. The registry does not answer `npm audit` here."
            ),
        }
    }
}

/// What `npm audit` found; `None` if it could not look.
fn audited(answer: &[u8]) -> Option<Vec<String>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let found = answer.get("vulnerabilities")?.as_object()?;
    let is_grave =
        |finding: &Value| ["high", "critical"].contains(&finding["severity"].as_str().unwrap_or_default());
    let grave = found.iter().filter(|(_, finding)| is_grave(finding));
    Some(grave.map(|(name, finding)| format!("{name} has an advisory, {}", finding["severity"])).collect())
}

#[cfg(test)]
mod tests {
    use super::{audited, exceptions, is_foreign, judge, list};
    use serde_json::json;

    const RULES: &str = "[licenses]\nversion = 2\nallow = [\n    \"MIT\",\n    \"ISC\",\n]\nexceptions = [\n    { crate = \"fuzzer\", allow = [\"NCSA\"] },\n]\n\n[bans]\ndeny = [\n    { crate = \"openssl\" },\n]\n";

    #[test]
    fn the_rules_are_read_from_deny_toml() {
        assert_eq!(list(RULES, "licenses", "allow"), ["MIT", "ISC"]);
        assert_eq!(list(RULES, "bans", "deny"), ["openssl"]);
        assert!(list(RULES, "sources", "deny").is_empty());
    }

    #[test]
    fn a_crate_from_elsewhere_under_another_licence_or_banned_is_named() {
        let judged = |name: &str, license: &str, source: &str| {
            let package = json!({"name": name, "version": "1.0.0", "license": license, "source": source});
            let (allowed, banned) = (list(RULES, "licenses", "allow"), list(RULES, "bans", "deny"));
            judge(&package, &allowed, &exceptions(RULES), &banned).len()
        };
        assert_eq!(judged("serde", "MIT", super::REGISTRY), 0);
        assert_eq!(judged("serde", "GPL-3.0", super::REGISTRY), 1);
        assert_eq!(judged("openssl", "MIT", super::REGISTRY), 1);
        assert_eq!(judged("serde", "MIT", "git+https://example.com/serde"), 1);
        assert_eq!(judged("fuzzer", "MIT AND NCSA", super::REGISTRY), 0);
        assert_eq!(judged("another", "MIT AND NCSA", super::REGISTRY), 1);
        assert!(judge(&json!({"name": "ours", "source": null}), &[], &[], &[]).is_empty());
    }

    #[test]
    fn an_audit_that_could_not_look_is_not_one_that_found_nothing() {
        assert_eq!(audited(br#"{"message": "405 Method Not Allowed", "error": {}}"#), None);
        assert_eq!(audited(b"not JSON"), None);
        assert_eq!(audited(br#"{"vulnerabilities": {}}"#), Some(vec![]));
        let found = br#"{"vulnerabilities": {"a": {"severity": "critical"}, "b": {"severity": "low"}}}"#;
        assert_eq!(audited(found).map(|found| found.len()), Some(1));
    }

    #[test]
    fn what_is_of_this_repository_is_not_asked_for_a_hash() {
        assert!(is_foreign("node_modules/a", &json!({})));
        assert!(!is_foreign("", &json!({})) && !is_foreign("node_modules/ours", &json!({"link": true})));
    }
}
