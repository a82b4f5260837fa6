//! `cargo xtask docs`: the documentation as a static site in `target/docs/`, from the same Markdown that a repository
//! shows, with search, tabs, the widget itself (simulated by `relink-widget/testing`) and the gallery with the theme editor.
//!
//! Not mdBook: its pages have inline scripts and styles, and the site has to work under the policy that it asks merchants
//! to have. It may read the repository, and write below `target/docs/` only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use lexopt::prelude::{Long, ValueExt};
use serde_json::json;

use crate::dist::{self, Profile};
use crate::failure::Failure;
use crate::gallery;
use crate::run;
use crate::workspace::{self, Workspace};

mod frame;
mod markdown;

use frame::{Entry, Group, POLICY};
use markdown::{Rendered, escape};

/// The pages in the order of the navigation, below the repository's root. A page of `docs/` that is not here comes last.
const GROUPS: [(&str, &[&str]); 6] = [
    ("Start", &["docs/start.md", "docs/README.md", "docs/contract.md"]),
    (
        "On the page",
        &[
            "docs/embedding.md",
            "docs/events.md",
            "docs/analytics.md",
            "docs/appearance.md",
            "docs/words.md",
            "docs/leptos.md",
            "docs/look.md",
        ],
    ),
    (
        "On the server",
        &[
            "docs/running.md",
            "docs/backend.md",
            "docs/providers.md",
            "docs/hosted.md",
            "docs/staff.md",
            "docs/operating.md",
            "server/README.md",
        ],
    ),
    (
        "Test and go live",
        &[
            "docs/testing.md",
            "docs/troubleshooting.md",
            "docs/going-live.md",
            "docs/faults.md",
            "sandbox/README.md",
            "shop/README.md",
        ],
    ),
    ("Versions", &["docs/versioning.md", "CHANGELOG.md", "docs/size.md"]),
    (
        "Security and source",
        &[
            "docs/threats.md",
            "docs/asvs.md",
            "docs/attacks.md",
            "SECURITY.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "README.md",
            "src/element/README.md",
        ],
    ),
];

/// The way back, where an address leads nowhere.
const NOT_FOUND: &str = "# This page does not exist

The address is wrong, or the page has moved. [Start](docs/start.md) from the beginning, or look through
[all pages](docs/README.md). The search is above.
";

/// What the command line may say.
pub struct Options {
    /// The path at which the site will be served: the page of an unknown address is shown at any depth below it.
    base: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { base: "/".to_owned() }
    }
}

impl Options {
    /// Reads what follows `docs`.
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, Failure> {
        let Self { mut base } = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("base") => base = arguments.value()?.string()?,
                other => return Err(Failure::takes_none(other)),
            }
        }
        let safe = |letter: char| letter.is_ascii_alphanumeric() || "/-_.~".contains(letter);
        if !base.starts_with('/') || !base.ends_with('/') || !base.chars().all(safe) {
            return Err(Failure::Usage(format!(
                "--base is a path that begins and ends with `/`, such as /docs/, and not `{base}`"
            )));
        }
        Ok(Self { base })
    }
}

/// Builds the site.
pub fn docs(options: &Options) -> Result<(), Failure> {
    let workspace = Workspace::find()?;
    write(&workspace, options)?;
    let folder = workspace.docs();
    println!("Written: {}\nIt is static: serve the folder with any web server.", folder.display());
    Ok(())
}

/// The whole site, with the gallery.
pub fn write(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    dist::written(workspace)?;
    let folder = workspace.docs();
    build(workspace, options, &folder)?;
    run::timed("the gallery and the theme editor", || {
        gallery::build(workspace, Profile::Shipped, &folder.join("gallery"))
    })
}

