//! The result, in words: one line for each requirement, and a last line that counts.

use crate::requirement::{Level, Requirement};
use std::fmt;

/// Who has to repair it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The backend breaks the contract.
    Backend,
    /// The command line: no sign-in was given, or an account that cannot be relinked.
    Invocation,
    /// Stripe, or the sandbox in its place, did not answer the backend.
    Provider,
}

/// How one requirement was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Met.
    Met,
    /// Not met.
    Unmet {
        /// What was seen.
        seen: String,
        /// Who has to repair it.
        fault: Fault,
    },
    /// It could not be checked.
    NotAsked {
        /// What was missing.
        why: String,
    },
}

/// One requirement and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub requirement: Requirement,
    /// How it was found.
    pub verdict: Verdict,
}

/// What a run has found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Every requirement, in the order of the list. What was never judged says so.
    pub fn findings(&self) -> Vec<Finding> {
        let found = |requirement: &Requirement| {
            let unmet = self.of(*requirement).find(|f| matches!(f.verdict, Verdict::Unmet { .. }));
            unmet.or_else(|| self.of(*requirement).next()).cloned().unwrap_or_else(|| Finding {
                requirement: *requirement,
                verdict: Verdict::NotAsked { why: "no session could be made to ask it with".into() },
            })
        };
        Requirement::ALL.iter().map(found).collect()
    }

    fn of(&self, requirement: Requirement) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.requirement == requirement)
    }

    /// Notes what was seen to be wrong; an empty list is a requirement that is met. One that is judged several times
    /// is met when it is met every time.
    pub(crate) fn judge(&mut self, requirement: Requirement, wrong: Vec<String>) {
        let verdict = if wrong.is_empty() {
            Verdict::Met
        } else {
            Verdict::Unmet { seen: wrong.join("; "), fault: Fault::Backend }
        };
        self.findings.push(Finding { requirement, verdict });
    }

    /// Notes what was wrong, and that it is not the backend's fault.
    pub(crate) fn blame(&mut self, requirement: Requirement, fault: Fault, seen: String) {
        self.findings.push(Finding { requirement, verdict: Verdict::Unmet { seen, fault } });
    }

    /// Notes why something was not asked.
    pub(crate) fn skip(&mut self, requirements: &[Requirement], why: &str) {
        self.findings.extend(
            requirements
                .iter()
                .map(|&requirement| Finding { requirement, verdict: Verdict::NotAsked { why: why.into() } }),
        );
    }

    /// How many requirements of the contract are met, and how many are not.
    pub fn counts(&self) -> (usize, usize) {
        let findings = self.findings();
        let met = findings.iter().filter(|finding| finding.verdict == Verdict::Met).count();
        (met, findings.iter().filter(|finding| finding.is_failure()).count())
    }

    /// Whether no binding requirement is unmet.
    pub fn is_good(&self) -> bool {
        self.counts().1 == 0
    }
}

impl Finding {
    /// Whether a binding requirement is unmet.
    pub fn is_failure(&self) -> bool {
        matches!(self.verdict, Verdict::Unmet { .. }) && self.requirement.level() == Level::Must
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Backend => "the backend",
            Self::Invocation => "the command line",
            Self::Provider => "Stripe, or the way to it",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, says) = (self.requirement.name(), self.requirement.says());
        match &self.verdict {
            Verdict::Met => write!(f, "ok    {name:<20} {says}"),
            Verdict::NotAsked { why } => write!(f, "-     {name:<20} {says} Not asked: {why}."),
            Verdict::Unmet { seen, fault } => {
                let mark = if self.is_failure() { "FAIL" } else { "warn" };
                let todo = match fault {
                    Fault::Backend => self.requirement.todo(),
                    Fault::Invocation => {
                        "Give --cookie or --header of a signed-in customer, and --account of theirs that can be relinked."
                    }
                    Fault::Provider => "See the backend's log, then run this again.",
                };
                write!(f, "{mark}  {name:<20} {says} Seen: {seen}. Fault: {fault}. Do: {todo}")
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = self.findings();
        findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        let warnings = findings
            .iter()
            .filter(|finding| !finding.is_failure() && matches!(finding.verdict, Verdict::Unmet { .. }));
        let skipped = findings.iter().filter(|finding| matches!(finding.verdict, Verdict::NotAsked { .. }));
        writeln!(f, "\n{} warnings, {} not asked", warnings.count(), skipped.count())?;
        let (passed, failed) = self.counts();
        write!(f, "{passed} passed, {failed} failed")
    }
}
