//! The glossary: each term with the sentence that defines it, from where a page does so.
//!
//! A page marks a term where it defines it: `<dfn id="term-node" title="A sentence.">node</dfn>`.

use std::fmt::Write as _;
use std::fs;

use crate::course::{CHAPTERS, Section};
use crate::html;
use crate::page::Page;
use crate::problem::Problem;
use crate::project::Project;

/// The page.
pub(crate) const PAGE: &str = "src/glossary.md";

const BEGIN: &str = "<!-- generated: glossary -->";
const END: &str = "<!-- end -->";

/// A term where it is defined.
struct Term {
    name: String,
    id: String,
    /// A full sentence.
    meaning: String,
    section: &'static Section,
}

/// The page as it is, and as it ought to be.
pub(crate) fn page(project: &Project) -> Result<(&'static str, String, String), String> {
    let found = fs::read_to_string(project.root().join(PAGE));
    let found = found.map_err(|error| format!("{PAGE}: {error}"))?.replace("\r\n", "\n");
    let missing = || format!("{PAGE}: the table `{BEGIN}` … `{END}` is missing");
    let (before, rest) = found.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    let table = table(terms(&Page::all(project)?));
    let wanted = format!("{before}{BEGIN}\n\n{table}\n{END}{after}");
    Ok((PAGE, found, wanted))
}

/// A line for each term, in the order of the alphabet.
fn table(mut terms: Vec<Term>) -> String {
    terms.sort_by_key(|term| term.name.to_lowercase());
    let mut table = String::from("| Term | What it is | Section |\n| --- | --- | --- |\n");
    for Term { name, id, meaning, section } in &terms {
        let path = section.page.unwrap_or_default();
        let _ = writeln!(table, "| **{name}** | {meaning} | [{}]({path}#{id}) |", section.id);
    }
    table
}

/// The terms of all sections, in the order of the course.
fn terms(pages: &[Page]) -> Vec<Term> {
    let sections = CHAPTERS.iter().flat_map(|chapter| chapter.sections);
    sections.flat_map(|section| terms_of(section, pages)).collect()
}

fn terms_of(section: &'static Section, pages: &[Page]) -> Vec<Term> {
    let path = section.page.map(|page| format!("src/{page}"));
    let Some(page) = pages.iter().find(|page| Some(&page.name) == path.as_ref()) else {
        return Vec::new();
    };
    let marked = page.text.split("<dfn ").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (name, _) = rest.split_once("</dfn>")?;
        let value = |name| html::attributes(&format!(" {attributes}"), &[name]).pop();
        let plain = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Term {
            name: plain(name.replace(['*', '`'], "")),
            id: value("id").unwrap_or_default(),
            meaning: plain(value("title").unwrap_or_default()),
            section,
        })
    });
    marked.collect()
}

/// The terms that are defined twice, or not by a sentence.
pub(crate) fn problems(pages: &[Page]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let terms = terms(pages);
    for (index, term) in terms.iter().enumerate() {
        let same = |other: &&Term| other.name.eq_ignore_ascii_case(&term.name);
        let page = format!("src/{}", term.section.page.unwrap_or_default());
        let mut wrong = |what: String| problems.push(Problem::new(&page, what));
        if let Some(first) = terms[..index].iter().find(same) {
            wrong(format!("defines \"{}\", as section {} does", term.name, first.section.id));
        }
        if !term.meaning.ends_with('.') || term.meaning.contains('|') {
            wrong(format!("the title of the term \"{}\" is not a sentence", term.name));
        }
        if !term.id.starts_with("term-") {
            wrong(format!("the id of the term \"{}\" does not begin with term-", term.name));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const PATH: &str = "src/ch02-models/2.3-nodes-and-networks.md";

    #[test]
    fn a_term_is_listed_with_its_sentence_and_a_link_back() {
        let text = "A **<dfn id=\"term-link\"\ntitle=\"What\ncarries.\">link</dfn>** is here.\n";
        let old = format!("# Glossary\n\n{BEGIN}\nold\n{END}\nrest\n");
        let fixture = Fixture::new(&[(PATH, text), (PAGE, &old)]);
        let (_, found, wanted) = page(fixture.project()).unwrap();
        assert_eq!(found, old);
        let line =
            "| **link** | What carries. | [2.3](ch02-models/2.3-nodes-and-networks.md#term-link) |";
        assert!(wanted.contains(line) && !wanted.contains("old"), "{wanted}");
        assert!(wanted.ends_with("\nrest\n"));
        assert_eq!(problems(&fixture.pages()), []);
    }

    #[test]
    fn a_term_is_defined_once_and_by_a_sentence() {
        let twice = "<dfn id=\"term-a\" title=\"X.\">A</dfn> <dfn id=\"b\" title=\"X\">a</dfn>\n";
        let fixture = Fixture::new(&[(PATH, twice)]);
        let problems: Vec<_> = problems(&fixture.pages()).iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].contains("defines \"a\", as section 2.3 does"), "{problems:?}");
    }
}
