//! Who may ask: nobody, another customer, another site.

use super::Run;
use crate::answer::Answer;
use crate::ask::{Ask, By};
use crate::look::problem::expected;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;

/// A page that is not the merchant's.
const FOREIGN: &str = "https://attacker.example";

impl Run<'_> {
    pub(super) async fn access(&mut self, first: &Answer) -> Result<(), Unreachable> {
        let id = first.text("id").unwrap_or_default();
        let backend = &self.backend;
        if backend.has_customer() {
            let read = backend.ask(Ask::read(&id).by(By::Nobody)).await?;
            let create = Ask::create(&backend.key(), &self.wanted("en")).by(By::Nobody);
            let create = backend.ask(create).await?;
            let mut wrong = expected(&read, &[401], "not_authenticated");
            // Where the token is asked for first, nobody is refused for its lack.
            if !expected(&create, &[403], "forbidden").is_empty() {
                wrong.extend(expected(&create, &[401], "not_authenticated"));
            }
            self.report.judge(R::SignedIn, wrong);
        } else {
            let why = "neither --cookie nor --header was given, so there is no sign-in to leave out";
            self.report.skip(&[R::SignedIn], why);
        }
        if backend.has_another() {
            let read = backend.ask(Ask::read(&id).by(By::Another)).await?;
            self.report.judge(R::Foreign, expected(&read, &[404], "session_not_found"));
        } else {
            self.report.skip(&[R::Foreign], "neither --other-cookie nor --other-header was given");
        }
        self.other_sites(&id).await
    }

    async fn other_sites(&mut self, id: &str) -> Result<(), Unreachable> {
        let backend = &self.backend;
        let create = || Ask::create(&backend.key(), &self.wanted("en"));
        let foreign = create().header("origin", Some(FOREIGN)).header("sec-fetch-site", Some("cross-site"));
        let foreign = backend.ask(foreign).await?;
        let plain = backend.ask(create().header("content-type", Some("text/plain"))).await?;
        let preflight = backend.send(Ask::preflight(FOREIGN)).await?;
        let read = backend.ask(Ask::read(id).header("origin", Some(FOREIGN))).await?;
        let told =
            |is_refused: bool, answer: &Answer| if is_refused { Vec::new() } else { vec![answer.seen()] };
        if !backend.has_customer() || backend.has_cookie() {
            self.report.judge(R::CrossSite, told(foreign.refuses_with(&[401, 403]), &foreign));
            self.report.judge(R::PlainForm, told(plain.refuses_with(&[400, 403, 415]), &plain));
        } else {
            let why = "there is no cookie, so another site's page can send nothing in the customer's name";
            self.report.skip(&[R::CrossSite, R::PlainForm], why);
        }
        let open = [preflight, read]
            .into_iter()
            .filter(|answer| matches!(answer.header("access-control-allow-origin"), Some(FOREIGN | "*")));
        let open = open.map(|answer| format!("{} lets any origin read it", answer.to)).collect();
        self.report.judge(R::Cors, open);
        Ok(())
    }
}
