//! The customer is at the bank: what to do there, and that the widget is waiting.

use super::account::cards;
use super::desk::Desk;
use crate::ui::{Node, spinner};
use crate::words::Message;
use relink_core::view::{AtBank, BankWindow};

/// Below the heading.
pub fn draw(desk: &Desk, at_bank: &AtBank) -> Vec<Node> {
    let waiting = || Node::from(spinner(desk.name(Message::WAITING)));
    let after = match &at_bank.window {
        // Nothing is to be waited for where the customer is here again.
        BankWindow::Preparing | BankWindow::Leaving | BankWindow::Blocked(_) | BankWindow::Gone => {
            Node::NOTHING
        }
        BankWindow::Modal | BankWindow::Window | BankWindow::Elsewhere if at_bank.stalled => Node::NOTHING,
        BankWindow::Modal | BankWindow::Window | BankWindow::Elsewhere => waiting(),
    };
    vec![cards(desk, &at_bank.accounts), after]
}
