//! `sandbox`: configured by environment, prints its address as the one line on standard output.
//!
//! `SANDBOX_LISTEN` (`127.0.0.1:4242`; a busy port is replaced by a free one), `SANDBOX_WEBHOOK_URL`,
//! `SANDBOX_WEBHOOK_SECRET`, `SANDBOX_SMTP_LISTEN` (a free port), `SANDBOX_SEED` (a new one at each start).

use std::io::Write;

use sandbox::Config;
#[cfg(not(feature = "faults"))]
use sandbox::serve;
#[cfg(feature = "faults")]
use sandbox::serve_with;
use tokio::net::TcpListener;

/// A seed that was not used before: a merchant that remembers the ids of the last start must not see them again.
fn new_seed() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", since.as_nanos(), std::process::id())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let defaults = Config::default();
    let config = Config {
        account: set("SANDBOX_ACCOUNT").unwrap_or(defaults.account),
        webhook_url: set("SANDBOX_WEBHOOK_URL"),
        webhook_secret: set("SANDBOX_WEBHOOK_SECRET").unwrap_or(defaults.webhook_secret),
        smtp_listen: set("SANDBOX_SMTP_LISTEN").unwrap_or(defaults.smtp_listen),
        seed: set("SANDBOX_SEED").unwrap_or_else(new_seed),
        ..Config::default()
    };
    let wanted = set("SANDBOX_LISTEN").unwrap_or_else(|| "127.0.0.1:4242".into());
    let listener = match TcpListener::bind(&wanted).await {
        Ok(listener) => listener,
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            eprintln!("sandbox: {wanted} is in use, taking a free port");
            let host = wanted.rsplit_once(':').map_or("127.0.0.1", |(host, _)| host);
            TcpListener::bind(format!("{host}:0")).await?
        }
        Err(error) => return Err(error),
    };
    #[cfg(feature = "faults")]
    let faults = relink_faults::layer::Faults::from_env()
        .map_err(|mistake| std::io::Error::other(format!("{}: {mistake}", relink_faults::layer::VARIABLE)))?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    #[cfg(feature = "faults")]
    let serving = serve_with(listener, config, faults, std::future::pending());
    #[cfg(not(feature = "faults"))]
    let serving = serve(listener, config);
    tokio::select! {
        served = serving => served,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