/// Everything but the gallery, into `folder`, which is emptied first.
fn build(workspace: &Workspace, options: &Options, folder: &Path) -> Result<(), Failure> {
    workspace::empty(folder)?;
    let mut site = Site::find(workspace)?;
    let mut rendered = BTreeMap::new();
    for page in site.pages.keys().cloned().collect::<Vec<_>>() {
        let text = workspace::read_text(&workspace.root.join(&page))?;
        rendered.insert(page.clone(), site.render(&page, &text)?);
    }
    let groups = site.groups(&rendered);
    let mut index = Vec::new();
    for (page, one) in &rendered {
        let file = &site.pages[page];
        workspace::write(&folder.join(file), frame::page(file, one, &groups, &workspace.version, ""))?;
        index.extend(one.sections.iter().map(|section| {
            let anchor = if section.level == 1 { String::new() } else { format!("#{}", section.anchor) };
            json!({"page": one.title, "heading": section.heading, "to": format!("{file}{anchor}"), "text": section.text})
        }));
    }
    workspace::write(&folder.join("search.json"), serde_json::Value::from(index).to_string())?;
    let lost = site.render("docs-404.md", &NOT_FOUND.replace("docs/", "/docs/"))?;
    let lost = Rendered { body: lost.body.replace("href=\"", &format!("href=\"{}", options.base)), ..lost };
    workspace::write(
        &folder.join("404.html"),
        frame::page("404.html", &lost, &groups, &workspace.version, &options.base),
    )?;
    for (file, source) in site.sources(&groups)? {
        workspace::write(&folder.join(file), source)?;
    }
    for (from, to) in &site.copies {
        copy(&workspace.root.join(from), &folder.join(to))?;
    }
    let assets = workspace.root.join("docs/site");
    for extension in ["css", "js", "svg"] {
        for file in workspace::files(&assets, extension)? {
            if let Some(name) = file.file_name() {
                copy(&file, &folder.join(name))?;
            }
        }
    }
    for name in dist::written(workspace)?.files {
        copy(&workspace.dist().join(&name), &folder.join("relink-widget").join(&name))?;
    }
    // As Netlify and Cloudflare Pages read it; other servers: the same two headers.
    let headers = format!(
        "/*\n  Content-Security-Policy: {POLICY}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n"
    );
    workspace::write(&folder.join("_headers"), headers)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let content = fs::read(from).map_err(Failure::io("reading", from))?;
    workspace::write(to, content)
}

/// What the site has, and what its pages have asked for so far.
struct Site<'a> {
    workspace: &'a Workspace,
    /// By path below the root: the file of the site.
    pages: BTreeMap<String, String>,
    /// Files and folders of the source that pages lead to, and that are shown as they are.
    shown: BTreeSet<String>,
    /// Pictures and documents that are copied.
    copies: BTreeMap<String, String>,
}

impl<'a> Site<'a> {
    fn find(workspace: &'a Workspace) -> Result<Self, Failure> {
        let mut pages: BTreeSet<String> =
            GROUPS.iter().flat_map(|(_, pages)| pages.iter().map(|page| (*page).to_owned())).collect();
        for file in workspace::files(&workspace.root.join("docs"), "md")? {
            pages.extend(file.file_name().map(|name| format!("docs/{}", name.to_string_lossy())));
        }
        pages.retain(|page| workspace.root.join(page).is_file());
        let pages = pages.into_iter().map(|page| (page.clone(), file_of(&page))).collect();
        Ok(Self { workspace, pages, shown: BTreeSet::new(), copies: BTreeMap::new() })
    }

    fn render(&mut self, page: &str, text: &str) -> Result<Rendered, Failure> {
        markdown::render(text, &mut |link| self.lead(page, link)).map_err(|why| match why {
            Failure::Source(why) => Failure::Source(format!("{page}: {why}")),
            other => other,
        })
    }

    /// Where a link of `page` leads on the site.
    fn lead(&mut self, page: &str, link: &str) -> Result<String, Failure> {
        if link.starts_with('#') || link.starts_with("https://") || link.starts_with("http://") {
            return Ok(link.to_owned());
        }
        let (path, anchor) = link.split_once('#').map_or((link, ""), |(path, anchor)| (path, anchor));
        let target = below(Path::new(page).parent().unwrap_or(Path::new("")), path);
        let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
        if let Some(file) = self.pages.get(&target) {
            return Ok(format!("{file}{anchor}"));
        }
        let there = self.workspace.root.join(&target);
        if !there.exists() {
            return Err(Failure::Source(format!("`{link}` leads nowhere")));
        }
        let extension = Path::new(&target).extension().and_then(|extension| extension.to_str());
        if matches!(extension, Some("png" | "svg" | "webp" | "gif" | "yaml")) {
            let name = target.rsplit('/').next().unwrap_or(&target).to_owned();
            self.copies.insert(target, name.clone());
            return Ok(name);
        }
        let file = source_file(&target);
        self.shown.insert(target);
        Ok(file)
    }

    fn groups(&self, rendered: &BTreeMap<String, Rendered>) -> Vec<Group> {
        let entry = |page: &str| {
            Some(Entry { title: rendered.get(page)?.title.clone(), file: self.pages.get(page)?.clone() })
        };
        let mut groups: Vec<Group> = GROUPS
            .iter()
            .map(|(name, pages)| Group {
                name: (*name).to_owned(),
                entries: pages.iter().filter_map(|page| entry(page)).collect(),
            })
            .collect();
        let known: BTreeSet<&str> = GROUPS.iter().flat_map(|(_, pages)| pages.iter().copied()).collect();
        let more: Vec<Entry> = self
            .pages
            .keys()
            .filter(|page| !known.contains(page.as_str()))
            .filter_map(|page| entry(page))
            .collect();
        if !more.is_empty() {
            groups.push(Group { name: "More".to_owned(), entries: more });
        }
        groups
    }

