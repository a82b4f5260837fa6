//! The flow, as a table that a person can read: what happens, what is then on screen, and which events the page gets.
//!
//! Each row is a story in the simulated world and its end: the state, the view's subject, what the view says, the
//! primary action, the event that ended the flow, and the requests in their order (repetitions next to each other
//! left out).

mod beyond;
mod confirming;
mod naming;
mod table;

use crate::support::World;
use relink_core::view::{BankWindow, Pane};

/// One row.
struct Row {
    /// What happens.
    when: &'static str,
    story: fn() -> World,
    /// State and subject.
    on_screen: &'static str,
    /// What the view says.
    says: &'static str,
    /// The primary action.
    primary: &'static str,
    /// The event that ended the flow.
    end: &'static str,
    /// The requests.
    requests: &'static str,
}

/// What the view says, in a line.
fn says(world: &World) -> String {
    let ids = |cards: &[relink_core::view::AccountCard]| {
        cards.iter().map(|card| card.id.as_str()).collect::<Vec<_>>().join("+")
    };
    match world.view().pane {
        Pane::Review(review) => {
            let others: Vec<String> =
                review.others.iter().map(|other| format!(" and {:?}", other.reason)).collect();
            let new: Vec<&str> =
                review.permissions.iter().filter(|p| p.is_new).map(|p| p.permission.as_str()).collect();
            let new = if new.is_empty() { String::new() } else { format!(", new {}", new.join("+")) };
            let notice = review.notice.map_or(String::new(), |notice| format!(", {notice:?}"));
            let rule = review.rule.as_str();
            format!(
                "{:?}{}: {rule} {}{new}{notice}",
                review.lead.reason,
                others.concat(),
                ids(&review.accounts)
            )
        }
        Pane::AtBank(at_bank) => {
            let window = match at_bank.window {
                BankWindow::Blocked(_) => String::from("Blocked"),
                other => format!("{other:?}"),
            };
            let stalled = if at_bank.stalled { ", stalled" } else { "" };
            format!("{window} for {}{stalled}", ids(&at_bank.accounts))
        }
        Pane::Choose(choose) => {
            let mark = |chosen| if chosen { "!" } else { "" };
            let options: Vec<String> =
                choose.options.iter().map(|o| format!("{}{}", o.card.id, mark(o.chosen))).collect();
            let refused: Vec<String> =
                choose.refused.iter().map(|r| format!(", not {} {:?}", r.card.id, r.why)).collect();
            let most = choose.most.map_or(String::from("any number"), |most| format!("at most {most}"));
            format!("{} of {}{}", most, options.join("+"), refused.concat())
        }
        Pane::Saving(saving) => format!("{}, {:?}", ids(&saving.accounts), saving.wait),
        Pane::WrongAccount(wrong) => {
            let needed = wrong.needed.map_or(String::from("any"), |card| card.id);
            format!("{:?}: chose {}, needed {needed}", wrong.mismatch, ids(&wrong.chosen))
        }
        Pane::Done(done) => {
            let broken = ids(&done.still_broken);
            let broken = if broken.is_empty() { broken } else { format!(", not {broken}") };
            format!("{:?}: {}{broken}", done.achieved, ids(&done.accounts))
        }
        Pane::NotRepairable(not) => {
            format!("{}{}", if not.closed { "closed " } else { "" }, ids(&not.accounts))
        }
        Pane::Problem(problem) => match problem.bank_confirmed {
            true => String::from("the bank has confirmed"),
            false => String::new(),
        },
        Pane::Leave(leave) => ids(&leave.accounts),
        Pane::GivenUp(given_up) => ids(&given_up.accounts),
        Pane::Empty | Pane::Loading(_) | Pane::Checking(_) => String::new(),
    }
}

#[test]
fn the_flow_does_what_the_table_says() {
    let mut wrong = Vec::new();
    let rows: Vec<&Row> =
        [table::ROWS, beyond::ROWS, naming::ROWS, confirming::ROWS].into_iter().flatten().collect();
    for row in &rows {
        let world = (row.story)();
        let view = world.view();
        let state = view.state.map_or("none", relink_wire::FlowState::as_str);
        let primary = view.primary.as_ref().filter(|offer| offer.enabled);
        let is = [
            format!("{state} {:?}", world.subject()),
            says(&world),
            primary.map_or(String::from("-"), |offer| format!("{:?}", offer.label)),
            world.end(),
            world.routes(),
        ];
        let should = [row.on_screen, row.says, row.primary, row.end, row.requests];
        if is != should {
            wrong.push(format!("{}\n  should be {should:?}\n  but is    {is:?}", row.when));
        }
        println!("{:<95} {}", row.when, is.join(" | "));
    }
    assert!(wrong.is_empty(), "{} of {} rows are wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
