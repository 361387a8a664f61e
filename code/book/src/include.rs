//! mdBook's `{{#include …}}` and `{{#rustdoc_include …}}`, read as mdBook reads them but strictly:
//! mdBook renders a missing anchor as nothing and an unclosed one as the rest of the file.

use std::fs;
use std::path::Path;

use crate::page::Page;
use crate::problem::Problem;
use crate::project::{Project, clean};

/// A line of a page after the includes took their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// The file it stands in, from the root of the notebook, and its line there.
    pub(crate) file: String,
    pub(crate) number: usize,
}

/// One include in a line of a page.
struct Include<'a> {
    /// Whether the lines left out are kept, hidden.
    keeps_rest: bool,
    path: &'a str,
    part: Part<'a>,
    before: &'a str,
    after: &'a str,
}

/// Which lines of a file are wanted.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Anchor(&'a str),
    /// From the first to the last line, counted from 1.
    Lines(usize, Option<usize>),
}

/// The lines of `page` with every include in its place, and the includes that are broken.
pub(crate) fn expand(project: &Project, page: &Page) -> (Vec<Line>, Vec<Problem>) {
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    for (i, text) in page.text.lines().enumerate() {
        let Some(include) = parse(text) else {
            lines.push(Line { text: text.to_owned(), file: page.name.clone(), number: i + 1 });
            continue;
        };
        match included(project, page, &include) {
            Ok(wanted) => lines.extend(wanted),
            Err(what) => problems.push(Problem::at(&page.name, i + 1, what)),
        }
    }
    (lines, problems)
}

/// Whether `line` is an include.
pub(crate) fn is_include(line: &str) -> bool {
    parse(line).is_some()
}

/// The include in `line`, unless it is escaped with a backslash.
fn parse(line: &str) -> Option<Include<'_>> {
    let (before, rest) = line.split_once("{{#")?;
    let (inside, after) = rest.split_once("}}")?;
    let (kind, argument) = inside.split_once(char::is_whitespace)?;
    if before.ends_with('\\') || !matches!(kind, "include" | "rustdoc_include") {
        return None;
    }
    let (path, part) = argument.trim().split_once(':').unwrap_or((argument.trim(), ""));
    Some(Include { keeps_rest: kind != "include", path, part: parse_part(part), before, after })
}

fn parse_part(part: &str) -> Part<'_> {
    let (first, last) = part.split_once(':').map_or((part, None), |(a, b)| (a, Some(b)));
    match (first, first.parse::<usize>()) {
        ("", _) => Part::Lines(1, last.and_then(|last| last.parse().ok())),
        (_, Ok(from)) => Part::Lines(from, last.map_or(Some(from), |last| last.parse().ok())),
        (anchor, Err(_)) => Part::Anchor(anchor),
    }
}

fn included(project: &Project, page: &Page, include: &Include<'_>) -> Result<Vec<Line>, String> {
    let path = clean(&page.path.parent().unwrap_or(Path::new("")).join(include.path));
    let text = fs::read_to_string(&path)
        .map_err(|error| format!("cannot include {}: {error}", include.path))?;
    let all: Vec<&str> = text.lines().collect();
    let wanted = wanted(&all, &include.part).map_err(|what| format!("{}: {what}", include.path))?;
    let name = project.name_of(&path);
    let mut lines = Vec::new();
    for (i, (text, wanted)) in all.into_iter().zip(wanted).enumerate() {
        let text = match wanted {
            Wanted::Yes => text.to_owned(),
            Wanted::No if include.keeps_rest => format!("# {text}"),
            Wanted::No | Wanted::Never => continue,
        };
        lines.push(Line { text, file: name.clone(), number: i + 1 });
    }
    if let Some(first) = lines.first_mut() {
        first.text.insert_str(0, include.before);
    }
    if let Some(last) = lines.last_mut() {
        last.text.push_str(include.after);
    }
    Ok(lines)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Yes,
    No,
    /// The line of an anchor.
    Never,
}

fn wanted(lines: &[&str], part: &Part<'_>) -> Result<Vec<Wanted>, String> {
    match *part {
        Part::Anchor(name) => wanted_by_anchor(lines, name),
        Part::Lines(from, to) => wanted_by_number(lines.len(), from, to),
    }
}

