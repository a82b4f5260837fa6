//! What a page may say beforehand so that the widget's files come with it, in [`PRELOAD`].

use std::path::Path;

use crate::dist::names::{GLUE, STYLE, WASM_FILE};
use crate::dist::{integrity, words};
use crate::failure::Failure;
use crate::workspace;

/// What a page pastes, or what a server sends as a `Link` header.
pub const PRELOAD: &str = "preload.html";

/// Writes it into `folder`, where everything that it names is already.
pub fn write(folder: &Path) -> Result<(), Failure> {
    let glue = integrity::short(folder, &[GLUE])?;
    workspace::write(&folder.join(PRELOAD), lines(glue[0].as_str().unwrap_or_default()))
}

/// Browsers check the hash of a preloaded module alone. Of the others they would say in the console that they ignore it; the
/// loader checks those when it takes them.
fn lines(glue: &str) -> String {
    let mut lines = format!(
        "<!-- For a page that is there for the relink. Write your folder in place of each dot before a slash, and the page's lang in\n\
         place of en. The hash is this version's: take the lines of the version that the page includes. -->\n\
         <link rel=\"modulepreload\" href=\"./{GLUE}\" integrity=\"{glue}\" crossorigin>\n"
    );
    for name in [STYLE, &words::file("en")] {
        lines += &format!("<link rel=\"preload\" as=\"fetch\" href=\"./{name}\" crossorigin>\n");
    }
    // The largest, and needed last: the loader, which asks for the session, is not to wait behind it.
    lines
        + &format!(
            "<link rel=\"preload\" as=\"fetch\" fetchpriority=\"low\" href=\"./{WASM_FILE}\" crossorigin>\n"
        )
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn the_module_has_its_hash_and_all_that_is_fetched_has_none() {
        let lines = lines("sha256-x");
        let links: Vec<_> = lines.lines().filter(|line| line.starts_with("<link ")).collect();
        assert_eq!(links.len(), 4);
        assert!(
            links[0].contains("modulepreload") && links[0].contains(r#"integrity="sha256-x""#),
            "{lines}"
        );
        assert!(
            links[1..].iter().all(|link| link.contains(r#"as="fetch""#) && !link.contains("integrity")),
            "{lines}"
        );
        assert!(links[3].contains(".wasm") && links[3].contains(r#"fetchpriority="low""#), "{lines}");
        assert!(
            links
                .iter()
                .all(|link| link.contains(r#"href="./relink-widget"#) && link.contains("crossorigin"))
        );
    }
}
