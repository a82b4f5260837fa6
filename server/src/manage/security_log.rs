//! The security events, as JSON lines, and whether they are all there.

use super::error::ManageError;
use relink_hosted::dates;
use relink_store::Store;
use relink_store::security_events::{SecurityEventKind, SecurityLine, Source};
use serde_json::json;
use std::io::Write;

/// Lines that are read at once.
const PAGE: i64 = 1000;

/// What is asked for.
pub(super) enum Wanted<'a> {
    /// The lines, from that day on.
    Lines(Option<&'a str>),
    /// Whether they are all there, with a line of that hash among them.
    Verified(Option<&'a str>),
}

impl<'a> Wanted<'a> {
    pub(super) fn read(options: &[&'a str]) -> Result<Self, ManageError> {
        match options {
            [] => Ok(Self::Lines(None)),
            ["--since", day] => Ok(Self::Lines(Some(day))),
            ["--verify"] => Ok(Self::Verified(None)),
            ["--verify", "--anchor", hash] | ["--anchor", hash, "--verify"] => Ok(Self::Verified(Some(hash))),
            _ => Err(ManageError::Usage),
        }
    }
}

/// Answers it; lines go to `output` as they are read.
pub(super) async fn run(
    store: &Store,
    wanted: Wanted<'_>,
    by: &Source<'_>,
    output: impl Write,
) -> Result<String, ManageError> {
    match wanted {
        Wanted::Lines(since) => {
            let from = match since {
                Some(day) => dates::start_of(day).ok_or(ManageError::BadDay)?,
                None => 0,
            };
            // That somebody read it is in what they read.
            let subject = since.map_or("security log".into(), |day| format!("security log since {day}"));
            store.record(by, SecurityEventKind::Exported, Some(&subject)).await?;
            print(store, from * 1000, output).await?;
            Ok(String::new())
        }
        Wanted::Verified(anchor) => {
            let end = store.check_security_events(anchor).await?.map_err(ManageError::Broken)?;
            if anchor.is_some() && !end.has_anchor {
                return Err(ManageError::NoAnchor);
            }
            Ok(match end.number {
                0 => "The security log is empty.".into(),
                last => {
                    format!("{last} lines, none missing, none changed. The last has the hash {}", end.hash)
                }
            })
        }
    }
}

async fn print(store: &Store, since_ms: i64, mut output: impl Write) -> Result<(), ManageError> {
    let mut last = 0;
    loop {
        let lines = store.security_events(last, since_ms, PAGE).await?;
        let Some(end) = lines.last() else { return output.flush().map_err(ManageError::Output) };
        last = end.number;
        for line in &lines {
            writeln!(output, "{}", document(line)).map_err(ManageError::Output)?;
        }
    }
}

fn document(line: &SecurityLine) -> serde_json::Value {
    json!({
        "number": line.number,
        "id": line.id,
        "at_ms": line.at_ms,
        "kind": line.kind,
        "actor": line.actor,
        "address": line.address,
        "subject": line.subject,
        "hash": line.hash,
    })
}
