//! Runs the shop: configured by the environment alone (README.md lists the variables). Prints its address on stdout, in one
//! line, and everything else on stderr.

use shop::{App, Config};
use std::process::ExitCode;

/// How an operator's mistake ends the program.
const MISCONFIGURED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => return stop(&error.to_string()),
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .with_ansi(false)
        .compact()
        .init();
    let listener = match tokio::net::TcpListener::bind(&config.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            return stop(&format!("SHOP_LISTEN: cannot listen on {}: {error}.", config.listen));
        }
    };
    let address = match (&config.public_url, listener.local_addr()) {
        (Some(url), _) => url.origin().ascii_serialization(),
        (None, Ok(address)) => format!("http://{address}"),
        (None, Err(error)) => return stop(&format!("SHOP_LISTEN: no address: {error}.")),
    };
    let app = match App::new(config) {
        Ok(app) => app,
        Err(error) => return stop(&format!("the HTTP client cannot be made: {error}.")),
    };
    if let Err(error) = app.link_items().await {
        tracing::error!(%error, "the items at Plaid are not shown");
    }
    println!("{address}");
    match axum::serve(listener, shop::router(app)).with_graceful_shutdown(interrupted()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "stopped serving");
            ExitCode::FAILURE
        }
    }
}

fn stop(sentence: &str) -> ExitCode {
    eprintln!("shop: {sentence}");
    ExitCode::from(MISCONFIGURED)
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
