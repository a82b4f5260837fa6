//! The other two ways to relink: a page of the merchant's own that a customer is led to, by an address that the
//! merchant hands out or by mail.
//!
//! `rules` decides who may be asked and how often; `ask` prepares a request, whoever makes it: a server (`api`), a person
//! of the staff (`dashboard`), a webhook of Stripe's (`policy`), or the customer whose link ran out (`page`). `remind` asks again. `mail` writes
//! the mail, `words` is what mail and page say, `post` sends. `gate` lets the page's widget in to the relink API.

pub mod api;
pub mod ask;
mod dashboard;
mod gate;
pub mod mail;
mod page;
pub mod policy;
pub mod post;
mod remind;
pub mod rules;
pub mod settings;
pub mod words;

use crate::app::App;
use crate::seal;
use crate::store::staff::{Person, Role};
use axum::Router;

/// The routes.
pub fn routes(app: App) -> Router<App> {
    Router::new()
        .merge(api::routes())
        .merge(page::routes())
        .merge(dashboard::routes())
        .merge(gate::routes(app))
}

/// Makes the person and the key that a demonstration is to have.
pub async fn seed(app: &App) -> Result<(), sqlx::Error> {
    let settings = &app.config.hosted;
    if let Some(key) = &settings.demo_api_key {
        app.store.put_api_key(&api::key_fingerprint(key.expose()), "demo", app.now()).await?;
    }
    if let Some((email, password)) = &settings.demo_staff {
        let name = email.split('@').next().unwrap_or_default();
        let name: String =
            name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
        let person = Person { email: email.clone(), name, role: Role::Agent };
        let known = app.store.credentials(email).await?.map(|known| known.password_hash);
        let password = password.clone();
        // Who is there already with that password stays signed in when another instance starts.
        let hashed = tokio::task::spawn_blocking(move || match known {
            Some(known) if seal::is_password(&known, password.expose()) => None,
            _ => Some(seal::hash_password(password.expose())),
        });
        if let Some(hashed) = hashed.await.unwrap_or_default() {
            app.store.put_staff(&person, &hashed).await?;
        }
    }
    Ok(())
}
