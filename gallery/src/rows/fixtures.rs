//! The people, banks and accounts of the gallery. All of them are invented.

use relink_core::reasons::Reason;
use relink_core::view::{AccountCard, Action, Bank, Chip, Frame, Label, Offer, Pane, Step, View, Why};
use relink_wire::{DisplayText, FlowState, Last4, SafeUrl, Subcategory};

/// 9 December 2026, at noon.
pub const DAY: i64 = 1_796_817_600;
/// 2 December 2026.
pub const DAY_BEFORE: i64 = DAY - 7 * 86_400;
/// 9 December 2027: another year than most of those who look.
pub const DAY_NEXT_YEAR: i64 = DAY + 365 * 86_400;

/// The names that are drawn.
pub struct Names {
    merchant: Option<&'static str>,
    bank: Option<&'static str>,
    account: Option<&'static str>,
}

impl Names {
    /// Every kind of names there is.
    pub const KINDS: [&'static str; 5] = ["usual", "long", "none", "arabic", "markup"];

    /// Names of that kind; the usual ones where there is no such kind.
    pub fn of_kind(kind: &str) -> Self {
        let (merchant, bank, account) = match kind {
            "none" => return Self { merchant: None, bank: None, account: None },
            "long" => (
                "The Worshipful Company of Provisioners, Chandlers and Purveyors of Corner Goods (Trading)",
                "Rheinisch-Westfälische Genossenschaftszentralbankaktiengesellschaft für Handel und Gewerbe",
                "Premium Everyday Household Checking with Overdraft and Round-Up Savings Programme",
            ),
            "arabic" => ("متجر الزاوية", "بنك الميناء", "الحساب اليومي (Checking)"),
            "markup" => {
                ("<b>Corner</b> & \"Store\"", "Harbour</h2><script>alert(1)</script>", "{bank} {account} %s")
            }
            _ => ("Corner Store", "Harbour Bank", "Everyday Checking"),
        };
        Self { merchant: Some(merchant), bank: Some(bank), account: Some(account) }
    }

    /// The bank.
    pub fn bank(&self) -> Bank {
        Bank { name: self.bank.and_then(DisplayText::parse), logo_url: None }
    }

    /// What is around a pane.
    pub fn frame(&self, step: Step) -> Frame {
        Frame {
            merchant: self.merchant.and_then(DisplayText::parse),
            merchant_logo_url: None,
            bank: self.bank(),
            step,
            without_bank: false,
            mended: false,
            test_mode: false,
            privacy_url: SafeUrl::https("https://shop.example/privacy"),
            support_url: SafeUrl::https("https://shop.example/help"),
        }
    }

    /// The account that most rows are about.
    pub fn account(&self, chip: Option<Chip>) -> AccountCard {
        AccountCard {
            id: "fca_1".into(),
            bank: self.bank(),
            name: self.account.and_then(DisplayText::parse),
            subcategory: Some(Subcategory::Checking),
            last4: Last4::parse("1234"),
            has_namesake: false,
            chip,
            names_bank: true,
        }
    }

    /// The second account.
    pub fn other(&self, chip: Option<Chip>) -> AccountCard {
        let name = self.account.and(DisplayText::parse("Rainy Day"));
        AccountCard {
            id: "fca_2".into(),
            name,
            subcategory: Some(Subcategory::Savings),
            last4: Last4::parse("9999"),
            ..self.account(chip)
        }
    }

    /// The account by number, for long lists.
    pub fn numbered(&self, number: usize) -> AccountCard {
        const WORDS: [&str; 6] = ["Checking", "Savings", "Bills", "Holiday", "Payroll", "Reserve"];
        let mut name = String::from(WORDS[number % WORDS.len()]);
        if number >= WORDS.len() {
            name.push(' ');
            name.push_str(&(number / WORDS.len() + 1).to_string());
        }
        AccountCard {
            id: ["fca_many_", &number.to_string()].concat(),
            name: DisplayText::parse(&name),
            last4: Last4::parse(&(1000 + number * 37 % 9000).to_string()),
            ..self.account(None)
        }
    }

    /// A view of that pane, with nothing to press yet.
    pub fn view(&self, state: FlowState, step: Step, pane: Pane) -> View {
        View {
            state: Some(state),
            frame: self.frame(step),
            pane,
            primary: None,
            secondary: None,
            close: Some(Action::Close),
            offline: false,
        }
    }
}

/// The view with its two buttons.
pub fn offering(view: View, primary: Offer, secondary: Offer) -> View {
    View { primary: Some(primary), secondary: Some(secondary), ..view }
}

/// "Not now"
pub fn not_now() -> Offer {
    Offer::button(Label::NotNow, Action::Close)
}

/// "Back to Corner Store"
pub fn back() -> Offer {
    Offer::button(Label::BackToMerchant, Action::Dismiss)
}

/// "Get help from Corner Store"
pub fn contact() -> Offer {
    match SafeUrl::https("https://shop.example/help") {
        Some(url) => Offer::link(Label::ContactMerchant, url),
        None => back(),
    }
}

/// The reason with its own day.
pub fn why(reason: Reason) -> Why {
    Why { day: reason.day(), reason }
}

/// The view where no bank is visited.
pub fn without_bank(mut view: View) -> View {
    view.frame.without_bank = true;
    view
}
