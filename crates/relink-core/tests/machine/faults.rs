//! The fault matrix, in virtual time: each call of the relink API against each fault of the network, in three
//! lengths, and each stage against what befalls a page. Each cell is driven for at most fifteen simulated minutes
//! by a customer who presses what there is to press, and judged: nothing lost, nothing twice, nothing told as done
//! that was not, and an end or a way on.
//!
//! `cargo test -p relink-core --test machine faults -- --nocapture` prints one line for each cell.

use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::{Action, Subject};
use relink_core::{CallKind, Input};
use relink_wire::FlowState;

/// How long a fault lasts.
#[derive(Clone, Copy, Debug)]
enum Length {
    Once,
    TwoMinutes,
    ForGood,
}

/// What came of a cell.
struct Judged {
    cell: String,
    end: String,
    faults: Vec<&'static str>,
}

const LENGTHS: [Length; 3] = [Length::Once, Length::TwoMinutes, Length::ForGood];
const CALLS: [CallKind; 4] = [CallKind::Create, CallKind::Read, CallKind::Complete, CallKind::Cancel];
const FIFTEEN_MINUTES: u64 = 15 * 60_000;

fn hosted(kind: CallKind) -> bool {
    kind == CallKind::Read
}

/// The world of a cell: reads matter most where the bank's page is hosted.
fn world(kind: CallKind) -> World {
    let doc = if hosted(kind) { Doc::new("").hosted() } else { Doc::new("") };
    let mut world = World::new(Backend::giving([doc]));
    world.backend.settles_on_read = hosted(kind);
    world
}

/// A customer who waits, and presses the way forward where there is one, until the flow has ended.
fn drive(world: &mut World, leaves: bool) {
    let until = world.elapsed_ms + FIFTEEN_MINUTES;
    while world.elapsed_ms < until && !world.state().is_some_and(FlowState::is_terminal) {
        world.pass(5_000);
        let view = world.view();
        if view.state.is_some_and(FlowState::is_terminal) {
            break;
        }
        match view.pane.subject() {
            Subject::Review if leaves => world.tell(Input::CloseAsked),
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
                if let Some(offer) = view.primary.filter(|offer| offer.enabled && offer.href.is_none()) {
                    world.press(offer.action);
                }
            }
        }
    }
    // What is still tried by itself comes to its end.
    world.pass(300_000);
}

fn judge(cell: String, world: &World, must_succeed: bool) -> Judged {
    let view = world.view();
    let ended = view.state.is_some_and(FlowState::is_terminal);
    let told = world.end().starts_with("relink-success");
    let mut faults = Vec::new();
    if world.backend.has_succeeded() && ended && !told {
        faults.push("lost");
    }
    if must_succeed && !told {
        faults.push("not recovered");
    }
    if told && !world.backend.has_succeeded() {
        faults.push("false completion");
    }
    if world.backend.doubles > 0 || world.promises.ends > 1 {
        faults.push("double");
    }
    if !ended && !view.is_interactive() {
        faults.push("dead end");
    }
    Judged { cell, end: if ended { world.end() } else { format!("{:?}", world.subject()) }, faults }
}

fn network(kind: CallKind, fault: Fault, length: Length) -> Judged {
    let mut world = world(kind);
    let (first, until_ms) = match length {
        Length::Once => (1, 0),
        Length::TwoMinutes => (0, 120_000),
        Length::ForGood => (u32::MAX, 0),
    };
    world = world.rule(kind, fault, first, until_ms).start();
    let leaves = kind == CallKind::Cancel;
    drive(&mut world, leaves);
    // A fault that passes is got past, unless it said that nothing would help.
    let passes = !matches!(length, Length::ForGood) && !fault.is_final();
    judge(format!("{kind:?} × {fault:?} × {length:?}"), &world, passes && !leaves)
}

fn report(title: &str, cells: &[Judged]) {
    let broken: Vec<String> = cells
        .iter()
        .filter(|cell| !cell.faults.is_empty())
        .map(|cell| format!("{}: {} ({})", cell.cell, cell.faults.join(", "), cell.end))
        .collect();
    for cell in cells {
        let verdict = if cell.faults.is_empty() { String::from("ok") } else { cell.faults.join(", ") };
        println!("{:<60} {verdict:<10} {}", cell.cell, cell.end);
    }
    println!("{title}: {} of {} cells survived", cells.len() - broken.len(), cells.len());
    assert!(broken.is_empty(), "{} of {} cells:\n{}", broken.len(), cells.len(), broken.join("\n"));
}

#[test]
fn every_network_fault_of_every_call_is_survived() {
    let mut cells = Vec::new();
    for kind in CALLS {
        for fault in Fault::ALL {
            cells.extend(LENGTHS.map(|length| network(kind, *fault, length)));
        }
    }
    report("network", &cells);
    assert_eq!(cells.len(), 372, "4 calls, 31 faults, 3 lengths");
}

/// What befalls a page.
#[derive(Clone, Copy, Debug)]
enum Life {
    Reload,
    ReloadTwice,
    BackForwardCache,
    Frozen,
    Offline,
    OfflineLong,
    Hidden,
    DoubleClick,
    ClockDayLate,
    ClockDayEarly,
    StorageRefused,
    Nudged,
    NotHeadersFor,
    Discarded,
}

