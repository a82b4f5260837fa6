//! Every account that there can be, each the one account of a session: what the machine makes of it.

use crate::support::documents::Doc;
use crate::support::{Backend, World};
use relink_account::cases::{self, Payments};
use relink_core::view::{Chip, Pane, Subject};
use serde_json::json;

#[test]
fn of_every_account_the_customer_is_told_what_is_true_of_it() {
    let wanted = json!(["payment_method", "balances"]);
    for case in cases::every() {
        let doc = Doc::new("").with("permissions", wanted.clone()).accounts(vec![case.json.clone()]);
        let mut world = World::new(Backend::giving([doc])).start();
        world.settle();
        let (expected, name) = (case.expected, case.name);
        let subject = match expected.beyond_repair {
            Some(_) => Subject::NotRepairable,
            None if expected.healthy => Subject::Done,
            None => Subject::Review,
        };
        assert_eq!(world.subject(), subject, "{name}");
        let chip = match world.view().pane {
            Pane::Review(review) => review.accounts.first().and_then(|card| card.chip),
            Pane::NotRepairable(pane) => pane.accounts.first().and_then(|card| card.chip),
            _ => continue,
        };
        if let Some(closed) = expected.beyond_repair {
            assert_eq!(chip == Some(Chip::Closed), closed, "{name}");
        } else if name.starts_with("active") {
            let fails = expected.payments == Payments::Fail;
            assert_eq!(chip == Some(Chip::PaymentsFailing), fails, "{name}: {chip:?}");
        }
    }
}
