//! Whether the server is well: `GET /livez` for a load balancer, and `relink-server --health`, which asks it, for a container that
//! has no other program. Neither is logged.

use axum::Router;
use axum::routing::get;
use std::time::Duration;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The route.
pub(crate) fn routes() -> Router {
    Router::new().route("/livez", get(|| async { "ok\n" }))
}

/// Whether the server that listens there on this machine answers.
pub async fn is_well(listen: &str) -> bool {
    let (host, port) = listen.rsplit_once(':').unwrap_or((listen, ""));
    // Whoever listens everywhere listens here, too.
    let host = match host {
        "0.0.0.0" => "127.0.0.1",
        "[::]" => "[::1]",
        host => host,
    };
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
    let Ok(client) = client else { return false };
    let answer = client.get(format!("http://{host}:{port}/livez")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}
