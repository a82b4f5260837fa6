//! Every view that the core can produce, by name, from one table that the build keeps complete: the page for
//! people to look at, and for the scripts that take pictures and look for what keeps people out.

pub mod rows;

#[cfg(target_arch = "wasm32")]
mod page;
