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
    let examples = files_below(&project.code().join("examples"), "rs")?;
    let is_mentioned = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        pages.iter().any(|page| page.text.contains(&*name))
    };
    let unmentioned = examples.iter().filter(|path| !is_mentioned(path));
    let problem = |path: &PathBuf| Problem::new(&project.name_of(path), "no page mentions it");
    Ok(unmentioned.map(problem).collect())
}
