//! Requirements on every answer, judged over all of them at the end.

use super::Run;
use crate::answer::Answer;
use crate::look;
use crate::report::Report;
use crate::requirement::Requirement as R;
use std::collections::HashSet;

/// How many of the same kind are listed; the rest is counted.
const LISTED: usize = 4;

impl Run<'_> {
    pub(super) fn whole(&mut self) {
        let answers = self.backend.answers();
        let (sessions, problems): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.is_ok());
        let is_new = |answer: &&&Answer| answer.to == "POST /sessions";
        let made: Vec<_> = sessions.iter().copied().filter(|answer| is_new(&answer)).collect();
        let later: Vec<_> = sessions.iter().copied().filter(|answer| !is_new(&answer)).collect();
        let report = &mut self.report;
        over(report, R::CreateShape, &made, shape);
        over(report, R::SessionShape, &later, shape);
        over(report, R::MediaType, &sessions, look::carriage::media_type);
        over(report, R::NoStore, &sessions, look::carriage::no_store);
        over(report, R::SpentHandoff, &later, spent);
        over(report, R::Problems, &problems, look::problem::wrong);
        let all: Vec<_> = answers.iter().collect();
        over(report, R::NoSecrets, &all, look::secrets::secrets);
        over(report, R::NoPrivateData, &sessions, look::secrets::private);
        let mut known = HashSet::new();
        let ids = problems.iter().filter_map(|answer| answer.text("request_id")).filter(|id| !id.is_empty());
        let repeated = ids.filter(|id| !known.insert(id.clone())).count();
        let seen = format!("{repeated} errors have the request_id of another one");
        report.judge(R::RequestIds, if repeated == 0 { Vec::new() } else { vec![seen] });
    }
}

fn shape(answer: &Answer) -> Vec<String> {
    look::schema::session(&answer.json()).into_iter().map(|what| format!("{}: {what}", answer.to)).collect()
}

fn spent(answer: &Answer) -> Vec<String> {
    let session = answer.json();
    let is_spent = session["status"].as_str().is_some_and(|status| status != "pending");
    if is_spent && session["handoff"]["client_secret"].is_string() {
        return vec![format!("{} answered a session that has ended, with a client secret", answer.to)];
    }
    Vec::new()
}

/// Judges a requirement over answers; where there are none it was not asked.
fn over(report: &mut Report, requirement: R, answers: &[&Answer], look: fn(&Answer) -> Vec<String>) {
    if answers.is_empty() {
        report.skip(&[requirement], "there was no answer of that kind");
        return;
    }
    let mut wrong: Vec<String> = Vec::new();
    for what in answers.iter().flat_map(|answer| look(answer)) {
        if !wrong.contains(&what) {
            wrong.push(what);
        }
    }
    if wrong.len() > LISTED {
        let more = wrong.split_off(LISTED).len();
        wrong.push(format!("and {more} more"));
    }
    report.judge(requirement, wrong);
}
