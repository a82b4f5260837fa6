//! Which accounts a session may be about, and which may be chosen: those of the customer, those that Stripe collected.

use super::bank::Sandboxed;
use super::{Run, has_status, id};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::look::problem::expected;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// An account and an authorization that nobody has.
const NOBODYS: [(&str, &str); 2] =
    [("account", "fca_conformance_foreign"), ("authorization", "fcauth_conformance_foreign")];
/// How often a session is read that must stay pending, and how long between two reads: long enough for a backend that asks
/// Stripe at most once a second.
const READS: usize = 3;
const BETWEEN: Duration = Duration::from_millis(600);

impl Run<'_> {
    /// Accounts that are not the customer's, and a session by its authorization alone.
    pub(super) async fn subjects(&mut self, first: &Json) -> Result<(), Unreachable> {
        let mut wrong = Vec::new();
        let others = self.options.other_account.as_deref().map(|id| ("account", id));
        for (name, foreign) in NOBODYS.into_iter().chain(others) {
            let made = self.backend.ask(Ask::create(&self.backend.key(), &json!({name: foreign}))).await?;
            if !made.refuses_with(&[403, 404, 422]) {
                wrong.push(format!("{} for a foreign {name}", made.seen()));
            }
        }
        self.report.judge(R::ForeignAccount, wrong);

        let named = first["relink_options"]["authorization"].as_str();
        let Some(authorization) = self.options.authorization.as_deref().or(named) else {
            self.report.skip(&[R::AuthorizationAlone], "no session named an authorization");
            return Ok(());
        };
        let made = self.by_authorization(authorization).await?;
        let wrong = if made.is_ok() { not_any_of(authorization, &made.json()) } else { vec![made.seen()] };
        self.report.judge(R::AuthorizationAlone, wrong);
        Ok(())
    }

    async fn by_authorization(&self, authorization: &str) -> Result<Answer, Unreachable> {
        let body = json!({"authorization": authorization, "locale": "en"});
        self.backend.ask(Ask::create(&self.backend.key(), &body)).await
    }

    /// An account that Stripe did not collect, alone and beside one that it did; and then the right one.
    pub(super) async fn foreign_choice(&mut self, bank: &Sandboxed) -> Result<(), Unreachable> {
        bank.hold_events(true).await?;
        let asked = self.choose_foreign(bank).await;
        bank.hold_events(false).await?;
        asked
    }

    async fn choose_foreign(&mut self, bank: &Sandboxed) -> Result<(), Unreachable> {
        let Some(session) = self.agreed(bank).await? else {
            self.unknown_to_the_sandbox(&[R::ForeignChoice]);
            return Ok(());
        };
        let right = self.choice(&session);
        let foreign = NOBODYS[0].1;
        let mut wrong = Vec::new();
        for accounts in [json!([foreign]), json!([right[0], foreign])] {
            let complete = Ask::complete(id(&session), &self.backend.key(), &accounts);
            let refused = self.backend.ask(complete).await?;
            wrong.extend(expected(&refused, &[400, 422], "invalid_request"));
        }
        let complete = Ask::complete(id(&session), &self.backend.key(), &right);
        wrong.extend(has_status(&self.backend.ask(complete).await?, "succeeded"));
        self.report.judge(R::ForeignChoice, wrong);
        Ok(())
    }

    /// Any account of an authorization: the customer chooses the last one.
    pub(super) async fn chosen(&mut self, bank: &Sandboxed) -> Result<(), Unreachable> {
        const BOTH: [R; 2] = [R::Chosen, R::ToChoose];
        let Some(authorization) = self.options.authorization.clone() else {
            self.report.skip(&BOTH, "--authorization was not given, of which any account may be relinked");
            return Ok(());
        };
        let Some(session) = Some(self.by_authorization(&authorization).await?.json())
            .filter(|session| session["relink_options"]["account"].is_null())
        else {
            self.report.skip(&BOTH, "the session by authorization alone requires one account");
            return Ok(());
        };
        let accounts: Vec<&str> = ids(&session);
        bank.break_accounts(&accounts).await?;
        let takes_one = session["limits"]["accounts"].as_u64() == Some(1);
        let (given, last) = match accounts.as_slice() {
            [.., last] if takes_one => (vec![*last], *last),
            [.., other, last] => (vec![*other, *last], *last),
            [_] | [] => {
                self.report.skip(&BOTH, "the authorization has a single account");
                return Ok(());
            }
        };
        if !bank.finish(&session, "agreed", &given).await? {
            self.unknown_to_the_sandbox(&BOTH);
            return Ok(());
        }
        let id = id(&session);
        if given.len() == 1 {
            self.report.skip(&[R::ToChoose], "the session takes one account only (limits.accounts is 1)");
        } else {
            let mut wrong = Vec::new();
            for _ in 0..READS {
                tokio::time::sleep(BETWEEN).await;
                wrong.extend(has_status(&self.backend.ask(Ask::read(id)).await?, "pending"));
            }
            wrong.dedup();
            self.report.judge(R::ToChoose, wrong);
        }
        let done = self.backend.ask(Ask::complete(id, &self.backend.key(), &json!([last]))).await?;
        let mut wrong = has_status(&done, "succeeded");
        let after = done.json();
        let shown = after["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
        if !shown.iter().any(|account| account["id"] == last && account["status"] == "active") {
            wrong.push("the chosen account is not among `accounts` as active".into());
        }
        self.report.judge(R::Chosen, wrong);
        Ok(())
    }
}

/// What is wrong with a session that has to be about any account of an authorization.
fn not_any_of(authorization: &str, session: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    if session["relink_options"]["authorization"] != authorization {
        wrong.push("`relink_options.authorization` is not the one that was asked for".into());
    }
    if !session["relink_options"]["account"].is_null() {
        wrong.push("`relink_options.account` requires an account, and none was asked for".into());
    }
    let accounts = session["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |account: &Json| {
        let named = &account["authorization"];
        named.is_null() || named == authorization || named["id"] == authorization
    };
    if !accounts.iter().all(of) {
        wrong.push("`accounts` holds an account of another authorization".into());
    }
    wrong
}

fn ids(session: &Json) -> Vec<&str> {
    let accounts = session["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    accounts.iter().filter_map(|account| account["id"].as_str()).collect()
}
