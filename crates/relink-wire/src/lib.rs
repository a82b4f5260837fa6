//! What crosses a boundary: the JSON of the merchant's relink API, the details of the element's events, and
//! the three ways to hold something from outside ([`DisplayText`], [`SafeUrl`], [`Secret`]).
//!
//! Parse, don't validate: a value of one of these types has been looked at once, at the edge, and nobody
//! behind the edge looks again. Decoding starts from [`Json`] and never from text, which is the seam that lets
//! the widget use the browser's own parser while the merchant and the tests use `serde_json`.
//!
//! Nothing here fails on what it does not know: unknown enum values are kept as [`open_enum!`] says, unknown
//! fields are ignored, and a list entry that cannot be read is left out rather than taking the answer with it.

mod account;
mod collected;
mod display;
mod enums;
mod event;
mod gather;
mod handoff;
mod hue;
mod json;
mod problem;
mod relink_result;
mod request;
mod secret;
mod session;
mod tree;
mod url;

pub use account::{Account, AccountNumber, Ending, Inactive};
pub use collected::Collected;
pub use display::{DisplayText, Last4};
pub use enums::{
    AccountStatus, Cause, Code, FailureReason, IdentifierType, InstitutionStatus, NumberStatus, Outcome,
    Permission, RelinkAction, Rule, SessionStatus, Subcategory,
};
pub use event::{AccountSummary, Analytics, AnalyticsName, Event, FlowState};
pub use gather::Gather;
pub use handoff::{Consent, Handoff, HostedHandoff, StripeJsHandoff};
pub use hue::{HUES, fnv1a, hue};
pub use json::{DecodeError, Fields, Json, Writing, object, record, text, texts};
pub use problem::Problem;
pub use request::{Agreed, CompleteSession, CreateSession};
pub use secret::Secret;
pub use session::{Institution, Limits, Merchant, RelinkOptions, RelinkResult, Session};
pub use tree::Tree;
pub use url::SafeUrl;
