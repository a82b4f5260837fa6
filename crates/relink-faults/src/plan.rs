//! Decides which fault happens to each exchange of a run, in order.

use crate::exchange::Exchange;
use crate::fault::{Fault, Means};
use crate::mistake::{Mistake, Wrong};
use crate::rule::Rule;

/// Rules, and how many exchanges each has counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    seed: u64,
    rules: Vec<(Rule, u32)>,
}

impl Plan {
    /// These rules; where two befall an exchange, the first counts.
    pub fn new(seed: u64, rules: impl IntoIterator<Item = Rule>) -> Self {
        Self { seed, rules: rules.into_iter().map(|rule| (rule, 0)).collect() }
    }

    /// Rules as text: one on each line, or between semicolons; `seed 7` among them sets the seed.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let mut plan = Self::default();
        let lines = text.split(['\n', ';']).map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        for (at, line) in lines.enumerate() {
            let mistake = |wrong| Mistake { rule: at + 1, wrong };
            if let Some(seed) = line.strip_prefix("seed ") {
                plan.seed = seed.trim().parse().map_err(|_| mistake(Wrong::Number(seed.trim().into())))?;
            } else {
                plan.rules.push((line.parse().map_err(mistake)?, 0));
            }
        }
        Ok(plan)
    }

    /// The same for a server: a fault that a server cannot make happen is a mistake.
    pub fn of_a_server(text: &str) -> Result<Self, Mistake> {
        let plan = Self::read(text)?;
        let beyond = plan.rules.iter().position(|(rule, _)| rule.fault.means() != Means::Server);
        match beyond {
            Some(at) => {
                let fault = plan.rules[at].0.fault.to_string();
                Err(Mistake { rule: at + 1, wrong: Wrong::NotByAServer(fault) })
            }
            None => Ok(plan),
        }
    }

    /// The fault of the exchange that begins now. Every rule that covers the exchange counts it; the first that applies
    /// decides.
    pub fn befalls(&mut self, exchange: &Exchange<'_>) -> Option<Fault> {
        let seed = self.seed;
        let mut befalling = None;
        for (place, (rule, asked)) in self.rules.iter_mut().enumerate() {
            if rule.is_about(exchange) {
                *asked += 1;
                let draw = draw(seed, place, *asked);
                if befalling.is_none() && rule.befalls(*asked, draw) {
                    befalling = Some(rule.fault);
                }
            }
        }
        befalling
    }
}

/// A number below 100, computed from these (SplitMix64). The same input gives the same number.
fn draw(seed: u64, place: usize, nth: u32) -> u8 {
    let mut bits = seed ^ (place as u64).rotate_left(32) ^ u64::from(nth);
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) % 100) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: Exchange<'_> = Exchange { method: "POST", path: "/relink/sessions/rls_1/complete" };
    const READ: Exchange<'_> = Exchange { method: "GET", path: "/relink/sessions/rls_1" };

    fn run(text: &str, exchanges: &[Exchange<'_>]) -> Vec<Option<Fault>> {
        let mut plan = Plan::read(text).expect("rules");
        exchanges.iter().map(|exchange| plan.befalls(exchange)).collect()
    }

    #[test]
    fn the_third_complete_is_the_third_complete_whatever_is_read_between() {
        let befallen = run("third complete: commit, then reset", &[COMPLETE, READ, COMPLETE, READ, COMPLETE]);
        assert_eq!(befallen, [None, None, None, None, Some(Fault::ResetAfter)]);
    }

    #[test]
    fn the_first_rule_counts_and_the_others_go_on_counting() {
        let befallen = run("first read: hang\nfirst 2 any: empty body", &[READ, READ, READ]);
        assert_eq!(befallen, [Some(Fault::Hang), Some(Fault::Empty), None]);
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_draws_otherwise() {
        let many = [READ; 200];
        let drawn = |seed: u64| run(&format!("seed {seed}; 20% read: reset"), &many);
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        let struck = drawn(7).iter().flatten().count();
        assert!((20..60).contains(&struck), "{struck} of 200 at 20 %");
    }

    #[test]
    fn a_mistake_names_its_rule() {
        let mistake =
            Plan::read("# what follows is wrong\nread: hang\n\nread: melt").expect_err("no such fault");
        assert_eq!(mistake.to_string(), "rule 2: `melt` names no fault");
    }

    #[test]
    fn a_server_is_not_asked_for_what_it_cannot_do() {
        let mistake = Plan::of_a_server("read: hang; read: name not found").expect_err("not a server's");
        assert_eq!(mistake.to_string(), "rule 2: a server cannot do `name not found` to its own exchanges");
    }
}
