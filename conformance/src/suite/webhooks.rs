//! Stripe's events, signed with the secret that the command line names: refused, taken, and taken twice.

use super::bank::Sandboxed;
use super::{Run, has_status, id};
use crate::ask::Ask;
use crate::ask::Event;
use crate::bank::stripe_session;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::Value as Json;

const ALL: [R; 4] = [R::WebhookSigned, R::WebhookTwice, R::WebhookFirst, R::WebhookAfter];
/// A secret that no backend has.
const WRONG: &str = "whsec_conformance_wrong";

impl Run<'_> {
    /// The events are about Stripe's session behind `first`.
    pub(super) async fn webhooks(
        &mut self,
        first: &Json,
        bank: Option<&Sandboxed>,
    ) -> Result<(), Unreachable> {
        let Some((url, secret)) = self.options.webhook.clone().zip(self.options.webhook_secret.clone())
        else {
            self.report.skip(&ALL, "--webhook and --webhook-secret were not given");
            return Ok(());
        };
        let Some(about) = stripe_session(first) else {
            self.report.skip(&ALL, "the handoff is not stripe_js, so Stripe's session is not known");
            return Ok(());
        };
        let backend = &self.backend;
        let mut wrong = Vec::new();
        for event in [Event::new(&about, WRONG, 0), Event::new(&about, &secret, -3600)] {
            let answer = backend.deliver(&url, &event).await?;
            if !(400..500).contains(&answer.status) {
                wrong.push(format!("{} to an event that {}", answer.seen(), event.flaw()));
            }
        }
        self.report.judge(R::WebhookSigned, wrong);

        let event = Event::new(&about, &secret, 0);
        let (once, twice) = (backend.deliver(&url, &event).await?, backend.deliver(&url, &event).await?);
        let refused = [once, twice].into_iter().filter(|answer| !answer.is_ok());
        self.report.judge(R::WebhookTwice, refused.map(|answer| answer.seen()).collect());

        let agreed = match bank {
            Some(bank) => self.agreed(bank).await?,
            None => None,
        };
        let Some((session, about)) = agreed.and_then(|session| {
            let about = stripe_session(&session)?;
            Some((session, about))
        }) else {
            self.report.skip(
                &[R::WebhookFirst, R::WebhookAfter],
                "only with --sandbox a session can be brought to its end",
            );
            return Ok(());
        };
        let backend = &self.backend;
        let event = backend.deliver(&url, &Event::new(&about, &secret, 0)).await?;
        let mut wrong = if event.is_ok() { Vec::new() } else { vec![event.seen()] };
        wrong.extend(has_status(&backend.ask(Ask::read(id(&session))).await?, "succeeded"));
        let complete = Ask::complete(id(&session), &backend.key(), &self.choice(&session));
        wrong.extend(has_status(&backend.ask(complete).await?, "succeeded"));
        self.report.judge(R::WebhookFirst, wrong);

        let backend = &self.backend;
        let before = backend.ask(Ask::read(id(&session))).await?;
        let event = backend.deliver(&url, &Event::new(&about, &secret, 0)).await?;
        let mut wrong = if event.is_ok() { Vec::new() } else { vec![event.seen()] };
        let after = backend.ask(Ask::read(id(&session))).await?;
        wrong.extend(has_status(&after, "succeeded"));
        if after.json()["relink_result"] != before.json()["relink_result"] {
            wrong.push("`relink_result` is another than before".into());
        }
        self.report.judge(R::WebhookAfter, wrong);
        Ok(())
    }
}
