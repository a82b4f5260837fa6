//! Runs the merchant: configured by the environment alone (README.md lists the variables). Prints its address on
//! stdout, in one line, and everything else on stderr. With arguments it does what an operator asks for (`manage.rs`).

use merchant::{App, Config};
use std::process::ExitCode;

/// How an operator's mistake ends the program.
const MISCONFIGURED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => return stop(&error.to_string()),
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.is_empty() {
        return match merchant::manage::run(&config, &arguments, std::io::stdin()).await {
            Ok(said) => {
                println!("{said}");
                ExitCode::SUCCESS
            }
            Err(error) => stop(&format!("{error}.")),
        };
    }
    log();
    let listener = match tokio::net::TcpListener::bind(&config.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            return stop(&format!("MERCHANT_LISTEN: {} cannot be listened on: {error}.", config.listen));
        }
    };
    let mut config = config;
    let address = match (&config.public_url, listener.local_addr()) {
        (Some(url), _) => url.origin().ascii_serialization(),
        (None, Ok(address)) => format!("http://{address}"),
        (None, Err(error)) => return stop(&format!("MERCHANT_LISTEN: no address: {error}.")),
    };
    config.hosted.link_base.clone_from(&address);
    let app = match App::open(config).await {
        Ok(app) => app,
        Err(error) => return stop(&format!("{error}.")),
    };
    #[cfg(feature = "faults")]
    let serving = match relink_faults::layer::Faults::from_env() {
        Ok(faults) => merchant::serve_with(listener, app, faults, interrupted()),
        Err(mistake) => return stop(&format!("{}: {mistake}.", relink_faults::layer::VARIABLE)),
    };
    #[cfg(not(feature = "faults"))]
    let serving = merchant::serve(listener, app, interrupted());
    println!("{address}");
    match serving.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "stopped serving");
            ExitCode::FAILURE
        }
    }
}

fn stop(sentence: &str) -> ExitCode {
    eprintln!("merchant: {sentence}");
    ExitCode::from(MISCONFIGURED)
}

/// Logs to stderr: lines for people, or with `LOG_FORMAT=json` one JSON object each.
fn log() {
    let base = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO);
    if std::env::var("LOG_FORMAT").is_ok_and(|format| format == "json") {
        base.json().init();
    } else {
        base.with_ansi(false).compact().init();
    }
}

async fn interrupted() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _interrupted = interrupt.await;
}
