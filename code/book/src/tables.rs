//! What is written from the registry: the tables between markers in README.md and the introduction,
//! and the whole of SUMMARY.md; on the page on performance, what was measured; and the glossary.

use std::fmt::Write as _;
use std::fs;

use crate::course::{
    ALGORITHMS, Algorithm, CHAPTERS, Chapter, ENGINE, EXERCISES, Exercise, RUNS, Section,
    chapter_of,
};
use crate::glossary;
use crate::performance;
use crate::problem::Problem;
use crate::project::Project;

/// The files that hold tables, each with what leads from it to `src/`.
const FILES: [(&str, &str); 2] = [("README.md", "src/"), ("src/introduction.md", "")];

/// Writes a table, given what leads to `src/`.
type Table = fn(&str) -> String;

/// The tables. All of them can be anywhere; each stands where its markers are.
const TABLES: [(&str, Table); 3] =
    [("chapters", chapters), ("sections", sections), ("exercises", exercises)];

/// Those that every file has.
const REQUIRED: [&str; 2] = ["chapters", "exercises"];

/// The lectures on YouTube.
const PLAYLIST: &str = "PLeKd45zvjcDFUEv_ohr_HdUFe97RItdiB";

const END: &str = "<!-- end -->";

/// Rewrites what is not up to date; says which files that were.
pub(crate) fn bless(project: &Project) -> Result<Vec<&'static str>, String> {
    let mut changed = Vec::new();
    for (name, found, wanted) in compare(project)? {
        if found != wanted {
            fs::write(project.root().join(name), wanted).map_err(|e| format!("{name}: {e}"))?;
            changed.push(name);
        }
    }
    Ok(changed)
}

/// The number of files that are up to date, and what is wrong with the others.
pub(crate) fn check(project: &Project) -> Result<(usize, Vec<Problem>), String> {
    let files = compare(project)?;
    let stale: Vec<_> = files
        .iter()
        .filter(|(_, found, wanted)| found != wanted)
        .map(|(name, found, wanted)| {
            let line = 1 + found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
            Problem::at(
                name,
                line,
                "differs from the registry, or from what was measured: run `cargo book bless`",
            )
        })
        .collect();
    Ok((files.len() - stale.len(), stale))
}

/// Each file that is written from the registry, as it is and as it ought to be.
fn compare(project: &Project) -> Result<Vec<(&'static str, String, String)>, String> {
    let read = |name: &str| {
        let text = fs::read_to_string(project.root().join(name));
        text.map(|text| text.replace("\r\n", "\n")).map_err(|error| format!("{name}: {error}"))
    };
    let mut files = vec![("src/SUMMARY.md", read("src/SUMMARY.md")?, summary())];
    for (name, base) in FILES {
        let found = read(name)?;
        let wanted = with_tables(name, &found, base)?;
        files.push((name, found, wanted));
    }
    files.push(performance::page(project)?);
    files.push(glossary::page(project)?);
    Ok(files)
}

/// `text` with each table written anew between its markers.
fn with_tables(name: &str, text: &str, base: &str) -> Result<String, String> {
    let mut text = text.to_owned();
    for (table, write) in TABLES {
        let marker = format!("<!-- generated: {table} -->");
        let missing = || format!("{name}: the table `{marker}` … `{END}` is missing");
        let Some(start) = text.find(&marker) else {
            if REQUIRED.contains(&table) {
                return Err(missing());
            }
            continue;
        };
        let start = start + marker.len();
        let length = text[start..].find(END).ok_or_else(missing)?;
        text.replace_range(start..start + length, &format!("\n\n{}\n", write(base)));
    }
    Ok(text)
}

/// The eight chapters, and how much of each there is.
fn chapters(base: &str) -> String {
    let mut table = String::from(
        "| No. | Chapter | Sections | Topics | Algorithms | Runs | Exercises |\n\
         | --: | --- | --- | --- | --- | --- | --- |\n",
    );
    for Chapter { number, title, topics, sections } in CHAPTERS {
        let own = |section: &str| chapter_of(section) == Some(*number);
        let pages: Vec<_> = sections.iter().filter(|section| section.page.is_some()).collect();
        let algorithms: Vec<_> = ALGORITHMS.iter().filter(|a| own(a.section)).collect();
        let coded = algorithms.iter().filter(|algorithm| !algorithm.code.is_empty()).count();
        let exercises: Vec<_> = EXERCISES.iter().filter(|e| own(e.section)).collect();
        let solved = exercises.iter().filter(|exercise| exercise.written).count();
        let runs: Vec<_> = RUNS.iter().filter(|run| own(run.section)).collect();
        let drawn = runs.iter().filter(|run| run.written).count();
        let of = |there: usize, all: usize| format!("{there} of {all}");
        let links: Vec<_> = pages.iter().map(|section| link(section, section.id, base)).collect();
        let links =
            if links.is_empty() { String::new() } else { format!(": {}", links.join(", ")) };
        let _ = writeln!(
            table,
            "| {number} | {title} | {}{links} | {topics} | {} | {} | {} |",
            of(pages.len(), sections.len()),
            of(coded, algorithms.len()),
            of(drawn, runs.len()),
            of(solved, exercises.len()),
        );
    }
    table
}

