//! Python's packages: each `requirements.txt` names every package, those that others need too, by one version and with the hashes of its
//! files. pip then takes no other file, whatever its registry gives.

use std::fs;

use super::lists::REQUIREMENTS;
use crate::failure::Failure;
use crate::workspace::{self, Workspace};

/// What is wrong with them, a sentence each.
pub fn packages(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let (mut wrong, mut files, mut count) = (Vec::new(), 0, 0);
    for folder in REQUIREMENTS {
        let inside = fs::read_dir(workspace.root.join(folder)).into_iter().flatten().flatten();
        let mut paths: Vec<_> = inside.map(|entry| entry.path().join("requirements.txt")).collect();
        paths.sort_unstable();
        for path in paths.into_iter().filter(|path| path.is_file()) {
            let text = workspace::read_text(&path)?;
            let (named, found) = judge(&text);
            files += 1;
            count += named;
            wrong.extend(found.into_iter().map(|found| format!("{}: {found}", path.display())));
        }
    }
    println!("   {count} Python packages of {files} files: versions and hashes");
    Ok(wrong)
}

/// How many packages a file names, and what is wrong with them.
fn judge(text: &str) -> (usize, Vec<String>) {
    let joined = text.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut count, mut wrong) = (0, Vec::new());
    for line in lines {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        count += 1;
        // An option names another file, or another registry.
        if name.starts_with('-') || !name.contains("==") {
            wrong.push(format!("{name} is not one version of a package"));
        }
        let hashes = words.filter_map(|word| word.strip_prefix("--hash=sha256:"));
        let are_hashes = |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hashes: Vec<bool> = hashes.map(are_hashes).collect();
        if hashes.is_empty() || hashes.contains(&false) {
            wrong.push(format!("{name} has no SHA-256"));
        }
    }
    (count, wrong)
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn a_package_without_a_hash_a_version_or_from_elsewhere_is_named() {
        let hash = "--hash=sha256:0cf3cae568d36aa9576b28dfb35f11328f1cb974ca7647d9475ebb86c75ac6e3";
        let good = format!(
            "# a comment\na==1.0 \\\n    {hash} \\\n    {hash}\nb==2 ; python_version > '3' \\\n    {hash}\n"
        );
        assert_eq!(judge(&good), (2, Vec::new()));
        for bad in [
            "a==1.0\n",
            "a==1.0 \\\n    --hash=sha256:00\n",
            &format!("a>=1 {hash}\n"),
            &format!("--index-url=x {hash}\n"),
        ] {
            assert_eq!(judge(bad).1.len(), 1, "{bad}");
        }
        assert_eq!(judge("git+https://example.com/a\n").1.len(), 2);
    }
}
