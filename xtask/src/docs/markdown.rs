//! Markdown to the inside of a page. Beyond what GitHub shows, three things are understood, and none of them shows there:
//!
//! - two or more snippets, each under a paragraph that is all bold, become tabs with those names;
//! - `<!-- live: OUTCOME -->` is the widget itself, simulated, beside the snippet before it; `all` offers every outcome;
//! - `<!-- theme-editor -->` leads to the theme editor.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};

use crate::failure::Failure;

/// A page's inside, and what others need of it.
pub struct Rendered {
    /// The first heading's text.
    pub title: String,
    /// HTML.
    pub body: String,
    /// What is under each heading, for the search and for the page's own table of contents.
    pub sections: Vec<Section>,
}

/// A heading with the text below it, up to the next.
pub struct Section {
    /// 1 to 6.
    pub level: usize,
    pub heading: String,
    /// The heading's `id`.
    pub anchor: String,
    /// Words only, single spaces.
    pub text: String,
}

/// A block at the top of the document.
enum Block {
    /// A paragraph that is all bold; the text, and what it is where it names no tab.
    Label(String, String),
    Snippet(String),
    Live(String),
    Other(String),
}

/// Renders `source`; `link` answers where a link of the document leads on the site.
pub fn render(
    source: &str,
    link: &mut dyn FnMut(&str) -> Result<String, Failure>,
) -> Result<Rendered, Failure> {
    let mut sections: Vec<Section> = Vec::new();
    let mut blocks = Vec::new();
    let mut block = Vec::new();
    let mut depth = 0;
    let parser = Parser::new_ext(source, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    for event in parser {
        let event = lead(event, link)?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        block.push(event);
        if depth == 0 {
            blocks.extend(finish(std::mem::take(&mut block), &mut sections)?);
        }
    }
    let title = sections.first().map(|first| first.heading.clone());
    let title =
        title.ok_or_else(|| Failure::Source("a page of the documentation has no heading".to_owned()))?;
    Ok(Rendered { title, body: arrange(blocks), sections })
}

/// The slug that GitHub makes of a heading.
pub fn slug(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(kept).collect::<String>().trim().replace(' ', "-")
}

/// Text as HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A snippet as the site shows it.
pub fn snippet(language: &str, code: &str) -> String {
    let name = if language.is_empty() { "txt" } else { language };
    format!(
        "<figure class=\"snippet\" data-language=\"{}\"><pre><code>{}</code></pre></figure>\n",
        escape(name),
        escape(code)
    )
}

/// The event with its link or image led to where it is on the site.
fn lead<'a>(
    event: Event<'a>,
    link: &mut dyn FnMut(&str) -> Result<String, Failure>,
) -> Result<Event<'a>, Failure> {
    Ok(match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url: link(&dest_url)?.into(), title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Image { link_type, dest_url: link(&dest_url)?.into(), title, id })
        }
        // Markup inside a line is text: nothing of a page reaches the site as it is.
        Event::InlineHtml(text) => Event::Text(text),
        other => other,
    })
}

/// What the events of one block say, without marks.
fn words(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(said) | Event::Code(said) => text.push_str(said),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::TableCell | TagEnd::Item | TagEnd::Paragraph) => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn finish(events: Vec<Event<'_>>, sections: &mut Vec<Section>) -> Result<Option<Block>, Failure> {
    let said = words(&events);
    Ok(Some(match &events[0] {
        Event::Start(Tag::Heading { level, .. }) => {
            let anchor = unused(&slug(&said), sections);
            let level = *level as usize;
            let mut inner = String::new();
            html::push_html(&mut inner, events[1..events.len() - 1].iter().cloned());
            sections.push(Section {
                level,
                heading: said.clone(),
                anchor: anchor.clone(),
                text: String::new(),
            });
            let mark = if level == 1 {
                String::new()
            } else {
                let name = escape(&format!("Link to “{said}”"));
                format!(" <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"{name}\">#</a>")
            };
            Block::Other(format!("<h{level} id=\"{anchor}\">{inner}{mark}</h{level}>\n"))
        }
        Event::Start(Tag::CodeBlock(kind)) => {
            let language = match kind {
                CodeBlockKind::Fenced(language) => {
                    language.split_whitespace().next().unwrap_or("txt").to_owned()
                }
                CodeBlockKind::Indented => "txt".to_owned(),
            };
            let code: String = events
                .iter()
                .filter_map(|event| if let Event::Text(text) = event { Some(text.as_ref()) } else { None })
                .collect();
            note(sections, &code.split_whitespace().collect::<Vec<_>>().join(" "));
            Block::Snippet(snippet(&language, code.trim_end()))
        }
        Event::Start(Tag::HtmlBlock) => {
            let raw: String = events
                .iter()
                .filter_map(|event| match event {
                    Event::Html(text) => Some(text.as_ref()),
                    _ => None,
                })
                .collect();
            return comment(raw.trim());
        }
        Event::Start(Tag::Table(_)) => {
            note(sections, &said);
            let table = with_row_heads(&html_of(events));
            Block::Other(format!("<div class=\"scroll\">{table}</div>\n"))
        }
        Event::Start(Tag::Paragraph) if is_label(&events) => {
            note(sections, &said);
            let name = said.trim_end_matches(':').to_owned();
            Block::Label(name, html_of(events))
        }
        _ => {
            note(sections, &said);
            Block::Other(html_of(events))
        }
    }))
}

