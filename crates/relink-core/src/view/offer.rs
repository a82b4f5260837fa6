//! What the customer can press, its label and what it does.

use relink_wire::SafeUrl;

/// A button, or a link that looks like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its label.
    pub label: Label,
    /// What it does.
    pub action: Action,
    /// Whether it can be pressed now.
    pub enabled: bool,
    /// The address, if it is a link and not a button.
    pub href: Option<SafeUrl>,
    /// Whether the link leads out of the flow, in a new tab.
    pub new_tab: bool,
}

impl Offer {
    /// A button that can be pressed.
    pub fn button(label: Label, action: Action) -> Self {
        Self { label, action, enabled: true, href: None, new_tab: false }
    }

    /// The same button, enabled only if `enabled` is true.
    pub fn only_if(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }

    /// A link out of the flow.
    pub fn link(label: Label, href: SafeUrl) -> Self {
        Self { label, action: Action::FollowLink, enabled: true, href: Some(href), new_tab: true }
    }

    /// The same button as a link in this tab, which works where the page's own way of going there does not.
    pub fn to(self, href: SafeUrl) -> Self {
        Self { href: Some(href), ..self }
    }
}

/// The label of a button. The bank's and the merchant's names come from the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// "Continue to Harbour Bank"
    ContinueToBank,
    /// "Agree and continue": when the review shows what is agreed to.
    AgreeAndContinue,
    /// "Allow Corner Store to keep using Harbour Bank": when no bank is visited.
    Allow,
    /// "Not now"
    NotNow,
    /// "Remind me tomorrow"
    RemindMeTomorrow,
    /// "Open the window again"
    OpenWindowAgain,
    /// "Continue in this tab": when no window can be opened.
    ContinueInThisTab,
    /// "Check again"
    CheckAgain,
    /// "Cancel"
    Cancel,
    /// "Use this account"
    UseThisAccount,
    /// "Use these accounts"
    UseTheseAccounts,
    /// "Try again at Harbour Bank"
    TryAgainAtBank,
    /// "Choose again at Harbour Bank": where none of what the bank shared can be used.
    ChooseAgainAtBank,
    /// "Try again"
    TryAgain,
    /// "Start again"
    StartAgain,
    /// "Reconnect the others"
    ReconnectTheRest,
    /// "Back to Corner Store"
    BackToMerchant,
    /// "Get help from Corner Store"
    ContactMerchant,
    /// "Sign in to Corner Store"
    SignIn,
    /// "Keep going"
    KeepGoing,
    /// "Leave anyway"
    LeaveAnyway,
}

/// What the customer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go to the bank.
    Continue,
    /// Open the bank's window again.
    Reopen,
    /// Ask the backend now.
    CheckAgain,
    /// Select or deselect this account.
    Toggle(String),
    /// Go on with the chosen accounts.
    UseChosen,
    /// Try again what failed.
    TryAgain,
    /// Begin a new flow.
    StartAgain,
    /// Ask to leave.
    Close,
    /// Leave, and have the page ask again tomorrow.
    Remind,
    /// Do not leave.
    KeepGoing,
    /// Leave, although something may be lost.
    LeaveAnyway,
    /// Go back to the merchant's page, after the end.
    Dismiss,
    /// A link that the browser follows; nothing for the machine to do.
    FollowLink,
}
