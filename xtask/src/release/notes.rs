//! What the changelog says of a version.

use crate::failure::Failure;

/// The newest version that has a section.
pub fn newest(changelog: &str) -> Option<&str> {
    changelog.lines().filter_map(named).find(|name| *name != "Unreleased")
}

/// The section of a version, without its heading. It must have a date and say something.
pub fn section(changelog: &str, version: &str) -> Result<String, Failure> {
    let missing = |what: &str| Failure::Source(format!("CHANGELOG.md: the section of {version} {what}"));
    let mut lines = changelog.lines().skip_while(|line| named(line) != Some(version));
    let heading = lines.next().ok_or_else(|| missing("is missing: write `## [VERSION] - YYYY-MM-DD`"))?;
    let date = heading.rsplit(" - ").next().unwrap_or_default();
    let is_date = date.len() == 10
        && date.split('-').map(str::len).eq([4, 2, 2])
        && date.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
    if !is_date {
        return Err(missing("has no date: write `## [VERSION] - YYYY-MM-DD`"));
    }
    let text: Vec<&str> = lines.take_while(|line| named(line).is_none()).collect();
    let text = text.join("\n").trim().to_owned();
    if text.lines().any(|line| line.starts_with("- ")) { Ok(text) } else { Err(missing("says nothing")) }
}

/// The version of a heading of the second level.
fn named(line: &str) -> Option<&str> {
    line.strip_prefix("## [")?.split_once(']').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::{newest, section};

    const LOG: &str = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-29\n\n### Added\n\n- One.\n\n## [0.1.0] - soon\n\n- Two.\n";

    #[test]
    fn a_section_ends_where_the_next_begins_and_needs_a_date_and_an_entry() {
        assert_eq!(newest(LOG), Some("0.2.0"));
        assert_eq!(section(LOG, "0.2.0").expect("a section"), "### Added\n\n- One.");
        for (version, why) in [("0.1.0", "no date"), ("0.3.0", "is missing"), ("Unreleased", "no date")] {
            assert!(section(LOG, version).is_err_and(|told| told.to_string().contains(why)), "{version}");
        }
        assert!(
            section("## [1.0.0] - 2026-01-01\n\nText.\n", "1.0.0")
                .is_err_and(|told| told.to_string().contains("nothing"))
        );
    }
}
