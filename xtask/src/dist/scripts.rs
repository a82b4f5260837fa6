//! The JavaScript and the style: constants filled in, and minified by npm's esbuild.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::workspace::Workspace;

/// esbuild, or nothing.
pub struct Minifier {
    esbuild: Option<PathBuf>,
}

impl Minifier {
    /// Installs esbuild, for which there has to be Node.js.
    pub fn find(workspace: &Workspace) -> Result<Self, Failure> {
        let modules = needs::npm_packages(workspace)?;
        Ok(Self { esbuild: Some(needs::npm_program(&modules, "esbuild")) })
    }

    /// Leaves everything as it is.
    pub fn none() -> Self {
        Self { esbuild: None }
    }

    /// A JavaScript module.
    pub fn script(&self, source: &str) -> Result<Vec<u8>, Failure> {
        self.minify(source, &["--loader=js", "--format=esm", "--target=es2022", "--tree-shaking=true"])
    }

    /// A style sheet. Its own properties get short names; those that a page may set keep theirs.
    pub fn style(&self, source: &str) -> Result<Vec<u8>, Failure> {
        let style = self.minify(source, &["--loader=css"])?;
        if self.esbuild.is_none() {
            return Ok(style);
        }
        let text = String::from_utf8(style)
            .map_err(|_| Failure::Source("esbuild gave a style that is no text".into()))?;
        Ok(shorten(&text).into_bytes())
    }

    fn minify(&self, source: &str, how: &[&str]) -> Result<Vec<u8>, Failure> {
        let Some(esbuild) = &self.esbuild else { return Ok(source.as_bytes().to_vec()) };
        let mut esbuild = Command::new(esbuild);
        esbuild
            .args(["--minify", "--legal-comments=none", "--charset=utf8", "--log-level=warning"])
            .args(how);
        run::filter("esbuild", &mut esbuild, source.as_bytes())
    }
}

/// The style with `--_a`, `--_b` and so on for its own properties, in the order in which they come: 100 bytes of brotli.
fn shorten(style: &str) -> String {
    let mut names = Vec::new();
    let mut pieces = style.split("--_");
    let mut short = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_over = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
        let (name, rest) = piece.split_at(piece.find(is_over).unwrap_or(piece.len()));
        let nth = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        short += "--_";
        short += &letters(nth);
        short += rest;
    }
    short
}

/// `a` to `z`, then `aa`, `ab` and so on.
fn letters(nth: usize) -> String {
    let before = if nth < 26 { String::new() } else { letters(nth / 26 - 1) };
    before + &char::from(b'a' + (nth % 26) as u8).to_string()
}

/// A source with what only the build knows: by name of the string that stands in the value's place.
pub fn fill_in(source: &str, values: &[(&str, &Value)]) -> String {
    values.iter().fold(source.to_owned(), |text, (name, value)| {
        let value = value.to_string();
        text.replace(&format!("\"{name}\""), &value).replace(&format!("'{name}'"), &value)
    })
}

#[cfg(test)]
mod tests {
    use super::{fill_in, letters, shorten};
    use serde_json::json;

    #[test]
    fn a_source_learns_what_only_the_build_knows() {
        let source = "const V = 'VERSION', I = \"HASHES\";";
        let values = [("VERSION", &json!("1.2.3")), ("HASHES", &json!(["sha256-x"]))];
        assert_eq!(fill_in(source, &values), "const V = \"1.2.3\", I = [\"sha256-x\"];");
    }

    #[test]
    fn a_style_keeps_the_names_that_a_page_may_set_and_shortens_its_own() {
        let style = ":host{--_ink:var(--relink-color-text, red);--_ink-2:blue}a{color:var(--_ink)}b{color:var(--_ink-2)}";
        let short = ":host{--_a:var(--relink-color-text, red);--_b:blue}a{color:var(--_a)}b{color:var(--_b)}";
        assert_eq!(shorten(style), short);
        assert_eq!([0, 25, 26, 27, 52].map(letters), ["a", "z", "aa", "ab", "ba"]);
    }
}
