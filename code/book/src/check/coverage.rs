//! Whether what the registry calls written is on its page, with its tests.

use crate::check::Verdict;
use crate::course::{ALGORITHMS, CHAPTERS, EXERCISES, RUNS, Section};
use crate::glossary;
use crate::page::Page;
use crate::problem::Problem;
use crate::project::Project;

/// Looks for each section's questions, each algorithm's code and tests, each run's picture, and each
/// exercise's question and solution.
pub(crate) fn check(project: &Project, pages: &[Page]) -> Result<Verdict, String> {
    let (mut passed, mut problems) = (0, glossary::problems(pages));
    let mut look = |missing: Vec<Problem>| {
        passed += usize::from(missing.is_empty());
        problems.extend(missing);
    };
    for section in CHAPTERS.iter().flat_map(|chapter| chapter.sections) {
        if let Some(page) = page_of(section.id, pages) {
            look(questions(page));
        }
    }
    for algorithm in ALGORITHMS.iter().filter(|algorithm| !algorithm.code.is_empty()) {
        let file = |file: &&str| format!("code/src/{file}");
        let shown = algorithm.code.iter().map(file).collect::<Vec<_>>();
        let tests = format!("code/tests/{}", algorithm.tests.unwrap_or_default());
        let mut missing = not_included(algorithm.section, algorithm.id, &shown, pages);
        if !project.root().join(&tests).is_file() {
            let what = format!("holds the tests of {}, but is missing", algorithm.id);
            missing.push(Problem::new(&tests, what));
        }
        look(missing);
    }
    for run in RUNS.iter().filter(|run| run.written) {
        for id in run.ids {
            let picture = format!("code/tests/golden/{id}.html");
            look(not_included(run.section, id, &[picture], pages));
        }
    }
    for exercise in EXERCISES.iter().filter(|exercise| exercise.written) {
        look(solution(exercise.number, exercise.section, pages));
    }
    Ok(Verdict::Checked(passed, problems))
}

/// The page of the section of that name.
fn page_of<'a>(id: &str, pages: &'a [Page]) -> Option<&'a Page> {
    let path = format!("src/{}", Section::find(id)?.page?);
    pages.iter().find(|page| page.name == path)
}

/// A page has three to five questions to check oneself by.
fn questions(page: &Page) -> Vec<Problem> {
    let (_, after) = page.text.split_once("\n## Check yourself\n").unwrap_or_default();
    let block = after.split("\n## ").next().unwrap_or_default();
    match block.matches("<details class=\"check\">").count() {
        3..=5 => Vec::new(),
        n => vec![Problem::new(
            &page.name,
            format!("has {n} questions under \"Check yourself\", not three to five"),
        )],
    }
}

/// Whether the page of the section includes one of these files, whatever is meant by them.
fn not_included(section: &str, what: &str, files: &[String], pages: &[Page]) -> Vec<Problem> {
    let Some(page) = page_of(section, pages) else {
        return vec![Problem::new("the registry", format!("{what} is written, its page is not"))];
    };
    let includes = |file: &String| page.text.contains(&format!("/{file}"));
    if files.iter().any(includes) {
        return Vec::new();
    }
    vec![Problem::new(
        &page.name,
        format!("shows nothing of {what}: include {}", files.join(" or ")),
    )]
}

/// An exercise has its heading, the command that runs it, a hint and a solution.
fn solution(number: u8, section: &str, pages: &[Page]) -> Vec<Problem> {
    let Some(page) = page_of(section, pages) else {
        let what = format!("exercise {number} is written, its page is not");
        return vec![Problem::new("the registry", what)];
    };
    let heading = format!("\n### Exercise {number}\n");
    let (_, after) = page.text.split_once(&heading).unwrap_or_default();
    let block = after.split("\n### Exercise").next().unwrap_or_default();
    let command = format!("cargo book exercise {number}");
    let parts = [&*command, "<details class=\"hint\">", "<details class=\"solution\">"];
    let missing = parts.iter().filter(|part| !block.contains(**part));
    missing
        .map(|part| Problem::new(&page.name, format!("exercise {number} lacks `{part}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    const PATH: &str = "src/ch02-models/2.4-fault-tolerance.md";

    fn page(text: &str) -> Fixture {
        Fixture::new(&[(PATH, text)])
    }

    #[test]
    fn a_page_has_three_to_five_questions() {
        for (count, wrong) in [(0, 1), (2, 1), (3, 0), (5, 0), (6, 1)] {
            let block = "<details class=\"check\">\n".repeat(count);
            let fixture = page(&format!("# A\n\n## Check yourself\n\n{block}\n## More\n"));
            assert_eq!(questions(&fixture.pages()[0]).len(), wrong, "{count} questions");
        }
    }

    #[test]
    fn a_page_includes_what_it_is_about() {
        let file = ["code/tests/golden/R9.9.html".to_owned()];
        let with = page("{{#include ../../code/tests/golden/R9.9.html}}\n");
        assert_eq!(not_included("2.4", "R9.9", &file, &with.pages()), []);
        assert_eq!(not_included("2.4", "R9.9", &file, &page("R9.9").pages()).len(), 1);
        assert_eq!(not_included("8.2", "R9.9", &file, &with.pages()).len(), 1);
    }

    #[test]
    fn an_exercise_has_a_command_a_hint_and_a_solution() {
        let whole = "# A\n\n### Exercise 4\n\ncargo book exercise 4\n<details class=\"hint\">\n\
                     <details class=\"solution\">\n### Exercise 5\n";
        assert_eq!(solution(4, "2.4", &page(whole).pages()), []);
        assert_eq!(solution(5, "2.4", &page(whole).pages()).len(), 3);
    }
}
