//! Compiles and runs the snippets of the pages, all of them in one run of rustdoc: that is about four
//! times as quick as a run a page, since rustdoc merges what it can into one program.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::externs::Externs;
use crate::include::{Line, expand};
use crate::page::{self, Page};
use crate::problem::Problem;
use crate::project::Project;

/// How many snippets passed, and what is wrong with the others.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) passed: usize,
    pub(crate) problems: Vec<Problem>,
}

/// A piece of Rust on a page, with the includes in their places.
struct Snippet {
    /// The words after the opening fence.
    info: String,
    /// The opening fence; its code follows.
    fence: Line,
    code: Vec<Line>,
}

/// Runs the snippets of all `pages`.
pub(crate) fn test(project: &Project, pages: &[Page]) -> Result<Outcome, String> {
    let mut snippets = Vec::new();
    let mut outcome = Outcome::default();
    for page in pages {
        let (lines, problems) = expand(project, page);
        outcome.problems.extend(problems);
        snippets.extend(snippets_of(&lines));
    }
    if snippets.is_empty() {
        return Ok(outcome);
    }
    let dir = project.target().join("doctests");
    write(&dir, &snippets).map_err(|error| format!("{}: {error}", dir.display()))?;
    let report = rustdoc(&dir, &Externs::build(project)?)?;
    let failures = failures(&report, &snippets);
    outcome.passed = snippets.len() - failures.len();
    outcome.problems.extend(failures);
    Ok(outcome)
}

/// The snippets among the lines of one page that are to be compiled.
fn snippets_of(lines: &[Line]) -> Vec<Snippet> {
    let text: String = lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let rust = page::fences(&text).into_iter().filter(|fence| fence.says("rust"));
    let tested = rust.filter(|fence| !fence.says("ignore"));
    tested
        .filter_map(|fence| {
            let length = fence.code.lines().count();
            let code = lines.get(fence.line..fence.line + length)?.to_vec();
            Some(Snippet { info: fence.info, fence: lines[fence.line - 1].clone(), code })
        })
        .collect()
}

/// One module a snippet, so that rustdoc's report names the snippet and not a line of a file of ours.
fn write(dir: &Path, snippets: &[Snippet]) -> std::io::Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    fs::create_dir_all(dir)?;
    let mut modules = String::new();
    for (i, snippet) in snippets.iter().enumerate() {
        let code: String = snippet.code.iter().flat_map(|l| [l.text.as_str(), "\n"]).collect();
        fs::write(dir.join(format!("{i}.md")), format!("````{}\n{code}````\n", snippet.info))?;
        let _ = writeln!(modules, "#[doc = include_str!(\"{i}.md\")] pub mod snippet_{i} {{}}");
    }
    fs::write(dir.join("snippets.rs"), modules)
}

/// What rustdoc says about the snippets in `dir`.
fn rustdoc(dir: &Path, externs: &Externs) -> Result<String, String> {
    let output = Command::new(Project::rustdoc())
        .current_dir(dir)
        .args(["snippets.rs", "--test", "--crate-name", "snippets", "--edition", "2024"])
        .args(externs.arguments())
        .env_remove("RUST_BACKTRACE")
        .output()
        .map_err(|error| format!("cannot start rustdoc: {error}"))?;
    let report = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let finished = output.status.success() || report.contains("\nfailures:\n");
    if finished { Ok(report.into_owned()) } else { Err(format!("rustdoc failed:\n{report}")) }
}

/// The failed snippets in rustdoc's report, each with the compiler's or the program's own words.
fn failures(report: &str, snippets: &[Snippet]) -> Vec<Problem> {
    let mut said: BTreeMap<usize, String> = BTreeMap::new();
    let mut current = None;
    for line in report.lines() {
        if line.starts_with("test ") && line.ends_with("... FAILED") {
            said.extend(number_in(line).map(|number| (number, String::new())));
        } else if let Some(header) = line.strip_prefix("---- ") {
            current = number_in(header);
        } else if line == "failures:" || line.starts_with("test result:") {
            current = None;
        } else if let Some(number) = current
            && let Some(snippet) = snippets.get(number)
        {
            let text = with_origin(line, number, snippet);
            let _ = write!(said.entry(number).or_default(), "\n    {text}");
        }
    }
    let problem = |(number, said): (usize, String)| {
        let fence = &snippets.get(number)?.fence;
        let what = format!("this snippet fails:{}", said.trim_end());
        Some(Problem::at(&fence.file, fence.number, what))
    };
    said.into_iter().filter_map(problem).collect()
}

/// 7 in `7.md - snippet_7 (line 1)`.
fn number_in(text: &str) -> Option<usize> {
    let (_, rest) = text.split_once("snippet_")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A line of the compiler's message, naming the place that the reader can mend.
fn with_origin(line: &str, number: usize, snippet: &Snippet) -> String {
    let ours = format!("{number}.md");
    let place = line.split_once("--> ").and_then(|(margin, place)| {
        let (row, column) = place.strip_prefix(&ours)?.strip_prefix(':')?.split_once(':')?;
        // The first line of the file is the fence.
        let origin = snippet.code.get(row.parse::<usize>().ok()?.checked_sub(2)?)?;
        Some(format!("{margin}--> {}:{}:{column}", origin.file, origin.number))
    });
    place.unwrap_or_else(|| line.replace(&ours, "snippet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "
running 2 tests
test 0.md - snippet_0 (line 1) ... FAILED
test 1.md - snippet_1 (line 1) ... ok

failures:

---- 0.md - snippet_0 (line 1) stdout ----
error[E0425]: cannot find function `foo` in this scope
 --> 0.md:3:1

failures:
    0.md - snippet_0 (line 1)

test result: FAILED. 1 passed; 1 failed; 0 ignored
";

    fn line(text: &str, file: &str, number: usize) -> Line {
        Line { text: text.into(), file: file.into(), number }
    }

    fn page() -> Vec<Line> {
        vec![
            line("Text.", "src/p.md", 1),
            line("```rust", "src/p.md", 2),
            line("let a = 1;", "code/x.rs", 40),
            line("foo();", "src/p.md", 4),
            line("```", "src/p.md", 5),
            line("```rust", "src/p.md", 6),
            line("```", "src/p.md", 7),
            line("```rust,ignore", "src/p.md", 8),
            line("```", "src/p.md", 9),
        ]
    }

    #[test]
    fn snippets_know_where_their_lines_come_from() {
        let snippets = snippets_of(&page());
        assert_eq!(snippets.len(), 2, "an ignored snippet is not compiled");
        assert_eq!(snippets[0].fence.number, 2);
        assert_eq!(snippets[0].code, page()[2..4]);
    }

    #[test]
    fn a_failure_names_the_page_and_the_lines_in_it() {
        let failures = failures(REPORT, &snippets_of(&page()));
        assert_eq!(failures.len(), 1);
        let text = failures[0].to_string();
        assert!(text.starts_with("src/p.md:2: this snippet fails:\n"), "{text}");
        assert!(text.contains("\n     --> src/p.md:4:1"), "{text}");
    }
}
