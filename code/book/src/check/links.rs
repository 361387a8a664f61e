//! Whether every link inside the notebook leads somewhere. Links to other sites are not followed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::check::Verdict;
use crate::page::{Page, files_below};
use crate::problem::Problem;
use crate::project::{Project, clean};

/// Follows the links of all `pages`, and looks for examples that no page mentions.
pub(crate) fn check(project: &Project, pages: &[Page]) -> Result<Verdict, String> {
    let ids: BTreeMap<&Path, Vec<String>> =
        pages.iter().map(|page| (page.path.as_path(), page.ids())).collect();
    let mut passed = 0;
    let mut problems = Vec::new();
    for page in pages {
        for link in page.links().into_iter().filter(|link| is_internal(&link.target)) {
            match follow(&page.path, &link.target, &ids) {
                Ok(()) => passed += 1,
                Err(what) => problems.push(Problem::at(&page.name, link.line, what)),
            }
        }
    }
    problems.extend(unmentioned(project, pages)?);
    Ok(Verdict::Checked(passed, problems))
}

fn is_internal(target: &str) -> bool {
    !target.contains("://") && !target.starts_with("mailto:") && !target.starts_with("data:")
}

fn follow(from: &Path, target: &str, ids: &BTreeMap<&Path, Vec<String>>) -> Result<(), String> {
    let (file, id) = target.split_once('#').map_or((target, None), |(file, id)| (file, Some(id)));
    let to = if file.is_empty() { from.to_path_buf() } else { beside(from, file) };
    if !to.is_file() {
        return Err(format!("the link to {target} leads nowhere"));
    }
    match (id, ids.get(to.as_path())) {
        (Some(id), Some(ids)) if !ids.iter().any(|found| found == id) => {
            Err(format!("the link to {target}: there is no heading or element `{id}`"))
        }
        _ => Ok(()),
    }
}

/// The file that a link on the page `from` means; a link may name a page as it will be published.
fn beside(from: &Path, file: &str) -> PathBuf {
    let to = clean(&from.parent().unwrap_or(Path::new("")).join(file.replace("%20", " ")));
    match to.extension() {
        Some(extension) if extension == "html" => to.with_extension("md"),
        _ => to,
    }
}

/// The programs in `code/examples` that no page mentions.
fn unmentioned(project: &Project, pages: &[Page]) -> Result<Vec<Problem>, String> {
    let folder = project.code().join("examples");
    // What lies deeper is shared by the programs.
    let is_program = |path: &PathBuf| path.parent() == Some(folder.as_path());
    let examples: Vec<_> = files_below(&folder, "rs")?.into_iter().filter(is_program).collect();
    let is_mentioned = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        pages.iter().any(|page| page.text.contains(&*name))
    };
    let unmentioned = examples.iter().filter(|path| !is_mentioned(path));
    let problem = |path: &PathBuf| Problem::new(&project.name_of(path), "no page mentions it");
    Ok(unmentioned.map(problem).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let fixture = Fixture::new(&[files, &[("code/examples/ex.rs", "")]].concat());
        match check(fixture.project(), &fixture.pages()).unwrap() {
            Verdict::Checked(_, problems) => problems.iter().map(ToString::to_string).collect(),
            Verdict::Skipped(why) => panic!("skipped: {why}"),
        }
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let one =
            "# One\n\n[two](sub/b.md#two), [here](#one), [site](https://example.org/), ex.rs\n";
        let two = "# Two\n\n[one](../a.md), [as published](../a.html#one) ![picture](p.svg)\n";
        let none: [String; 0] = [];
        assert_eq!(
            problems(&[("src/a.md", one), ("src/sub/b.md", two), ("src/sub/p.svg", "")]),
            none
        );
    }

    #[test]
    fn a_dead_link_is_reported_with_page_and_line() {
        let page =
            "# One ex.rs\n\n[gone](b.md)\n\n[no such heading](#two)\n\n<img src=\"p.svg\">\n";
        let expected = [
            "src/a.md:3: the link to b.md leads nowhere",
            "src/a.md:5: the link to #two: there is no heading or element `two`",
            "src/a.md:7: the link to p.svg leads nowhere",
        ];
        assert_eq!(problems(&[("src/a.md", page)]), expected);
    }

    #[test]
    fn an_example_that_no_page_mentions_is_reported() {
        let expected = ["code/examples/ex.rs: no page mentions it"];
        let shared = ("code/examples/shared/mod.rs", "");
        assert_eq!(problems(&[("src/a.md", "# One\n"), shared]), expected);
    }
}
