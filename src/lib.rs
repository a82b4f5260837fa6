//! `<relink-widget>` in the browser: the element's inside, from its attributes to its panes.
//!
//! The public part is a small JavaScript class (`src/element/relink-widget.js`) that loads this WebAssembly shortly
//! before it is needed. `shell` carries out the commands of the machine in `relink-core`, `panes` draw its views, `ui`
//! has no knowledge of relinking, and `words` hold what people read.

//!
//! An app written in Leptos has `RelinkWidget` by the feature `component`, and then needs none of these.

#[cfg(feature = "component")]
mod component;
#[cfg(feature = "flow")]
mod dom;
#[cfg(feature = "flow")]
pub mod panes;
#[cfg(feature = "flow")]
mod settled;
#[cfg(feature = "flow")]
pub mod shell;
#[cfg(feature = "flow")]
pub mod ui;
#[cfg(feature = "flow")]
pub mod words;

#[cfg(feature = "component")]
pub use component::*;
