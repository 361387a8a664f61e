//! Whether mdBook builds the notebook without a warning, and gives the headings the ids that the
//! check of the links believes in.

use std::fs;
use std::path::Path;

use crate::check::Verdict;
use crate::page::Page;
use crate::problem::Problem;
use crate::project::Project;
use crate::{html, mdbook};

/// Builds the notebook with mdBook where there is one, beside the one that readers look at.
pub(crate) fn check(project: &Project, pages: &[Page]) -> Result<Verdict, String> {
    let Some(program) = mdbook::find(project) else {
        return Ok(Verdict::Skipped("mdbook is not installed (`cargo book build` does it)".into()));
    };
    let destination = project.target().join("checked-book");
    let output = mdbook::command(project, &program, &destination)?
        .output()
        .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let mut problems = complaints(&said);
    if !output.status.success() {
        problems.push(Problem::new("book.toml", "mdbook could not build the notebook"));
        return Ok(Verdict::Checked(0, problems));
    }
    for page in pages {
        let path = destination.join(page.path.strip_prefix(project.src()).unwrap_or(&page.path));
        problems.extend(missing_ids(page, &path.with_extension("html")));
    }
    Ok(Verdict::Checked(pages.len().saturating_sub(problems.len()), problems))
}

/// What mdBook said that is more than progress.
fn complaints(said: &str) -> Vec<Problem> {
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut problems: Vec<Problem> = Vec::new();
    let mut complaining = false;
    for line in lines {
        let is_level = |level: &str| line.starts_with(level);
        if ["INFO ", "DEBUG "].into_iter().any(is_level) {
            complaining = false;
        } else if ["WARN ", "ERROR "].into_iter().any(is_level) {
            complaining = true;
            problems.push(Problem::new("mdbook", line));
        } else if let Some(problem) = problems.last_mut().filter(|_| complaining) {
            problem.what.push_str(&format!("\n    {line}"));
        }
    }
    problems
}

/// The first heading that the page built from `page` has not.
fn missing_ids(page: &Page, built: &Path) -> Option<Problem> {
    let Ok(text) = fs::read_to_string(built) else {
        return Some(Problem::new(
            &page.name,
            "is not in the built notebook: is it in SUMMARY.md?",
        ));
    };
    let found = html::attributes(&text, &["id"]);
    let missing = page.ids().into_iter().find(|id| !found.contains(id))?;
    Some(Problem::new(&page.name, format!("the built page has no element `{missing}`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn progress_is_no_complaint_but_a_warning_is() {
        let said =
            " INFO Book building has started\n WARN unclosed HTML tag\n  in `a.md`\n INFO x\n y\n";
        let problems = complaints(said);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].what, "WARN unclosed HTML tag\n    in `a.md`");
    }

    #[test]
    fn a_heading_that_was_built_with_another_id_is_reported() {
        let page = ("src/a.md", "# One\n");
        let same = Fixture::new(&[page, ("a.html", "<h1 id=\"one\">")]);
        let built = |fixture: &Fixture| fixture.project().root().join("a.html");
        assert_eq!(missing_ids(&same.pages()[0], &built(&same)), None);
        let other = Fixture::new(&[page, ("a.html", "<h1 id=\"one-1\">")]);
        assert!(missing_ids(&other.pages()[0], &built(&other)).is_some());
        let unbuilt = Fixture::new(&[page]);
        assert!(missing_ids(&unbuilt.pages()[0], &built(&unbuilt)).is_some());
    }
}
