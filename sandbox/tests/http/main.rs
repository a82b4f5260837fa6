//! The sandbox over HTTP: the API as a backend sees it, the pages as a browser does, webhooks as they arrive.

mod api;
mod mail;
mod pages;
mod release;
mod running;
mod versions;
mod webhooks;