/// Adds to what the last heading has below it.
fn note(sections: &mut [Section], text: &str) {
    if let Some(section) = sections.last_mut() {
        if !section.text.is_empty() {
            section.text.push(' ');
        }
        section.text.push_str(text);
    }
}

/// As GitHub has it: the second of a name ends in `-1`.
fn unused(slug: &str, sections: &[Section]) -> String {
    let taken = |name: &str| sections.iter().any(|section| section.anchor == name);
    if !taken(slug) {
        return slug.to_owned();
    }
    let numbered = (1..).map(|number| format!("{slug}-{number}")).find(|name| !taken(name));
    numbered.unwrap_or_else(|| slug.to_owned())
}

fn html_of(events: Vec<Event<'_>>) -> String {
    let mut written = String::new();
    html::push_html(&mut written, events.into_iter());
    written
}

/// The first cell of a row says what the row is about: a reader of rows hears it.
fn with_row_heads(table: &str) -> String {
    let mut written = String::new();
    for line in table.split_inclusive("<tr>") {
        written.push_str(&match line.strip_prefix("<td>").and_then(|rest| rest.split_once("</td>")) {
            Some((cell, rest)) if !cell.is_empty() => format!("<th scope=\"row\">{cell}</th>{rest}"),
            _ => line.replace("<th>", "<th scope=\"col\">"),
        });
    }
    written.replace("<th scope=\"col\"></th>", "<td></td>")
}

