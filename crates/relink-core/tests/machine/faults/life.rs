//! What happens to a page (reload, second tab, sleep), at each stage.

use super::{Judged, drive, judge, report};
use crate::support::network::Rule;
use crate::support::{Backend, BankAct, Doc, Fault, World};
use relink_core::view::Action;
use relink_core::{Answer, Attempt, CallKind, CallNumber, Input};
use relink_wire::{Account, FlowState};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Reload,
    ReloadTwice,
    TabReopened,
    Discarded,
    BackForwardCache,
    Frozen,
    Offline,
    OfflineLong,
    OfflineAtSubmit,
    Hidden,
    PopupBlocked,
    ClosedBeforeTheBankIsDone,
    ClosedAfterTheBankIsDone,
    OpenerSevered,
    NavigatedElsewhere,
    DoubleClick,
    HeldEnter,
    FinishedElsewhere,
    CancelledElsewhere,
    RemovedAndBack,
    RestartedByThePage,
    StorageRefused,
    ClockDayLate,
    ClockDayEarly,
    ClockJumps,
    SessionExpires,
    WebhookFirst,
    Nudged,
    Forged,
    NotHeadersFor,
}

const LIVES: [Life; 30] = [
    Life::Reload,
    Life::ReloadTwice,
    Life::TabReopened,
    Life::Discarded,
    Life::BackForwardCache,
    Life::Frozen,
    Life::Offline,
    Life::OfflineLong,
    Life::OfflineAtSubmit,
    Life::Hidden,
    Life::PopupBlocked,
    Life::ClosedBeforeTheBankIsDone,
    Life::ClosedAfterTheBankIsDone,
    Life::OpenerSevered,
    Life::NavigatedElsewhere,
    Life::DoubleClick,
    Life::HeldEnter,
    Life::FinishedElsewhere,
    Life::CancelledElsewhere,
    Life::RemovedAndBack,
    Life::RestartedByThePage,
    Life::StorageRefused,
    Life::ClockDayLate,
    Life::ClockDayEarly,
    Life::ClockJumps,
    Life::SessionExpires,
    Life::WebhookFirst,
    Life::Nudged,
    Life::Forged,
    Life::NotHeadersFor,
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

const CLICK_MS: u64 = 2_000;

/// What the bank does before that happens to the page.
fn bank(life: Life) -> BankAct {
    match life {
        Life::PopupBlocked => BankAct::Blocked,
        Life::ClosedBeforeTheBankIsDone => BankAct::Closes,
        Life::ClosedAfterTheBankIsDone => BankAct::ChoosesUnseen(vec!["fca_1"]),
        Life::OpenerSevered => BankAct::LooksClosedAndChooses(vec!["fca_1"]),
        Life::NavigatedElsewhere => BankAct::Never,
        _ => BankAct::Chooses(vec!["fca_1"]),
    }
}

/// Whether the bank's part is all there is to it: the stage makes no difference then.
fn is_the_banks(life: Life) -> bool {
    !matches!(bank(life), BankAct::Chooses(_))
}

fn befall(world: &mut World, life: Life) {
    match life {
        Life::Reload | Life::Discarded => world.reload(),
        Life::ReloadTwice => {
            world.reload();
            world.pass(15);
            world.reload();
        }
        Life::TabReopened => {
            world.saved = None;
            world.reload();
        }
        Life::BackForwardCache => world.tell(Input::Restored),
        Life::Frozen => world.freeze(30 * 60_000),
        Life::Offline | Life::OfflineLong => {
            world.set_online(false);
            world.pass(if life == Life::Offline { 40_000 } else { 12 * 60_000 });
            world.set_online(true);
        }
        Life::OfflineAtSubmit => {
            world.set_online(false);
            press(world, 1);
            world.pass(20_000);
            world.set_online(true);
        }
        Life::Hidden => {
            world.see(false);
            world.pass(60_000);
            world.see(true);
        }
        Life::DoubleClick => press(world, 3),
        Life::HeldEnter => press(world, 40),
        Life::FinishedElsewhere => {
            if let Some(session) = session(world) {
                world.backend.succeed(&session);
            }
        }
        Life::CancelledElsewhere => {
            if let Some(session) = session(world).filter(|_| !world.backend.has_succeeded()) {
                world.backend.close(&session, "cancelled");
            }
        }
        Life::RemovedAndBack => {
            // What the shell makes of it: the runtime goes, and another one finds what was kept.
            world.reload();
            world.begin();
        }
        Life::RestartedByThePage => world.restart(),
        Life::StorageRefused => world.saved = None,
        Life::ClockDayLate => world.clock_off_ms -= 86_400_000,
        Life::ClockDayEarly => world.clock_off_ms += 86_400_000,
        Life::ClockJumps => {
            for off in [86_400_000, -86_400_000, 3_600_000] {
                world.clock_off_ms += off;
                world.pass(5);
            }
        }
        Life::SessionExpires => {
            if let Some(session) = session(world).filter(|_| !world.backend.has_succeeded()) {
                world.backend.close(&session, "expired");
            }
        }
        Life::WebhookFirst => world.backend.settles_by_itself = true,
        Life::Nudged => world.tell(Input::Nudged),
        Life::Forged => forge(world),
        Life::NotHeadersFor => {
            let until_ms = world.elapsed_ms + 3_000;
            for kind in [CallKind::Create, CallKind::Read, CallKind::Complete, CallKind::Cancel] {
                world.rules.push(Rule { kind, fault: Fault::HeadersFailed, first: 0, until_ms });
            }
        }
        // They are the bank's, which did them already.
        Life::PopupBlocked
        | Life::ClosedBeforeTheBankIsDone
        | Life::ClosedAfterTheBankIsDone
        | Life::OpenerSevered
        | Life::NavigatedElsewhere => {}
    }
}

fn session(world: &World) -> Option<String> {
    world.saved.as_ref().and_then(|saved| saved.session.clone())
}

/// The way forward, again and again, as long as it is no way out.
fn press(world: &mut World, times: usize) {
    for _ in 0..times {
        if let Some(offer) =
            world.view().primary.filter(|offer| offer.enabled && offer.action != Action::Dismiss)
        {
            world.press(offer.action);
        }
    }
}

/// Answers that nobody asked for and returns from openings that never were, all of which say "done".
fn forge(world: &mut World) {
    let accounts = Account::decode_list(&[crate::support::documents::active("fca_1")]);
    let done = Doc::new("rls_1").status("succeeded").0;
    for number in [0, 999] {
        let answer = Answer::Http { status: 200, retry_after: None, body: Some(done.clone()) };
        world.tell(Input::Answered { call: CallNumber(number), answer });
        world.tell(Input::HandoffReturned { attempt: Attempt(number), accounts: accounts.clone() });
        world.tell(Input::WindowClosed { attempt: Attempt(number) });
        world.tell(Input::WindowBlocked { attempt: Attempt(number) });
    }
}

fn life(life: Life, (stage, at_ms): (&str, u64), hosted: bool) -> Judged {
    let doc = if hosted { Doc::new("").hosted() } else { Doc::new("") };
    let mut world = World::new(Backend::giving([doc]));
    world.backend.settles_on_read = hosted;
    // A page that was reloaded hears nothing from the bank, which is done all the same.
    world = world.bank([bank(life)]).start();
    if at_ms > CLICK_MS {
        world.pass(CLICK_MS);
        world.go_on();
        world.pass(at_ms - CLICK_MS);
    } else {
        world.pass(at_ms);
    }
    let was_over = world.state().is_some_and(FlowState::is_terminal);
    befall(&mut world, life);
    if was_over {
        world.pass(1_000);
    } else {
        drive(&mut world, false);
    }
    let cell = format!("{life:?} × {stage} × {}", if hosted { "hosted" } else { "stripe_js" });
    judge(cell, &world, true, true)
}

#[test]
fn whatever_befalls_a_page_at_any_stage_is_survived() {
    let mut cells = Vec::new();
    for what in LIVES {
        let stages = if is_the_banks(what) { &STAGES[3..4] } else { &STAGES[..] };
        for stage in stages {
            cells.extend([false, true].map(|hosted| life(what, *stage, hosted)));
        }
    }
    report("life of a page", &cells);
    assert_eq!(
        cells.len(),
        360,
        "25 events at 7 stages and 5 of the bank's at one, each by 2 ways to the bank"
    );
}
