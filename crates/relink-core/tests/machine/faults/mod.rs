//! The fault matrix, in virtual time: each call of the relink API against each fault of the catalogue, in three
//! lengths, and each stage against what happens to a page. Each cell is driven for at most fifteen simulated minutes
//! by a customer who presses what there is to press, and judged: nothing lost, nothing twice, nothing reported as done
//! that was not, and an end or a way on.
//!
//! `cargo xtask faults` prints one line for each cell, and adds up.
//!
//! What the machine cannot express, because it has no network, no page and no backend of its own, is left to
//! `cargo xtask faults --browser`: how a refusal, a name that is not found and a reset before sending differ (the machine
//! knows of all three that there was no answer), how a page, an empty body, invalid JSON and a huge one differ (a body
//! that is none), a redirect (the shell follows none), Stripe's calls behind the merchant (the machine sees what
//! the merchant makes of them), two elements and two tabs at work at once, a script that is there twice, and a file of
//! the widget that does not load.

mod life;
mod network;

use crate::support::World;
use relink_core::Input;
use relink_core::view::Subject;
use relink_wire::FlowState;

/// What came of a cell.
struct Judged {
    cell: String,
    end: String,
    faults: Vec<&'static str>,
}

const FIFTEEN_MINUTES: u64 = 15 * 60_000;

/// A customer who waits, and presses the way forward where there is one, until the flow has ended.
fn drive(world: &mut World, leaves: bool) {
    let until = world.elapsed_ms + FIFTEEN_MINUTES;
    let mut reopens = 0;
    while world.elapsed_ms < until && !world.state().is_some_and(FlowState::is_terminal) {
        world.pass(5_000);
        let view = world.view();
        if view.state.is_some_and(FlowState::is_terminal) {
            break;
        }
        let subject = view.pane.subject();
        let offer = view.primary.filter(|offer| offer.enabled);
        match subject {
            Subject::Review if leaves => world.tell(Input::CloseAsked),
            // The browser has stopped the window, or it leads nowhere: it is opened again, as often as one would.
            Subject::Blocked | Subject::AtBank if !world.bank_is_busy() && reopens < 10 => {
                reopens += 1;
                if let Some(offer) = offer {
                    world.press(offer.action);
                }
            }
            Subject::AtBank | Subject::Blocked | Subject::Loading | Subject::Checking | Subject::Saving => {}
            Subject::Nothing
            | Subject::Review
            | Subject::Choose
            | Subject::WrongAccount
            | Subject::Done
            | Subject::NotRepairable
            | Subject::Problem(_)
            | Subject::Leave
            | Subject::GivenUp => {
                if let Some(offer) = offer.filter(|offer| offer.href.is_none()) {
                    world.press(offer.action);
                }
            }
        }
    }
    // What is still tried by itself comes to its end.
    world.pass(300_000);
}

/// `is_over`: whether what befell it has passed, so that what the backend knows can be heard.
fn judge(cell: String, world: &World, is_over: bool, must_succeed: bool) -> Judged {
    let view = world.view();
    let ended = view.state.is_some_and(FlowState::is_terminal);
    let told = world.has_told_success();
    let mut faults = Vec::new();
    if world.backend.has_succeeded() && !told && (ended || is_over) {
        faults.push("lost");
    }
    if must_succeed && !told {
        faults.push("not recovered");
    }
    if told && !world.backend.has_succeeded() {
        faults.push("false");
    }
    if world.backend.doubles > 0 || world.promises.ends > 1 {
        faults.push("double");
    }
    if !ended && !view.is_interactive() {
        faults.push("stuck");
    }
    Judged { cell, end: if ended { world.end() } else { format!("{:?}", world.subject()) }, faults }
}

/// One line for each cell, and a last one that `cargo xtask faults` adds up.
fn report(title: &str, cells: &[Judged]) {
    let broken: Vec<String> = cells
        .iter()
        .filter(|cell| !cell.faults.is_empty())
        .map(|cell| format!("{}: {} ({})", cell.cell, cell.faults.join(", "), cell.end))
        .collect();
    for cell in cells {
        let verdict = if cell.faults.is_empty() { String::from("ok") } else { cell.faults.join(", ") };
        println!("{:<64} {verdict:<10} {}", cell.cell, cell.end);
    }
    let of = |fault| cells.iter().filter(|cell| cell.faults.contains(&fault)).count();
    println!(
        "{title}: {} of {} survived; {} lost, {} double, {} false",
        cells.len() - broken.len(),
        cells.len(),
        of("lost"),
        of("double"),
        of("false")
    );
    assert!(broken.is_empty(), "{} of {} cells:\n{}", broken.len(), cells.len(), broken.join("\n"));
}
