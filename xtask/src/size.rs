//! What a customer downloads, in bytes: raw, and as servers and CDNs send it. Too much fails the build.

use std::fs;
use std::io::Write;

use crate::dist;
use crate::failure::Failure;

/// The loader is on every page of the merchant, so it must weigh next to nothing: 2 KB, and 190 bytes for an endpoint
/// that comes late, places without a box, dialogs in WebKit, clicks that are the browser's, and hashes that are always
/// checked. 90 for a modal that is on screen and can be left before its WebAssembly is there. 20 for `remind-later` and a page's
/// own observer that is broken. 950 for the session, which the first code that runs asks for: a customer sees the first screen up to
/// 90 ms sooner for it. 20 for a first view that is drawn in a task of its own, and told if that fails. 30 more, since each build has
/// other hashes, and some compress worse.
const LOADER_LIMIT: usize = 2 * 1024 + 190 + 90 + 20 + 950 + 20 + 30;
/// Everything that one customer downloads, brotli. Raised only for a feature, by what it costs; docs/size.md has the list.
const TOTAL_LIMIT: usize = 83_880;

/// One file's size, three ways.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Builds the package and weighs it.
pub fn size() -> Result<(), Failure> {
    weigh(&dist::dist()?)
}

/// Prints the table for a package that was written, and fails when a limit is passed.
pub fn weigh(package: &dist::Package) -> Result<(), Failure> {
    let english = dist::words::file("en");
    let downloaded = [dist::LOADER, dist::GLUE, dist::WASM_FILE, dist::STYLE];
    println!("{:<28}{:>10}{:>10}{:>10}", "file", "raw", "gzip", "brotli");
    let mut loader = Weight::default();
    let mut total = Weight::default();
    // A customer downloads the words of one language: the limit holds for the heaviest.
    let (mut words, mut most) = (Weight::default(), Weight::default());
    let mut rest = Vec::new();
    for name in package.files.iter().filter(|name| !name.ends_with(dist::PACKED)) {
        let path = package.folder.join(name);
        let weight = Weight::of(&fs::read(&path).map_err(Failure::io("reading", &path))?)
            .map_err(Failure::io("compressing", &path))?;
        // Either of the two: a page has one.
        if [dist::LOADER, dist::BUNDLED].contains(&name.as_str()) && weight.brotli > loader.brotli {
            loader = weight;
        }
        if *name == english {
            words = weight;
        }
        if name.ends_with(".txt") && weight.brotli > most.brotli {
            most = weight;
        }
        if downloaded.contains(&name.as_str()) {
            total = total.plus(weight);
            println!("{}", weight.row(name));
        } else {
            rest.push(weight.row(name));
        }
    }
    println!("{}", words.row(&english));
    println!("{}", total.plus(words).row("one customer downloads"));
    println!("{}", total.plus(most).row("in the heaviest language"));
    println!("\n{}", rest.join("\n"));
    verdict(loader.brotli, total.plus(most).brotli)
}

impl Weight {
    fn of(bytes: &[u8]) -> std::io::Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes)?;
        Ok(Self { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli: dist::brotli(bytes)?.len() })
    }

    fn plus(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, gzip: self.gzip + other.gzip, brotli: self.brotli + other.brotli }
    }

    fn row(self, name: &str) -> String {
        format!("{name:<28}{:>10}{:>10}{:>10}", self.raw, self.gzip, self.brotli)
    }
}

fn verdict(loader: usize, total: usize) -> Result<(), Failure> {
    let over = |what: &str, size: usize, limit: usize| {
        (size > limit).then(|| format!("{what} weighs {size} bytes, brotli; the limit is {limit}"))
    };
    let over: Vec<_> =
        [over("the loader", loader, LOADER_LIMIT), over("what one customer downloads", total, TOTAL_LIMIT)]
            .into_iter()
            .flatten()
            .collect();
    if over.is_empty() { Ok(()) } else { Err(Failure::Source(over.join("\n"))) }
}

#[cfg(test)]
mod tests {
    use super::{LOADER_LIMIT, TOTAL_LIMIT, Weight, verdict};

    #[test]
    fn sizes_at_the_limits_pass_and_one_byte_more_does_not() {
        assert!(verdict(LOADER_LIMIT, TOTAL_LIMIT).is_ok());
        assert!(verdict(LOADER_LIMIT + 1, TOTAL_LIMIT).is_err());
        assert!(verdict(LOADER_LIMIT, TOTAL_LIMIT + 1).is_err());
    }

    #[test]
    fn text_that_repeats_itself_weighs_less_compressed() {
        let weight = Weight::of("a calm sentence ".repeat(100).as_bytes()).expect("memory does not fail");
        assert_eq!(weight.raw, 1600);
        assert!(weight.brotli < weight.gzip && weight.gzip < 100);
    }
}
