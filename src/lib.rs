//! `<relink-widget>` in the browser: the element's inside, from its attributes to its panes.
//!
//! The public part is a small JavaScript class (`src/element/relink-widget.js`) that loads this WebAssembly shortly
//! before it is needed. `shell` carries out the commands of the machine in `relink-core`, `panes` draw its views, `ui`
//! has no knowledge of relinking, and `words` hold what people read.

pub mod panes;
pub mod shell;
pub mod ui;
pub mod words;
