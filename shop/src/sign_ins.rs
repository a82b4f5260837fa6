//! Who is signed in, in memory: by a random token, with a second one that each form of the same sign-in carries.

use crate::config::Customer;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;

/// How long a sign-in lasts.
pub const LASTS: Duration = Duration::from_secs(12 * 3600);

/// A sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub customer: Customer,
    /// What each form of this sign-in carries.
    pub csrf_token: String,
    token: String,
    until: Instant,
}

/// All sign-ins, by token. They are gone with the process.
#[derive(Default)]
pub struct SignIns(Mutex<HashMap<String, SignedIn>>);

impl SignIns {
    /// Signs a customer in; answers the token for the cookie.
    pub fn sign_in(&self, customer: &Customer) -> String {
        let [token, csrf_token] = [random(), random()];
        let mut all = self.all();
        let now = Instant::now();
        all.retain(|_, sign_in| sign_in.until > now);
        let customer = customer.clone();
        all.insert(
            token.clone(),
            SignedIn { customer, csrf_token, token: token.clone(), until: now + LASTS },
        );
        token
    }

    /// Ends a sign-in.
    pub fn sign_out(&self, by: &SignedIn) {
        self.all().remove(&by.token);
    }

    /// The sign-in of that token, while it lasts.
    pub fn find(&self, token: &str) -> Option<SignedIn> {
        self.all().get(token).filter(|sign_in| sign_in.until > Instant::now()).cloned()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, SignedIn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 256 random bits as text.
fn random() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    hex::encode(bytes)
}

impl SignedIn {
    /// Whether a form of this sign-in carries that token.
    pub fn is_own_form(&self, csrf_token: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(csrf_token.as_bytes()).into()
    }
}
