//! The WebAssembly that `<relink-widget>` loads: the functions the element's class (`src/element/relink-widget.js`) may
//! call. The class knows the page and the attributes; this side knows the flow, which is `relink-widget`'s.

use js_sys::JsString;
use relink_widget::shell::runtime::Runtime;
use relink_widget::words::Words;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlElement, ShadowRoot};

/// A flow holds some hundred kilobytes: what finds memory need not be what is fastest with gigabytes.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Runs once, when the WebAssembly is loaded. After this, a panic reports its place in the browser's console and leaves
/// the page as it is.
#[wasm_bindgen(start)]
pub fn begin() {
    // In the shipped build a panic stops at once, so there is nothing to report.
    #[cfg(not(panic = "immediate-abort"))]
    console_error_panic_hook::set_once();
}

/// Puts an element's inside into its shadow root. `ended` is called with `{type, …detail}` when a flow has ended. The
/// other arguments come from `src/element/words.js`: the locale for formatting, and the words.
///
/// The arguments are owned: for borrowed ones wasm-bindgen brings a stack of values along. Text comes as the page's own,
/// since it is copied here by what copies all other text.
#[wasm_bindgen]
pub fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    ended: js_sys::Function,
    locale: JsString,
    words: JsString,
) -> Handle {
    Handle { runtime: Runtime::mount(&host, &root, ended, said(&locale, &words)) }
}

fn said(locale: &JsString, words: &JsString) -> Words {
    Words::new(locale.as_string().unwrap_or_default(), &words.as_string().unwrap_or_default())
}

/// The running inside of one element, for its class.
#[wasm_bindgen]
pub struct Handle {
    runtime: Rc<Runtime>,
}

#[wasm_bindgen]
impl Handle {
    /// The flow is wanted: the element came near the viewport, or was shown.
    pub fn start(&self) {
        self.runtime.start();
    }

    /// The first view is drawn, in a task of its own.
    pub fn draw(&self) {
        self.runtime.draw_first();
    }

    /// The page asks to close.
    pub fn close(&self) {
        self.runtime.close();
    }

    /// The page removed `open`.
    pub fn hide(&self) {
        self.runtime.hide();
    }

    /// The page asks to start over.
    pub fn restart(&self) {
        self.runtime.restart();
    }

    /// The language has changed.
    pub fn speak(&self, locale: JsString, words: JsString) {
        self.runtime.speak(said(&locale, &words));
    }

    /// The element was moved in the page.
    pub fn moved(&self) {
        self.runtime.moved();
    }

    /// The element is gone: everything it owns is dropped, but the tab's saved record stays.
    pub fn unmount(self) {}
}
