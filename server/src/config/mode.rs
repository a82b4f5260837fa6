//! The mode that keys belong to.

/// Stripe's two modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// No real bank, no real money.
    Test,
    /// Real banks.
    Live,
}

impl Mode {
    /// The mode of a secret or restricted key; `None` if the text is none.
    pub(super) fn of_secret_key(key: &str) -> Option<Self> {
        Self::of(key.strip_prefix("sk_").or_else(|| key.strip_prefix("rk_"))?)
    }

    /// The mode of a publishable key; `None` if the text is none.
    pub(super) fn of_publishable_key(key: &str) -> Option<Self> {
        Self::of(key.strip_prefix("pk_")?)
    }

    fn of(rest: &str) -> Option<Self> {
        let (mode, is_key) = match rest.split_once('_')? {
            ("test", key) => (Self::Test, !key.is_empty()),
            ("live", key) => (Self::Live, !key.is_empty()),
            _ => return None,
        };
        is_key.then_some(mode)
    }
}
