//! The session is being fetched: nothing, then the outline of the view to come, then words.

use super::desk::Desk;
use crate::ui::{Node, skeleton, spinner};
use crate::words::Message;
use relink_core::view::Wait;

/// Below the heading, which is heard and not seen. What is not worth showing yet already has its place.
pub fn draw(desk: &Desk, wait: Wait) -> Vec<Node> {
    match wait {
        Wait::Brief | Wait::Noticeable => vec![skeleton().into()],
        Wait::Long => vec![spinner(desk.name(Message::LOADING_LONG)).into()],
    }
}
