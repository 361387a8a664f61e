//! The pages of the notebook, as far as the tool reads them: fences, links, ids and includes.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::html;
use crate::project::Project;

/// A page, read from disk.
#[derive(Debug)]
pub(crate) struct Page {
    /// From the root of the notebook: `src/introduction.md`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Where something leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) line: usize,
    pub(crate) target: String,
}

/// A fenced block of code.
#[derive(Debug)]
pub(crate) struct Fence {
    /// The line of the opening fence.
    pub(crate) line: usize,
    /// What follows the opening fence: `rust,editable`.
    pub(crate) info: String,
    pub(crate) code: String,
}

impl Fence {
    /// Whether one of the words after the fence is `word`.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.info.split([',', ' ']).any(|part| part == word)
    }
}

impl Page {
    pub(crate) fn read(project: &Project, path: &Path) -> Result<Self, String> {
        let name = project.name_of(path);
        let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { name, path: path.to_path_buf(), text: text.replace("\r\n", "\n") })
    }

    /// All pages below `src/`, but for SUMMARY.md, in the order of their names.
    pub(crate) fn all(project: &Project) -> Result<Vec<Self>, String> {
        let pages = files_below(&project.src(), "md")?;
        let pages = pages.iter().filter(|path| !path.ends_with("SUMMARY.md"));
        pages.map(|path| Self::read(project, path)).collect()
    }

    /// Where each link and picture leads, in Markdown and in HTML.
    pub(crate) fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (event, range) in parser(&self.text).into_offset_iter() {
            let line = line_of(&self.text, range.start);
            match event {
                Event::Start(Tag::Link { link_type, dest_url, .. })
                    if link_type != LinkType::Email =>
                {
                    links.push(Link { line, target: dest_url.into_string() });
                }
                Event::Start(Tag::Image { dest_url, .. }) => {
                    links.push(Link { line, target: dest_url.into_string() });
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let targets = html::attributes(&html, &["href", "src"]);
                    links.extend(targets.into_iter().map(|target| Link { line, target }));
                }
                _ => {}
            }
        }
        links
    }

    /// The ids that a link into this page can name, as mdBook makes them.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids = Ids::default();
        for event in parser(&self.text) {
            ids.read(event);
        }
        ids.found
    }

    /// The fenced blocks of code.
    pub(crate) fn fences(&self) -> Vec<Fence> {
        fences(&self.text)
    }
}

/// The fenced blocks of code in a text.
pub(crate) fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut open = false;
    for (event, range) in parser(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let line = line_of(text, range.start);
                fences.push(Fence { line, info: info.into_string(), code: String::new() });
                open = true;
            }
            Event::End(TagEnd::CodeBlock) => open = false,
            Event::Text(code) if open => {
                if let Some(fence) = fences.last_mut() {
                    fence.code.push_str(&code);
                }
            }
            _ => {}
        }
    }
    fences
}

/// Collects the ids of a page in the order in which mdBook gives them out.
#[derive(Default)]
struct Ids {
    found: Vec<String>,
    /// The text of the heading that is open, and the id that its author gave it.
    heading: Option<(String, Option<String>)>,
}

impl Ids {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                self.heading = Some((String::new(), id.map(CowStr::into_string)));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((text, id)) = self.heading.take() {
                    let id = id.unwrap_or_else(|| id_of_heading(&text));
                    self.found.push(unique(id, &self.found));
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((heading, _)) = &mut self.heading {
                    heading.push_str(&text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                self.found.extend(html::attributes(&html, &["id"]));
            }
            _ => {}
        }
    }
}

fn id_of_heading(text: &str) -> String {
    let kept = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c),
        c if c.is_whitespace() => Some('-'),
        _ => None,
    };
    text.trim().to_lowercase().chars().filter_map(kept).collect()
}

fn unique(id: String, used: &[String]) -> String {
    if !used.contains(&id) {
        return id;
    }
    let numbered = (1..).map(|n| format!("{id}-{n}")).find(|id| !used.contains(id));
    numbered.unwrap_or(id)
}

/// A parser set as mdBook sets its own.
fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    Parser::new_ext(text, options)
}

/// The number of the line that holds the byte `offset`.
fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Every file below `dir` whose name ends in `.extension`, in the order of their paths.
pub(crate) fn files_below(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(dir).map_err(|error| format!("{}: {error}", dir.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", dir.display()))?.path();
        if path.is_dir() {
            files.extend(files_below(&path, extension)?);
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page { name: "src/p.md".into(), path: "src/p.md".into(), text: text.into() }
    }

    #[test]
    fn headings_get_the_ids_that_mdbook_gives_them() {
        let text = "# FIFO: links, and `on_receive`!\n\n## Twice\n\n## Twice\n\n## Named {#own}\n\
                    \n<div id=\"box\">x</div>\n";
        let ids = ["fifo-links-and-on_receive", "twice", "twice-1", "own", "box"];
        assert_eq!(page(text).ids(), ids);
    }

    #[test]
    fn links_are_found_in_markdown_and_in_html_with_their_lines() {
        let text = "[a](x.md#y)\n\n![b](z.svg)\n\n<a href=\"w.md\">c</a> `[no](link)`\n";
        let found: Vec<_> = page(text).links().into_iter().map(|l| (l.line, l.target)).collect();
        let expected = [(1, "x.md#y"), (3, "z.svg"), (5, "w.md")];
        assert_eq!(found, expected.map(|(line, target)| (line, target.to_owned())));
    }

    #[test]
    fn fences_carry_their_line_and_their_words() {
        let fences = page("one\n\n```rust,editable\nlet x = 1;\n```\n").fences();
        assert_eq!((fences[0].line, fences[0].code.as_str()), (3, "let x = 1;\n"));
        assert!(fences[0].says("editable") && !fences[0].says("edit"));
    }
}
