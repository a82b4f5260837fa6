//! What an action or an event changes: a session, its single completion, the customer's accounts, a request to relink.
//! Everything is written in one transaction, or nothing.

use crate::accounts::{self, FreshAccounts};
use crate::hosted::{self, HostedRequest};
use crate::sessions::{self, RelinkSession, Room};
use crate::{Result, Store, Write};

/// What is to be written about a session: all of it or nothing.
#[derive(Clone, Debug)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// A new session, where there is room for it.
    Open(Box<RelinkSession>, FreshAccounts, Option<Room>),
    /// A pending session changes, or was checked.
    Move(Box<RelinkSession>, FreshAccounts),
    /// A pending session succeeds with these accounts: its one completion.
    Complete(Box<RelinkSession>, FreshAccounts, Vec<String>),
    /// A customer is asked to relink.
    Ask(Box<HostedRequest>),
}

impl Change {
    /// The customer whom it is about.
    pub fn customer(&self) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Open(session, _, _) | Self::Move(session, _) | Self::Complete(session, _, _) => {
                Some(&session.customer)
            }
            Self::Ask(asked) => Some(&asked.relink.customer),
        }
    }

    /// Writes it. False if somebody else was faster, so that the session is no longer pending, there is no room for a new one,
    /// the customer was just asked, or the customer was erased: then nothing of the transaction may be committed.
    pub async fn write(&self, write: &mut Write) -> Result<bool> {
        let (session, fresh) = match self {
            Self::Nothing => return Ok(true),
            Self::Ask(asked) => return hosted::ask(write, asked).await,
            Self::Open(session, fresh, _)
            | Self::Move(session, fresh)
            | Self::Complete(session, fresh, _) => (session, fresh),
        };
        accounts::put_all(write, fresh, |_| Some(&session.customer)).await?;
        match self {
            Self::Nothing | Self::Ask(_) => Ok(true),
            Self::Open(_, _, room) => sessions::insert(write, session, *room).await,
            Self::Move(..) => sessions::update(write, session).await,
            Self::Complete(_, _, completed) => {
                if !sessions::update(write, session).await? {
                    return Ok(false);
                }
                sqlx::query("INSERT INTO completions (session, completed_at, accounts) VALUES ($1, $2, $3)")
                    .bind(&session.id)
                    .bind(session.read_at_ms / 1000)
                    .bind(serde_json::json!(completed).to_string())
                    .execute(&mut **write)
                    .await?;
                let mut accounts: Vec<&String> = completed.iter().collect();
                accounts.sort_unstable();
                for account in accounts {
                    hosted::complete(write, account, session).await?;
                }
                Ok(true)
            }
        }
    }
}

impl Store {
    /// Writes a change on its own; false if the session was no longer pending.
    pub async fn write_change(&self, change: &Change) -> Result<bool> {
        let mut write = self.begin().await?;
        let done = change.write(&mut write).await?;
        if done {
            write.commit().await?;
        }
        Ok(done)
    }
}