/// A paragraph of nothing but one bold text.
fn is_label(events: &[Event<'_>]) -> bool {
    matches!(events, [_, Event::Start(Tag::Strong), .., Event::End(TagEnd::Strong), _])
        && events.iter().filter(|event| matches!(event, Event::Start(Tag::Strong))).count() == 1
}

/// A comment that is a mark for the site; other comments are for whoever reads the source.
fn comment(raw: &str) -> Result<Option<Block>, Failure> {
    let inner = raw.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")).map(str::trim);
    let Some(inner) = inner else {
        return Err(Failure::Source(format!("the documentation is Markdown without HTML, but has: {raw}")));
    };
    Ok(match (inner, inner.strip_prefix("live:").map(str::trim)) {
        (_, Some(outcome)) => Some(Block::Live(format!(
            "<section class=\"live\" aria-label=\"The widget, simulated\" data-live=\"{}\">\
             <p>With JavaScript, the widget runs here, simulated: without a backend and without a bank.</p></section>\n",
            escape(outcome)
        ))),
        ("theme-editor", _) => Some(Block::Other(
            "<p><a class=\"button\" href=\"gallery/theme.html\">Open the theme editor</a></p>\n".to_owned(),
        )),
        _ => None,
    })
}

/// Puts tabs together, and the widget beside its snippet.
fn arrange(blocks: Vec<Block>) -> String {
    let mut written = String::new();
    let mut blocks = blocks.into_iter().peekable();
    while let Some(block) = blocks.next() {
        let mut snippets = Vec::new();
        match block {
            Block::Other(text) | Block::Live(text) => {
                written.push_str(&text);
                continue;
            }
            Block::Snippet(text) => snippets.push((String::new(), String::new(), text)),
            Block::Label(name, text) => match blocks.next_if(|next| matches!(next, Block::Snippet(_))) {
                Some(Block::Snippet(code)) => snippets.push((name, text, code)),
                _ => {
                    written.push_str(&text);
                    continue;
                }
            },
        }
        while !snippets[0].0.is_empty() {
            let Some(Block::Label(name, text)) = blocks.next_if(|next| matches!(next, Block::Label(..)))
            else {
                break;
            };
            match blocks.next_if(|next| matches!(next, Block::Snippet(_))) {
                Some(Block::Snippet(code)) => snippets.push((name, text, code)),
                _ => {
                    snippets.push((String::new(), text, String::new()));
                    break;
                }
            }
        }
        let shown = shown(&snippets);
        match blocks.next_if(|next| matches!(next, Block::Live(_))) {
            Some(Block::Live(live)) => {
                written.push_str(&format!("<div class=\"beside\"><div>{shown}</div>{live}</div>\n"));
            }
            _ => written.push_str(&shown),
        }
    }
    written
}

/// One snippet, or tabs of several. Each is a name, the paragraph that it was, and the snippet.
fn shown(snippets: &[(String, String, String)]) -> String {
    if snippets.iter().filter(|(name, ..)| !name.is_empty()).count() < 2 {
        return snippets.iter().map(|(_, label, code)| format!("{label}{code}")).collect();
    }
    let (tabs, rest): (Vec<_>, Vec<_>) = snippets.iter().partition(|(name, ..)| !name.is_empty());
    let sections: String = tabs
        .iter()
        .map(|(name, label, code)| format!("<div data-tab=\"{}\">{label}{code}</div>\n", escape(name)))
        .collect();
    let rest: String = rest.iter().map(|(_, label, _)| label.as_str()).collect();
    format!("<div class=\"tabs\">\n{sections}</div>\n{rest}")
}

#[cfg(test)]
mod tests {
    use super::{render, slug};

    fn body(source: &str) -> String {
        render(source, &mut |link| Ok(link.to_owned()))
            .map(|page| page.body)
            .unwrap_or_else(|why| why.to_string())
    }

    #[test]
    fn snippets_under_bold_names_become_tabs_and_one_alone_does_not() {
        let two = body("# A\n\n**React**\n\n```tsx\n1\n```\n\n**Vue**\n\n```vue\n2\n```\n\nAfter.\n");
        assert_eq!(two.matches("data-tab=").count(), 2, "{two}");
        assert!(two.contains("<div data-tab=\"Vue\">") && two.ends_with("<p>After.</p>\n"), "{two}");
        let one = body("# A\n\n**React**\n\n```tsx\n1\n```\n\n**Not a tab.**\n\nAfter.\n");
        assert!(!one.contains("data-tab") && one.contains("<strong>Not a tab.</strong>"), "{one}");
    }

    #[test]
    fn the_widget_stands_beside_the_snippet_before_it() {
        let page = body("# A\n\n```js\n1\n```\n\n<!-- live: partial -->\n");
        assert!(
            page.contains("<div class=\"beside\"><div><figure") && page.contains("data-live=\"partial\""),
            "{page}"
        );
    }

    #[test]
    fn other_html_is_refused_and_other_comments_are_left_out() {
        assert!(body("# A\n\n<div onclick=\"x\"></div>\n").contains("Markdown without HTML"));
        assert!(!body("# A\n\n<!-- schema Problem -->\n\nText.\n").contains("schema"));
    }

    #[test]
    fn code_is_text() {
        assert!(body("# A\n\n```html\n<script>x</script>\n```\n").contains("&lt;script&gt;"));
    }

    #[test]
    fn anchors_are_those_of_github_and_a_second_one_is_numbered() {
        assert_eq!(slug("The promise of `show()`, and more"), "the-promise-of-show-and-more");
        let page =
            render("# A\n\n## B\n\nOne.\n\n## B\n\nTwo.\n", &mut |link| Ok(link.to_owned())).expect("a page");
        let anchors: Vec<_> = page.sections.iter().map(|section| section.anchor.as_str()).collect();
        assert_eq!(anchors, ["a", "b", "b-1"]);
        assert_eq!(page.sections[2].text, "Two.");
    }

    #[test]
    fn rows_and_columns_have_heads() {
        let table = body("# A\n\n| x | y |\n| --- | --- |\n| a | b |\n| | c |\n");
        assert!(
            table.contains("<th scope=\"col\">x</th>")
                && table.contains("<th scope=\"row\">a</th><td>b</td>"),
            "{table}"
        );
        assert!(table.contains("<td></td><td>c</td>"), "{table}");
    }
}
