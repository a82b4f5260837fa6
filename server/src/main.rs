//! Runs relink-server, configured only by the environment (`--help` lists the variables). It prints its address on
//! stdout, in one line, and everything else on stderr. With arguments it runs an operator's command (`manage`).

use relink_server::variables::{IN_A_FILE, list, typos};
use relink_server::{Config, Readiness, Server, check, health, manage, metrics, reseal, telemetry};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How an operator's mistake ends the program.
const MISCONFIGURED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => serve().await,
        ["--help" | "-h"] => {
            println!(
                "Usage:\n{}\n\nEnvironment, each also as NAME{IN_A_FILE} with a file's path:\n{}",
                manage::USAGE,
                list()
            );
            ExitCode::SUCCESS
        }
        ["--check"] => check(false).await,
        ["--check", "--online"] => check(true).await,
        ["--health"] => {
            let listen = variable("RELINK_LISTEN").unwrap_or_else(|| "127.0.0.1:4050".into());
            match health::ask(&listen).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(why) => {
                    say(&[why]);
                    ExitCode::FAILURE
                }
            }
        }
        ["reseal"] => answer(reseal::run(variable, false).await),
        ["reseal", reseal::DROP] => answer(reseal::run(variable, true).await),
        _ => operate(&arguments).await,
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Reads the configuration. An unknown name with our prefix is a mistake like any other; one that is only similar to a
/// known name is just reported.
fn read() -> Result<Config, Vec<String>> {
    let typos = typos(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()));
    say(&typos.hints);
    match Config::read(variable) {
        Ok(config) if typos.mistakes.is_empty() => Ok(config),
        Ok(_) => Err(typos.mistakes),
        Err(mistakes) => Err(mistakes.into_iter().chain(typos.mistakes).collect()),
    }
}

async fn check(asks_stripe: bool) -> ExitCode {
    let config = match read() {
        Ok(config) => config,
        Err(mistakes) => return stop(&mistakes),
    };
    for sentence in &config.would_stop_live {
        eprintln!("relink-server: with live keys, this would stop the server from starting: {sentence}");
    }
    match check::check(&config, asks_stripe).await {
        mistakes if mistakes.is_empty() => {
            println!("The configuration is good.");
            ExitCode::SUCCESS
        }
        mistakes => stop(&mistakes),
    }
}

/// Ends with what is to be said.
fn answer(done: Result<String, Vec<String>>) -> ExitCode {
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(mistakes) => stop(&mistakes),
    }
}

async fn operate(arguments: &[String]) -> ExitCode {
    let database = match Config::read_database(variable) {
        Ok(database) => database,
        Err(mistakes) => return stop(&mistakes),
    };
    match manage::run(&database, arguments, std::io::stdin(), std::io::stdout().lock()).await {
        Ok(said) if said.is_empty() => ExitCode::SUCCESS,
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(finding) if finding.is_finding() => {
            eprintln!("relink-server: {finding}.");
            ExitCode::FAILURE
        }
        Err(error) => stop(&[format!("{error}.")]),
    }
}

async fn serve() -> ExitCode {
    let config = match read() {
        Ok(config) => config,
        Err(mistakes) => return stop(&mistakes),
    };
    let traces = match telemetry::start(config.is_log_json, config.traces.as_ref()) {
        Ok(traces) => traces,
        Err(error) => return stop(&[format!("{error}.")]),
    };
    let listener = match relink_server::serving::listen(&config.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            return stop(&[format!("RELINK_LISTEN: cannot listen on {}: {error}.", config.listen)]);
        }
    };
    let dashboard = match &config.desk.listen {
        None => None,
        Some(listen) => match relink_server::serving::listen(listen).await {
            Ok(listener) => Some(listener),
            Err(error) => {
                return stop(&[format!("RELINK_DASHBOARD_LISTEN: cannot listen on {listen}: {error}.")]);
            }
        },
    };
    if config.desk.place.is_none() {
        tracing::warn!(
            "the dashboard is off: with live keys it needs RELINK_DASHBOARD_URL or RELINK_DASHBOARD_LISTEN, an origin without Stripe's script"
        );
    }
    let config = match listener.local_addr() {
        Ok(address) => config.listening_at(address),
        Err(error) => return stop(&[format!("RELINK_LISTEN: no address: {error}.")]),
    };
    let origin = config.origin.clone();
    let scraped = match &config.metrics_listen {
        None => None,
        Some(listen) => match metrics::record(listen).await {
            Ok(scraped) => Some(scraped),
            Err(error) => return stop(&[format!("{error}.")]),
        },
    };
    let drain = config.drain;
    let server = match Server::open(config).await {
        Ok(server) => server,
        Err(error) => return stop(&[format!("{error}.")]),
    };
    let scraping = scraped.map(|scraped| tokio::spawn(scraped.serve(server.clone())));
    let stopping = asked_to_stop(server.readiness.clone(), drain);
    #[cfg(feature = "faults")]
    let serving = match relink_faults::layer::Faults::from_env() {
        Ok(faults) => server.serve_with(listener, dashboard, faults, stopping),
        Err(mistake) => return stop(&[format!("{}: {mistake}.", relink_faults::layer::VARIABLE)]),
    };
    #[cfg(not(feature = "faults"))]
    let serving = server.serve(listener, dashboard, stopping);
    println!("{origin}");
    let served = serving.await;
    if let Some(scraping) = scraping {
        scraping.abort();
    }
    traces.end().await;
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "stopped serving");
            ExitCode::FAILURE
        }
    }
}

fn say(sentences: &[String]) {
    for sentence in sentences {
        eprintln!("relink-server: {sentence}");
    }
}

fn stop(sentences: &[String]) -> ExitCode {
    say(sentences);
    ExitCode::from(MISCONFIGURED)
}

/// Until it is to take no more requests: at once after Ctrl-C; after SIGTERM it still serves for `drain`, not ready, so that a load
/// balancer finds out first. A second signal ends that.
async fn asked_to_stop(readiness: Arc<Readiness>, drain: Duration) {
    let is_terminated = interrupted().await;
    readiness.stop();
    if is_terminated {
        tracing::info!(seconds = drain.as_secs(), "asked to stop; still serving, and not ready");
        drop(tokio::time::timeout(drain, interrupted()).await);
    }
}

/// Until a signal; true where it was SIGTERM.
async fn interrupted() -> bool {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            return tokio::select! {
                _ = interrupt => false,
                _ = terminate.recv() => true,
            };
        }
    }
    let _interrupted = interrupt.await;
    false
}
