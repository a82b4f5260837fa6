//! The page of a shop in Leptos: the customer's account, the widget that repairs its link, and what came of it.
//! docs/leptos.md explains it. `cargo xtask leptos` builds it in both ways and drives it in a browser.

use gloo_net::http::Request;
use leptos::prelude::*;
use relink_widget::{Cancel, Error, Failure, Outcome, RelinkWidget, Success, WidgetRef};

/// The page, whoever renders it.
#[component]
pub fn App() -> impl IntoView {
    let said = RwSignal::new(String::new());
    let is_active = RwSignal::new(false);
    let widget = WidgetRef::new();
    view! {
        <main>
            <h1>"Your bank accounts"</h1>
            <p>"Everyday Checking: " {move || if is_active.get() { "active" } else { "needs your attention" }}</p>
            <RelinkWidget
                endpoint="/relink"
                src="/relink-widget/relink-widget.js"
                account="fca_1"
                widget=widget
                headers=token
                on_success=move |detail: Success| {
                    is_active.set(detail.outcome != Outcome::Partial);
                    let names = detail.accounts.into_iter().map(|account| account.id).collect::<Vec<_>>();
                    said.set(format!("Reconnected: {}", names.join(", ")));
                }
                on_failure=move |detail: Failure| said.set(format!("Not reconnected: {}", detail.code.as_str()))
                on_cancel=move |_: Cancel| said.set("Not now".to_owned())
                on_error=move |detail: Error| said.set(format!("Trouble: {}", detail.code.as_str()))
            >
                <a href="/banks">"Reconnect your bank"</a>
            </RelinkWidget>
            <p role="status">{move || said.get()}</p>
            <button on:click=move |_| widget.restart()>"Start over"</button>
        </main>
    }
}

/// The token of the customer who is signed in, from the shop's own backend, for each request to relink-server.
async fn token() -> Result<Vec<(String, String)>, String> {
    let answer = Request::get("/relink-token").send().await.map_err(|error| error.to_string())?;
    if !answer.ok() {
        return Err(format!("/relink-token answered {}", answer.status()));
    }
    let token = answer.text().await.map_err(|error| error.to_string())?;
    Ok(vec![("Authorization".to_owned(), format!("Bearer {token}"))])
}

/// Draws the page, where no server did.
#[cfg(feature = "csr")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn draw() {
    console_error_panic_hook::set_once();
    mount_to_body(App);
}

/// Takes over what the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
