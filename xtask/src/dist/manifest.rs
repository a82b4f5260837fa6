//! What npm reads (`package.json`), and what people read where the widget has no page of its own yet.

use serde_json::Value;

use crate::dist::{GLUE, LOADER, STYLE, TYPES, WASM_FILE};
use crate::workspace::{WIDGET, Workspace};

/// Used until `src/element/README.md` is there.
pub const README: &str = "\
# relink-widget

`<relink-widget>` repairs a broken bank link inside a web page.

```html
<script type=\"module\" src=\"relink-widget.js\"></script>
<relink-widget endpoint=\"/relink\"></relink-widget>
```

Serve the files of this package side by side, from any origin, `.wasm` as `application/wasm`. Their hashes are in
`integrity.json`.
";

/// `package.json`, for a package of `files`. As text, because resolvers try the conditions of `exports` in order.
pub fn manifest(workspace: &Workspace, files: &[String]) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut exports = vec![format!(
        "    \".\": {{ \"types\": {}, \"default\": {} }}",
        quoted(&format!("./{TYPES}")),
        quoted(&format!("./{LOADER}"))
    )];
    exports.extend(
        [LOADER, GLUE, WASM_FILE, STYLE, "integrity.json", "package.json"]
            .map(|name| quoted(&format!("./{name}")))
            .map(|path| format!("    {path}: {path}")),
    );
    if files.iter().any(|name| name.starts_with("words/")) {
        exports.push("    \"./words/*\": \"./words/*\"".to_owned());
    }
    let shipped: Vec<_> =
        files.iter().filter(|name| *name != "package.json").map(|name| quoted(name)).collect();
    format!(
        "{{\n  \"name\": {},\n  \"version\": {},\n  \"description\": {},\n  \"license\": {},\n  \"type\": \"module\",\n  \
         \"main\": {loader},\n  \"module\": {loader},\n  \"types\": {types},\n  \"exports\": {{\n{}\n  }},\n  \
         \"sideEffects\": [{loader}],\n  \"files\": [{}]\n}}\n",
        quoted(WIDGET),
        quoted(&workspace.version),
        quoted("<relink-widget>: repairs a broken bank link inside a web page"),
        quoted(&workspace.license),
        exports.join(",\n"),
        shipped.join(", "),
        loader = quoted(&format!("./{LOADER}")),
        types = quoted(&format!("./{TYPES}")),
    )
}

/// One `LICENSE` for a package under either of two.
pub fn license(expression: &str, mit: &str, apache: &str) -> String {
    let rule = "-".repeat(80);
    format!("Licensed under {expression}, at your choice.\n\n{rule}\n\n{mit}\n{rule}\n\n{apache}")
}

#[cfg(test)]
mod tests {
    use super::{license, manifest};
    use crate::workspace::Workspace;
    use serde_json::Value;

    fn written(files: &[&str]) -> (String, Value) {
        let workspace = Workspace {
            root: "/r".into(),
            target: "/t".into(),
            ourselves: "/t/xtask".into(),
            version: "1.2.3".into(),
            license: "MIT OR Apache-2.0".into(),
        };
        let files: Vec<_> = files.iter().map(|name| (*name).to_owned()).collect();
        let text = manifest(&workspace, &files);
        let parsed = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        (text, parsed)
    }

    #[test]
    fn the_package_is_a_module_whose_main_is_the_loader() {
        let (_, package) = written(&["relink-widget.js", "package.json"]);
        assert_eq!(package["name"], "relink-widget");
        assert_eq!(package["version"], "1.2.3");
        assert_eq!(package["type"], "module");
        assert_eq!(package["main"], "./relink-widget.js");
        assert_eq!(package["exports"]["."]["default"], "./relink-widget.js");
        assert_eq!(package["files"], serde_json::json!(["relink-widget.js"]));
    }

    #[test]
    fn types_come_first_among_the_conditions() {
        let (text, _) = written(&[]);
        assert!(text.find("\"types\": \"./relink-widget.d.ts\", \"default\"").is_some(), "{text}");
    }

    #[test]
    fn words_are_exported_where_there_are_any() {
        assert!(written(&[]).1["exports"]["./words/*"].is_null());
        assert_eq!(written(&["words/de.json"]).1["exports"]["./words/*"], "./words/*");
    }

    #[test]
    fn both_licenses_are_given_whole() {
        let text = license("MIT OR Apache-2.0", "the one", "the other");
        assert!(text.starts_with("Licensed under MIT OR Apache-2.0"));
        assert!(text.contains("the one") && text.contains("the other"));
    }
}
