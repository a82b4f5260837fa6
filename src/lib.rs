//! `<relink-widget>` in the browser: the element's inside, from its attributes to its panes.
//!
//! The public face is a small JavaScript class (`src/element/relink-widget.js`) that loads this WebAssembly
//! when it is about to be needed. `shell` carries out what the machine of `relink-core` asks for, `panes` draw
//! what it shows, `ui` knows nothing of relinking, and `words` hold what people read.

pub mod element;
pub mod panes;
pub mod shell;
pub mod ui;
pub mod words;
