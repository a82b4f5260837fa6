//! What customers and their browsers see.

use std::sync::Arc;

use axum::Router;

use crate::server::Shared;

/// The pages' addresses.
pub fn router() -> Router<Arc<Shared>> {
    Router::new()
}
