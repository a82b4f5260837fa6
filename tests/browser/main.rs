//! The shell in a real browser: each effect alone against a stand-in for what it talks to, and the loop as a whole.

mod http;
mod json;
mod life;
mod page;
mod runtime;
mod stripe_js;
mod translated;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
