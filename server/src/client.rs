//! Determines where each request comes from, for limits and logs.

use crate::server::Server;
use axum::extract::connect_info::ConnectInfo;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::net::SocketAddr;
use std::sync::Once;

/// Said once: it is about how the server is set up, not about a request.
static SAID: Once = Once::new();

/// Puts the client's address into the request, where the connection's is known.
pub(crate) async fn identify(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let trusted = &server.config.limits.trusted_proxies;
        let headers = request.headers();
        if headers.contains_key("x-forwarded-for") && !trusted.has(peer.ip()) {
            SAID.call_once(|| {
                tracing::warn!(
                    "requests come through a proxy that RELINK_TRUSTED_PROXIES does not name: all its clients count as one"
                );
            });
        }
        let client = trusted.client(peer.ip(), headers);
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}
