//! A handful of icons, drawn in one stroke width and in the colour of the text beside them.

use super::node::{El, el};

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Done, works.
    Check,
    /// Take care.
    Alert,
    /// Soon.
    Clock,
    /// Private.
    Lock,
    /// Close.
    Cross,
    /// More.
    Plus,
    /// By the way.
    Info,
    /// Broken.
    Broken,
    /// Opens elsewhere.
    Out,
    /// Not possible.
    Stop,
    /// Look for.
    Search,
    /// A bank.
    Bank,
    /// A shop.
    Shop,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Check => "M3.5 8.5l3 3 6-7",
            Self::Alert => "M8 2.5L14 13H2zM8 6.5v3M8 11.4v.1",
            Self::Clock => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5v3.2l2 1.3",
            Self::Lock => "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Plus => "M8 3.5v9M3.5 8h9",
            Self::Info => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 7.5V11M8 5v.1",
            Self::Broken => {
                "M6.5 11.5l-1 1a2.5 2.5 0 0 1-3.5-3.5l1-1M9.5 4.5l1-1A2.5 2.5 0 0 1 14 7l-1 1M3 3l10 10"
            }
            Self::Out => "M9 3h4v4M13 3L7 9M11 9.5V13H3V5h3.5",
            Self::Stop => "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM4 4l8 8",
            Self::Bank => "M2.5 6.5L8 3l5.5 3.5zM4.5 7v5M8 7v5M11.5 7v5M2.5 13h11",
            Self::Shop => "M3 6h10l-1 7.5H4zM5.5 8V5a2.5 2.5 0 0 1 5 0v3",
            Self::Search => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5L14 14",
        }
    }
}

/// The icon. It must not say anything that the words beside it do not say.
pub fn icon(icon: Icon) -> El {
    el("svg")
        .class("icon")
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .child(el("path").attr("d", icon.path()))
}
