//! One request and its answer, and how a rule names the exchanges that it is about.

use std::fmt;

/// A call of the relink API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `POST …/sessions`
    Create,
    /// `GET …/sessions/{id}`
    Read,
    /// `POST …/sessions/{id}/complete`
    Complete,
    /// `POST …/sessions/{id}/cancel`
    Cancel,
}

impl Call {
    /// Every call.
    pub const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Complete, Self::Cancel];

    /// Its name in a rule.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Complete => "complete",
            Self::Cancel => "cancel",
        }
    }
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// From the first slash, without a query.
    pub path: &'a str,
}

impl<'a> Exchange<'a> {
    /// The exchange that begins with this request.
    pub fn new(method: &'a str, path: &'a str) -> Self {
        Self { method, path }
    }

    /// Which call of the relink API this is. A request of Stripe's API, below `/v1/`, is none.
    pub fn call(&self) -> Option<Call> {
        if self.path.starts_with("/v1/") {
            return None;
        }
        let mut back = self.path.trim_end_matches('/').rsplit('/');
        match (self.method, back.next()?, back.next(), back.next()) {
            ("POST", "sessions", _, _) => Some(Call::Create),
            ("GET", _, Some("sessions"), _) => Some(Call::Read),
            ("POST", "complete", Some(_), Some("sessions")) => Some(Call::Complete),
            ("POST", "cancel", Some(_), Some("sessions")) => Some(Call::Cancel),
            _ => None,
        }
    }
}

/// Which exchanges a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every exchange.
    Any,
    /// A call of the relink API.
    Call(Call),
    /// Requests of an address; `*` stands for one segment.
    Address {
        /// Nothing means every method.
        method: Option<String>,
        /// From the first slash.
        path: String,
    },
}

impl Target {
    /// Whether the target covers this exchange.
    pub fn is_about(&self, exchange: &Exchange<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Call(call) => exchange.call() == Some(*call),
            Self::Address { method, path } => {
                let fits = |(ours, theirs): (&str, &str)| ours == "*" || ours == theirs;
                method.as_ref().is_none_or(|method| method == exchange.method)
                    && path.split('/').count() == exchange.path.split('/').count()
                    && path.split('/').zip(exchange.path.split('/')).all(fits)
            }
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Call(call) => f.write_str(call.name()),
            Self::Address { method: Some(method), path } => write!(f, "{method} {path}"),
            Self::Address { method: None, path } => f.write_str(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_calls_are_known_by_verb_and_route() {
        let call = |method, path| Exchange::new(method, path).call();
        assert_eq!(call("POST", "/relink/sessions"), Some(Call::Create));
        assert_eq!(call("GET", "/relink/sessions/rls_1"), Some(Call::Read));
        assert_eq!(call("POST", "/relink/sessions/rls_1/complete"), Some(Call::Complete));
        assert_eq!(call("POST", "/relink/sessions/rls_1/cancel"), Some(Call::Cancel));
        assert_eq!(call("GET", "/accounts/fca_1"), None);
        assert_eq!(call("POST", "/v1/financial_connections/sessions"), None, "Stripe's, not ours");
    }

    #[test]
    fn an_address_fits_segment_by_segment() {
        let target = Target::Address { method: None, path: "/v1/x/*".into() };
        assert!(target.is_about(&Exchange::new("GET", "/v1/x/1")));
        assert!(!target.is_about(&Exchange::new("GET", "/v1/x/1/y")));
        assert!(!target.is_about(&Exchange::new("GET", "/v1/x")));
    }
}
