//! docs/backend.md: what it quotes is in the examples, what it shows is as the schemas say, what it tells to type is
//! what the programs take.

use crate::openapi::{errors, root, schema};
use conformance::{Options, Requirement, look};
use serde_json::Value as Json;

/// One block of code, and the comment right above it: `<!-- from FILE -->`, `<!-- schema NAME -->`,
/// `<!-- run -->` or `<!-- compiled -->`.
struct Block {
    note: String,
    code: String,
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/backend.md")).expect("the page")
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut note = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let code = lines.by_ref().take_while(|line| !line.starts_with("```"));
            let code = code.collect::<Vec<_>>().join("\n");
            blocks.push(Block { note: std::mem::take(&mut note), code });
        } else if !line.trim().is_empty() {
            note = line.trim().trim_start_matches("<!-- ").trim_end_matches(" -->").to_owned();
        }
    }
    blocks
}

#[test]
fn every_block_says_where_it_comes_from_and_is_as_it_is_there() {
    let blocks = blocks(&page());
    assert!(blocks.len() > 5);
    for Block { note, code } in blocks {
        match note.split_once(' ') {
            Some(("from", file)) => {
                let text = std::fs::read_to_string(root().join(file)).expect("a file of the repository");
                assert!(text.contains(&code), "{file} does not hold:\n{code}");
            }
            Some(("schema", name)) => {
                let json: Json = serde_json::from_str(&code).expect("JSON");
                assert_eq!(errors(&schema(name), &json), [""; 0], "{code}");
            }
            _ if note == "run" => commands(&code),
            // By TypeScript, with every other snippet: e2e/contract/compiled.test.mjs.
            _ if note == "compiled" => {}
            _ => panic!("a block without a source: {note}\n{code}"),
        }
    }
}

/// Commands of our own are read by our own programs.
fn commands(code: &str) {
    for line in code.replace("\\\n", " ").lines().filter(|line| !line.trim().is_empty()) {
        let words = words(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["cargo", "xtask", "conformance", "--examples"] | ["cargo", "xtask", "sandbox"] => {}
            ["cargo", "xtask", "conformance", ref rest @ ..] => {
                let options = Options::parse(rest.iter().map(Into::into));
                assert!(options.is_ok(), "{line}: {options:?}");
            }
            _ => panic!("no test runs this: {line}"),
        }
    }
}

/// A line as a shell splits it: by spaces, but not between single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('\'').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(Into::into));
        }
    }
    words
}

#[test]
fn every_code_and_every_field_is_explained() {
    let page = page();
    for code in look::schema::codes() {
        assert!(page.contains(&format!("| `{code}` |")), "{code} is not in the table");
    }
    let file = crate::openapi::openapi();
    let fields = file["components"]["schemas"]["RelinkSession"]["properties"].as_object().expect("fields");
    for field in fields.keys() {
        assert!(page.contains(&format!("| `{field}` |")), "{field} is not in the table");
    }
}

#[test]
fn every_requirement_has_a_name_of_its_own() {
    let mut names: Vec<_> = Requirement::ALL.iter().map(|requirement| requirement.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Requirement::ALL.len());
}
