//! The commands that prepare something and then run scripts of `e2e/`: one row of a table for each. What a script finds in
//! its environment is the matter of `stories`.

use lexopt::prelude::Long;

use crate::dist::{self, Profile};
use crate::failure::Failure;
use crate::gallery;
use crate::run;
use crate::stories;
use crate::workspace::Workspace;

/// One command.
pub struct Script {
    name: &'static str,
    /// What it does, for the line that says so.
    what: &'static str,
    /// Whether the package must have been built: `cargo xtask dist`.
    package: bool,
    /// Whether the gallery is built first.
    gallery: bool,
    /// Below `e2e/`: a script, or a folder whose tests are all run.
    path: &'static str,
    /// A flag of the command, and the variable that says to the script whether it was given.
    flag: Option<Flag>,
}

struct Flag {
    name: &'static str,
    variable: &'static str,
    given: &'static str,
    absent: &'static str,
}

const SCRIPTS: [Script; 4] = [
    Script {
        name: "screenshots",
        what: "taking screenshots",
        package: false,
        gallery: true,
        path: "screenshots.mjs",
        flag: None,
    },
    Script {
        name: "waterfall",
        what: "measuring what a page loads",
        package: true,
        gallery: false,
        path: "waterfall.mjs",
        flag: None,
    },
    Script {
        name: "access",
        what: "testing accessibility",
        package: true,
        gallery: true,
        path: "access",
        flag: Some(Flag { name: "update", variable: "ACCESS", given: "update", absent: "all" }),
    },
    Script {
        name: "wild",
        what: "trying what pages, browsers and customers do",
        package: true,
        gallery: false,
        path: "wild",
        flag: Some(Flag { name: "sample", variable: "PAGE_CODE", given: "sample", absent: "all" }),
    },
];

/// The script of that command.
pub fn named(name: &str) -> Option<&'static Script> {
    SCRIPTS.iter().find(|script| script.name == name)
}

impl Script {
    /// Reads what follows the command's name, prepares what the script needs, and runs it.
    pub fn run(&self, arguments: &mut lexopt::Parser) -> Result<(), Failure> {
        let is_flagged = self.flagged(arguments)?;
        let workspace = Workspace::find()?;
        if self.package {
            dist::written(&workspace)?;
        }
        if self.gallery {
            gallery::build(&workspace, Profile::Shipped, &workspace.gallery())?;
        }
        let mut node = stories::beside_servers(&workspace)?;
        if let Some(flag) = &self.flag {
            node.env(flag.variable, if is_flagged { flag.given } else { flag.absent });
        }
        let path = workspace.e2e().join(self.path);
        if path.is_dir() {
            node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
            node.args(stories::files(&path)?);
        } else {
            node.arg(path);
        }
        run::run(self.what, &mut node)
    }

    fn flagged(&self, arguments: &mut lexopt::Parser) -> Result<bool, Failure> {
        let mut is_flagged = false;
        while let Some(argument) = arguments.next()? {
            match (&argument, &self.flag) {
                (Long(name), Some(flag)) if *name == flag.name => is_flagged = true,
                _ => return Err(Failure::takes_none(argument)),
            }
        }
        Ok(is_flagged)
    }
}

#[cfg(test)]
mod tests {
    use super::{SCRIPTS, named};
    use std::path::Path;

    #[test]
    fn every_command_is_in_the_help_and_its_script_is_there() {
        let e2e = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("e2e");
        for script in &SCRIPTS {
            assert!(crate::USAGE.contains(&format!("\n  {} ", script.name)), "{}", script.name);
            assert!(e2e.join(script.path).exists(), "{}", script.path);
        }
    }

    #[test]
    fn a_flag_is_known_by_the_command_that_has_it_and_by_no_other() {
        let read = |name: &str, arguments: &[&str]| {
            let script = named(name).expect("a command");
            script.flagged(&mut lexopt::Parser::from_args(arguments))
        };
        assert!(read("access", &["--update"]).expect("its own flag"));
        assert!(!read("access", &[]).expect("nothing"));
        for (name, argument) in [("access", "--all"), ("waterfall", "--update"), ("screenshots", "now")] {
            let why = read(name, &[argument]).expect_err("refused").to_string();
            assert!(
                why.contains(argument.trim_start_matches('-')) && why.contains("cargo xtask --help"),
                "{why}"
            );
        }
    }
}
