//! `cargo xtask trunk-stage`: what Trunk's build hook calls. It puts the widget beside `index.html` under the names
//! that it is shipped with, so that the playground includes it as any merchant does. Trunk itself then needs neither
//! wasm-bindgen nor wasm-opt, and downloads nothing.

use std::env;
use std::path::Path;

use crate::dist::{self, Minifier, Profile};
use crate::failure::Failure;
use crate::gallery;
use crate::workspace::Workspace;

/// Builds quickly, or as shipped under `trunk build --release`, into the folder that Trunk names.
pub fn stage() -> Result<(), Failure> {
    let Some(staging) = env::var_os("TRUNK_STAGING_DIR") else {
        return Err(Failure::Usage(
            "TRUNK_STAGING_DIR is not set: `trunk serve` calls this command itself".to_owned(),
        ));
    };
    let release = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    let profile = if release { Profile::Shipped } else { Profile::Quick };
    let workspace = Workspace::find()?;
    let staging = Path::new(&staging);
    dist::runtime(&workspace, profile, &Minifier::none(), staging)?;
    gallery::build(&workspace, profile, &staging.join("gallery"))
}