const LIVES: [Life; 14] = [
    Life::Reload,
    Life::ReloadTwice,
    Life::BackForwardCache,
    Life::Frozen,
    Life::Offline,
    Life::OfflineLong,
    Life::Hidden,
    Life::DoubleClick,
    Life::ClockDayLate,
    Life::ClockDayEarly,
    Life::StorageRefused,
    Life::Nudged,
    Life::NotHeadersFor,
    Life::Discarded,
];

/// Where the flow is when it happens: so many milliseconds after the start, with the click that goes to the bank
/// at two seconds.
const STAGES: [(&str, u64); 7] = [
    ("loading", 10),
    ("review", 1_000),
    ("opening", 2_001),
    ("at the bank", 4_000),
    ("as the bank is done", 8_001),
    ("completing", 8_011),
    ("completed", 8_035),
];

fn befall(world: &mut World, life: Life) {
    match life {
        Life::Reload | Life::Discarded => world.reload(),
        Life::ReloadTwice => {
            world.reload();
            world.pass(15);
            world.reload();
        }
        Life::BackForwardCache => world.tell(Input::Restored),
        Life::Frozen => world.freeze(30 * 60_000),
        Life::Offline | Life::OfflineLong => {
            world.set_online(false);
            world.pass(if matches!(life, Life::Offline) { 40_000 } else { 12 * 60_000 });
            world.set_online(true);
        }
        Life::Hidden => {
            world.tell(Input::Visibility { visible: false });
            world.pass(60_000);
            world.tell(Input::Visibility { visible: true });
        }
        Life::DoubleClick => {
            if let Some(offer) = world.view().primary.filter(|offer| offer.enabled) {
                let ends = offer.action == Action::Dismiss;
                for _ in 0..if ends { 0 } else { 3 } {
                    world.press(offer.action.clone());
                }
            }
        }
        Life::ClockDayLate => world.clock_off_ms -= 86_400_000,
        Life::ClockDayEarly => world.clock_off_ms += 86_400_000,
        Life::StorageRefused => {
            world.saved = None;
        }
        Life::Nudged => world.tell(Input::Nudged),
        Life::NotHeadersFor => {
            let until_ms = world.elapsed_ms + 3_000;
            for kind in CALLS {
                world.rules.push(crate::support::network::Rule {
                    kind,
                    fault: Fault::HeadersFailed,
                    first: 0,
                    until_ms,
                });
            }
        }
    }
}

fn life(life: Life, (stage, at_ms): (&str, u64), hosted: bool) -> Judged {
    let doc = if hosted { Doc::new("").hosted() } else { Doc::new("") };
    let mut world = World::new(Backend::giving([doc]));
    world.backend.settles_on_read = hosted;
    // The browser is told nothing where the page was reloaded; the bank is done all the same.
    world = world.bank([BankAct::Chooses(vec!["fca_1"])]).start();
    let click = 2_000;
    if at_ms > click {
        world.pass(click);
        world.go_on();
        world.pass(at_ms - click);
    } else {
        world.pass(at_ms);
    }
    let was_over = world.state().is_some_and(FlowState::is_terminal);
    befall(&mut world, life);
    if !was_over {
        drive(&mut world, false);
    }
    let cell = format!("{life:?} × {stage} × {}", if hosted { "hosted" } else { "stripe_js" });
    judge(cell, &world, !was_over)
}

#[test]
fn whatever_befalls_a_page_at_any_stage_is_survived() {
    let mut cells = Vec::new();
    for what in LIVES {
        for stage in STAGES {
            cells.extend([false, true].map(|hosted| life(what, stage, hosted)));
        }
    }
    report("life of a page", &cells);
    assert_eq!(cells.len(), 196, "14 events, 7 stages, 2 ways to the bank");
}

#[test]
fn what_the_backend_recorded_is_on_screen_within_ten_seconds_of_being_online_and_visible() {
    for fault in [Fault::Status(503), Fault::ResetAfterCommit, Fault::Hang] {
        for kind in [CallKind::Read, CallKind::Complete] {
            let mut world = world(kind).rule(CallKind::Read, fault, 0, 400_000);
            world = world.rule(CallKind::Complete, fault, 0, 400_000).start();
            world.pass(2_000);
            world.go_on();
            world.pass(400_000);
            if world.backend.sessions.values().all(|held| held.document["status"] != "succeeded") {
                world.backend.succeed("rls_1");
            }
            // One answer may still be on its way, or given up only now.
            world.pass(15_000 + 10_000);
            assert!(world.end().starts_with("relink-success"), "{fault:?} on {kind:?}: {:?}", world.view());
        }
    }
}

#[test]
fn five_hundred_resets_after_commit_are_five_hundred_single_executions() {
    for nth in 0..500_u64 {
        let mut world = World::new(Backend::giving([Doc::new("")])).rule(
            CallKind::Complete,
            Fault::ResetAfterCommit,
            1 + (nth % 4) as u32,
            0,
        );
        world.elapsed_ms += nth * 37;
        world.begin();
        drive(&mut world, false);
        assert!(world.end().starts_with("relink-success"), "{nth}: {}", world.end());
        assert_eq!(world.backend.doubles, 0, "{nth}");
        assert_eq!(world.keys(CallKind::Complete).len(), 1, "{nth}");
    }
}
