//! `sandbox-plaid`: prints its address as the one line on standard output. `SANDBOX_PLAID_LISTEN` (`127.0.0.1:4243`; a busy port is
//! replaced by a free one) is where it listens.

use std::io::Write;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let wanted = std::env::var("SANDBOX_PLAID_LISTEN").unwrap_or_else(|_| "127.0.0.1:4243".into());
    let listener = match TcpListener::bind(&wanted).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            eprintln!("sandbox-plaid: {wanted} is in use, taking a free port");
            TcpListener::bind("127.0.0.1:0").await?
        }
        bound => bound?,
    };
    let mut stdout = std::io::stdout();
    writeln!(stdout, "http://{}", listener.local_addr()?)?;
    stdout.flush()?;
    tokio::select! {
        served = sandbox_plaid::serve(listener) => served,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
