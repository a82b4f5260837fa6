//! No crate has an import circle: modules that need each other are one idea in several files, or a part that belongs in
//! a module of its own below both.
//!
//! What counts:
//! - A module is a file. A `mod` that is written inside a file belongs to it. Code under `#[cfg(test)]` is left out: a
//!   test may look at everything.
//! - Module A needs module B if A's code names an item that B defines, in an import or in a path. A name that is
//!   re-exported leads to the module that defines it, whichever way it is written.
//! - `mod child;` and `pub use child::Item;` need nothing: a parent may list and re-export its children. A parent whose
//!   own code uses an item of a child needs that child; then the child may not use an item that the parent defines.
//! - Methods have no path: a call of one is not seen, the type that it is called on is.
//!
//! A circle is a strongly connected component of two modules or more.
//! Past 400 lines, since it reads Rust's paths as the compiler does, and its own tests stand below.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree, Visibility};

/// Crates that have circles still. One that has none any more must go from this list.
const OPEN: &[&str] = &[];

/// A module, or a `mod` inside a file.
struct Module {
    /// From the crate's root, `a::b`; empty for the root.
    name: String,
    /// The module whose file it is in: itself, but for a `mod` inside a file.
    file: usize,
    parent: Option<usize>,
    children: HashMap<String, usize>,
    defines: BTreeSet<String>,
    imports: Vec<Import>,
    /// What its code names, apart from imports.
    paths: BTreeSet<Vec<String>>,
}

struct Import {
    /// What it is called here; nothing for a `*`.
    name: Option<String>,
    path: Vec<String>,
    /// Others see it too: a re-export.
    public: bool,
}

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Module(usize),
    /// Something that the module defines, or that it makes by a macro.
    ItemOf(usize),
}

#[derive(Default)]
struct Crate {
    modules: Vec<Module>,
}

impl Crate {
    fn read(root: &Path) -> Self {
        let mut read = Self::default();
        let folder = root.parent().expect("a folder");
        read.file(None, String::new(), root, folder);
        read
    }

