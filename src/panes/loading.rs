//! The session is being fetched: nothing, then the outline of the coming view, then words below it.

use super::desk::Desk;
use crate::ui::{Node, skeleton, spinner};
use crate::words::Message;
use relink_core::view::Wait;

/// Below the heading, which is visually hidden. Content not worth showing yet already takes up its space.
pub fn draw(desk: &Desk, wait: Wait) -> Vec<Node> {
    match wait {
        Wait::Brief | Wait::Noticeable => vec![skeleton().into()],
        Wait::Long => vec![skeleton().into(), spinner(desk.name(Message::LOADING_LONG)).into()],
    }
}
