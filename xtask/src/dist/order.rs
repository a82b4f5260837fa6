//! The order of the functions in the WebAssembly: like beside like. Compression looks for what it has seen, and what it has
//! seen lately costs less to name.

use std::collections::HashSet;

use walrus::ImportKind;
use wasmparser::{Parser, Payload};

use crate::dist::seam;
use crate::failure::Failure;

/// wasm-opt's, that puts functions in the order of their names.
pub const PASS: &str = "--reorder-functions-by-name";
/// How alike two functions are: the share of the parts of one, of this many bytes, that the other has too.
const PART: usize = 4;

/// The same file, its functions named so that [`PASS`] puts them in order.
pub fn named_in_order(wasm: &[u8]) -> Result<Vec<u8>, Failure> {
    let bodies = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload {
        Ok(Payload::CodeSectionEntry(body)) => Some(body.as_bytes()),
        _ => None,
    });
    let order = by_likeness(&bodies.collect::<Vec<_>>());
    let mut module = seam::read(wasm)?;
    // What is imported is named by its place in the glue's list (`seam`).
    let imported: Vec<_> =
        module.imports.iter().map(|import| (import.kind.clone(), import.name.clone())).collect();
    for (kind, place) in imported {
        if let ImportKind::Function(function) = kind {
            module.funcs.get_mut(function).name = Some(format!("import {place:0>6}"));
        }
    }
    let functions: Vec<_> = module.funcs.iter_local().map(|(function, _)| function).collect();
    for (place, function) in order.into_iter().enumerate() {
        module.funcs.get_mut(functions[function]).name = Some(format!("{place:06}"));
    }
    Ok(module.emit_wasm())
}

/// The places of the texts: the longest first, and then each time the one of which the last has the largest share.
fn by_likeness(texts: &[&[u8]]) -> Vec<usize> {
    let parts: Vec<HashSet<&[u8]>> = texts.iter().map(|text| text.windows(PART).collect()).collect();
    let mut left: Vec<usize> = (0..texts.len()).collect();
    // The sort keeps the order of what is equal, so that each build finds the same.
    left.sort_by_key(|&text| std::cmp::Reverse(texts[text].len()));
    let mut order: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let likeness = |text: usize| {
            let last = &parts[*order.last()?];
            let shared = parts[text].intersection(last).count();
            Some(shared * 1_000_000 / parts[text].len().max(1))
        };
        let likest = left.iter().enumerate().rev().max_by_key(|&(_, &text)| likeness(text));
        let place = likest.map_or(0, |(place, _)| place);
        order.push(left.remove(place));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::by_likeness;

    #[test]
    fn each_text_follows_the_one_that_it_is_most_like() {
        let texts =
            [b"something else".as_slice(), b"a calm sentence, read", b"a calm sentence", b"anything else"];
        assert_eq!(by_likeness(&texts), [1, 2, 0, 3]);
        assert_eq!(by_likeness(&[]), [] as [usize; 0]);
    }
}
