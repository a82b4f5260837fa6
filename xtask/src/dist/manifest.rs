//! What npm reads: `package.json`.

use serde_json::Value;

use crate::dist::names::{BUNDLED, LOADER, TYPES};
use crate::workspace::{WIDGET, Workspace};

/// What other tools read: attributes, events, parts and tokens of the element.
pub const CUSTOM_ELEMENTS: &str = "custom-elements.json";

/// The command `relink-widget`, which puts a copy of what a page loads where a web server finds it.
pub const COPY: &str = "copy.js";

/// `package.json`, for a package of `files`. As text, because resolvers try the conditions of `exports` in order.
pub fn manifest(workspace: &Workspace, files: &[String]) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let entry = |name: &str, types: &str, code: &str| {
        let [types, code] = [types, code].map(|file| quoted(&format!("./{file}")));
        format!("    {}: {{ \"types\": {types}, \"default\": {code} }}", quoted(name))
    };
    let mut exports = vec![entry(".", TYPES, BUNDLED), entry("./testing", "testing.d.ts", "testing.js")];
    // A component of one framework; else the loader again, with the types of that framework.
    let frameworks = files.iter().filter_map(|file| file.strip_prefix("types/")?.strip_suffix(".d.ts"));
    exports.extend(frameworks.map(|name| {
        let component = files.iter().find(|file| **file == format!("{name}.js"));
        let code = component.map_or(BUNDLED, String::as_str);
        entry(&format!("./{name}"), &format!("types/{name}.d.ts"), code)
    }));
    // Every file that a page loads, for bundlers and CDNs, and what describes the package.
    let is_static = |name: &&String| {
        ["js", "wasm", "css", "json", "txt"].iter().any(|kind| name.rsplit('.').next() == Some(kind))
    };
    exports.extend(
        files
            .iter()
            .filter(is_static)
            .map(|name| quoted(&format!("./{name}")))
            .map(|path| format!("    {path}: {path}")),
    );
    let shipped: Vec<_> =
        files.iter().filter(|name| *name != "package.json").map(|name| quoted(name)).collect();
    format!(
        "{{\n  \"name\": {},\n  \"version\": {},\n  \"description\": {},\n  \"license\": {},\n  \
         \"keywords\": [\"custom-element\", \"web-component\", \"stripe\", \"financial-connections\", \"relink\"],\n  \
         \"type\": \"module\",\n  \"main\": {loader},\n  \"module\": {bundled},\n  \"types\": {types},\n  \
         \"customElements\": {elements},\n  \"exports\": {{\n{}\n  }},\n  \
         \"peerDependencies\": {{ \"react\": \">=18\" }},\n  \
         \"peerDependenciesMeta\": {{ \"react\": {{ \"optional\": true }} }},\n  \
         \"sideEffects\": [{loader}, {bundled}, \"./react.js\"],\n  \"bin\": {{ {}: {copy} }},\n  \
         \"files\": [{}]\n}}\n",
        quoted(WIDGET),
        quoted(&workspace.version),
        quoted("<relink-widget>: repairs a broken bank link inside a web page"),
        quoted(&workspace.license),
        exports.join(",\n"),
        quoted(WIDGET),
        shipped.join(", "),
        loader = quoted(&format!("./{LOADER}")),
        bundled = quoted(&format!("./{BUNDLED}")),
        copy = quoted(COPY),
        types = quoted(&format!("./{TYPES}")),
        elements = quoted(CUSTOM_ELEMENTS),
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
    fn the_package_is_a_module_whose_entry_is_the_loader_for_bundlers() {
        let (_, package) = written(&["relink-widget.js", "package.json"]);
        assert_eq!(package["name"], "relink-widget");
        assert_eq!(package["version"], "1.2.3");
        assert_eq!(package["type"], "module");
        assert_eq!(package["main"], "./relink-widget.js");
        assert_eq!(package["exports"]["."]["default"], "./bundled-relink-widget.js");
        assert_eq!(package["bin"]["relink-widget"], "copy.js");
        assert_eq!(package["files"], serde_json::json!(["relink-widget.js"]));
    }

    #[test]
    fn types_come_first_among_the_conditions() {
        let (text, _) = written(&[]);
        assert!(text.find("\"types\": \"./relink-widget.d.ts\", \"default\"").is_some(), "{text}");
    }

    #[test]
    fn every_file_that_a_page_loads_is_exported_and_nothing_that_people_read() {
        let exports = &written(&[
            "relink-widget.css",
            "relink-widget.de.txt",
            "LICENSE",
            "relink-widget.d.ts",
        ])
        .1["exports"];
        assert_eq!(exports["./relink-widget.de.txt"], "./relink-widget.de.txt");
        assert_eq!(exports["./relink-widget.css"], "./relink-widget.css");
        assert!(exports["./LICENSE"].is_null() && exports["./relink-widget.d.ts"].is_null());
    }

    #[test]
    fn a_framework_is_the_loader_with_types_of_its_own() {
        let exports = &written(&["types/react.d.ts"]).1["exports"];
        let expected =
            serde_json::json!({"types": "./types/react.d.ts", "default": "./bundled-relink-widget.js"});
        assert_eq!(exports["./react"], expected);
    }

    #[test]
    fn a_framework_with_a_component_is_that_component_and_react_is_needed_by_who_uses_it_only() {
        let package = written(&["react.js", "types/react.d.ts", "types/vue.d.ts"]).1;
        assert_eq!(package["exports"]["./react"]["default"], "./react.js");
        assert_eq!(package["exports"]["./vue"]["default"], "./bundled-relink-widget.js");
        assert_eq!(package["peerDependenciesMeta"]["react"]["optional"], true);
    }

    #[test]
    fn both_licenses_are_given_whole() {
        let text = license("MIT OR Apache-2.0", "the one", "the other");
        assert!(text.starts_with("Licensed under MIT OR Apache-2.0"));
        assert!(text.contains("the one") && text.contains("the other"));
    }
}
