//! The names of the shipped files.

/// The script that a page includes, and the package's main module.
pub const LOADER: &str = "relink-widget.js";
/// The same for bundlers, to which it shows nothing that they would rewrite: what `import "relink-widget"` means.
pub const BUNDLED: &str = "bundled-relink-widget.js";
/// Glue and style as one module, for [`BUNDLED`].
pub const BUNDLED_GLUE: &str = "bundled-glue.js";
/// What wasm-bindgen writes to stand between the WebAssembly and the page.
pub const GLUE: &str = "relink-widget-glue.js";
/// The widget itself.
pub const WASM_FILE: &str = "relink-widget_bg.wasm";
/// What the WebAssembly looks its imports up in, as wasm-bindgen calls it.
pub const WASM_IMPORTS: &str = "relink-widget_bg.js";
/// The widget's style.
pub const STYLE: &str = "relink-widget.css";
/// The element for TypeScript.
pub const TYPES: &str = "relink-widget.d.ts";
