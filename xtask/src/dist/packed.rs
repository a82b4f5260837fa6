//! What a page loads, packed beforehand: `relink-widget.js.br` beside `relink-widget.js`. A web server that packs by itself does so
//! for each request or at a low level; one that takes what lies there (nginx, Caddy, relink-server) sends the least.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::workspace::{self, WIDGET};

/// What is put behind a file's name.
pub const PACKED: &str = ".br";

/// Packs every file of `folder` that a page may load.
pub fn write(folder: &Path) -> Result<(), Failure> {
    let is_loaded = |name: &String| {
        let kind = name.rsplit('.').next().unwrap_or_default();
        name.starts_with(WIDGET) && ["js", "wasm", "css", "txt"].contains(&kind)
    };
    for name in workspace::listed(folder)?.iter().filter(|name| is_loaded(name)) {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(Failure::io("reading", &path))?;
        let packed = brotli(&bytes).map_err(Failure::io("compressing", &path))?;
        workspace::write(&folder.join(format!("{name}{PACKED}")), packed)?;
    }
    Ok(())
}

/// As small as brotli makes it.
pub fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed)
}
