//! What every handler has at hand.

use crate::config::Config;
use crate::relink::Relink;
use crate::sandbox::Sandbox;
use crate::sign_ins::SignIns;
use std::ops::Deref;
use std::sync::Arc;

/// One running shop; cloning shares it.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// As the operator wants it.
    pub config: Config,
    /// relink-server.
    pub relink: Relink,
    /// The stand-in for Stripe, if there is one.
    pub sandbox: Option<Sandbox>,
    /// Who is signed in.
    pub sign_ins: SignIns,
}

impl App {
    /// Gets everything ready; asks nobody anything yet.
    pub fn new(config: Config) -> Result<Self, reqwest::Error> {
        let (relink, sandbox) = (Relink::new(&config)?, Sandbox::new(&config)?);
        Ok(Self(Arc::new(Parts { config, relink, sandbox, sign_ins: SignIns::default() })))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
