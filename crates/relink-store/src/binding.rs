//! What the database belongs to: one mode, one Stripe account, and one `RELINK_SECRET` with at most one previous
//! secret. The first server that starts on a database records it, and a different server cannot start there.
//! Each step is one conditional statement: if two servers start at once on an empty database, one is first and the
//! other finds out.

use crate::{Result, Store, Write};
use sqlx::Row;
use std::fmt;

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Whether there are real banks behind it.
    pub livemode: bool,
    /// `acct_…`, where Stripe has said it.
    pub stripe_account: Option<String>,
    /// The id of the secret that new texts are sealed with.
    pub sealing_key: String,
    /// The id of the one before, while something that it sealed may be left.
    pub sealing_key_previous: Option<String>,
}

/// What a server comes with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whether its keys are live.
    pub livemode: bool,
    /// The id of its `RELINK_SECRET`.
    pub sealing_key: String,
    /// The id of its `RELINK_SECRET_PREVIOUS`.
    pub sealing_key_previous: Option<String>,
}

/// Why a server may not work on a database: always the operator's to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOurs {
    /// It belongs to the other mode.
    Mode {
        /// Whether it belongs to live mode.
        is_live: bool,
    },
    /// It belongs to another Stripe account.
    Account {
        /// Whose it is.
        bound: String,
        /// Whose the key is.
        ours: String,
    },
    /// What is in it is sealed with another secret.
    OtherSecret,
    /// Something may be left of the secret before, and it was not given, or another was.
    PreviousMissing,
    /// Something may be left of two secrets already.
    TooManySecrets,
}

impl fmt::Display for NotOurs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MODES: [&str; 2] = ["test", "live"];
        match self {
            Self::Mode { is_live } => {
                let (theirs, ours) = (MODES[usize::from(*is_live)], MODES[usize::from(!is_live)]);
                write!(
                    f,
                    "the database belongs to Stripe's {theirs} mode and the keys are of {ours} mode: give {ours} mode a database of its own in DATABASE_URL or DATABASE_PATH"
                )
            }
            Self::Account { bound, ours } => write!(
                f,
                "the database belongs to the Stripe account {bound} and STRIPE_SECRET_KEY is of {ours}: give that account a database of its own in DATABASE_URL or DATABASE_PATH, or take the key of {bound}"
            ),
            Self::OtherSecret => f.write_str(
                "the database is sealed with another RELINK_SECRET: give that one as RELINK_SECRET_PREVIOUS, or take it back",
            ),
            Self::PreviousMissing => f.write_str(
                "the database still holds what the RELINK_SECRET before has sealed: give that one as RELINK_SECRET_PREVIOUS until relink-server reseal has run",
            ),
            Self::TooManySecrets => f.write_str(
                "the database still holds what two RELINK_SECRETs have sealed: run relink-server reseal with these two before you take a third",
            ),
        }
    }
}

impl std::error::Error for NotOurs {}

/// What is to happen with a claim on a database that is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It fits.
    Fits,
    /// It fits once the current secret counts as the one before.
    Rotates,
}

impl Binding {
    fn judge(&self, claim: &Claim) -> std::result::Result<Verdict, NotOurs> {
        if self.livemode != claim.livemode {
            return Err(NotOurs::Mode { is_live: self.livemode });
        }
        let (current, previous) = (&claim.sealing_key, &claim.sealing_key_previous);
        let knows = |id: &String| id == current || Some(id) == previous.as_ref();
        if !knows(&self.sealing_key) {
            return Err(NotOurs::OtherSecret);
        }
        let before = self.sealing_key_previous.as_ref();
        if before.is_none_or(knows) {
            let is_current = self.sealing_key == *current;
            return Ok(if is_current { Verdict::Fits } else { Verdict::Rotates });
        }
        Err(if self.sealing_key == *current { NotOurs::PreviousMissing } else { NotOurs::TooManySecrets })
    }
}

impl Store {
    /// What the database belongs to; nothing before the first start.
    pub async fn binding(&self) -> Result<Option<Binding>> {
        let row = sqlx::query(
            "SELECT livemode, stripe_account, sealing_key, sealing_key_previous FROM binding WHERE one = 1",
        );
        let row = row.fetch_optional(&self.pool).await?;
        row.map(|row| {
            Ok(Binding {
                livemode: row.try_get::<i64, _>("livemode")? != 0,
                stripe_account: row.try_get("stripe_account")?,
                sealing_key: row.try_get("sealing_key")?,
                sealing_key_previous: row.try_get("sealing_key_previous")?,
            })
        })
        .transpose()
    }

