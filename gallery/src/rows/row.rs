//! One row of the table.

use relink_core::view::View;

/// A view by name.
pub struct Row {
    /// `pane/what-is-special`, unique.
    pub name: String,
    /// The view.
    pub view: View,
}

/// A row of that name.
pub fn row(name: impl Into<String>, mut view: View) -> Row {
    view.pane.name_bank_once();
    Row { name: name.into(), view }
}
