//! Static files: the built widget, as a CDN would serve it, and logos of banks below `/logos/`. Below `/widget/` every use asks
//! whether a file has changed. Below `/widget/by-hash/HASH/`, with the hash of the loader, which knows those of all the rest, nobody
//! asks again: the pages of this server name that one.

use crate::config::Config;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use relink_backend::SafeUrl;
use relink_seal::fingerprint;
use std::collections::BTreeMap;
use std::path::Path;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The file of the widget that pages load.
pub(crate) const LOADER: &str = "relink-widget.js";
/// Kept, and asked for again at each use.
const ASKED: &str = "public, no-cache";
/// Kept for a year, and not asked for meanwhile.
const KEPT: &str = "public, max-age=31536000, immutable";
/// Kept for a day.
const KEPT_A_DAY: &str = "public, max-age=86400";
/// What a logo may be, by the end of its file's name.
const IMAGES: [&str; 3] = ["svg", "png", "webp"];
/// A logo may be opened by itself, and a script in it must not run at this origin.
const PICTURE_POLICY: &str = "default-src 'none'; sandbox";

/// The routes, where the folders are configured.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(config: &Config) -> Router<S> {
    let mut router = Router::new();
    if let Some(folder) = &config.bank_logos {
        let logos = files(folder, KEPT_A_DAY).layer(always(header::CONTENT_SECURITY_POLICY, PICTURE_POLICY));
        router = router.nest("/logos", logos);
    }
    let Some(folder) = &config.widget_dir else {
        tracing::warn!("WIDGET_DIR is not set: the hosted page shows what it shows without the widget");
        return router;
    };
    // While one version replaces another, an instance is asked for the other's files too. What it answers is its own, and must
    // not be kept.
    let router =
        router.nest("/widget", files(folder, ASKED)).nest("/widget/by-hash/{hash}", files(folder, ASKED));
    match address(folder) {
        Some(address) => router.nest(&address, files(folder, KEPT)),
        None => router,
    }
}

/// Where that folder's files can be cached. `None` if it has no loader, which `check` reports.
pub(crate) fn address(folder: &Path) -> Option<String> {
    let loader = std::fs::read(folder.join(LOADER)).ok()?;
    Some(format!("/widget/by-hash/{}", &fingerprint(&[&loader])[..16]))
}

/// Files that another origin's page may load: that is what they are for.
fn files<S: Clone + Send + Sync + 'static>(folder: &Path, kept: &'static str) -> Router<S> {
    Router::new()
        .fallback_service(ServeDir::new(folder).precompressed_br())
        .layer(always(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::VARY, "accept-encoding"))
        .layer(always(header::CACHE_CONTROL, kept))
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// The logos in a folder, by the institution whose id is the file's name: where browsers find them. `None` if browsers
/// reach this server without HTTPS: the widget shows no other.
pub(crate) fn logos(folder: &Path, origin: &str) -> BTreeMap<String, SafeUrl> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = files.filter_map(|file| {
        let path = file.path();
        let is_image = path.extension().and_then(|end| end.to_str()).is_some_and(|end| IMAGES.contains(&end));
        let (id, name) = (path.file_stem()?.to_str()?, path.file_name()?.to_str()?);
        let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let url = SafeUrl::https(&format!("{origin}/logos/{name}")).filter(|_| is_image && is_plain)?;
        Some((id.to_owned(), url))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_logo_of_the_institution_that_it_is_named_after() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["fcinst_1.svg", "fcinst_2.png", "fcinst_3.txt", "not an id.svg", "readme"] {
            std::fs::write(folder.path().join(name), "x").expect("a file");
        }
        let found: Vec<_> = logos(folder.path(), "https://relink.example")
            .into_iter()
            .map(|(id, url)| format!("{id} {}", url.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                "fcinst_1 https://relink.example/logos/fcinst_1.svg",
                "fcinst_2 https://relink.example/logos/fcinst_2.png"
            ]
        );
        assert!(
            logos(folder.path(), "http://relink.example").is_empty(),
            "the widget shows none without HTTPS"
        );
        assert!(logos("/nowhere".as_ref(), "https://relink.example").is_empty());
    }
}
