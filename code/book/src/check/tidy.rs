//! Rules for the algorithms that no compiler checks: they are to be read beside their explanation.

use std::fs;
use std::path::Path;

use crate::check::Verdict;
use crate::course::ALGORITHMS;
use crate::include::is_include;
use crate::page::{Page, files_below};
use crate::problem::Problem;
use crate::project::Project;

const LINES_A_FILE: usize = 350;
const LINES_A_FUNCTION: usize = 40;

/// Where below `code/src` layers meet, or stand in for others in runs.
const PLUMBING: [&str; 6] = ["stack.rs", "beside.rs", "clock/logical.rs", "runs", "sim", "subject"];

/// What the documentation of an algorithm says, in this order.
const HEADINGS: [&str; 7] = [
    "**Implements**",
    "**Uses**",
    "**Model**",
    "**Guarantees**",
    "**How it works**",
    "**Source**",
    "**Departures**",
];

/// Looks through the algorithms, and for Rust on the pages that nobody compiles.
pub(crate) fn check(project: &Project, pages: &[Page]) -> Result<Verdict, String> {
    let source = project.code().join("src");
    let files = files_below(&source, "rs")?;
    let mut problems = Vec::new();
    for path in &files {
        let name = project.name_of(path);
        let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
        problems.extend(too_long(&name, &text));
        if is_algorithm(path.strip_prefix(&source).unwrap_or(path), &text) {
            problems.extend(missing_heading(&name, &text));
        }
    }
    problems.extend(pages.iter().flat_map(untested_rust));
    let checked = files.len() + pages.len();
    Ok(Verdict::Checked(checked.saturating_sub(problems.len()), problems))
}

/// Whether the file, named from `code/src`, is an algorithm: it is named in the registry, or has a
/// layer that is no plumbing.
fn is_algorithm(path: &Path, text: &str) -> bool {
    let registered = ALGORITHMS.iter().flat_map(|algorithm| algorithm.code);
    let is_plumbing = PLUMBING.iter().any(|file| path.starts_with(file));
    registered.into_iter().any(|file| path == Path::new(file))
        || (text.contains(" Layer for ") && !is_plumbing)
}

fn too_long(name: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let lines: Vec<_> = text.lines().collect();
    if lines.len() > LINES_A_FILE {
        let what = format!("{} lines, more than {LINES_A_FILE}", lines.len());
        problems.push(Problem::new(name, what));
    }
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| begins_function(line)) {
        // rustfmt closes a function at the indentation at which it opened it.
        let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let body = lines[i + 1..].iter().take_while(|line| **line != end);
        let length = body.filter(|line| is_code(line)).count();
        if length > LINES_A_FUNCTION {
            let what = format!("a function of {length} lines, more than {LINES_A_FUNCTION}");
            problems.push(Problem::at(name, i + 1, what));
        }
    }
    problems
}

/// Whether a line counts; explaining more should cost nothing.
fn is_code(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with("//")
}

fn begins_function(line: &str) -> bool {
    let words = line.split_whitespace();
    let mut words = words.skip_while(|word| word.starts_with("pub") || *word == "const");
    words.next() == Some("fn") && !line.ends_with('}') && !line.ends_with(';')
}

/// The first heading that the documentation of an algorithm lacks, or has in the wrong place.
fn missing_heading(name: &str, text: &str) -> Option<Problem> {
    let docs: Vec<_> = text.lines().take_while(|line| line.starts_with("//!")).collect();
    let docs = docs.join("\n");
    let mut rest = docs.as_str();
    for heading in HEADINGS {
        match rest.split_once(heading) {
            Some((_, after)) => rest = after,
            None => {
                let what = format!("its documentation has no {heading} in its place");
                return Some(Problem::at(name, 1, what));
            }
        }
    }
    None
}

/// Rust on a page that is neither compiled nor part of a file that is.
fn untested_rust(page: &Page) -> Vec<Problem> {
    let ignored = page.fences().into_iter().filter(|f| f.says("rust") && f.says("ignore"));
    let untested = ignored.filter(|fence| !fence.code.lines().all(is_include));
    let what = "Rust that nobody compiles: include it from code/, or drop `ignore`";
    untested.map(|fence| Problem::at(&page.name, fence.line, what)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = "//! # A link\n//! **Implements** x. **Uses** y.\n//! **Model**: z.\n\
        //! **Guarantees**: a.\n//! **How it works**: b.\n//! **Source**: c.\n//! **Departures**: none.\n";

    fn function(lines: usize) -> String {
        let body = "        x();\n".repeat(lines);
        format!("    pub(crate) fn long() {{\n        // Why.\n\n{body}    }}\n")
    }

    #[test]
    fn a_file_and_a_function_may_have_so_many_lines() {
        assert!(too_long("a.rs", &function(LINES_A_FUNCTION)).is_empty());
        let problems = too_long("a.rs", &function(LINES_A_FUNCTION + 1));
        assert_eq!(problems[0].to_string(), "a.rs:1: a function of 41 lines, more than 40");
        assert_eq!(too_long("a.rs", &"x\n".repeat(LINES_A_FILE + 1)).len(), 1);
    }

    #[test]
    fn an_algorithm_has_all_its_headings_in_their_order() {
        assert_eq!(missing_heading("a.rs", DOCUMENTED), None);
        for heading in HEADINGS {
            let problem = missing_heading("a.rs", &DOCUMENTED.replace(heading, "")).unwrap();
            assert!(problem.what.contains(heading), "{problem}");
        }
        let swapped = DOCUMENTED.replace("**Model**", "**S**").replace("**Source**", "**Model**");
        assert!(missing_heading("a.rs", &swapped).is_some());
    }

    #[test]
    fn algorithms_are_told_by_their_folder() {
        let layer = "impl<M> Layer for Link<M> {";
        assert!(is_algorithm(Path::new("link/fifo.rs"), ""));
        assert!(is_algorithm(Path::new("link/other.rs"), layer));
        assert!(
            !is_algorithm(Path::new("link/mod.rs"), "")
                && !is_algorithm(Path::new("stack.rs"), layer)
        );
    }

    #[test]
    fn ignored_rust_is_refused_unless_it_is_included() {
        let text = "```rust,ignore\n{{#include a.rs:b}}\n```\n\n```rust,ignore\nlet x;\n```\n";
        let page = Page { name: "p.md".into(), path: "p.md".into(), text: text.into() };
        let lines: Vec<_> = untested_rust(&page).into_iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(5)]);
    }
}
