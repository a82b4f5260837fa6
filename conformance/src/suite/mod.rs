//! The order in which things are asked, so that each can be judged: first what needs no session, then one session
//! from its making to its cancellation, then, where there is a sandbox, sessions that end at the bank.

mod access;
mod bank;
mod choice;
mod confirm;
mod create;
mod life;
mod mistakes;
mod restart;
mod standing;
mod webhooks;
mod whole;

use crate::answer::Answer;
use crate::ask::{Ask, Backend};
use crate::options::Options;
use crate::report::Report;
use crate::unreachable::Unreachable;
use serde_json::{Value as Json, json};

/// A run.
struct Run<'a> {
    options: &'a Options,
    backend: Backend,
    report: Report,
}

/// Checks every requirement.
pub async fn run(options: &Options) -> Result<Report, Unreachable> {
    let mut run = Run { options, backend: Backend::new(options)?, report: Report::default() };
    let first = run.create().await?;
    run.mistakes().await?;
    if let Some((key, first)) = first {
        run.keys(&key, &first).await?;
        run.access(&first).await?;
        run.life(&first).await?;
        run.subjects(&first.json()).await?;
        run.bank(&first.json()).await?;
        run.restart().await?;
    }
    run.whole();
    Ok(run.report)
}

impl Run<'_> {
    /// The body of `POST /sessions`. Two locales make two different requests, each of them good.
    fn wanted(&self, locale: &str) -> Json {
        let mut body = json!({"locale": locale});
        if let Some((name, id)) = self.subject() {
            body[name] = json!(id);
        }
        body
    }

    /// What sessions are asked for: the account of the command line, else its authorization, else what the backend chooses.
    fn subject(&self) -> Option<(&'static str, &str)> {
        let account = self.options.account.as_deref().map(|id| ("account", id));
        account.or_else(|| self.options.authorization.as_deref().map(|id| ("authorization", id)))
    }

    /// Makes a session; `None` if the backend makes none.
    async fn fresh(&self) -> Result<Option<Json>, Unreachable> {
        let answer = self.backend.ask(Ask::create(&self.backend.key(), &self.wanted("en"))).await?;
        Ok(answer.is_ok().then(|| answer.json()).filter(|session| session["id"].is_string()))
    }

    /// The accounts that a customer would choose in a session.
    fn choice(&self, session: &Json) -> Json {
        let required = session["relink_options"]["account"].as_str();
        let first = || session["accounts"][0]["id"].as_str();
        let id = required.or(self.options.account.as_deref()).or_else(first);
        id.map_or_else(|| json!([]), |id| json!([id]))
    }
}

/// The id of a session.
fn id(session: &Json) -> &str {
    session["id"].as_str().unwrap_or_default()
}

/// What is wrong with an answer that has to be a session in this status.
fn has_status(answer: &Answer, status: &str) -> Vec<String> {
    match answer.text("status") {
        Some(found) if answer.is_ok() && found == status => Vec::new(),
        Some(found) if answer.is_ok() && found.len() <= 40 => {
            vec![format!("{} answered a session that is {found}, not {status}", answer.to)]
        }
        _ => vec![answer.seen()],
    }
}

/// How two answers differ that have to be the same.
fn same(first: &Answer, again: &Answer) -> Vec<String> {
    if first.status != again.status {
        return vec![format!("{} answered {}, then {}", first.to, first.gist(), again.gist())];
    }
    if first.body != again.body {
        let differ = match (first.json(), again.json()) {
            (Json::Object(a), Json::Object(b)) => {
                let names = a.keys().chain(b.keys()).filter(|name| a.get(*name) != b.get(*name));
                let mut names: Vec<&str> = names.map(String::as_str).collect();
                names.dedup();
                if names.is_empty() {
                    "in their order or spacing".to_owned()
                } else {
                    format!("in {}", names.join(", "))
                }
            }
            _ => "and one is no JSON object".to_owned(),
        };
        return vec![format!("{}: the two answers differ {differ}", first.to)];
    }
    Vec::new()
}
