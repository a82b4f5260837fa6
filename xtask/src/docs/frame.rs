//! What is around a page of the site: head with its policy, navigation, table of contents.

use super::markdown::{Rendered, escape};

/// The policy of every page. The widget needs `'wasm-unsafe-eval'`, and its own files; nothing else is loaded.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; \
     trusted-types relink-widget relink-widget-glue";

/// A page in the navigation.
pub struct Entry {
    pub title: String,
    pub file: String,
}

/// Entries under one name.
pub struct Group {
    pub name: String,
    pub entries: Vec<Entry>,
}

/// The whole page `file`. `base` stands before every address of the site's own.
pub fn page(file: &str, rendered: &Rendered, groups: &[Group], version: &str, base: &str) -> String {
    let title = escape(&rendered.title);
    let about = rendered.sections.first().map(|first| first.text.as_str()).unwrap_or_default();
    let about: String = about.chars().take(160).collect();
    let navigation: String = groups.iter().map(|group| of_group(group, file, base)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"strict-origin\">\n\
         <title>{title} · relink-widget {version}</title>\n\
         <meta name=\"description\" content=\"{about}\">\n\
         <link rel=\"icon\" href=\"{base}icon.svg\">\n\
         <link rel=\"stylesheet\" href=\"{base}site.css\">\n\
         <script src=\"{base}theme.js\"></script>\n\
         <script type=\"module\" src=\"{base}site.js\"></script>\n\
         </head>\n<body>\n\
         <a class=\"skip\" href=\"#content\">Skip to the text</a>\n\
         <header class=\"top\">\n\
         <a class=\"brand\" href=\"{base}index.html\">relink-widget</a> <span class=\"version\">{version}</span>\n\
         <a class=\"to-pages\" href=\"#pages\">Pages</a>\n\
         <button type=\"button\" id=\"search-open\" hidden>Search <kbd>/</kbd></button>\n\
         <label id=\"theme\" hidden>Theme <select><option value=\"\">System<option value=\"light\">Light<option value=\"dark\">Dark</select></label>\n\
         </header>\n\
         <div class=\"frame\">\n\
         <main id=\"content\" tabindex=\"-1\">\n{body}{around}</main>\n\
         {contents}\
         <nav id=\"pages\" aria-label=\"Pages\">\n{navigation}</nav>\n\
         </div>\n</body>\n</html>\n",
        about = escape(&about),
        body = rendered.body,
        around = before_and_after(groups, file, base),
        contents = contents(rendered),
    )
}

fn of_group(group: &Group, file: &str, base: &str) -> String {
    let entries: String = group
        .entries
        .iter()
        .map(|entry| {
            let here = if entry.file == file { " aria-current=\"page\"" } else { "" };
            format!("<li><a href=\"{base}{}\"{here}>{}</a></li>\n", entry.file, escape(&entry.title))
        })
        .collect();
    format!("<h2>{}</h2>\n<ul>\n{entries}</ul>\n", escape(&group.name))
}

fn before_and_after(groups: &[Group], file: &str, base: &str) -> String {
    let pages: Vec<&Entry> = groups.iter().flat_map(|group| &group.entries).collect();
    let Some(at) = pages.iter().position(|entry| entry.file == file) else { return String::new() };
    let to = |entry: Option<&&Entry>, class: &str, word: &str| {
        entry.map_or(String::new(), |entry| {
            let title = escape(&entry.title);
            format!("<a class=\"{class}\" href=\"{base}{}\"><small>{word}</small> {title}</a>\n", entry.file)
        })
    };
    let before = to(at.checked_sub(1).and_then(|before| pages.get(before)), "before", "Before");
    let after = to(pages.get(at + 1), "after", "Next");
    format!("<nav class=\"around\" aria-label=\"Before and next\">\n{before}{after}</nav>\n")
}

/// The page's headings of the second and third level.
fn contents(rendered: &Rendered) -> String {
    let headings: String = rendered
        .sections
        .iter()
        .filter(|section| matches!(section.level, 2 | 3))
        .map(|section| {
            let (level, heading) = (section.level, escape(&section.heading));
            format!("<li class=\"level-{level}\"><a href=\"#{}\">{heading}</a></li>\n", section.anchor)
        })
        .collect();
    if headings.is_empty() {
        return String::new();
    }
    format!(
        "<nav class=\"contents\" aria-label=\"On this page\">\n<h2>On this page</h2>\n<ul>\n{headings}</ul>\n</nav>\n"
    )
}
