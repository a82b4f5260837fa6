//! Reseals, with the current secret, everything in the database that the previous secret has sealed, so that the
//! previous one can be removed. Servers can keep running.

use crate::contacts;
use relink_seal::{Resealed, Seal};
use relink_store::binding::{Claim, NotOurs};
use relink_store::reseal::{Replacement, SEALED_COLUMNS, SealedColumn};
use relink_store::{Store, StoreError};
use std::fmt;

/// The result for the texts of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResealedColumn {
    /// Which.
    pub column: &'static SealedColumn,
    /// Texts that were resealed.
    pub anew: u64,
    /// Texts that none of the secrets opens; given up where that was asked for.
    pub unreadable: u64,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResealReport {
    /// Customers whose name or address was stored unencrypted.
    pub contacts_in_the_clear: u64,
    /// Each column.
    pub columns: Vec<ResealedColumn>,
    /// Whether nothing is left that another secret than the current one has sealed.
    pub is_complete: bool,
}

/// Why nothing was done.
#[derive(Debug)]
pub enum ResealError {
    /// No server has ever started on this database.
    NeverStarted,
    /// It is sealed with another secret.
    NotOurs(NotOurs),
    /// The database refused; what was done so far is done.
    Store(StoreError),
}

impl fmt::Display for ResealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverStarted => {
                f.write_str("no relink-server of this version has started on this database: start it first")
            }
            Self::NotOurs(not_ours) => not_ours.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ResealError {}

impl From<StoreError> for ResealError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Seals everything with the current secret. With `gives_up`, values that no secret opens are discarded, for an
/// operator who has lost a secret. After an interruption, run it again.
pub async fn reseal(
    store: &Store,
    seal: &Seal,
    gives_up: bool,
    now: i64,
) -> Result<ResealReport, ResealError> {
    let bound = store.binding().await?.ok_or(ResealError::NeverStarted)?;
    let claim =
        Claim { livemode: bound.livemode, sealing_key: seal.id(), sealing_key_previous: seal.previous_id() };
    if !gives_up {
        store.bind(&claim, now).await?.map_err(ResealError::NotOurs)?;
    }
    let contacts_in_the_clear = contacts::seal_clear_contacts(store, seal).await?;
    let mut columns = Vec::new();
    for column in SEALED_COLUMNS {
        columns.push(reseal_column(store, seal, column, gives_up).await?);
    }
    let is_complete = store.forget_previous_secret(&seal.id(), &seal.prefix()).await?;
    Ok(ResealReport { contacts_in_the_clear, columns, is_complete })
}

async fn reseal_column(
    store: &Store,
    seal: &Seal,
    column: &'static SealedColumn,
    gives_up: bool,
) -> Result<ResealedColumn, StoreError> {
    let mut done = ResealedColumn { column, anew: 0, unreadable: 0 };
    let mut after: Option<Vec<String>> = None;
    loop {
        let batch = store.sealed_otherwise(column, &seal.prefix(), after.as_deref()).await?;
        let Some(last) = batch.last() else { return Ok(done) };
        after = Some(last.key.clone());
        let mut replacements = Vec::new();
        for text in batch {
            let replacement = match seal.reseal(&text.about, &text.sealed) {
                Resealed::Current => Replacement::Keep,
                Resealed::Anew(anew) => {
                    done.anew += 1;
                    Replacement::With(anew)
                }
                Resealed::Unreadable => {
                    done.unreadable += 1;
                    if gives_up { Replacement::Lost } else { Replacement::Keep }
                }
            };
            replacements.push((text, replacement));
        }
        store.replace_sealed(column, &replacements).await?;
    }
}
