//! Limits how many refused API keys are recorded, so that an attack cannot fill the database.

use std::sync::{Mutex, PoisonError};

const MINUTE: i64 = 60;
/// Refusals that are recorded in a minute.
const RECORDED_A_MINUTE: u32 = 10;

/// Counts refusals, so that of many only the first in each minute are recorded.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    minute: i64,
    told: u32,
    untold: u64,
}

impl Refusals {
    /// Counts one more. Where it is to be recorded: how many before it were not.
    pub(crate) fn tell(&self, now: i64) -> Option<u64> {
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
        let told: Vec<_> = (0..12).map(|_| refusals.tell(59)).collect();
        assert_eq!(told, [vec![Some(0); 10], vec![None; 2]].concat());
        assert_eq!((refusals.tell(60), refusals.tell(60)), (Some(2), Some(0)));
    }
}
