//! How serious something is, as a color and an icon. Never only as a color.

use maud::{Markup, html};

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Payments fail.
    Danger,
    /// It works, and something is to be done.
    Warning,
    /// It works.
    Good,
    /// Nothing can be done here.
    Quiet,
}

impl Tone {
    /// The class of the chip.
    pub fn class(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Warning => "warning",
            Self::Good => "good",
            Self::Quiet => "quiet",
        }
    }
}

/// The sign of a tone.
pub fn icon(tone: Tone) -> Markup {
    let path = match tone {
        Tone::Danger => {
            "M6.5 9.5 4.8 11.2a2.4 2.4 0 0 1-3.4-3.4l1.7-1.7M9.5 6.5l1.7-1.7a2.4 2.4 0 0 1 3.4 3.4l-1.7 1.7M5 2.5v1.7M2.5 5h1.7M11 13.5v-1.7M13.5 11h-1.7"
        }
        Tone::Warning => "M8 4.5V8l2.3 1.6M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0Z",
        Tone::Good => "m3 8.6 3.2 3.2L13 4.8",
        Tone::Quiet => "M3.5 8h9",
    };
    html! {
        svg .icon viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { path d=(path) {} }
    }
}
