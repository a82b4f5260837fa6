//! One session, from reading it to after its cancellation. The bank is never visited.

use super::confirm::confirms;
use super::{Run, has_status, id, same};
use crate::answer::Answer;
use crate::ask::Ask;
use crate::look::problem::expected;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::{Value as Json, json};

impl Run<'_> {
    pub(super) async fn life(&mut self, first: &Answer) -> Result<(), Unreachable> {
        let session = first.json();
        self.read(&session).await?;
        self.malformed(&session).await?;
        let confirms = confirms(&session);
        if confirms {
            let why = "the handoff is confirm: the completion is the customer's word, and no bank is visited";
            self.report.skip(&[R::BelievesStripe], why);
        } else {
            self.complete_too_early(&session).await?;
        }
        self.cancel(&session).await?;
        if confirms {
            self.confirmed().await
        } else {
            self.report.skip(&[R::Confirmed], "the handoff is not confirm");
            Ok(())
        }
    }

    async fn read(&mut self, session: &Json) -> Result<(), Unreachable> {
        let read = self.backend.ask(Ask::read(id(session))).await?;
        self.report.judge(R::Read200, if read.status == 200 { Vec::new() } else { vec![read.seen()] });
        let now = read.json();
        let fixed = ["id", "merchant", "permissions", "relink_options", "limits"];
        let differ = fixed.iter().filter(|name| now[**name] != session[**name]);
        self.report.judge(R::ReadSame, differ.map(|name| format!("`{name}` differs")).collect());
        Ok(())
    }

    async fn malformed(&mut self, session: &Json) -> Result<(), Unreachable> {
        let (backend, id) = (&self.backend, id(session));
        let complete = |accounts: &Json| Ask::complete(id, &backend.key(), accounts);
        let malformed = [
            backend.ask(complete(&json!("fca_1"))).await?,
            backend.ask(complete(&json!([{"id": "fca_1"}]))).await?,
        ];
        let wrong = malformed.iter().flat_map(|answer| expected(answer, &[400, 422], "invalid_request"));
        self.report.judge(R::WrongAccounts, wrong.collect());
        Ok(())
    }

    async fn complete_too_early(&mut self, session: &Json) -> Result<(), Unreachable> {
        let (backend, id) = (&self.backend, id(session));
        let complete = |accounts: &Json| Ask::complete(id, &backend.key(), accounts);
        let early = backend.ask(complete(&self.choice(session))).await?;
        let invented = backend.ask(complete(&json!(["fca_conformance_invented"]))).await?;
        let after = backend.ask(Ask::read(id)).await?;
        self.report.judge(R::Complete200, if early.status == 200 { Vec::new() } else { vec![early.seen()] });
        let believed = [early, invented, after];
        let believed = believed.iter().filter(|answer| answer.text("status").as_deref() == Some("succeeded"));
        let seen = |answer: &Answer| format!("{} answered succeeded, and nobody was at the bank", answer.to);
        self.report.judge(R::BelievesStripe, believed.map(seen).collect());
        Ok(())
    }

    async fn cancel(&mut self, session: &Json) -> Result<(), Unreachable> {
        let (backend, id) = (&self.backend, id(session));
        let key = backend.key();
        let cancelled = backend.ask(Ask::cancel(id, &key)).await?;
        let again = backend.ask(Ask::cancel(id, &key)).await?;
        let read = backend.ask(Ask::read(id)).await?;
        let complete = backend.ask(Ask::complete(id, &backend.key(), &self.choice(session))).await?;
        let after = backend.ask(Ask::read(id)).await?;
        let is_200 = cancelled.status == 200;
        self.report.judge(R::Cancel200, if is_200 { Vec::new() } else { vec![cancelled.seen()] });
        self.report.judge(R::CancelAgain, same(&cancelled, &again));
        let mut wrong: Vec<String> = [&cancelled, &read, &after]
            .into_iter()
            .flat_map(|answer| has_status(answer, "cancelled"))
            .collect();
        if complete.is_ok() {
            wrong.extend(has_status(&complete, "cancelled"));
        } else if !complete.refuses_with(&[409, 410, 422]) {
            wrong.push(complete.seen());
        }
        wrong.dedup();
        self.report.judge(R::CancelStays, wrong);

        let wrong = match self.fresh().await? {
            None => vec!["no new session was made".into()],
            Some(next) if next["id"] == session["id"] => {
                vec!["the cancelled session was handed out again".into()]
            }
            Some(next) if next["status"] != "pending" => vec!["the new session is not pending".into()],
            Some(_) => Vec::new(),
        };
        self.report.judge(R::FreshAfterCancel, wrong);
        Ok(())
    }
}
