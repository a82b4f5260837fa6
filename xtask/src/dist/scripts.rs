//! The JavaScript and the style: constants filled in, and minified where npm's esbuild is at hand.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;
use crate::needs;
use crate::run;
use crate::workspace::Workspace;

/// In the loader's source, a string that becomes the array of hashes of glue, WebAssembly and style.
const INTEGRITY: &str = "__RELINK_INTEGRITY__";
/// In the loader's source, a string that becomes the version.
const VERSION: &str = "__RELINK_VERSION__";

/// esbuild, or nothing.
pub struct Minifier {
    esbuild: Option<PathBuf>,
}

impl Minifier {
    /// Installs esbuild where Node.js allows; otherwise says what is shipped instead.
    pub fn find(workspace: &Workspace) -> Self {
        match needs::npm_packages(workspace) {
            Ok(modules) => Self { esbuild: Some(needs::npm_program(&modules, "esbuild")) },
            Err(why) => {
                println!("Loader, glue and style are shipped unminified: {why}");
                Self::none()
            }
        }
    }

    /// Leaves everything as it is.
    pub fn none() -> Self {
        Self { esbuild: None }
    }

    /// A JavaScript module.
    pub fn script(&self, source: &str) -> Result<Vec<u8>, Failure> {
        self.minify(source, &["--loader=js", "--format=esm", "--target=es2022", "--tree-shaking=true"])
    }

    /// A style sheet.
    pub fn style(&self, source: &str) -> Result<Vec<u8>, Failure> {
        self.minify(source, &["--loader=css"])
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

/// The loader with what only the build knows.
pub fn fill_in(source: &str, version: &str, integrity: &Value) -> String {
    [(VERSION, Value::from(version).to_string()), (INTEGRITY, integrity.to_string())].iter().fold(
        source.to_owned(),
        |text, (name, value)| {
            text.replace(&format!("\"{name}\""), value).replace(&format!("'{name}'"), value)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::fill_in;
    use serde_json::json;

    #[test]
    fn the_loader_learns_its_version_and_the_hashes_of_the_rest() {
        let source = "const V = '__RELINK_VERSION__', I = \"__RELINK_INTEGRITY__\";";
        assert_eq!(
            fill_in(source, "1.2.3", &json!(["sha256-x"])),
            "const V = \"1.2.3\", I = [\"sha256-x\"];"
        );
    }

    #[test]
    fn a_loader_without_placeholders_stays_as_it_is() {
        assert_eq!(fill_in("export {};", "1.2.3", &json!({})), "export {};");
    }
}
