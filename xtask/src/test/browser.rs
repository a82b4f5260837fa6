//! What is tested in a real browser, of three engines: the widget's own tests, for which cargo calls wasm-bindgen's test
//! runner, as a library; and what `e2e/` says of the built package.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;

use crate::dist;
use crate::docs;
use crate::failure::Failure;
use crate::gallery;
use crate::needs;
use crate::run::{self, Finished};
use crate::stories;
use crate::workspace::{self, WASM, WIDGET, Workspace};

/// The command by which cargo calls us to run a compiled test.
pub const RUNNER: &str = "wasm-test-runner";

/// In a container, or for root, WebKit's sandbox cannot be made; only our own pages are opened.
const WEBKIT_ALONE: [(&str, &str); 1] = [("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1")];

/// After this a file is ended and has failed, in milliseconds: the longest takes a fifth of it on two cores. What hangs
/// would hold up the whole run.
const LONGEST_FILE: &str = "--test-timeout=1200000";

/// A browser engine.
#[derive(Clone, Copy)]
pub enum Browser {
    Chromium,
    Firefox,
    WebKit,
}

impl Browser {
    /// As the command line names them.
    pub fn named(name: &str) -> Result<Vec<Self>, Failure> {
        match name {
            "chromium" => Ok(vec![Self::Chromium]),
            "firefox" => Ok(vec![Self::Firefox]),
            "webkit" => Ok(vec![Self::WebKit]),
            "all" => Ok(vec![Self::Chromium, Self::Firefox, Self::WebKit]),
            other => Err(Failure::Usage(format!("no browser `{other}`: chromium, firefox, webkit or all"))),
        }
    }

    /// Runs the widget's tests in this browser.
    pub fn test(self, workspace: &Workspace) -> Result<Finished, Failure> {
        needs::wasm_target()?;
        let mut runner: Vec<String> = Vec::new();
        let mut cargo = workspace::cargo();
        match self {
            Self::Chromium => {
                cargo.env("CHROMEDRIVER", needs::chromedriver()?);
                cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities(workspace)?);
            }
            Self::Firefox => {
                needs::firefox()?;
                cargo.env("GECKODRIVER", needs::geckodriver()?);
            }
            Self::WebKit => {
                cargo.env("SAFARIDRIVER", needs::webkitdriver()?).envs(WEBKIT_ALONE);
                if let Some(display) = needs::virtual_display()? {
                    runner.extend([display.display().to_string(), "--auto-servernum".to_owned()]);
                }
            }
        }
        runner.extend([workspace.ourselves.display().to_string(), RUNNER.to_owned()]);
        cargo
            .current_dir(&workspace.root)
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
            .arg("--config")
            .arg(format!("target.{WASM}.runner={}", Value::from(runner)))
            .args(["test", "--package", WIDGET, "--target", WASM, "--lib", "--tests", "--no-fail-fast"]);
        run::run_and_keep(&format!("the widget's tests in {}", self.name()), &mut cargo)
    }

    /// Runs what `e2e/` has for this browser: everything in Chromium; the contract and the table of wild pages in Firefox, which Playwright drives as it
    /// is installed; in WebKit, of which it drives only builds of its own, the embedding checks and that table over
    /// WebDriver.
    pub fn tell(self, workspace: &Workspace) -> Result<Finished, Failure> {
        let e2e = workspace.e2e();
        dist::written(workspace)?;
        let (mut node, files) = match self {
            Self::Chromium => {
                gallery::build(workspace, dist::Profile::Shipped, &workspace.gallery())?;
                docs::write(workspace, &docs::Options::default())?;
                (stories::node(workspace)?, stories::files(&e2e)?)
            }
            Self::Firefox => {
                let mut node = stories::scripts(workspace)?;
                node.env("ENGINE", "firefox").env("FIREFOX", needs::firefox()?);
                let mut files = stories::files(&e2e.join("contract"))?;
                files.extend(stories::files(&e2e.join("wild"))?);
                (node, files)
            }
            Self::WebKit => {
                let mut node = stories::scripts(workspace)?;
                node.env("DRIVER", needs::webkitdriver()?).envs(WEBKIT_ALONE);
                if let Some(display) = needs::virtual_display()? {
                    node.env("DISPLAY_RUNNER", display);
                }
                (node, ["embedding.mjs", "wild.mjs"].map(|name| e2e.join("webkit").join(name)).to_vec())
            }
        };
        if files.is_empty() {
            return Err(Failure::Source("e2e/ has no *.test.mjs".to_owned()));
        }
        // Each file has a browser and servers of its own, and mostly waits. Firefox gives focus to one window at a time.
        let beside =
            if matches!(self, Self::Chromium) { "--test-concurrency=2" } else { "--test-concurrency=1" };
        node.args(["--test", beside, LONGEST_FILE, "--test-reporter=spec"]).args(files);
        run::run_and_keep(&format!("node --test, in {}", self.name()), &mut node)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::WebKit => "WebKit",
        }
    }
}

/// `webdriver.json` with the very Chromium that the stories use.
fn capabilities(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let source = workspace.root.join("webdriver.json");
    let mut capabilities: Value = serde_json::from_str(&workspace::read_text(&source)?)
        .map_err(|error| Failure::Source(format!("{}: {error}", source.display())))?;
    capabilities["goog:chromeOptions"]["binary"] = needs::chromium()?.display().to_string().into();
    let written = workspace.target.join("xtask").join("webdriver.json");
    workspace::write(&written, capabilities.to_string())?;
    Ok(written)
}

/// Runs one compiled test program, as cargo asks for it.
pub fn be_the_runner(arguments: Vec<OsString>) -> Result<ExitCode, Failure> {
    let named = std::iter::once(OsString::from("wasm-bindgen-test-runner")).chain(arguments);
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(named).map(|()| ExitCode::SUCCESS).map_err(
        |error| Failure::Command { what: "the widget's tests".to_owned(), outcome: format!("{error:#}") },
    )
}
