//! Renders the page on a server, and serves the files that take it over in the browser: `LEPTOS_SITE_ROOT` says where those
//! are, `LEPTOS_SITE_ADDR` where to listen.

use axum::Router;
use axum::routing::get;
use corner_store::App;
use leptos::prelude::*;

/// The document around the page.
fn document(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="referrer" content="strict-origin" />
                <title>"Corner Store"</title>
                <link rel="icon" href="data:," />
                <HydrationScripts options />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

#[tokio::main]
async fn main() {
    // An app with routes has this done by `generate_route_list`.
    any_spawner::Executor::init_tokio().expect("there is no other executor");
    let options = get_configuration(None).expect("the LEPTOS_ variables can be read").leptos_options;
    let address = options.site_addr;
    let render = {
        let options = options.clone();
        leptos_axum::render_app_to_stream(move || document(options.clone()))
    };
    let app = Router::new()
        .route("/", get(render))
        .fallback(leptos_axum::file_and_error_handler(document))
        .with_state(options);
    let listener = tokio::net::TcpListener::bind(address).await.expect("the address is free");
    axum::serve(listener, app).await.expect("it serves");
}
