//! Licences as crates write them: SPDX expressions, and `/` as it was once meant.

/// Whether one of the ways that an expression allows is made of allowed licences alone.
pub fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    either(&mut rest, allowed) == Some(true) && rest.is_empty()
}

/// `… OR …`; `None` if the words are no expression.
fn either(rest: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut holds = both(rest, allowed)?;
    while rest.first() == Some(&"OR") {
        *rest = &rest[1..];
        holds |= both(rest, allowed)?;
    }
    Some(holds)
}

/// `… AND …`, which binds more closely.
fn both(rest: &mut &[&str], allowed: &[String]) -> Option<bool> {
    let mut holds = one(rest, allowed)?;
    while rest.first() == Some(&"AND") {
        *rest = &rest[1..];
        holds &= one(rest, allowed)?;
    }
    Some(holds)
}

/// A licence, with its exception, or an expression in parentheses.
fn one(rest: &mut &[&str], allowed: &[String]) -> Option<bool> {
    match **rest {
        ["(", ..] => {
            *rest = &rest[1..];
            let holds = either(rest, allowed)?;
            (rest.first() == Some(&")")).then(|| *rest = &rest[1..])?;
            Some(holds)
        }
        [name, "WITH", exception, ..] => {
            *rest = &rest[3..];
            Some(allowed.contains(&format!("{name} WITH {exception}")))
        }
        [name, ..] if !["OR", "AND", "WITH", ")"].contains(&name) => {
            *rest = &rest[1..];
            Some(allowed.iter().any(|known| known == name))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn one_allowed_way_is_enough_and_every_part_of_it_counts() {
        let allowed =
            ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
            "GPL-3.0 AND BSL-1.0 OR MIT",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT",
            "MIT)",
            "MIT OR",
            "MIT Apache-2.0",
            "MIT WITH GCC-exception-3.1",
        ] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }
}