    /// Binds a database that belongs to nobody yet, and says whether one that does is the claimant's. A secret that
    /// follows on the current one counts from then on.
    pub async fn bind(&self, claim: &Claim, now: i64) -> Result<std::result::Result<(), NotOurs>> {
        loop {
            let Some(bound) = self.binding().await? else {
                self.bind_first(claim, now).await?;
                continue;
            };
            match bound.judge(claim) {
                Err(not_ours) => return Ok(Err(not_ours)),
                Ok(Verdict::Fits) => return Ok(Ok(())),
                // Where somebody else was faster it is looked at again.
                Ok(Verdict::Rotates) => self.rotate(&bound, claim).await?,
            }
        }
    }

    /// What [`Store::bind`] would say of a database that is bound, and nothing is changed.
    pub async fn fits(&self, claim: &Claim) -> Result<std::result::Result<(), NotOurs>> {
        let bound = self.binding().await?;
        Ok(bound.map_or(Ok(()), |bound| bound.judge(claim).map(|_| ())))
    }

    async fn bind_first(&self, claim: &Claim, now: i64) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "INSERT INTO binding (one, livemode, sealing_key, sealing_key_previous, bound_at)
             VALUES (1, $1, $2, $3, $4) ON CONFLICT (one) DO NOTHING",
        )
        .bind(i64::from(claim.livemode))
        .bind(&claim.sealing_key)
        .bind(&claim.sealing_key_previous)
        .bind(now)
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    async fn rotate(&self, bound: &Binding, claim: &Claim) -> Result<()> {
        let mut write = self.begin().await?;
        sqlx::query(
            "UPDATE binding SET sealing_key = $1, sealing_key_previous = $2
             WHERE one = 1 AND sealing_key = $2 AND COALESCE(sealing_key_previous, '') = $3",
        )
        .bind(&claim.sealing_key)
        .bind(&bound.sealing_key)
        .bind(bound.sealing_key_previous.as_deref().unwrap_or_default())
        .execute(&mut *write)
        .await?;
        write.commit().await
    }

    /// Binds a database to the Stripe account whose key works on it, where none is known yet.
    pub async fn bind_account(&self, account: &str) -> Result<std::result::Result<(), NotOurs>> {
        let mut write = self.begin().await?;
        sqlx::query("UPDATE binding SET stripe_account = $1 WHERE one = 1 AND stripe_account IS NULL")
            .bind(account)
            .execute(&mut *write)
            .await?;
        write.commit().await?;
        let bound = self.binding().await?.and_then(|bound| bound.stripe_account);
        Ok(match bound {
            Some(bound) if bound != account => Err(NotOurs::Account { bound, ours: account.to_owned() }),
            Some(_) | None => Ok(()),
        })
    }
}

/// From now on, nothing is sealed with any other secret. The caller has checked this in the same transaction.
pub(crate) async fn forget_previous(write: &mut Write, sealing_key: &str) -> Result<()> {
    sqlx::query("UPDATE binding SET sealing_key = $1, sealing_key_previous = NULL WHERE one = 1")
        .bind(sealing_key)
        .execute(&mut **write)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(current: &str, previous: Option<&str>) -> Binding {
        Binding {
            livemode: false,
            stripe_account: None,
            sealing_key: current.into(),
            sealing_key_previous: previous.map(Into::into),
        }
    }

    fn claim(current: &str, previous: Option<&str>) -> Claim {
        Claim { livemode: false, sealing_key: current.into(), sealing_key_previous: previous.map(Into::into) }
    }

    #[test]
    fn a_secret_that_is_not_known_is_refused_and_one_that_follows_counts() {
        for (is, comes, verdict) in [
            (("1", None), ("1", None), Ok(Verdict::Fits)),
            // The next secret is given to every instance before it counts.
            (("1", None), ("1", Some("2")), Ok(Verdict::Fits)),
            (("1", None), ("2", Some("1")), Ok(Verdict::Rotates)),
            (("2", Some("1")), ("2", Some("1")), Ok(Verdict::Fits)),
            // Back to the secret before.
            (("2", Some("1")), ("1", Some("2")), Ok(Verdict::Rotates)),
            (("1", None), ("2", None), Err(NotOurs::OtherSecret)),
            (("1", None), ("2", Some("3")), Err(NotOurs::OtherSecret)),
            (("2", Some("1")), ("1", None), Err(NotOurs::OtherSecret)),
            (("2", Some("1")), ("2", None), Err(NotOurs::PreviousMissing)),
            (("2", Some("1")), ("2", Some("3")), Err(NotOurs::PreviousMissing)),
            (("2", Some("1")), ("3", Some("2")), Err(NotOurs::TooManySecrets)),
        ] {
            assert_eq!(bound(is.0, is.1).judge(&claim(comes.0, comes.1)), verdict, "{is:?} {comes:?}");
        }
    }

    #[test]
    fn the_other_mode_is_refused_before_anything_else() {
        let live = Claim { livemode: true, ..claim("2", None) };
        let refused = bound("1", None).judge(&live).expect_err("another mode");
        assert_eq!(refused, NotOurs::Mode { is_live: false });
        assert!(
            refused
                .to_string()
                .starts_with("the database belongs to Stripe's test mode and the keys are of live")
        );
    }
}
