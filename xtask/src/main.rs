//! `cargo xtask …`: build, serve, test and ship, in one command each, on a machine that has only rustup.
//!
//! A command is a file, or a row of `scripts` where it only runs a script of `e2e/`. What several share is `workspace` (where things are), `needs` (tools that are not Rust),
//! `run` and `children` (other programs, and their end) and `failure` (what went wrong, and who repairs it).

use std::process::ExitCode;

use failure::Failure;
use lexopt::prelude::{Long, Short, Value, ValueExt};

mod attack;
mod bench;
mod children;
mod conformance;
mod dist;
mod docs;
mod explore;
mod failure;
mod faults;
mod frameworks;
mod fuzz;
mod gallery;
mod kills;
mod languages;
mod leptos;
mod needs;
mod postgres;
mod release;
mod reproduce;
mod run;
mod scripts;
mod serve;
mod size;
mod slow_disk;
mod stories;
mod supply;
mod test;
mod trunk;
mod workspace;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N]     Build everything, start the stand-in for Stripe, relink-server and the demo shop, print one address
  test [--only STEP]…  Run every check and test; --list names the steps
       [--browser B]   chromium (the default), firefox, webkit or all, for the steps `browser` and `e2e`
  faults               The fault matrix of the machine, in virtual time: a line for each cell, and a count
  faults --browser     The same for the real widget, relink-server, shop and sandbox, in Chromium (ten minutes);
       [--only TEXT]   only the cells whose name contains TEXT
  kills [--count N]    200 kills of the merchant under load, 500 resets after commit, 50 posts at once with one key,
       [--resets N]    10 000 shuffled webhooks, and mails about 1000 accounts that two instances send under kills, on
       [--webhooks N]  SQLite and, where it is installed, on PostgreSQL (some minutes). And 40 rolling changes, each of
       [--accounts N]  one of two instances under load, behind a load balancer that asks /readyz
       [--changes N]
  attack [NAME]…       Attacks on a release build of relink-server on this machine, and what they cost other customers (ten
       [--server FILE] minutes); --short runs those of the test command, --list names them all
       [--sandbox FILE]
  fuzz [TARGET]…       Every fuzz target from its seeds, for a minute each
       [--seconds N]
  dist                 Write the npm package to dist/relink-widget/
  release VERSION      Collect a release in target/release-VERSION/: npm packages, crates, bills of materials, notes from the
       [--dry-run]     changelog, checksums. Publishes nothing; --dry-run uses what is built, and takes the newest version
  reproduce            Build the package twice, from nothing, in two folders, and compare every byte (ten minutes)
  size                 What each shipped file weighs: raw, gzip, brotli; fails when a customer downloads too much
  waterfall            What a page loads from the built package, in which order, and how long it takes on a slow line
  bench [--rounds N]   How long a customer waits for the first screen, beside MX Connect and React from the npm registry, on slow and
       [--backend]     fast lines; typing, clicks and mounts (some minutes, needs `dist`). With --backend, how many relinks
       [--seconds N]   relink-server completes in a second, beside raw commits of their rows, on SQLite and PostgreSQL;
       [--disk-ms N]   with --disk-ms on a disk whose commits take so long, as a cloud's do (Linux, a C compiler)
  docs [--base PATH]   Write the documentation as a static site to target/docs/, with search, the widget itself and the theme
                       editor (needs `dist`); PATH is where it will be served, / without it
  sandbox              Build and run the stand-in for Stripe alone; its settings are environment variables
  gallery              Build the page of every view, into target/gallery/
  conformance URL …    Test any merchant's backend against the relink API; --help lists the options
  conformance --examples
                       Install, start and test the example backends
  stripe-check         Compare Stripe's test mode with the sandbox, with a test key in STRIPE_SECRET_KEY: reads alone, and
       [--write]       with --write a relink session too. Prints what differs; without a key, what it would do
  frameworks           Install, check, build and drive the example pages of five frameworks, from the packed
                       package, with publint and arethetypeswrong (needs `dist` and the npm registry); then a small
                       project of each bundler, built and in development (half an hour; ONLY=vite,next for some)
  leptos               Build the app of examples/leptos, in which the widget is a component of Leptos', and drive it in a
                       browser, drawn there and rendered by its server (some minutes, needs `dist`)
  access [--update]    Every view in every mode and language: axe, keyboard, what is heard, layout (some minutes, needs
                       `dist`); --update writes the kept transcripts and layouts anew, to be looked at
  wild [--sample]      What pages, browsers and customers do to the widget, with every function of the page failing in every
                       way (some minutes, needs `dist`); --sample runs what the test command runs
  explore [--seed N]   Random pages for ten minutes, and what a customer may do on them: checks six promises on each (needs
       [--minutes M]   `dist`). A failure is made as small as possible, and printed with the command that repeats it, which
       [--case NAME]   is this one with --case
  supply               Checks licences, sources, hashes and the compiler against deny.toml; advisories if their lists are available
  sbom                 Write bills of materials (CycloneDX) of the programs, the widget and the npm locks to target/sbom/
  languages            The languages: messages, texts, characters and plural categories of each
  screenshots          Write a picture of every view
  trunk-stage          Called by `trunk serve` to put the widget beside index.html
