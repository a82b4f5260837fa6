//! Why a request did not get what it asked for, and the page that says so.

use crate::document::{self, NAME};
use crate::relink::RelinkError;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

/// The page says something and loads nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What went wrong.
#[derive(Debug)]
pub enum Trouble {
    /// Nobody is signed in.
    NotSignedIn,
    /// The form, or the request, does not come from a page of this sign-in.
    Forged,
    /// There is no such page, account or file.
    NotFound,
    /// A form without what it must have.
    BadForm,
    /// relink-server gave no answer that helps.
    Relink(RelinkError),
    /// The sandbox did not do it.
    Sandbox(reqwest::Error),
}

impl From<RelinkError> for Trouble {
    fn from(error: RelinkError) -> Self {
        Self::Relink(error)
    }
}

impl Trouble {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadForm => StatusCode::BAD_REQUEST,
            Self::Relink(_) | Self::Sandbox(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Writes down what an operator has to know.
    pub fn log(&self) {
        match self {
            Self::NotSignedIn | Self::Forged | Self::NotFound | Self::BadForm => {}
            Self::Relink(error) => tracing::error!(%error, "the accounts or a token could not be had"),
            Self::Sandbox(error) => tracing::error!(%error, "the sandbox did not start over"),
        }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        self.log();
        match self {
            // A page that needs a customer leads to the sign-in.
            Self::NotSignedIn => Redirect::to("/sign-in").into_response(),
            Self::Forged | Self::NotFound | Self::BadForm | Self::Relink(_) | Self::Sandbox(_) => {
                page(self.status())
            }
        }
    }
}

/// A page that says that something did not work.
fn page(status: StatusCode) -> Response {
    let (heading, text) = match status {
        StatusCode::NOT_FOUND => {
            ("There is nothing here", "The page may have moved, or the address has a typo.")
        }
        StatusCode::FORBIDDEN => {
            ("That came from another page", "Go back to the shop and try again from there.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            ("Bank accounts cannot be shown right now", "Nothing has changed. Try again in a moment.")
        }
        _ => ("That did not work", "Nothing has changed. Try again in a moment."),
    };
    let body = html! {
        header .top { div .wide { a .brand href="/" { img src="/assets/mark.svg" alt="" width="32" height="32"; span { (NAME) } } } }
        main #main .narrow {
            h1 { (heading) }
            p .lede { (text) }
            p { a .button.primary href="/" { "Back to " (NAME) } }
        }
    };
    let mut response = document::page(heading, &html! {}, &body, POLICY);
    *response.status_mut() = status;
    response
}
