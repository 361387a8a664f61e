//! Whether what the registry says is there is there.

use std::path::Path;

use crate::check::Verdict;
use crate::course::{ALGORITHMS, CHAPTERS, EXERCISES, Section};
use crate::page::{Page, files_below};
use crate::problem::Problem;
use crate::project::Project;

/// Looks for every page, algorithm and program that the registry names, and the other way round.
pub(crate) fn check(project: &Project, pages: &[Page]) -> Result<Verdict, String> {
    let named = named();
    let mut problems = missing(project, &named);
    problems.extend(unnamed_programs(project, &named)?);
    let linked = CHAPTERS.iter().flat_map(|chapter| chapter.sections);
    problems.extend(linked.filter_map(|section| without_video(section, pages)));
    Ok(Verdict::Checked(named.len().saturating_sub(problems.len()), problems))
}

/// Every file that the registry names.
fn named() -> Vec<String> {
    let pages = CHAPTERS.iter().flat_map(|chapter| chapter.sections).filter_map(|s| s.page);
    let code = ALGORITHMS.iter().flat_map(|algorithm| algorithm.code);
    let programs = EXERCISES.iter().filter_map(|exercise| exercise.program);
    pages
        .map(|page| format!("src/{page}"))
        .chain(code.map(|file| format!("code/src/{file}")))
        .chain(programs.map(|program| format!("code/examples/{program}.rs")))
        .collect()
}

fn missing(project: &Project, named: &[String]) -> Vec<Problem> {
    let missing = named.iter().filter(|name| !project.root().join(name).is_file());
    let what = "the registry (code/book/src/course) names it, but it is missing";
    missing.map(|name| Problem::new(name, what)).collect()
}

/// The programs of exercises that the registry does not know.
fn unnamed_programs(project: &Project, named: &[String]) -> Result<Vec<Problem>, String> {
    let files = files_below(&project.code().join("examples"), "rs")?;
    let names = files.iter().map(|path| project.name_of(path));
    let programs = names.filter(|name| name.starts_with("code/examples/ex"));
    let unnamed = programs.filter(|name| !named.contains(name));
    Ok(unnamed.map(|name| Problem::new(&name, "no exercise of the registry names it")).collect())
}

/// The page of `section`, if it does not link its lecture.
fn without_video(section: &Section, pages: &[Page]) -> Option<Problem> {
    let path = Path::new("src").join(section.page?);
    let page = pages.iter().find(|page| Path::new(&page.name) == path)?;
    let links_video = page.links().iter().any(|link| link.target.contains(section.video));
    let what =
        format!("does not link its lecture: https://www.youtube.com/watch?v={}", section.video);
    (!links_video).then(|| Problem::new(&page.name, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_page_that_is_named_has_to_be_there() {
        let fixture = Fixture::new(&[("src/a.md", "# A\n")]);
        let named = ["src/a.md".to_owned(), "src/b.md".to_owned()];
        let problems = missing(fixture.project(), &named);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].file, "src/b.md");
    }

    #[test]
    fn a_program_that_is_there_has_to_be_named() {
        let fixture = Fixture::new(&[("code/examples/ex99_x.rs", ""), ("code/examples/a.rs", "")]);
        let problems = unnamed_programs(fixture.project(), &[]).unwrap();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].file, "code/examples/ex99_x.rs");
    }

    #[test]
    fn a_page_links_its_lecture() {
        let section = Section { id: "9.9", title: "T", video: "abc", page: Some("a.md") };
        let with = Fixture::new(&[("src/a.md", "[video](https://youtu.be/abc)\n")]);
        assert_eq!(without_video(&section, &with.pages()), None);
        let without = Fixture::new(&[("src/a.md", "[video](https://youtu.be/xyz)\n")]);
        assert!(without_video(&section, &without.pages()).is_some());
    }
}