";

fn main() -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(failure) => {
            children::give_way();
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<ExitCode, Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == dist::link::CALLED_WITH) {
        return dist::link::be_the_linker(&arguments);
    }
    let mut arguments = lexopt::Parser::from_env();
    let name = match arguments.next()? {
        Some(Value(name)) => name.string()?,
        Some(Long("help") | Short('h')) | None => {
            print!("{USAGE}");
            return Ok(ExitCode::SUCCESS);
        }
        Some(other) => return Err(other.unexpected().into()),
    };
    if name == test::browser::RUNNER {
        return test::browser::be_the_runner(arguments.raw_args()?.collect());
    }
    children::stop_on_signals(if name == "serve" { 0 } else { 130 })?;
    match name.as_str() {
        "serve" => serve::serve(serve::Options::parse(&mut arguments)?).map(|()| ExitCode::SUCCESS),
        "test" => test::test(test::Options::parse(&mut arguments)?),
        "bench" => bench::bench(&bench::Options::parse(&mut arguments)?).map(|()| ExitCode::SUCCESS),
        "attack" => attack::attacks(&attack::Options::parse(&mut arguments)?),
        "explore" => explore::explore(&explore::Options::parse(&mut arguments)?),
        "faults" => faults::faults(&faults::Options::parse(&mut arguments)?),
        "fuzz" => fuzz::fuzz(&fuzz::Options::parse(&mut arguments)?),
        "dist" => nothing_more(&mut arguments).and_then(|()| dist::dist()).map(|_| ExitCode::SUCCESS),
        "release" => release::release(&release::Options::parse(&mut arguments)?).map(|()| ExitCode::SUCCESS),
        "docs" => docs::docs(&docs::Options::parse(&mut arguments)?).map(|()| ExitCode::SUCCESS),
        "size" => nothing_more(&mut arguments).and_then(|()| size::size()).map(|()| ExitCode::SUCCESS),
        "reproduce" => nothing_more(&mut arguments).and_then(|()| reproduce::reproduce()),
        "kills" => kills::kills(&kills::Options::parse(&mut arguments)?),
        "sandbox" => nothing_more(&mut arguments).and_then(|()| workspace::program("sandbox", Vec::new())),
        "conformance" => conformance::conformance(arguments.raw_args()?.collect()),
        "stripe-check" => workspace::program("stripe-check", arguments.raw_args()?.collect()),
        "frameworks" => nothing_more(&mut arguments).and_then(|()| frameworks::frameworks()),
        "leptos" => nothing_more(&mut arguments).and_then(|()| leptos::leptos()),
        "languages" => {
            nothing_more(&mut arguments).and_then(|()| languages::languages()).map(|()| ExitCode::SUCCESS)
        }
        "supply" => nothing_more(&mut arguments).and_then(|()| supply::supply()).map(|()| ExitCode::SUCCESS),
        "sbom" => nothing_more(&mut arguments).and_then(|()| sbom()),
        "gallery" => {
            nothing_more(&mut arguments).and_then(|()| gallery::gallery()).map(|()| ExitCode::SUCCESS)
        }
        "trunk-stage" => {
            nothing_more(&mut arguments).and_then(|()| trunk::stage()).map(|()| ExitCode::SUCCESS)
        }
        other => match scripts::named(other) {
            Some(script) => script.run(&mut arguments).map(|()| ExitCode::SUCCESS),
            None => Err(Failure::Usage(format!("there is no command `{other}`\n\n{USAGE}"))),
        },
    }
}

fn sbom() -> Result<ExitCode, Failure> {
    let written = supply::sbom::write(&workspace::Workspace::find()?)?;
    written.iter().for_each(|path| println!("{}", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn nothing_more(arguments: &mut lexopt::Parser) -> Result<(), Failure> {
    match arguments.next()? {
        None => Ok(()),
        Some(argument) => Err(Failure::takes_none(argument)),
    }
}

#[cfg(test)]
mod tests {
    use super::nothing_more;

    #[test]
    fn a_command_without_arguments_refuses_one_and_says_where_to_read_on() {
        for argument in ["--help", "8080"] {
            let refused =
                nothing_more(&mut lexopt::Parser::from_args([argument])).map_err(|why| why.to_string());
            let why = refused.expect_err("it takes none");
            assert!(why.contains(argument) && why.contains("cargo xtask --help"), "{why}");
        }
        assert!(nothing_more(&mut lexopt::Parser::from_args([] as [&str; 0])).is_ok());
    }
}
