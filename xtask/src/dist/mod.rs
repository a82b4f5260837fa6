//! `cargo xtask dist`: the npm package in `dist/relink-widget/`, as static files that any web server can serve.
//!
//! The same source gives the same bytes on the same tools: no time, no path of the machine gets in. `cargo xtask reproduce`
//! sees to it. Where a tool is missing (Node.js, the source of Rust's library) there is no package: a larger one would pass
//! for the one that was meant.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::run;
use crate::workspace::{self, Workspace};

mod alignment;
mod bound;
mod integrity;
pub mod link;
mod loader;
mod manifest;
mod names;
mod order;
mod packed;
mod preload;
mod scripts;
mod seam;
mod wasm;
pub mod words;

pub use names::{BUNDLED, GLUE, LOADER, STYLE, WASM_FILE};
pub use packed::{PACKED, brotli};
pub use scripts::Minifier;
pub use wasm::{Profile, build_app, build_page};

/// The functions that the WebAssembly calls by name, and what is done before it is there: they stand at the end of the glue.
const AT_THE_END: [&str; 5] = ["settled.js", "around.js", "taken.js", "next-task.js", "frame.js"];

/// Tells V8 to compile every function of the glue beside the page, while it arrives, and not one after the other in the page when
/// it is first called: most are called before the first screen.
const COMPILED_AT_ONCE: &[u8] = b"//# allFunctionsCalledOnLoad\n";

/// A package as it was written.
pub struct Package {
    /// Where it is.
    pub folder: PathBuf,
    /// Every file in it, relative to the folder, by name.
    pub files: Vec<String>,
}

/// Builds and writes the package. Where that fails there is none: an old one would pass for the new.
pub fn dist() -> Result<Package, Failure> {
    dist_of(&Workspace::find()?)
}

/// The same for a copy of the workspace.
pub fn dist_of(workspace: &Workspace) -> Result<Package, Failure> {
    let shipped = || assemble(workspace, Profile::Shipped, &Minifier::find(workspace)?);
    shipped().inspect_err(|_| drop(fs::remove_dir_all(workspace.dist())))
}

/// The same for a demonstration, which needs nothing but Rust: where a tool is missing, it says so, and the files are large.
pub fn dist_to_show(workspace: &Workspace) -> Result<Package, Failure> {
    match Minifier::find(workspace) {
        Ok(_) => dist_of(workspace),
        Err(why) => {
            println!("The widget is served as its developers have it, and not as it is shipped: {why}");
            assemble(workspace, Profile::Quick, &Minifier::none())
        }
    }
}

fn assemble(workspace: &Workspace, profile: Profile, minifier: &Minifier) -> Result<Package, Failure> {
    // Written beside and then put in place, so that nobody is served half of it.
    let staging = workspace.root.join("dist").join(".relink-widget");
    workspace::empty(&staging)?;
    runtime(workspace, profile, minifier, &staging)?;
    copies(workspace, &staging)?;
    preload::write(&staging)?;
    packed::write(&staging)?;
    let mut files = workspace::listed(&staging)?;
    files.extend(["integrity.json", "package.json"].map(str::to_owned));
    files.sort();
    workspace::write(&staging.join("package.json"), manifest::manifest(workspace, &files))?;
    files.retain(|name| name != "integrity.json");
    let integrity = integrity::table(&staging, &files)?;
    workspace::write(&staging.join("integrity.json"), format!("{integrity:#}\n"))?;
    files.push("integrity.json".to_owned());

    let folder = workspace.dist();
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::io("removing", &folder))?;
    }
    fs::rename(&staging, &folder).map_err(Failure::io("putting in place", &folder))?;
    println!("Written: {}", folder.display());
    Ok(Package { folder, files })
}

/// The package as it was written last.
pub fn written(workspace: &Workspace) -> Result<Package, Failure> {
    let folder = workspace.dist();
    if !folder.join(LOADER).is_file() {
        return Err(Failure::Missing {
            what: "the built package".to_owned(),
            remedy: "Run: cargo xtask dist".to_owned(),
        });
    }
    let mut files = workspace::listed(&folder)?;
    files.sort();
    Ok(Package { folder, files })
}

/// What a page downloads, and nothing else: loader, glue, WebAssembly, style and words.
pub fn runtime(
    workspace: &Workspace,
    profile: Profile,
    minifier: &Minifier,
    folder: &Path,
) -> Result<(), Failure> {
    let bound = run::timed("the widget's WebAssembly", || wasm::build(workspace, profile))?;
    workspace::write(&folder.join(WASM_FILE), &bound.wasm)?;
    let mut glue = bound.glue;
    for name in AT_THE_END {
        glue += &workspace::read_text(&workspace.root.join("src/element").join(name))?;
    }
    glue += &words::ship(workspace, minifier, folder)?;
    workspace::write(&folder.join(GLUE), [COMPILED_AT_ONCE, &minifier.script(&glue)?].concat())?;
    workspace::write(&folder.join(STYLE), minifier.style(&style(workspace)?)?)?;
    loader::write(workspace, minifier, folder)
}

/// The widget's style: one sheet, or the sheets of a folder in the order of their names.
pub fn style(workspace: &Workspace) -> Result<String, Failure> {
    let folder = workspace.root.join("style/widget");
    let sheets = workspace::files(&folder, "css")?;
    if sheets.is_empty() {
        return workspace::read_text(&workspace.root.join("style/widget.css"));
    }
    sheets.iter().map(|sheet| workspace::read_text(sheet)).collect()
}

/// What accompanies the code, byte for byte: types, the module for tests, what tools and people read.
fn copies(workspace: &Workspace, folder: &Path) -> Result<(), Failure> {
    let element = workspace.root.join("src/element");
    let tests = ["testing.js", "testing-streams.js", "testing.d.ts"];
    let others = [names::TYPES, "react.js", manifest::COPY, manifest::CUSTOM_ELEMENTS, "README.md"];
    for name in others.into_iter().chain(tests) {
        workspace::write(&folder.join(name), workspace::read_text(&element.join(name))?)?;
    }
    for types in workspace::files(&element.join("types"), "ts")? {
        if let Some(name) = types.file_name() {
            workspace::write(&folder.join("types").join(name), workspace::read_text(&types)?)?;
        }
    }
    let licenses =
        ["LICENSE-MIT", "LICENSE-APACHE"].map(|name| workspace::read_text(&workspace.root.join(name)));
    let [mit, apache] = licenses;
    workspace::write(&folder.join("LICENSE"), manifest::license(&workspace.license, &mit?, &apache?))
}