fn wanted_by_number(length: usize, from: usize, to: Option<usize>) -> Result<Vec<Wanted>, String> {
    let last = to.unwrap_or(length);
    if from == 0 || from > last || last > length {
        return Err(format!("there are no lines {from} to {last}, it has {length}"));
    }
    let inside = |line| if (from..=last).contains(&line) { Wanted::Yes } else { Wanted::No };
    Ok((1..=length).map(inside).collect())
}

fn wanted_by_anchor(lines: &[&str], name: &str) -> Result<Vec<Wanted>, String> {
    let (mut open, mut seen, mut empty) = (false, false, true);
    let mut wanted = Vec::with_capacity(lines.len());
    for line in lines {
        wanted.push(match anchor(line) {
            None if open => {
                empty = false;
                Wanted::Yes
            }
            None => Wanted::No,
            Some(_) => Wanted::Never,
        });
        match anchor(line) {
            Some(Anchor::Start(found)) if found == name && seen => {
                return Err(format!("the anchor `{name}` is opened twice"));
            }
            Some(Anchor::Start(found)) if found == name => (open, seen) = (true, true),
            Some(Anchor::End(found)) if found == name => open = false,
            _ => {}
        }
    }
    match (seen, open, empty) {
        (false, ..) => Err(format!("there is no anchor `{name}`")),
        (_, true, _) => Err(format!("the anchor `{name}` is never closed (ANCHOR_END: {name})")),
        (.., true) => Err(format!("nothing stands inside the anchor `{name}`")),
        _ => Ok(wanted),
    }
}

enum Anchor<'a> {
    Start(&'a str),
    End(&'a str),
}

fn anchor(line: &str) -> Option<Anchor<'_>> {
    if let Some((_, rest)) = line.split_once("ANCHOR_END:") {
        return Some(Anchor::End(first_word(rest)));
    }
    let (_, rest) = line.split_once("ANCHOR:")?;
    Some(Anchor::Start(first_word(rest)))
}

fn first_word(text: &str) -> &str {
    let in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.trim_start().split(|c| !in_name(c)).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: [&str; 6] =
        ["use a;", "// ANCHOR: one", "fn one() {}", "// ANCHOR_END: one", "// ANCHOR: two", "x"];

    fn kept(part: &Part<'_>) -> Result<Vec<usize>, String> {
        let wanted = wanted(&CODE, part)?;
        let kept = wanted.iter().enumerate().filter(|(_, wanted)| **wanted == Wanted::Yes);
        Ok(kept.map(|(i, _)| i + 1).collect())
    }

    #[test]
    fn an_anchor_selects_the_lines_inside_it() {
        assert_eq!(kept(&Part::Anchor("one")), Ok(vec![3]));
    }

    #[test]
    fn a_missing_anchor_is_named() {
        assert_eq!(kept(&Part::Anchor("three")), Err("there is no anchor `three`".into()));
    }

    #[test]
    fn an_unclosed_anchor_is_named() {
        let what = "the anchor `two` is never closed (ANCHOR_END: two)";
        assert_eq!(kept(&Part::Anchor("two")), Err(what.into()));
    }

    #[test]
    fn lines_past_the_end_are_refused() {
        assert_eq!(kept(&parse_part("2:3")), Ok(vec![2, 3]));
        assert_eq!(kept(&parse_part("6")), Ok(vec![6]));
        assert_eq!(kept(&parse_part("5:9")), Err("there are no lines 5 to 9, it has 6".into()));
    }

    #[test]
    fn parts_are_read_as_mdbook_reads_them() {
        assert_eq!(parse_part(""), Part::Lines(1, None));
        assert_eq!(parse_part(":4"), Part::Lines(1, Some(4)));
        assert_eq!(parse_part("4:"), Part::Lines(4, None));
        assert_eq!(parse_part("name"), Part::Anchor("name"));
    }

    #[test]
    fn an_escaped_include_is_left_alone() {
        assert!(parse(r"\{{#include x.rs}}").is_none());
        assert!(parse("{{#include x.rs:y}}").is_some_and(|include| include.path == "x.rs"));
    }
}