    /// A page for each file of the source that pages lead to, and for each folder what is in it.
    fn sources(&mut self, groups: &[Group]) -> Result<Vec<(String, String)>, Failure> {
        let mut written = Vec::new();
        while let Some(path) = self.shown.pop_first() {
            let there = self.workspace.root.join(&path);
            let inside = if there.is_dir() {
                self.folder(&path, &there)?
            } else {
                let text = workspace::read_text(&there)?;
                let language = there.extension().and_then(|extension| extension.to_str()).unwrap_or("txt");
                markdown::snippet(language, text.trim_end())
            };
            let name = if path.is_empty() { "The repository" } else { &path };
            let page = Rendered {
                title: name.to_owned(),
                body: format!("<h1>{}</h1>\n{inside}", escape(name)),
                sections: Vec::new(),
            };
            let file = source_file(&path);
            written.push((file.clone(), frame::page(&file, &page, groups, &self.workspace.version, "")));
        }
        Ok(written)
    }

    /// The names in a folder that Git knows, and its readme below them.
    fn folder(&mut self, path: &str, there: &Path) -> Result<String, Failure> {
        let mut git = std::process::Command::new("git");
        let listed = run::filter("git ls-files", git.current_dir(there).args(["ls-files"]), b"")?;
        let names: String = String::from_utf8_lossy(&listed)
            .lines()
            .map(|name| format!("<li><code>{}</code></li>\n", escape(name)))
            .collect();
        let readme = there.join("README.md");
        let readme = match readme.is_file() {
            true => {
                let text = workspace::read_text(&readme)?;
                let page = self.render(&format!("{path}/README.md"), &text)?;
                format!("<hr>\n{}", page.body.replace("<h1 ", "<h2 ").replace("</h1>", "</h2>"))
            }
            false => String::new(),
        };
        Ok(format!(
            "<p>In the repository, below <code>{}/</code>:</p>\n<ul>\n{names}</ul>\n{readme}",
            escape(path)
        ))
    }
}

/// The site is one folder: a page is named after its own name, and a readme after its folder.
fn file_of(page: &str) -> String {
    let name = match page {
        "docs/start.md" => "index".to_owned(),
        "docs/README.md" => "pages".to_owned(),
        "README.md" => "overview".to_owned(),
        "src/element/README.md" => "package".to_owned(),
        _ => {
            let stem = page.strip_suffix("/README.md").or_else(|| page.strip_suffix(".md")).unwrap_or(page);
            stem.rsplit('/').next().unwrap_or(stem).to_lowercase()
        }
    };
    format!("{name}.html")
}

fn source_file(path: &str) -> String {
    format!("source-{}.html", path.trim_end_matches('/').replace('/', "-"))
}

/// A path below the root, without `..`. One that begins with `/` begins there.
fn below(folder: &Path, path: &str) -> String {
    let start = if path.starts_with('/') { PathBuf::new() } else { folder.to_owned() };
    let mut parts: Vec<String> = Vec::new();
    for part in start.join(path.trim_start_matches('/')).components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{Options, Site, below, file_of};
    use crate::workspace::Workspace;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_page_has_a_file_of_its_own() {
        let workspace = Workspace::find().expect("a workspace");
        let site = Site::find(&workspace).expect("a site");
        let files: BTreeSet<_> = site.pages.values().collect();
        assert_eq!(files.len(), site.pages.len());
        assert!(site.pages.len() > 20 && files.contains(&"index.html".to_owned()));
        assert_eq!(file_of("server/README.md"), "server.html");
    }

    #[test]
    fn a_link_that_leads_nowhere_is_a_fault_of_the_source() {
        let workspace = Workspace::find().expect("a workspace");
        let mut site = Site::find(&workspace).expect("a site");
        assert_eq!(site.lead("docs/events.md", "../server/README.md#x").expect("a page"), "server.html#x");
        assert_eq!(site.lead("docs/look.md", "images/relink.webp").expect("a picture"), "relink.webp");
        assert!(
            site.lead("docs/events.md", "nowhere.md")
                .is_err_and(|why| why.to_string().contains("nowhere.md"))
        );
        assert_eq!(below(Path::new("docs"), "../examples/"), "examples");
    }

    #[test]
    fn a_base_that_is_no_path_is_refused() {
        for base in ["docs/", "/docs", "/\"/", "https://x/"] {
            assert!(Options::parse(&mut lexopt::Parser::from_args(["--base", base])).is_err(), "{base}");
        }
    }
}
