//! What live mode requires: with real banks, no secret is sent unencrypted, and no secret is short. A finding stops the
//! start in live mode; in test mode, `--check` reports it.

use super::values::Config;
use relink_stripe::Url;
use relink_wire::Secret;

/// The shortest secret that messages may be signed with: as long as Stripe's own.
const SHORTEST_SIGNING_SECRET: usize = 32;

/// What live mode demands of the database, of an operator's commands too.
pub(super) const PRIVATE_DATABASE: &str = "DATABASE_URL must require TLS with sslmode=verify-full, or at least with sslmode=require, which does not check who answers.";

/// What live mode does not accept in a configuration, one sentence for each; origins are checked where they are read.
pub(super) fn demands(config: &Config) -> Vec<String> {
    let mut demands = Vec::new();
    let mut demand = |is_met: bool, sentence: &str| {
        if !is_met {
            demands.push(sentence.to_owned());
        }
    };
    let hosted = &config.hosted;
    let is_https = |url: &Url| url.scheme() == "https";
    demand(is_https(&config.stripe_api), "STRIPE_API_BASE must be https://: the secret key goes there.");
    demand(
        hosted.stripe_js_url.as_ref().is_none_or(is_https),
        "STRIPE_JS_URL must be https://: customers' browsers run that script.",
    );
    demand(
        hosted.webhook.as_ref().is_none_or(|webhook| is_https(&webhook.url)),
        "HOSTED_WEBHOOK_URL must be https://.",
    );
    demand(
        !hosted.is_mail_in_the_clear(),
        "SMTP_URL must be smtps://, or smtp:// with ?tls=required: mails hold links, and the password is a secret.",
    );
    demand(config.database.is_private(), PRIVATE_DATABASE);
    let stays_here = |url: &Url| url.host_str().is_some_and(relink_store::is_loopback);
    demand(
        config.traces.as_ref().is_none_or(|url| is_https(url) || stays_here(url)),
        "OTEL_EXPORTER_OTLP_ENDPOINT must be https://, or on this machine: its headers may hold a key, and traces say what customers do.",
    );
    let signing: Vec<&Secret> = hosted.webhook.iter().flat_map(|webhook| &webhook.secrets).collect();
    let named = [
        ("STRIPE_WEBHOOK_SECRET", Some(&config.stripe_webhook_secret)),
        ("STRIPE_WEBHOOK_SECRET_PREVIOUS", config.stripe_webhook_secret_previous.as_ref()),
        ("HOSTED_WEBHOOK_SECRET", signing.first().copied()),
        ("HOSTED_WEBHOOK_SECRET_PREVIOUS", signing.get(1).copied()),
    ];
    for (name, secret) in named {
        let length = secret.map_or(0, |secret| secret.expose().chars().count());
        // One that is not set is said to be missing, where it has to be there.
        if (1..SHORTEST_SIGNING_SECRET).contains(&length) {
            demands.push(format!("{name} must have {SHORTEST_SIGNING_SECRET} characters at least."));
        }
    }
    demands
}
