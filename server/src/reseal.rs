//! `relink-server reseal`: reseals, with `RELINK_SECRET`, what `RELINK_SECRET_PREVIOUS` has sealed. Servers can keep
//! running.

use crate::config::Config;
use relink_backend::reseal::{ResealError, ResealReport, reseal};
use relink_seal::Seal;
use relink_store::Store;
use relink_store::security_events::{Actor, SecurityEventKind, Source};
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// Gives up what no secret opens any more.
pub const DROP: &str = "--drop-unreadable";

/// Does it; answers what is to be printed, or what is wrong in a sentence each.
pub async fn run(lookup: impl Fn(&str) -> Option<String>, gives_up: bool) -> Result<String, Vec<String>> {
    let (database, secret, previous) = Config::read_sealing(lookup)?;
    let seal = Seal::new(&secret);
    let seal = match &previous {
        Some(previous) => seal.with_previous(previous),
        None => seal,
    };
    let store = Store::open(&database).await.map_err(|error| vec![format!("{error}.")])?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let done = reseal_and_record(&store, &seal, gives_up, now).await;
    store.close().await;
    done.map(|report| told(&report, gives_up)).map_err(|error| vec![format!("{error}.")])
}

async fn reseal_and_record(
    store: &Store,
    seal: &Seal,
    gives_up: bool,
    now: i64,
) -> Result<ResealReport, ResealError> {
    let report = reseal(store, seal, gives_up, now).await?;
    let source = Source { at_ms: now.saturating_mul(1000), actor: Actor::CommandLine, address: None };
    store.record(&source, SecurityEventKind::Resealed, None).await?;
    Ok(report)
}

fn told(report: &ResealReport, gives_up: bool) -> String {
    let mut told = String::new();
    // Writing to a string cannot fail.
    for done in &report.columns {
        let _ = write!(told, "{}.{}: {} sealed anew", done.column.table, done.column.column, done.anew);
        if done.unreadable > 0 {
            let what = if gives_up { "given up" } else { "open with neither secret" };
            let _ = write!(told, ", {} {what}", done.unreadable);
        }
        told.push('\n');
    }
    let unreadable = report.columns.iter().any(|done| done.unreadable > 0) && !gives_up;
    told.push_str(match (report.is_complete, unreadable) {
        (true, _) => "Everything is encrypted with RELINK_SECRET: RELINK_SECRET_PREVIOUS can be removed.",
        (false, true) => {
            "Some of it needs a secret that is not here. Give it as RELINK_SECRET_PREVIOUS and run this again; where it \
             is lost, relink-server reseal --drop-unreadable gives it up."
        }
        (false, false) => {
            "A server that still has the previous secret has written in the meantime: run this again once all have the new one."
        }
    });
    told
}