/// `text`, as a link if the section is written.
fn link(section: &Section, text: &str, base: &str) -> String {
    section.page.map_or_else(|| text.to_owned(), |page| format!("[{text}]({base}{page})"))
}

/// The sections with their lectures and algorithms.
fn sections(base: &str) -> String {
    let mut table = String::from(
        "| No. | Section | Lecture | Algorithms |\n\
         | --: | --- | --- | --- |\n",
    );
    for section in CHAPTERS.iter().flat_map(|chapter| chapter.sections) {
        let Section { id, title, video, .. } = section;
        let own = ALGORITHMS.iter().filter(|algorithm| algorithm.section == *id);
        let names = own.map(|Algorithm { id, name, code, .. }| match code {
            [] => format!("{id} {name}"),
            _ => format!("**{id} {name}**"),
        });
        let names = names.collect::<Vec<_>>().join("; ");
        let video = format!("[video](https://www.youtube.com/watch?v={video}&list={PLAYLIST})");
        let _ = writeln!(table, "| {id} | {} | {video} | {names} |", link(section, title, base));
    }
    table
}

/// The index of the exercises.
fn exercises(base: &str) -> String {
    let mut table = String::from(
        "| No. | Exercise | Status | Kind | Chapter | Command |\n\
         | --: | --- | --- | --- | --: | --- |\n",
    );
    for exercise in EXERCISES {
        let Exercise { number, section, kind, title, .. } = exercise;
        let chapter = chapter_of(section).unwrap_or_default();
        let title = match exercise.page() {
            Some(page) => format!("[{title}]({base}{page})"),
            None => (*title).to_owned(),
        };
        let command = exercise.command().map_or(String::new(), |command| format!("`{command}`"));
        let (kind, status) = (kind.name(), exercise.status());
        let _ =
            writeln!(table, "| {number} | {title} | {status} | {kind} | {chapter} | {command} |");
    }
    table
}

/// The table of contents: a section without a page is a draft chapter.
fn summary() -> String {
    let mut summary = String::from("# Summary\n\n[About this notebook](introduction.md)\n\n");
    for chapter in CHAPTERS {
        let _ = writeln!(summary, "- [{}]()", chapter.title);
        for section in chapter.sections {
            let page = section.page.unwrap_or_default();
            let _ = writeln!(summary, "  - [{}]({page})", section.title);
        }
    }
    summary += "\n---\n\n";
    for (title, page) in ENGINE {
        let _ = writeln!(summary, "[{title}]({page})");
    }
    summary += "[Glossary](glossary.md)\n";
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_written_between_its_markers_and_nothing_else_is_touched() {
        let text = "a\n<!-- generated: chapters -->\nold\n<!-- end -->\nb\n\
                    <!-- generated: exercises --><!-- end -->\nc\n";
        let written = with_tables("x.md", text, "src/").unwrap();
        assert!(written.starts_with("a\n<!-- generated: chapters -->\n\n|"));
        assert!(written.ends_with("\n<!-- end -->\nc\n") && !written.contains("old"));
        assert_eq!(with_tables("x.md", &written, "src/").unwrap(), written, "writing again");
    }

    #[test]
    fn a_file_without_its_markers_is_refused() {
        assert!(with_tables("x.md", "nothing", "").unwrap_err().contains("generated: chapters"));
    }

    #[test]
    fn every_section_and_every_exercise_is_in_the_tables() {
        assert_eq!(summary().matches("\n  - [").count(), 23);
        // Each table has two lines of its own.
        assert_eq!(chapters("").lines().count(), 2 + 8);
        assert_eq!(sections("").lines().count(), 2 + 23);
        assert_eq!(exercises("").lines().count(), 2 + 22);
    }
}
