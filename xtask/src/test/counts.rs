//! Reads how many tests passed and failed from what test programs print: cargo's and wasm-bindgen's
//! `test result: ok. 3 passed; 0 failed; …`, and Node's `# pass 3` or `ℹ pass 3`.

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
}

impl Counts {
    /// A step that failed without counting.
    pub fn one_failed() -> Self {
        Self { passed: 0, failed: 1 }
    }

    /// The sum of two.
    pub fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// The sum of every summary in `output`.
    pub fn read(output: &str) -> Self {
        let summaries = output.lines().map(plain).filter_map(|line| cargo(&line).or_else(|| node(&line)));
        summaries.fold(Self::default(), Self::plus)
    }
}

/// The tests that `e2e/` tried twice: `ℹ tried twice: NAME`, as deep as the test stands.
pub fn tried_twice(output: &str) -> Vec<String> {
    let told = output.lines().map(plain);
    told.filter_map(|line| Some(line.trim_start().strip_prefix("ℹ tried twice: ")?.to_owned())).collect()
}

/// `test result: FAILED. 3 passed; 1 failed; 0 ignored; …`
fn cargo(line: &str) -> Option<Counts> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| {
        counts
            .split(';')
            .find_map(|part| part.trim().strip_suffix(word))
            .and_then(|number| number.trim().parse().ok())
    };
    Some(Counts { passed: count(" passed")?, failed: count(" failed")? })
}

/// `# pass 3`, `ℹ fail 1`, `# cancelled 1`: a test that was cut short did not pass.
fn node(line: &str) -> Option<Counts> {
    let line = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = line.split_once(' ')?;
    let number = number.trim().parse().ok()?;
    match word {
        "pass" => Some(Counts { passed: number, failed: 0 }),
        "fail" | "cancelled" => Some(Counts { passed: 0, failed: number }),
        _ => None,
    }
}

/// The line without the colours that a terminal was meant to show.
fn plain(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once(|end: char| end.is_ascii_alphabetic()).map_or("", |(_, rest)| rest));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Counts, tried_twice};

    #[test]
    fn every_summary_of_cargo_is_added() {
        let output = "\
running 3 tests
test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
   Doc-tests core
test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s
";
        assert_eq!(Counts::read(output), Counts { passed: 4, failed: 2 });
    }

    #[test]
    fn the_summary_of_wasm_bindgen_is_read() {
        let output = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s";
        assert_eq!(Counts::read(output), Counts { passed: 12, failed: 0 });
    }

    #[test]
    fn the_summary_of_node_is_read_in_either_form() {
        for mark in ["#", "ℹ"] {
            let output = format!(
                "{mark} tests 8\n{mark} suites 0\n{mark} pass 5\n{mark} fail 2\n{mark} cancelled 1\n"
            );
            assert_eq!(Counts::read(&output), Counts { passed: 5, failed: 3 });
        }
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        let output =
            "\u{1b}[34mℹ pass 5\u{1b}[39m\ntest result: \u{1b}[32mok\u{1b}[0m. 1 passed; 0 failed; 0 ignored";
        assert_eq!(Counts::read(output), Counts { passed: 6, failed: 0 });
    }

    #[test]
    fn a_test_that_was_tried_twice_is_named() {
        let output =
            "▶ a page\n  ✔ holds (3 ms)\n  \u{1b}[34mℹ tried twice: a page holds\u{1b}[39m\n    at a.mjs";
        assert_eq!(tried_twice(output), ["a page holds"]);
        assert_eq!(Counts::read(output), Counts::default());
    }

    #[test]
    fn what_a_test_prints_is_no_summary() {
        assert_eq!(Counts::read("we pass 5\n# passing 3\ntest result: unclear"), Counts::default());
    }
}