    /// Reads a file. Its children's files are in `folder`.
    fn file(&mut self, parent: Option<usize>, name: String, file: &Path, folder: &Path) -> usize {
        let source = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&source).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let module = self.begin(parent, name, None);
        self.items(module, &parsed.items, folder);
        module
    }

    fn begin(&mut self, parent: Option<usize>, name: String, file: Option<usize>) -> usize {
        let module = self.modules.len();
        self.modules.push(Module {
            name,
            file: file.unwrap_or(module),
            parent,
            children: HashMap::new(),
            defines: BTreeSet::new(),
            imports: Vec::new(),
            paths: BTreeSet::new(),
        });
        module
    }

    fn items(&mut self, module: usize, items: &[Item], folder: &Path) {
        for item in items {
            let mut code = Code::default();
            match item {
                Item::Mod(item) if !is_for_tests(&item.attrs) => {
                    let name = item.ident.to_string();
                    let full = [self.modules[module].name.as_str(), &name].join("::");
                    let full = full.trim_start_matches("::").to_owned();
                    let child = match &item.content {
                        Some((_, items)) => {
                            let file = self.modules[module].file;
                            let child = self.begin(Some(module), full, Some(file));
                            self.items(child, items, &folder.join(&name));
                            child
                        }
                        None => {
                            let (file, folder) = file_of(&item.attrs, &name, folder);
                            self.file(Some(module), full, &file, &folder)
                        }
                    };
                    self.modules[module].children.insert(name, child);
                }
                Item::Use(item) if !is_for_tests(&item.attrs) => {
                    let public = !matches!(item.vis, Visibility::Inherited);
                    imports(&item.tree, &mut Vec::new(), public, &mut self.modules[module].imports);
                }
                item => code.visit_item(item),
            }
            self.modules[module].defines.extend(defined(item));
            self.modules[module].paths.extend(code.paths);
            self.modules[module].imports.extend(code.imports);
        }
    }

    /// Where a path leads that is written in `module`; nothing where it leaves the crate or names what is local.
    fn find(&self, module: usize, path: &[String], depth: usize) -> Option<Found> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.below(0, rest, depth),
            "self" => self.below(module, rest, depth),
            "super" => match rest.first().map(String::as_str) {
                Some("super") => self.find(self.modules[module].parent?, rest, depth),
                Some(_) | None => self.below(self.modules[module].parent?, rest, depth),
            },
            _ if self.modules[module].children.contains_key(first) => self.below(module, path, depth),
            _ => self.imported(module, first, rest, depth),
        }
    }

    fn below(&self, module: usize, path: &[String], depth: usize) -> Option<Found> {
        let Some((first, rest)) = path.split_first() else { return Some(Found::Module(module)) };
        let here = &self.modules[module];
        match here.children.get(first) {
            Some(child) => self.below(*child, rest, depth),
            None if here.defines.contains(first) => Some(Found::ItemOf(module)),
            None if self.has_import(module, first) => self.imported(module, first, rest, depth),
            None => self.by_star(module, path, depth).or(Some(Found::ItemOf(module))),
        }
    }

    fn has_import(&self, module: usize, name: &str) -> bool {
        self.modules[module].imports.iter().any(|import| import.name.as_deref() == Some(name))
    }

    fn imported(&self, module: usize, name: &str, rest: &[String], depth: usize) -> Option<Found> {
        // A name that is imported under itself, as a macro beside a module.
        if depth > 16 {
            return None;
        }
        let here = self.modules[module].imports.iter().filter(|import| import.name.as_deref() == Some(name));
        here.into_iter().find_map(|import| {
            // `use anyhow::anyhow` names a crate, and not itself.
            let own = import.path.first().map(String::as_str) == Some(name);
            let path = [&import.path[..], rest].concat();
            if own && !self.modules[module].children.contains_key(name) {
                None
            } else {
                self.find(module, &path, depth + 1)
            }
        })
    }

    /// What a re-export of everything brings, if a module of the crate defines it.
    fn by_star(&self, module: usize, path: &[String], depth: usize) -> Option<Found> {
        if depth > 16 {
            return None;
        }
        let stars = self.modules[module].imports.iter().filter(|import| import.name.is_none());
        stars.into_iter().find_map(|import| match self.find(module, &import.path, depth + 1)? {
            Found::Module(from) if from != module && self.modules[from].defines.contains(&path[0]) => {
                Some(Found::ItemOf(from))
            }
            Found::Module(_) | Found::ItemOf(_) => None,
        })
    }

    /// Which files need which, each with one path as the reason.
    fn needs(&self) -> BTreeMap<(usize, usize), String> {
        let mut needs = BTreeMap::new();
        for (at, module) in self.modules.iter().enumerate() {
            let private = module.imports.iter().filter(|import| !import.public && import.name.is_some());
            for path in private.map(|import| &import.path).chain(&module.paths) {
                if let Some(Found::ItemOf(to)) = self.find(at, path, 0) {
                    let (from, to) = (module.file, self.modules[to].file);
                    if from != to {
                        needs.entry((from, to)).or_insert_with(|| path.join("::"));
                    }
                }
            }
        }
        needs
    }

    /// Each circle as the list of its edges.
    fn circles(&self) -> Vec<Vec<String>> {
        let needs = self.needs();
        let mut graph: DiGraph<usize, ()> = DiGraph::new();
        let nodes: Vec<NodeIndex> = (0..self.modules.len()).map(|module| graph.add_node(module)).collect();
        for (from, to) in needs.keys() {
            graph.add_edge(nodes[*from], nodes[*to], ());
        }
        let components = tarjan_scc(&graph).into_iter().filter(|component| component.len() > 1);
        components
            .map(|component| {
                let inside: BTreeSet<usize> = component.into_iter().map(|node| graph[node]).collect();
                let edges =
                    needs.iter().filter(|((from, to), _)| inside.contains(from) && inside.contains(to));
                edges
                    .map(|((from, to), path)| format!("{} -> {} ({path})", self.name(*from), self.name(*to)))
                    .collect()
            })
            .collect()
    }

    fn name(&self, module: usize) -> &str {
        match self.modules[module].name.as_str() {
            "" => "the root",
            name => name,
        }
    }
}

/// The file of `mod name;`, and the folder of its children's files.
fn file_of(attributes: &[Attribute], name: &str, folder: &Path) -> (PathBuf, PathBuf) {
    let path = attributes.iter().find(|attribute| attribute.path().is_ident("path"));
    if let Some(syn::Meta::NameValue(syn::MetaNameValue {
        value: syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }),
        ..
    })) = path.map(|attribute| &attribute.meta)
    {
        let file = folder.join(path.value());
        let folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
        return (file, folder);
    }
    let below = folder.join(name);
    let own = below.join("mod.rs");
    (if own.exists() { own } else { below.with_extension("rs") }, below)
}

/// `#[cfg(test)]`, or `#[cfg(all(test, …))]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).any(|attribute| {
        let said = match &attribute.meta {
            syn::Meta::List(list) => list.tokens.to_string().replace(' ', ""),
            syn::Meta::Path(_) | syn::Meta::NameValue(_) => String::new(),
        };
        said == "test" || said.starts_with("all(test,")
    })
}

