//! Making a session, and what a key promises.

use super::{Run, same};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::look;
use crate::report::Fault;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::Value as Json;
use std::time::{SystemTime, UNIX_EPOCH};

/// Answers that mean "the first is still running".
const STILL_RUNNING: [u16; 4] = [409, 425, 429, 503];

impl Run<'_> {
    /// Makes the first session. Gives its key and the answer, if there is one.
    pub(super) async fn create(&mut self) -> Result<Option<(String, Answer)>, Unreachable> {
        let key = self.backend.key();
        let answer = self.backend.ask(Ask::create(&key, &self.wanted("en"))).await?;
        if !answer.is_ok() {
            let code = answer.text("code").unwrap_or_default();
            let fault = match code.as_str() {
                "not_authenticated" | "forbidden" | "not_relinkable" | "account_closed" => Fault::Invocation,
                "provider_unavailable" | "rate_limited" => Fault::Provider,
                _ => Fault::Backend,
            };
            self.report.blame(R::Create201, fault, answer.seen());
            return Ok(None);
        }
        let wrong = if answer.status == 201 { Vec::new() } else { vec![answer.seen()] };
        self.report.judge(R::Create201, wrong);
        let session = answer.json();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        self.report.judge(R::CreateTimes, look::session::wrong_times(&session, now));
        self.report.judge(R::CreatePending, pending(&session));
        self.report.judge(R::CreateAsked, self.asked(&session));
        self.report.judge(R::CreateAccounts, accounts(&session));
        match session["handoff"]["publishable_key"].as_str() {
            Some(key) => self.report.judge(R::Livemode, livemode(&session, key)),
            None => self.report.skip(&[R::Livemode], "the handoff has no publishable key"),
        }
        Ok(session["id"].is_string().then_some((key, answer)))
    }

    fn asked(&self, session: &Json) -> Vec<String> {
        let options = &session["relink_options"];
        let differs =
            |(name, asked): &(&str, &str)| options[*name].as_str().is_some_and(|found| found != *asked);
        let wrong = self.subject().filter(differs);
        wrong
            .map(|(name, _)| format!("`relink_options.{name}` is not what was asked for"))
            .into_iter()
            .collect()
    }

    /// The same key again: with the same request, with another, twice at once; and no key.
    pub(super) async fn keys(&mut self, key: &str, first: &Answer) -> Result<(), Unreachable> {
        let again = self.backend.ask(Ask::create(key, &self.wanted("en"))).await?;
        self.report.judge(R::KeySame, same(first, &again));

        let other = self.backend.ask(Ask::create(key, &self.wanted("de-CH"))).await?;
        let is_second = other.is_ok() && other.json()["id"] != first.json()["id"];
        let second = if is_second {
            vec!["the key, sent with another locale, made another session".into()]
        } else if other.status >= 500 {
            vec![other.seen()]
        } else {
            Vec::new()
        };
        self.report.judge(R::KeyNoSecondAct, second);
        let is_refused = other.refuses_with(&[409, 422]);
        let unrefused =
            if is_refused { Vec::new() } else { vec![format!("{}, with another locale", other.seen())] };
        self.report.judge(R::KeyOtherRefused, unrefused);

        let at_once = self.at_once().await?;
        self.report.judge(R::KeyAtOnce, at_once);

        let none = Ask::create("", &self.wanted("en")).header("idempotency-key", None);
        let without = self.backend.ask(none).await?;
        let refused = look::problem::expected(&without, &[400, 422, 428], "invalid_request");
        let handled = if without.is_ok() { Vec::new() } else { refused.clone() };
        self.report.judge(R::KeyMissing, handled);
        self.report.judge(R::KeyMissingRefused, refused);
        Ok(())
    }

    async fn at_once(&self) -> Result<Vec<String>, Unreachable> {
        let ask = Ask::create(&self.backend.key(), &self.wanted("en"));
        let (one, two) = tokio::join!(self.backend.ask_once(ask.clone()), self.backend.ask_once(ask.clone()));
        let (one, two) = (one?, two?);
        match (one.is_ok(), two.is_ok()) {
            (true, true) => Ok(same(&one, &two)),
            (true, false) | (false, true) => {
                let (made, waits) = if one.is_ok() { (one, two) } else { (two, one) };
                if !waits.refuses_with(&STILL_RUNNING) {
                    return Ok(vec![format!("the second of two {}", waits.seen())]);
                }
                let later = self.backend.ask(ask).await?;
                Ok(same(&made, &later))
            }
            (false, false) => Ok(vec![format!("both of two {}", one.seen())]),
        }
    }
}

fn pending(session: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    if session["status"] != "pending" {
        wrong.push("`status` of a new session is not pending".into());
    }
    match session["handoff"]["type"].as_str() {
        Some("stripe_js" | "hosted" | "confirm") => {}
        Some(_) => wrong.push("`handoff.type` is none that the widget knows".into()),
        None => wrong.push("`handoff` is absent".into()),
    }
    wrong
}

fn accounts(session: &Json) -> Vec<String> {
    let accounts = session["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let required = &session["relink_options"]["account"];
    if accounts.is_empty() {
        vec!["`accounts` of a new session is empty".into()]
    } else if required.is_string() && !accounts.iter().any(|account| account["id"] == *required) {
        vec!["`accounts` does not hold the account of `relink_options.account`".into()]
    } else {
        Vec::new()
    }
}

fn livemode(session: &Json, key: &str) -> Vec<String> {
    if session["livemode"].as_bool() == Some(key.starts_with("pk_live_")) {
        return Vec::new();
    }
    let told = if session["livemode"] == true { "true" } else { "not true" };
    let kind = if key.starts_with("pk_live_") { "a live" } else { "a test" };
    vec![format!("`livemode` is {told}, and the publishable key is {kind} one")]
}
