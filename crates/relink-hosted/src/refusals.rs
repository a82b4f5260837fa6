//! Limits how many refusals are recorded, of API keys say, so that an attack cannot fill the database.

use std::sync::{Mutex, PoisonError};

const MINUTE: i64 = 60;
/// Refusals that are recorded in a minute.
const RECORDED_A_MINUTE: u32 = 10;

/// Counts refusals, so that of many only the first in each minute are recorded.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    minute: i64,
    told: u32,
    untold: u64,
}

impl Refusals {
    /// Counts one more. Where it is to be recorded: what is to be said, with the number of those before it that were not.
    pub fn tell(&self, now: i64, why: &str) -> Option<String> {
        let untold = self.count(now)?;
        Some(if untold == 0 { why.to_owned() } else { format!("{why}; {untold} before it are not recorded") })
    }

    fn count(&self, now: i64) -> Option<u64> {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.minute != now / MINUTE {
            counted.minute = now / MINUTE;
            counted.told = 0;
        }
        if counted.told == RECORDED_A_MINUTE {
            counted.untold += 1;
            return None;
        }
        counted.told += 1;
        Some(std::mem::take(&mut counted.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::Refusals;

    #[test]
    fn of_many_refusals_in_a_minute_the_first_ten_are_recorded_and_the_others_counted() {
        let refusals = Refusals::default();
        let told: Vec<_> = (0..12).map(|_| refusals.count(59)).collect();
        assert_eq!(told, [vec![Some(0); 10], vec![None; 2]].concat());
        assert_eq!(
            refusals.tell(60, "no such key").as_deref(),
            Some("no such key; 2 before it are not recorded")
        );
        assert_eq!(refusals.tell(60, "no such key").as_deref(), Some("no such key"));
    }
}
