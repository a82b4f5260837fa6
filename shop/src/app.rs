//! What every handler has at hand.

use crate::config::Config;
use crate::plaid::Plaid;
use crate::relink::{Relink, RelinkError};
use crate::reminders::Reminders;
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
    /// The stand-in for Plaid, where there is one.
    pub plaid: Option<Plaid>,
    /// Who is signed in.
    pub sign_ins: SignIns,
    /// Who is asked again only tomorrow.
    pub reminders: Reminders,
}

impl App {
    /// Gets everything ready; asks nobody anything yet.
    pub fn new(config: Config) -> Result<Self, reqwest::Error> {
        let (relink, sandbox, plaid) = (Relink::new(&config)?, Sandbox::new(&config)?, Plaid::new(&config)?);
        let (sign_ins, reminders) = (SignIns::default(), Reminders::default());
        Ok(Self(Arc::new(Parts { config, relink, sandbox, plaid, sign_ins, reminders })))
    }

    /// Tells relink-server of the customers' items at Plaid, where there are any.
    pub async fn link_items(&self) -> Result<(), RelinkError> {
        match &self.plaid {
            Some(plaid) => plaid.link(&self.relink).await,
            None => Ok(()),
        }
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
