//! `cargo xtask gallery`: the page that shows every view, ready to be served as static files. It is built as the
//! widget is, so that what was compiled for one serves the other, and is never part of the package.

use std::fs;
use std::path::Path;

use crate::dist::{self, Profile};
use crate::failure::Failure;
use crate::workspace::{self, Workspace};

/// The package of the page.
const PACKAGE: &str = "gallery";

/// Builds it where the servers and the stories look for it.
pub fn gallery() -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    build(&workspace, Profile::Quick, &workspace.gallery())?;
    println!("Written: {}", workspace.gallery().display());
    Ok(())
}

/// Builds it into `folder`, which is emptied first.
pub fn build(workspace: &Workspace, profile: Profile, folder: &Path) -> Result<(), Failure> {
    dist::build_page(workspace, PACKAGE, folder, profile)?;
    // What a long list waits by, which the widget's glue has at its end.
    let glue = folder.join(PACKAGE).with_extension("js");
    let mut script = workspace::read_text(&glue)?;
    for name in ["settled.js", "next-task.js"] {
        script += &workspace::read_text(&workspace.root.join("src/element").join(name))?;
    }
    workspace::write(&glue, script)?;
    workspace::write(&folder.join(dist::STYLE), dist::style(workspace)?)?;
    let mut languages = dist::words::languages(workspace)?;
    let english = languages[0].clone();
    languages.extend([relink_words::accented(&english), relink_words::mirrored(&english)]);
    dist::words::write(&languages, &english, folder)?;
    let page = workspace.root.join(PACKAGE).join("page");
    for extension in ["html", "css", "js"] {
        for file in workspace::files(&page, extension)? {
            if let Some(name) = file.file_name() {
                fs::copy(&file, folder.join(name)).map_err(Failure::io("copying", &file))?;
            }
        }
    }
    Ok(())
}
