//! Parts of an interface that have nothing to do with relinking: elements, buttons, icons, marks, choices.

mod button;
mod choice;
mod drawing;
mod icon;
mod kept;
mod listening;
mod mark;
mod node;
mod notice;
mod text;
mod wait;
mod watch;

pub use button::{Button, Rank};
pub use choice::{ChoiceList, Choosable, MANY, fold, found, shut};
pub use drawing::Drawn;
pub use icon::{Icon, icon};
pub use kept::Kept;
pub use mark::mark;
pub use node::{El, Handler, Node, el};
pub use notice::{Tone, note};
pub use text::{bdi, hidden_text, mask};
pub use wait::{skeleton, spinner};
pub use watch::Watch;
