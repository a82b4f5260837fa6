//! Requests that are wrong, and ids that nobody has.

use super::Run;
use crate::ask::{Ask, UNKNOWN};
use crate::look::problem::expected;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::json;

/// Markup, quotes, an end of statement and a path, in one segment of an address.
const STRANGE: &str = "%3Cscript%3E'%22%3B--%2F..%2F";

impl Run<'_> {
    pub(super) async fn mistakes(&mut self) -> Result<(), Unreachable> {
        let backend = &self.backend;
        let create = |body: &[u8]| Ask::create(&backend.key(), &json!({})).bytes(body);
        let broken = backend.ask(create(br#"{"account": "#)).await?;
        let number = backend.ask(create(br#"{"account": 7}"#)).await?;
        let list = backend.ask(create(b"[]")).await?;
        self.report.judge(R::InvalidJson, expected(&broken, &[400], "invalid_request"));
        let wrong = [number, list];
        let wrong = wrong.iter().flat_map(|answer| expected(answer, &[400, 422], "invalid_request"));
        self.report.judge(R::WrongBody, wrong.collect());

        let read = backend.ask(Ask::read(UNKNOWN)).await?;
        let complete = backend.ask(Ask::complete(UNKNOWN, &backend.key(), &json!(["fca_unknown"]))).await?;
        let cancel = backend.ask(Ask::cancel(UNKNOWN, &backend.key())).await?;
        let strange = backend.ask(Ask::read(STRANGE)).await?;
        let unknown = [(R::UnknownRead, read), (R::UnknownComplete, complete), (R::UnknownCancel, cancel)];
        for (requirement, answer) in unknown {
            self.report.judge(requirement, expected(&answer, &[404], "session_not_found"));
        }
        let is_refused = strange.refuses_with(&[400, 404]);
        self.report.judge(R::StrangeId, if is_refused { Vec::new() } else { vec![strange.seen()] });
        Ok(())
    }
}
