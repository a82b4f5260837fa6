//! `conformance URL …`: puts a backend to the suite and says what is missing.

use conformance::{Options, UsageError};
use std::process::ExitCode;

/// Nothing could be asked.
const NOT_ASKED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(help @ UsageError::Help) => {
            print!("{help}");
            return ExitCode::SUCCESS;
        }
        Err(error) => return not_asked(&error),
    };
    match conformance::run(&options).await {
        Ok(report) => {
            println!("{report}");
            if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(unreachable) => not_asked(&unreachable),
    }
}

fn not_asked(why: &dyn std::error::Error) -> ExitCode {
    eprintln!("conformance: {why}");
    ExitCode::from(NOT_ASKED)
}
