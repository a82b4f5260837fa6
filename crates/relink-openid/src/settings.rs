//! The operator's settings for the provider.

use relink_wire::Secret;
use reqwest::Url;

/// The provider, and what it knows us by.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, exactly as its tokens have it: an address.
    pub issuer: String,
    /// What it knows us by.
    pub client_id: String,
    /// What proves that to it.
    pub client_secret: Secret,
    /// Where it leads browsers back to.
    pub redirect: Url,
    /// The claim that says that the email address is the person's.
    pub verified_claim: String,
    /// How a person has to have proved who they are, as the provider names it; any will do. Where there is none nothing is asked.
    pub acr_values: Vec<String>,
    /// Whether a provider on this machine may be called without TLS.
    pub allows_loopback: bool,
    /// A certificate authority to accept in addition to the public ones, as PEM.
    pub authority: Option<Vec<u8>>,
}
