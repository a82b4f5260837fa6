//! A session in which no bank is visited: what the customer agrees to in the widget is all there is.

use super::bank::not_relinked;
use super::{Run, has_status, id, same};
use crate::ask::Ask;
use crate::look::problem::expected;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::{Value as Json, json};

/// Whether the customer confirms in the widget, and nowhere else.
pub(super) fn confirms(session: &Json) -> bool {
    session["handoff"]["type"] == "confirm"
}

impl Run<'_> {
    /// An account that is not the session's, then the customer's word, then the same again and a late cancel.
    pub(super) async fn confirmed(&mut self) -> Result<(), Unreachable> {
        let Some(session) = self.fresh().await? else {
            self.report.judge(R::Confirmed, vec!["no new session was made".into()]);
            return Ok(());
        };
        let (backend, id, key, nobody) = (&self.backend, id(&session), self.backend.key(), json!([]));
        let foreign = Ask::complete(id, &backend.key(), &json!(["fca_conformance_foreign"]));
        let foreign = backend.ask(foreign).await?;
        let before = backend.ask(Ask::read(id)).await?;
        let done = backend.ask(Ask::complete(id, &key, &nobody)).await?;
        let again = backend.ask(Ask::complete(id, &key, &nobody)).await?;
        let read = backend.ask(Ask::read(id)).await?;
        backend.ask(Ask::cancel(id, &backend.key())).await?;
        let after = backend.ask(Ask::read(id)).await?;
        let mut wrong = expected(&foreign, &[400, 422], "invalid_request");
        wrong.extend(has_status(&before, "pending"));
        self.report.judge(R::ForeignChoice, wrong);
        let is_200 = done.status == 200;
        self.report.judge(R::Complete200, if is_200 { Vec::new() } else { vec![done.seen()] });
        self.report.judge(R::Confirmed, not_relinked(&session, &done));
        let wrong = same(&done, &again).into_iter().chain(has_status(&read, "succeeded"));
        self.report.judge(R::RelinkedAgain, wrong.collect());
        self.report.judge(R::SucceededStays, has_status(&after, "succeeded"));
        Ok(())
    }
}
