//! `cargo xtask explore`: pages put together at random from a seed, with the widget on them, for some minutes. What is
//! tried, and what must hold, is in `e2e/explore/`; this prepares the package and the browser, and says what was asked for.

use std::process::ExitCode;

use lexopt::prelude::{Long, ValueExt};

use crate::dist;
use crate::failure::Failure;
use crate::run;
use crate::stories;
use crate::workspace::Workspace;

/// What the command line may say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Where chance begins; another one each time where none is given.
    seed: Option<u32>,
    minutes: Option<u32>,
    /// One case by its name, and nothing else.
    case: Option<String>,
}

impl Options {
    /// Reads what follows `explore`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("seed") => options.seed = Some(arguments.value()?.parse()?),
                Long("minutes") => options.minutes = Some(arguments.value()?.parse()?),
                Long("case") => options.case = Some(arguments.value()?.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.case.is_some() && (options.seed.is_some() || options.minutes.is_some()) {
            return Err(Failure::Usage(
                "--case is one case: there is no chance in it, and no time".to_owned(),
            ));
        }
        Ok(options)
    }

    /// What the script finds in its environment.
    fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        [("SEED", number(self.seed)), ("MINUTES", number(self.minutes)), ("CASE", self.case.clone())]
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| (name, value)))
    }
}

/// Runs the explorer in Chromium.
pub fn explore(options: &Options) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    dist::written(&workspace)?;
    let mut node = stories::beside_servers(&workspace)?;
    node.envs(options.variables()).arg(workspace.e2e().join("explore").join("explore.mjs"));
    run::run("exploring", &mut node).map(|()| ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parsed(arguments: &[&str]) -> Result<Options, String> {
        Options::parse(&mut lexopt::Parser::from_args(arguments)).map_err(|why| why.to_string())
    }

    #[test]
    fn what_is_given_reaches_the_script_and_what_is_not_is_left_to_it() {
        let given = parsed(&["--seed", "7", "--minutes", "2"]).expect("both");
        let variables: Vec<_> = given.variables().collect();
        assert_eq!(variables, [("SEED", "7".to_owned()), ("MINUTES", "2".to_owned())]);
        let one = parsed(&["--case", "modal|forward"]).expect("a case");
        assert_eq!(one.variables().collect::<Vec<_>>(), [("CASE", "modal|forward".to_owned())]);
        assert_eq!(parsed(&[]).expect("nothing").variables().count(), 0);
    }

    #[test]
    fn a_case_and_a_seed_exclude_each_other_and_a_word_is_no_number() {
        for arguments in [&["--case", "modal", "--seed", "7"][..], &["--seed", "soon"], &["--now"]] {
            parsed(arguments).expect_err("refused");
        }
    }
}
