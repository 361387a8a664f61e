//! Whether what the registry says is there is there.

use crate::check::Verdict;
use crate::course::{ALGORITHMS, CHAPTERS, EXERCISES};
use crate::page::files_below;
use crate::problem::Problem;
use crate::project::Project;

/// Looks for every page, algorithm and program that the registry names, and the other way round.
pub(crate) fn check(project: &Project) -> Result<Verdict, String> {
    let pages = CHAPTERS.iter().flat_map(|chapter| chapter.sections).filter_map(|s| s.page);
    let code = ALGORITHMS.iter().flat_map(|algorithm| algorithm.code);
    let programs = EXERCISES.iter().filter_map(|exercise| exercise.program);
    let named: Vec<String> = pages
        .map(|page| format!("src/{page}"))
        .chain(code.map(|file| format!("code/src/{file}")))
        .chain(programs.map(|program| format!("code/examples/{program}.rs")))
        .collect();

    let missing = named.iter().filter(|name| !project.root().join(name).is_file());
    let mut problems: Vec<_> = missing
        .map(|name| {
            Problem::new(name, "the registry (code/book/src/course) names it; it is missing")
        })
        .collect();
    for path in files_below(&project.code().join("examples"), "rs")? {
        let name = project.name_of(&path);
        let is_exercise = name.trim_start_matches("code/examples/").starts_with("ex");
        if is_exercise && !named.contains(&name) {
            problems.push(Problem::new(&name, "no exercise of the registry names this program"));
        }
    }
    Ok(Verdict::Checked(named.len().saturating_sub(problems.len()), problems))
}
