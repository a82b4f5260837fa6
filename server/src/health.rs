//! Whether the server is healthy: `GET /livez` for a load balancer, and `relink-server --health`, which calls it, for a
//! container without any other program. Neither is logged.

use axum::Router;
use axum::routing::get;
use std::time::Duration;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The route.
pub(crate) fn routes() -> Router {
    Router::new().route("/livez", get(|| async { "ok\n" }))
}

/// Asks the server that listens there on this machine; an error says in a sentence why it is not well.
pub async fn ask(listen: &str) -> Result<(), String> {
    let (host, port) = listen.rsplit_once(':').unwrap_or((listen, ""));
    // Whoever listens everywhere listens here, too.
    let host = match host {
        "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        host => host,
    };
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
    let client = client.map_err(|error| format!("no request can be made: {error}."))?;
    match client.get(format!("http://{host}:{port}/livez")).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => {
            Err(format!("what listens at {host}:{port} (RELINK_LISTEN) answers {}.", answer.status()))
        }
        Err(error) if error.is_timeout() => {
            Err(format!("nothing answers at {host}:{port} (RELINK_LISTEN) within {} s.", PATIENCE.as_secs()))
        }
        Err(error) if error.is_connect() => Err(format!("nothing listens at {host}:{port} (RELINK_LISTEN).")),
        Err(error) => {
            let error = error.without_url();
            Err(format!("{host}:{port} (RELINK_LISTEN) does not answer with HTTP: {error}."))
        }
    }
}
