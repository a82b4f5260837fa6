//! Subresource integrity: what a page can pin, and what the loader checks the rest against.

use std::fs;
use std::path::Path;

use base64::Engine;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256, Sha384};

use crate::failure::Failure;

/// `{"file": "sha384-…"}` for the named files of `folder`.
pub fn table(folder: &Path, names: &[String]) -> Result<Value, Failure> {
    let mut table = Map::new();
    for name in names {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(Failure::io("reading", &path))?;
        table.insert(name.clone(), sha384(&bytes).into());
    }
    Ok(Value::Object(table))
}

/// The hashes of the named files of `folder`, in their order, as short as they may be.
pub fn short(folder: &Path, names: &[&str]) -> Result<Value, Failure> {
    names
        .iter()
        .map(|name| {
            let path = folder.join(name);
            fs::read(&path).map(|bytes| Value::from(sha256(&bytes))).map_err(Failure::io("reading", &path))
        })
        .collect()
}

/// As the `integrity` attribute takes it, at two thirds of the bytes: for what every customer downloads the hashes of.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes)))
}

/// As the `integrity` attribute takes it.
fn sha384(bytes: &[u8]) -> String {
    format!("sha384-{}", base64::engine::general_purpose::STANDARD.encode(Sha384::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::sha384;

    #[test]
    fn a_hash_is_the_one_that_browsers_compute() {
        // The example of W3C's Subresource Integrity, section 3.3.
        assert_eq!(
            sha384(b"alert('Hello, world.');"),
            "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO"
        );
    }
}
