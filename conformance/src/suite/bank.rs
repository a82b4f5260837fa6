//! Sessions that end at the bank, by the sandbox's help.

use super::{Run, has_status, id, same};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::bank::{Bank, stripe_session};
use crate::look::problem::expected;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Requirements that only a sandbox can show.
const ALL: [R; 11] = [
    R::Relinked,
    R::RelinkedAgain,
    R::SucceededStays,
    R::WrongAccount,
    R::WrongLogin,
    R::ForeignChoice,
    R::Chosen,
    R::ToChoose,
    R::ClosedAtBank,
    R::Outage,
    R::OutageOver,
];
/// How often a session is read until it shows what happened at the bank, and the pause between two reads.
const LOOKS: usize = 10;
const BETWEEN: Duration = Duration::from_millis(500);

impl Run<'_> {
    /// `first` is the session that was made first.
    pub(super) async fn bank(&mut self, first: &Json) -> Result<(), Unreachable> {
        let account = self.choice(first)[0].as_str().map(Into::into);
        let Some(bank) = Bank::new(self.options).map(|bank| Sandboxed { bank, account }) else {
            self.report
                .skip(&ALL, "--sandbox was not given, and only there a session can be brought to its end");
            self.standing(None).await?;
            return self.webhooks(first, None).await;
        };
        self.failed(&bank).await?;
        self.closed(&bank).await?;
        self.foreign_choice(&bank).await?;
        self.chosen(&bank).await?;
        self.webhooks(first, Some(&bank)).await?;
        self.relinked(&bank).await?;
        self.standing(Some(&bank)).await?;
        self.outage(&bank.bank).await
    }

    /// A session, and Stripe's session behind it, which ends so.
    async fn ended(
        &mut self,
        bank: &Sandboxed,
        outcome: &str,
        chosen: Chosen,
    ) -> Result<Option<Json>, Unreachable> {
        bank.break_accounts(bank.account().as_slice()).await?;
        let Some(session) = self.fresh().await? else { return Ok(None) };
        let right = self.choice(&session)[0].as_str().unwrap_or_default().to_owned();
        let account = match chosen {
            Chosen::Right => right,
            Chosen::Wrong => format!("{right}_unlinked"),
        };
        let is_known = bank.finish(&session, outcome, &[&account]).await?;
        Ok(is_known.then_some(session))
    }

    /// A session whose customer has agreed at the bank.
    pub(super) async fn agreed(&mut self, bank: &Sandboxed) -> Result<Option<Json>, Unreachable> {
        self.ended(bank, "agreed", Chosen::Right).await
    }

    pub(super) fn unknown_to_the_sandbox(&mut self, requirements: &[R]) {
        let why = "the sandbox does not know Stripe's session: is it the Stripe of this backend, and the handoff stripe_js?";
        self.report.skip(requirements, why);
    }

    async fn relinked(&mut self, bank: &Sandboxed) -> Result<(), Unreachable> {
        let Some(session) = self.ended(bank, "agreed", Chosen::Right).await? else {
            self.unknown_to_the_sandbox(&[R::Relinked, R::RelinkedAgain, R::SucceededStays]);
            return Ok(());
        };
        let (backend, id, key) = (&self.backend, id(&session), self.backend.key());
        let chosen = self.choice(&session);
        let done = backend.ask(Ask::complete(id, &key, &chosen)).await?;
        let again = backend.ask(Ask::complete(id, &key, &chosen)).await?;
        let read = backend.ask(Ask::read(id)).await?;
        backend.ask(Ask::cancel(id, &backend.key())).await?;
        let after = backend.ask(Ask::read(id)).await?;
        self.report.judge(R::Relinked, not_relinked(&session, &done));
        let wrong = same(&done, &again).into_iter().chain(has_status(&read, "succeeded"));
        self.report.judge(R::RelinkedAgain, wrong.collect());
        self.report.judge(R::SucceededStays, has_status(&after, "succeeded"));
        Ok(())
    }

    async fn failed(&mut self, bank: &Sandboxed) -> Result<(), Unreachable> {
        for (requirement, outcome, chosen, reason) in [
            (R::WrongLogin, "other_login", Chosen::Right, "no_authorization"),
            (R::WrongAccount, "agreed", Chosen::Wrong, "no_account"),
        ] {
            let Some(session) = self.ended(bank, outcome, chosen).await? else {
                self.unknown_to_the_sandbox(&[requirement]);
                continue;
            };
            if requirement == R::WrongAccount && !session["relink_options"]["account"].is_string() {
                self.report.skip(&[requirement], "the backend requires no particular account");
                continue;
            }
            let accounts = match chosen {
                Chosen::Right => json!([]),
                Chosen::Wrong => {
                    json!([format!("{}_unlinked", self.choice(&session)[0].as_str().unwrap_or_default())])
                }
            };
            let complete = Ask::complete(id(&session), &self.backend.key(), &accounts);
            let done = self.backend.ask(complete).await?;
            let mut wrong = has_status(&done, "failed");
            if done.is_ok() && done.json()["relink_result"]["failure_reason"] != reason {
                wrong.push(format!("`relink_result.failure_reason` is not {reason}"));
            }
            self.report.judge(requirement, wrong);
        }
        Ok(())
    }

    async fn closed(&mut self, bank: &Sandboxed) -> Result<(), Unreachable> {
        let Some(session) = self.ended(bank, "closed", Chosen::Right).await? else {
            self.unknown_to_the_sandbox(&[R::ClosedAtBank]);
            return Ok(());
        };
        let mut read = self.backend.ask(Ask::read(id(&session))).await?;
        for _ in 1..LOOKS {
            if read.text("status").as_deref() != Some("pending") {
                break;
            }
            tokio::time::sleep(BETWEEN).await;
            read = self.backend.ask(Ask::read(id(&session))).await?;
        }
        self.report.judge(R::ClosedAtBank, has_status(&read, "cancelled"));
        Ok(())
    }

    async fn outage(&mut self, bank: &Bank) -> Result<(), Unreachable> {
        if !bank.fail().await? {
            self.report
                .skip(&[R::Outage, R::OutageOver], "the sandbox takes no orders: is --sandbox-key right?");
            return Ok(());
        }
        let ask = Ask::create(&self.backend.key(), &self.wanted("en"));
        let during = self.backend.ask(ask.clone()).await;
        bank.recover().await?;
        let after = self.backend.ask(ask).await?;
        self.report.judge(R::Outage, expected(&during?, &[500, 502, 503, 504], "provider_unavailable"));
        self.report.judge(R::OutageOver, if after.status == 201 { Vec::new() } else { vec![after.seen()] });
        Ok(())
    }
}

