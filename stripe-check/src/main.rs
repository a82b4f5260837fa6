//! `cargo xtask stripe-check`: see the library.

use std::env;
use std::process::ExitCode;
use stripe_check::{Options, Wish, check};

#[tokio::main]
async fn main() -> ExitCode {
    let wish = Options::read(env::args_os().skip(1), |name| env::var(name).ok());
    let report = match wish {
        Ok(Wish::Say(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Ok(Wish::Check(options)) => check(options).await,
        Err(sentence) => Err(sentence),
    };
    match report {
        Ok(report) => {
            print!("{}", report.text);
            if report.differences == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::from(2)
        }
    }
}
