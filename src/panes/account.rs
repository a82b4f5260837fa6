//! The account card: bank mark, bank, the account's name, the end of its number, its status.

use super::desk::Desk;
use crate::ui::{El, Icon, Node, bdi, el, icon, mark};
use crate::words::Message;
use relink_core::view::{AccountCard, Chip};

/// Above this number, a list of cards scrolls in its own box.
const MANY: usize = 5;

/// One card.
pub fn card(desk: &Desk, account: &AccountCard) -> El {
    el("div").class("card").part("account").children(content(desk, account))
}

/// The content of a card; a choice has it in its label. The chip is beside the account's name if both fit, else below it.
pub fn content(desk: &Desk, account: &AccountCard) -> [Node; 2] {
    let bank = account.bank.name.as_ref().or(desk.view.frame.bank.name.as_ref());
    let bank = bank.map_or("", |name| name.as_str());
    let logo = account.bank.logo_url.as_ref().or(desk.view.frame.bank.logo_url.as_ref());
    let worked = if let Some(Chip::Disconnected(on @ Some(_))) = account.chip {
        Some(el("span").class("fine").children(desk.say(Message::LAST_WORKED, desk.fills().date(on))))
    } else {
        None
    };
    let bank_name =
        (account.names_bank && !bank.is_empty()).then(|| el("span").class("bank").child(bdi(bank)));
    [
        mark(bank, logo.map(|url| url.as_str()), Icon::Bank).into(),
        el("span")
            .class("about")
            .child(
                el("span")
                    .class(if account.names_bank { "what" } else { "what alone" })
                    .child(bank_name)
                    .child(" ")
                    .child(el("span").class("name").child(desk.account(account)))
                    .child(worked),
            )
            .child(account.chip.map(|chip| self::chip(desk, chip)))
            .into(),
    ]
}

/// One card, or a list of them.
pub fn cards(desk: &Desk, accounts: &[AccountCard]) -> Node {
    match accounts {
        [] => Node::NOTHING,
        [account] => card(desk, account).into(),
        several => {
            let items = several.iter().map(|account| el("li").child(card(desk, account)).into());
            let list = el("ul").class(if several.len() > MANY { "cards many" } else { "cards" });
            let list = if several.len() > MANY { list.attr("tabindex", "0") } else { list };
            list.children(items).into()
        }
    }
}

/// The status: icon and word.
fn chip(desk: &Desk, chip: Chip) -> Node {
    let (class, sign) = match chip {
        Chip::Disconnected(_) => ("chip danger", Icon::Broken),
        Chip::PaymentsFailing => ("chip danger", Icon::Alert),
        Chip::Stops(_) | Chip::PaymentsStop(_) => ("chip warning", Icon::Clock),
        Chip::MoreToShare => ("chip calm", Icon::Plus),
        Chip::Active | Chip::ActiveAgain | Chip::ChooseThisOne => ("chip success", Icon::Check),
        Chip::NotThisOne => ("chip danger", Icon::Cross),
        Chip::Closed | Chip::NotRepairable => ("chip plain", Icon::Stop),
    };
    let said = Message::chip(chip);
    let words = desk.say(said.message, desk.fills().date(said.date));
    el("span").class(class).child(icon(sign)).child(el("span").children(words)).into()
}