/// The sandbox, and the account that the sessions are about.
pub(super) struct Sandboxed {
    bank: Bank,
    account: Option<String>,
}

impl Sandboxed {
    /// The account that the sessions are about.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Holds Stripe's events back, or lets them go: an event ends a session before it is completed.
    pub async fn hold_events(&self, is_held: bool) -> Result<(), Unreachable> {
        self.bank.hold_events(is_held).await
    }

    /// Breaks accounts, as if their access had expired.
    pub async fn break_accounts(&self, accounts: &[&str]) -> Result<(), Unreachable> {
        for account in accounts {
            self.bank.deactivate(account, "cause=access_expired").await?;
        }
        Ok(())
    }

    /// Closes an account at its bank.
    pub async fn close_account(&self, account: &str) -> Result<bool, Unreachable> {
        self.bank.deactivate(account, "cause=account_closed&action=none").await
    }

    /// Ends Stripe's session behind ours; false if the sandbox does not know it.
    pub async fn finish(
        &self,
        session: &Json,
        outcome: &str,
        accounts: &[&str],
    ) -> Result<bool, Unreachable> {
        match stripe_session(session) {
            Some(stripe) => self.bank.finish(&stripe, outcome, accounts).await,
            None => Ok(false),
        }
    }
}

/// What the customer chooses at the bank.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Right,
    Wrong,
}

pub(super) fn not_relinked(session: &Json, done: &Answer) -> Vec<String> {
    let mut wrong = has_status(done, "succeeded");
    if !wrong.is_empty() {
        return wrong;
    }
    let told = done.json();
    let (result, options) = (&told["relink_result"], &session["relink_options"]);
    if !result["failure_reason"].is_null() {
        wrong.push("`relink_result.failure_reason` is not null".into());
    }
    if !result["authorization"].is_string() {
        wrong.push("`relink_result.authorization` is absent".into());
    }
    if options["account"].is_string() && result["account"] != options["account"] {
        wrong.push("`relink_result.account` is not the account that was required".into());
    }
    let accounts = told["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !accounts.iter().any(|account| account["status"] == "active") {
        wrong.push("no account of `accounts` is active".into());
    }
    wrong
}
