//! The other two ways to relink: through a page of the merchant's own, to which a link from the merchant's server or an
//! email leads.
//! `rules` decides who may be asked and how often, `groups` what goes into one email. `ask` prepares a request from a
//! server (`api`, with a key: `api_key`), from a staff member (the dashboard), because of a Stripe event (`policy`), or
//! from a customer whose link expired (`page`). `remind` asks again. `mail` writes the email, `words` has the texts of
//! email and page, `outbox` sends. `visit` exchanges the link's token for a cookie, `page` shows the link, and `gate`
//! gives the page's widget access to the relink API. `shell` and `forms` are shared by all pages, also by the
//! dashboard's.

mod addressee;
pub mod api;
mod api_key;
pub mod ask;
pub mod dates;
pub mod forms;
mod gate;
pub mod groups;
mod hosted;
mod layout;
pub mod mail;
mod outbox;
mod page;
mod policy;
mod post;
mod profiles;
mod refusals;
mod remind;
pub mod rules;
mod settings;
pub mod shell;
mod trigger;
mod visit;
pub mod words;

pub use addressee::Addressee;
pub use api_key::{api_key_fingerprint, api_key_name};
pub use hosted::{Hosted, Hosting};
pub use post::PostError;
pub use profiles::profiles;
pub use refusals::Refusals;
pub use settings::{Mistake, Settings, Webhook, is_mailbox};
pub use trigger::Trigger;

use axum::{Router, middleware};
use relink_backend::trace;
use relink_store::StoreError;

impl Hosted {
    /// The routes: `/r/{token}`, the page that it leads to with the relink API of its widget, `/v1/hosted_relinks`, and what pages load.
    pub fn routes<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Router::new()
            .merge(api::routes())
            .merge(page::routes(self))
            .merge(shell::assets())
            .with_state(self.clone())
            .merge(gate::routes(self))
            .layer(middleware::from_fn(trace::trace))
    }

    /// Sends what waits until `stop` is done and the attempts that it has begun have ended: what was sent is then written down, so
    /// that no other instance sends it again. Every instance runs one.
    pub async fn run_outbox(self, stop: impl Future<Output = ()>) {
        outbox::run(self, stop).await;
    }

    /// Sends every email and event that is due, once.
    pub async fn deliver(&self) -> Result<(), StoreError> {
        outbox::deliver(self).await
    }
}
