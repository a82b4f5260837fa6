//! What the customer can press, what it is called and what it does.

use relink_wire::SafeUrl;

/// A button, or a link that looks like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it is called.
    pub label: Label,
    /// What it does.
    pub action: Action,
    /// Whether it can be pressed now.
    pub enabled: bool,
    /// Where it leads, where it is a link and no button: out of the flow, in a new tab.
    pub href: Option<SafeUrl>,
}

impl Offer {
    /// A button that can be pressed.
    pub fn button(label: Label, action: Action) -> Self {
        Self { label, action, enabled: true, href: None }
    }

    /// The same, that can be pressed only where that holds.
    pub fn only_if(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }

    /// A link out of the flow.
    pub fn link(label: Label, href: SafeUrl) -> Self {
        Self { label, action: Action::FollowLink, enabled: true, href: Some(href) }
    }
}

/// What a button is called. The bank's and the merchant's names come from the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// "Continue to Harbour Bank"
    ContinueToBank,
    /// "Allow Corner Store to keep using Harbour Bank": where no bank is visited.
    Allow,
    /// "Not now"
    NotNow,
    /// "Open the window again"
    OpenWindowAgain,
    /// "Continue in this tab": where no window can be opened.
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
    /// Choose this account, or no longer choose it.
    Toggle(String),
    /// Go on with the accounts that are chosen.
    UseChosen,
    /// Try once more what did not work.
    TryAgain,
    /// Begin a new flow.
    StartAgain,
    /// Ask to leave.
    Close,
    /// Do not leave.
    KeepGoing,
    /// Leave, although something is lost.
    LeaveAnyway,
    /// Go back to the merchant's page, after the end.
    Dismiss,
    /// A link that the browser follows; nothing for the machine to do.
    FollowLink,
}
