//! What can be said of a Containerfile without building it.

/// What is wrong with it; nothing is fine.
pub fn faults(text: &str) -> Vec<String> {
    // A line that ends in a backslash goes on in the next.
    let joined = text.replace("\\\n", " ");
    let steps: Vec<(String, &str)> = joined
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(char::is_whitespace).unwrap_or((line, "")))
        .map(|(word, rest)| (word.to_uppercase(), rest.trim()))
        .collect();
    let mut faults = Vec::new();
    let stages: Vec<&str> = steps.iter().filter(|(word, _)| word == "FROM").map(|(_, rest)| *rest).collect();
    if steps.first().is_none_or(|(word, _)| word != "FROM" && word != "ARG") {
        faults.push("it does not begin with FROM".to_owned());
    }
    for stage in &stages {
        let image = stage.split_whitespace().next().unwrap_or_default();
        if image != "scratch" && (!image.contains(':') || image.ends_with(":latest")) {
            faults.push(format!("`{image}` has no version: it is another image each day"));
        }
    }
    let last = steps.iter().rposition(|(word, _)| word == "FROM").unwrap_or(0);
    let of = |word: &str| {
        steps[last.min(steps.len())..].iter().find(|(one, _)| one == word).map(|(_, rest)| *rest)
    };
    match of("USER") {
        None | Some("root" | "0" | "0:0") => faults.push("it runs as root: USER is missing".to_owned()),
        Some(_) => {}
    }
    match of("ENTRYPOINT") {
        Some(entry) if entry.starts_with('[') => {}
        _ => faults.push("ENTRYPOINT must be a list: a shell would swallow SIGTERM".to_owned()),
    }
    if of("HEALTHCHECK").is_none() {
        faults.push("HEALTHCHECK is missing".to_owned());
    }
    for (word, rest) in &steps {
        if word == "ADD" {
            faults.push("ADD fetches and unpacks: use COPY".to_owned());
        }
        if word == "COPY" {
            let from = rest.split_whitespace().find_map(|part| part.strip_prefix("--from="));
            if let Some(from) =
                from.filter(|from| !stages.iter().any(|stage| stage.ends_with(&format!("AS {from}"))))
            {
                faults.push(format!("COPY --from={from}: there is no such stage"));
            }
        }
        if word == "ENV" && ["SECRET=", "PASSWORD=", "TOKEN=", "KEY="].iter().any(|name| rest.contains(name))
        {
            faults.push("ENV holds a secret".to_owned());
        }
        if word == "RUN" && rest.contains("cargo build") && !rest.contains("--locked") {
            faults.push("cargo build without --locked".to_owned());
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn ours_has_none() {
        assert_eq!(faults(include_str!("../../../server/Containerfile")), [] as [&str; 0]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let bad = "FROM rust AS build\nADD x y\nRUN cargo build\nFROM scratch\nCOPY --from=other /a /a\nENV API_KEY=1\nENTRYPOINT /a\n";
        let named = faults(bad).join("; ");
        for why in
            ["no version", "root", "a list", "HEALTHCHECK", "ADD", "no such stage", "secret", "--locked"]
        {
            assert!(named.contains(why), "{why}: {named}");
        }
    }
}
