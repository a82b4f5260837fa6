//! The browsers that the tests run in, and what drives each.

use std::env;
use std::path::PathBuf;

use super::Tool;
use crate::failure::Failure;

const CHROMIUM: Tool = Tool {
    name: "Chromium",
    variable: Some("CHROMIUM"),
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    places: &[
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    ],
    packages: &["chromium"],
    elsewhere: "macOS: brew install --cask google-chrome. Fedora: dnf install chromium. Or set CHROMIUM to its path.",
    without: "no tests in a browser, no stories, no screenshots",
};

const HEADLESS_SHELL: Tool = Tool {
    name: "Chromium's headless shell",
    variable: Some("CHROMIUM"),
    programs: &["chromium-headless-shell", "chrome-headless-shell"],
    places: &[],
    packages: &["chromium-headless-shell"],
    elsewhere: "Everywhere: npx @puppeteer/browsers install chrome-headless-shell. Or set CHROMIUM to its path.",
    without: "the stories run in the whole Chromium, which takes three times as long",
};

const CHROMEDRIVER: Tool = Tool {
    name: "chromedriver",
    variable: Some("CHROMEDRIVER"),
    programs: &["chromedriver"],
    places: &["/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"],
    packages: &["chromium-driver"],
    elsewhere: "macOS: brew install --cask chromedriver. Fedora: dnf install chromedriver. Or set CHROMEDRIVER to its path.",
    without: "none of the widget's own tests in Chromium",
};

const FIREFOX: Tool = Tool {
    name: "Firefox",
    variable: Some("FIREFOX"),
    programs: &["firefox-esr", "firefox"],
    places: &[
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
    ],
    packages: &["firefox-esr"],
    elsewhere: "Ubuntu: its firefox is a snap, take Mozilla's own package. macOS: brew install --cask firefox. Fedora: dnf install firefox. Or set FIREFOX to its path.",
    without: "nothing is tested in Firefox",
};

const GECKODRIVER: Tool = Tool {
    name: "geckodriver",
    variable: Some("GECKODRIVER"),
    programs: &["geckodriver"],
    places: &[],
    packages: &[],
    elsewhere: "With Rust: cargo install geckodriver --locked --debug (9 minutes). macOS: brew install geckodriver. Or set GECKODRIVER to its path.",
    without: "none of the widget's own tests in Firefox",
};

const WEBKITDRIVER: Tool = Tool {
    name: "WebKitWebDriver",
    variable: Some("SAFARIDRIVER"),
    programs: &["WebKitWebDriver", "safaridriver"],
    places: &[],
    packages: &["webkit2gtk-driver"],
    elsewhere: "macOS has safaridriver: run `safaridriver --enable` once. Fedora: dnf install webkitgtk6.0.",
    without: "none of the widget's own tests in WebKit",
};

const XVFB: Tool = Tool {
    name: "xvfb-run",
    variable: None,
    programs: &["xvfb-run"],
    places: &[],
    packages: &["xvfb", "xauth"],
    elsewhere: "WebKit opens a window even under test: run this where there is a display, or install Xvfb.",
    without: "none of the widget's own tests in WebKit",
};

/// Chromium or Chrome.
pub fn chromium() -> Result<PathBuf, Failure> {
    CHROMIUM.need()
}

/// Chromium for scripts: its build that has no windows where it can be had, which is the same engine and runs the stories
/// in a third of the time; else the whole one, and a word on how to get the other.
pub fn headless_chromium() -> Result<PathBuf, Failure> {
    HEADLESS_SHELL.need().or_else(|missing| {
        println!("{missing}");
        chromium()
    })
}

/// The driver of the same version as [`chromium`].
pub fn chromedriver() -> Result<PathBuf, Failure> {
    CHROMEDRIVER.need()
}

/// Firefox, as it is installed.
pub fn firefox() -> Result<PathBuf, Failure> {
    FIREFOX.need()
}

/// Firefox's driver.
pub fn geckodriver() -> Result<PathBuf, Failure> {
    GECKODRIVER.need()
}

/// WebKitGTK's driver, or Safari's.
pub fn webkitdriver() -> Result<PathBuf, Failure> {
    WEBKITDRIVER.need()
}

/// A display for a browser that cannot do without one; `None` if there is a display already.
pub fn virtual_display() -> Result<Option<PathBuf>, Failure> {
    if env::var_os("DISPLAY").is_some() || cfg!(target_os = "macos") {
        Ok(None)
    } else {
        XVFB.need().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::{CHROMIUM, GECKODRIVER};

    #[test]
    fn a_missing_tool_says_how_to_install_it_and_what_is_lost_without() {
        let remedy = CHROMIUM.remedy();
        assert!(remedy.contains("apt-get install chromium"), "{remedy}");
        assert!(remedy.contains("Without it: no tests in a browser"), "{remedy}");
        assert!(!GECKODRIVER.remedy().contains("apt-get"), "Debian packages no geckodriver");
    }
}
