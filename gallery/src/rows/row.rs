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
pub fn row(name: impl Into<String>, view: View) -> Row {
    Row { name: name.into(), view }
}
