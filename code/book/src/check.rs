//! `cargo book test`: all checks, one summary line each.

mod browser;
mod coverage;
mod crates;
mod exercises;
mod links;
mod registry;
mod rendered;
mod tidy;

use std::fmt::Display;
use std::time::Instant;

use crate::page::Page;
use crate::problem::Problem;
use crate::project::Project;
use crate::{include, snippets, tables};

/// What one check found.
pub(crate) enum Verdict {
    /// So many things are right, and these are wrong.
    Checked(usize, Vec<Problem>),
    /// The check could not be made here.
    Skipped(String),
}

/// Sums up the verdicts of all checks.
#[derive(Default)]
struct Summary {
    passed: usize,
    failed: usize,
}

impl Summary {
    /// Prints the line of one check, and before it everything that it found wrong.
    fn add(&mut self, name: &str, check: impl FnOnce() -> Result<Verdict, String>) {
        let start = Instant::now();
        let verdict =
            check().unwrap_or_else(|what| Verdict::Checked(0, vec![Problem::new(name, what)]));
        let seconds = start.elapsed().as_secs_f64();
        match verdict {
            Verdict::Skipped(why) => println!("skipped {name}: {why}"),
            Verdict::Checked(passed, problems) => {
                problems.iter().for_each(|problem| println!("{problem}"));
                self.passed += passed;
                self.failed += problems.len();
                let word = if problems.is_empty() { "ok     " } else { "FAILED " };
                let failed = count(problems.len(), ", ", " failed");
                println!("{word} {name}: {passed} passed{failed} ({seconds:.1} s)");
            }
        }
    }
}

/// `before`, `n` and `after`; nothing if there are none.
fn count(n: usize, before: impl Display, after: impl Display) -> String {
    if n == 0 { String::new() } else { format!("{before}{n}{after}") }
}

/// Runs every check. The searches that take long, and the browser, are only for `thorough`.
pub(crate) fn run(project: &Project, thorough: bool) -> Result<(), String> {
    let start = Instant::now();
    let pages = Page::all(project)?;
    let mut summary = Summary::default();
    let sum = &mut summary;
    sum.add("registry", || registry::check(project, &pages));
    sum.add("coverage", || coverage::check(project, &pages));
    sum.add("tables and SUMMARY.md", || {
        tables::check(project).map(|(fresh, stale)| Verdict::Checked(fresh, stale))
    });
    sum.add("includes", || Ok(includes(project, &pages)));
    sum.add("links", || links::check(project, &pages));
    sum.add("tidy", || tidy::check(project, &pages));
    sum.add("snippets", || {
        let outcome = snippets::test(project, &pages)?;
        Ok(Verdict::Checked(outcome.passed, outcome.problems))
    });
    sum.add("mdbook build", || rendered::check(project, &pages));
    sum.add("exercises", || exercises::check(project));
    sum.add("tests of book", || crates::check(project, &["book"], thorough));
    sum.add("tests of distsys, zoo, tests", || {
        crates::check(project, &["distsys", "zoo", "tests"], thorough)
    });
    if thorough {
        sum.add("browser", || browser::check(project));
    }
    println!("all of it in {:.0} s", start.elapsed().as_secs_f64());
    println!("{} passed, {} failed", summary.passed, summary.failed);
    if summary.failed == 0 { Ok(()) } else { Err(String::new()) }
}

/// Whether every include names a file and an anchor that are there.
fn includes(project: &Project, pages: &[Page]) -> Verdict {
    let mut problems = Vec::new();
    let mut passed = 0;
    for page in pages {
        let (lines, broken) = include::expand(project, page);
        let mut files: Vec<_> = lines.iter().filter(|line| line.file != page.name).collect();
        files.dedup_by(|a, b| a.file == b.file && a.number == b.number + 1);
        passed += files.len();
        problems.extend(broken);
    }
    Verdict::Checked(passed, problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_broken_include_is_reported_with_page_and_line() {
        let fixture = Fixture::new(&[
            (
                "src/a.md",
                "ok\n\n{{#include ../code/x.rs:good}}\n\n{{#include ../code/x.rs:bad}}\n\n\
                          {{#include ../code/x.rs:open}}\n\n{{#include ../code/none.rs}}\n",
            ),
            ("code/x.rs", "// ANCHOR: good\nfn x() {}\n// ANCHOR_END: good\n// ANCHOR: open\ny\n"),
        ]);
        let Verdict::Checked(passed, problems) = includes(fixture.project(), &fixture.pages())
        else {
            panic!("the check was skipped")
        };
        assert_eq!(passed, 1);
        let lines: Vec<_> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(5), Some(7), Some(9)]);
        assert!(problems[1].to_string().starts_with("src/a.md:7: ../code/x.rs: the anchor `open`"));
    }
}
