//! `relink-server --check`: tests the configuration and changes nothing. It checks that the database can be reached and
//! written to (without creating a table), that the address can be listened on, and that the widget's folder has the
//! widget. With `--online` it also calls Stripe, Plaid and the OpenID provider.

use crate::config::Config;
use crate::files::LOADER;
use crate::health;
use relink_backend::Stripe;
use relink_seal::Seal;
use relink_store::Store;
use relink_store::binding::{Claim, NotOurs};
use relink_stripe::StripeError;
use std::path::Path;

/// What would keep a server with this configuration from working, in a sentence each.
pub async fn check(config: &Config, asks_stripe: bool) -> Vec<String> {
    let mut mistakes = Vec::new();
    mistakes.extend(widget(config.widget_dir.as_deref()));
    mistakes.extend(address(config, "RELINK_LISTEN", &config.listen).await);
    if let Some(listen) = &config.desk.listen {
        mistakes.extend(address(config, "RELINK_DASHBOARD_LISTEN", listen).await);
    }
    if asks_stripe {
        mistakes.extend(provider(config).await);
        mistakes.extend(plaid(config).await);
    }
    let account = if asks_stripe {
        match stripe(config).await {
            Ok(account) => account,
            Err(mistake) => {
                mistakes.push(mistake);
                None
            }
        }
    } else {
        None
    };
    mistakes.extend(database(config, account).await);
    mistakes
}

fn widget(folder: Option<&Path>) -> Option<String> {
    let has_loader = folder.is_none_or(|folder| folder.join(LOADER).is_file());
    (!has_loader)
        .then(|| format!("WIDGET_DIR has no {LOADER} in it: name the folder that holds the built widget."))
}

/// An address that a relink-server listens on already is a good one: it is checked before that one is replaced.
async fn address(config: &Config, name: &str, listen: &str) -> Option<String> {
    let error = tokio::net::TcpListener::bind(listen).await.err()?;
    let is_ours = error.kind() == std::io::ErrorKind::AddrInUse && health::ask(&config.listen).await.is_ok();
    (!is_ours).then(|| format!("{name}: cannot listen on {listen}: {error}."))
}

/// Whether the OpenID provider answers, and what it says of itself can be used.
async fn provider(config: &Config) -> Option<String> {
    let provider = match config.provider() {
        Ok(provider) => provider?,
        Err(error) => return Some(format!("{error}.")),
    };
    // What it says is asked for once: any moment will do.
    provider.look(0).await.err().map(|error| format!("RELINK_OIDC_ISSUER: {error}."))
}

/// Whether Plaid takes the client's id and secret.
async fn plaid(config: &Config) -> Option<String> {
    let client = match config.plaid.as_ref()?.client() {
        Ok(client) => client,
        Err(error) => return Some(format!("{error}.")),
    };
    client.takes_keys().await.err().map(|error| format!("RELINK_PLAID_SECRET: {error}."))
}

/// The account that Stripe says the key is of; nothing where a restricted key may not ask.
async fn stripe(config: &Config) -> Result<Option<String>, String> {
    let client = Stripe::new(config.stripe_secret_key.clone(), config.stripe_publishable_key.clone());
    let client = client.map_err(|error| format!("{error}."))?;
    let client = client.at(config.stripe_api.clone()).version(config.stripe_version.clone());
    // Only what waiting does not help: whether Stripe answers at all is said below.
    if let Ok(Some(misfit)) = client.misfit().await {
        return Err(format!("Stripe's answers do not fit: {misfit}."));
    }
    match client.own_account().await {
        Ok(account) => Ok(Some(account)),
        Err(StripeError::Refused { .. } | StripeError::Language(_) | StripeError::NotFound) => Ok(None),
        Err(StripeError::Unauthorized) => {
            Err("Stripe does not accept STRIPE_SECRET_KEY: it was revoked, or it is mistyped.".into())
        }
        Err(error @ StripeError::NotEnabled(_)) => Err(format!("STRIPE_VERSION: {error}.")),
        Err(
            error @ (StripeError::Unavailable
            | StripeError::NotYet(_)
            | StripeError::Throttled
            | StripeError::Busy
            | StripeError::BankUnavailable),
        ) => Err(format!("STRIPE_API_BASE: {error}.")),
    }
}

async fn database(config: &Config, account: Option<String>) -> Option<String> {
    let store = match Store::look(&config.database).await {
        Ok(store) => store?,
        Err(error) => return Some(format!("{error}.")),
    };
    let found = is_ours(config, &store, account).await;
    store.close().await;
    match found {
        Ok(Ok(())) => None,
        Ok(Err(not_ours)) => Some(format!("{not_ours}.")),
        Err(error) => Some(format!("{error}.")),
    }
}

async fn is_ours(
    config: &Config,
    store: &Store,
    account: Option<String>,
) -> relink_store::Result<Result<(), NotOurs>> {
    // A database of an older version, or an empty one, says nothing.
    if !store.has_binding_table().await? {
        return Ok(Ok(()));
    }
    let seal = seal(config);
    let claim = Claim {
        livemode: config.mode == crate::config::Mode::Live,
        sealing_key: seal.id(),
        sealing_key_previous: seal.previous_id(),
    };
    if let Err(not_ours) = store.fits(&claim).await? {
        return Ok(Err(not_ours));
    }
    let bound = store.binding().await?.and_then(|bound| bound.stripe_account);
    Ok(match (bound, account) {
        (Some(bound), Some(ours)) if bound != ours => Err(NotOurs::Account { bound, ours }),
        (Some(_) | None, Some(_) | None) => Ok(()),
    })
}

fn seal(config: &Config) -> Seal {
    let seal = Seal::new(&config.secret);
    match &config.secret_previous {
        Some(previous) => seal.with_previous(previous),
        None => seal,
    }
}