fn imports(tree: &UseTree, before: &mut Vec<String>, public: bool, found: &mut Vec<Import>) {
    let with = |before: &[String], last: &syn::Ident| {
        let own = last == "self";
        before.iter().cloned().chain((!own).then(|| last.to_string())).collect::<Vec<_>>()
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            imports(&path.tree, before, public, found);
            before.pop();
        }
        UseTree::Name(name) => {
            let path = with(before, &name.ident);
            found.push(Import { name: path.last().cloned(), path, public });
        }
        UseTree::Rename(name) => {
            let path = with(before, &name.ident);
            found.push(Import { name: Some(name.rename.to_string()), path, public });
        }
        UseTree::Glob(_) => found.push(Import { name: None, path: before.clone(), public }),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| imports(tree, before, public, found));
        }
    }
}

fn defined(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        _ => return None,
    })
}

/// What the code of an item names.
#[derive(Default)]
struct Code {
    paths: BTreeSet<Vec<String>>,
    imports: Vec<Import>,
}

impl<'ast> Visit<'ast> for Code {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Fn(item) => &item.attrs[..],
            Item::Impl(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    /// An import inside a function.
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        imports(&item.tree, &mut Vec::new(), false, &mut self.imports);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            self.paths.insert(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    /// What is given to a macro is only words: paths are those that are joined by `::`.
    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

impl Code {
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.paths.insert(std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => colons = 0,
            }
        }
        self.paths.insert(path);
    }
}

/// The root files of every crate of the workspace, by the crate's name.
fn crates() -> BTreeMap<String, Vec<PathBuf>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let asked = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output();
    let answer: serde_json::Value =
        serde_json::from_slice(&asked.expect("cargo runs").stdout).expect("cargo metadata is JSON");
    let mut crates = BTreeMap::new();
    for package in answer["packages"].as_array().expect("packages") {
        let targets = package["targets"].as_array().expect("targets").iter();
        let roots = targets.filter(|target| {
            let kinds = target["kind"].as_array().expect("kinds");
            kinds.iter().any(|kind| ["lib", "rlib", "bin", "proc-macro"].iter().any(|wanted| kind == wanted))
        });
        let roots = roots.filter_map(|target| target["src_path"].as_str().map(PathBuf::from)).collect();
        crates.insert(package["name"].as_str().expect("a name").to_owned(), roots);
    }
    crates
}

#[test]
fn no_crate_has_modules_that_need_each_other() {
    let mut wrong = Vec::new();
    for (name, roots) in crates() {
        let circles: Vec<_> = roots.iter().flat_map(|root| Crate::read(root).circles()).collect();
        let listed: Vec<String> =
            circles.iter().map(|edges| format!("{name}:\n   {}", edges.join("\n   "))).collect();
        if OPEN.contains(&name.as_str()) {
            println!("{}", listed.join("\n"));
            if circles.is_empty() {
                wrong.push(format!("{name} has no circle any more: take it from OPEN"));
            }
        } else {
            wrong.extend(listed);
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A crate of these files, in a folder of its own.
fn circles_of(name: &str, files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("circles").join(name);
    for (file, source) in files {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder that can be written to");
        fs::write(file, source).expect("a file that can be written");
    }
    Crate::read(&folder.join("lib.rs")).circles()
}

#[test]
fn two_files_that_import_each_other_are_a_circle_also_by_way_of_the_root() {
    let found = circles_of(
        "two",
        &[
            ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
            ("a.rs", "use crate::B; pub struct A(B);"),
            ("b.rs", "pub struct B; fn f() { println!(\"{}\", crate::a::A::SIZE); }"),
        ],
    );
    assert_eq!(found, [["a -> b (crate::B)", "b -> a (crate::a::A::SIZE)"]]);
}

#[test]
fn a_parent_may_re_export_its_children_but_not_use_what_uses_it() {
    let child = ("a.rs", "use super::Config; pub struct A(Config);");
    let parent = |code: &str| format!("mod a; pub use a::A; pub struct Config; {code}");
    assert!(circles_of("lists", &[("lib.rs", &parent("")), child]).is_empty());
    let found = circles_of("uses", &[("lib.rs", &parent("fn f(a: A) {}")), child]);
    assert_eq!(found, [["the root -> a (A)", "a -> the root (super::Config)"]]);
}

#[test]
fn tests_and_what_stands_in_the_same_file_are_no_circle() {
    let root = "mod a; #[cfg(test)] mod t { use crate::a::A; } mod own { use super::X; } struct X(own::Y);";
    assert!(circles_of("tests", &[("lib.rs", root), ("a.rs", "use crate::X; pub struct A(X);")]).is_empty());
}
