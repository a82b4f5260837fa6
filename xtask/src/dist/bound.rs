//! The widget between two steps of its build.

/// What wasm-bindgen made, ready to be written.
pub struct Bound {
    /// The WebAssembly.
    pub wasm: Vec<u8>,
    /// The JavaScript module that loads it.
    pub glue: String,
}
