//! The table. A row is a name and a view; `every!` makes a list from the same words as a match without a
//! fallback arm, so that a new variant without a row does not compile.

/// All values of an enum, one for each pattern. A variant that no pattern meets is an error of the compiler.
macro_rules! every {
    ($kind:ty: $($pattern:pat => $value:expr),+ $(,)?) => {{
        // Never run: it is here to be compiled.
        let _complete = |value: &$kind| match value {
            $($pattern => ()),+
        };
        let all: Vec<$kind> = vec![$($value),+];
        all
    }};
}

mod ends;
mod fixtures;
mod panes;
mod reviews;
mod row;

pub use fixtures::Names;
pub use row::Row;

use relink_core::reasons::Reason;
use relink_core::view::{Pane, View};

/// The whole table, with those names in it.
pub fn rows(names: &Names) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(panes::loading(names));
    rows.extend(reviews::all(names));
    rows.extend(panes::at_bank(names));
    rows.extend(panes::checking(names));
    rows.extend(panes::choose(names));
    rows.extend(panes::saving(names));
    rows.extend(panes::wrong_account(names));
    rows.extend(ends::done(names));
    rows.extend(ends::not_repairable(names));
    rows.extend(ends::problem(names));
    rows.extend(ends::leave(names));
    rows.extend(ends::given_up(names));
    rows.extend(panes::offline(names));
    rows
}

/// What a view can be looked for by: its state, the leading reason, the rule; empty if it has none.
pub fn facets(view: &View) -> [String; 3] {
    let state = view.state.map(|state| state.as_str()).unwrap_or_default();
    let (reason, rule) = match &view.pane {
        Pane::Review(review) => match &review.lead.reason {
            Reason::Inactive(cause) => (cause.as_str(), review.rule.as_str()),
            reason => (reviews::reason_name(reason), review.rule.as_str()),
        },
        Pane::AtBank(at_bank) => ("", at_bank.rule.as_str()),
        _ => ("", ""),
    };
    [state, reason, rule].map(String::from)
}

/// The part of a row's name before the stroke; a new pane needs one to compile.
pub fn folder(pane: &Pane) -> &'static str {
    match pane {
        Pane::Empty => "empty",
        Pane::Loading(_) => "loading",
        Pane::Review(_) => "review",
        Pane::AtBank(_) => "at-bank",
        Pane::Checking(_) => "checking",
        Pane::Choose(_) => "choose",
        Pane::Saving(_) => "saving",
        Pane::WrongAccount(_) => "wrong-account",
        Pane::Done(_) => "done",
        Pane::NotRepairable(_) => "not-repairable",
        Pane::Problem(_) => "problem",
        Pane::Leave(_) => "leave",
        Pane::GivenUp(_) => "given-up",
    }
}
