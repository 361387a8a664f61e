//! What the page on performance says of each thing that was measured, from `results.json`.

mod plot;

use std::fmt::Write as _;
use std::fs;

use benches::{Figure, Machine, Report, Section, Target};

use crate::project::Project;

/// The page.
const PAGE: &str = "src/engine/performance.md";

/// Before what is written for the section of that name, and after it.
const BEGIN: &str = "<!-- measured: ";
const END: &str = "<!-- end -->";

/// The page as it is, and as it ought to be.
pub(crate) fn page(project: &Project) -> Result<(&'static str, String, String), String> {
    let found = fs::read_to_string(project.root().join(PAGE));
    let found = found.map_err(|error| format!("{PAGE}: {error}"))?.replace("\r\n", "\n");
    let report = Report::read(&project.code().join("benches/results.json"))?;
    let wanted = with_measured(&found, &report)?;
    Ok((PAGE, found, wanted))
}

/// `text` with what was measured between the markers of each section: of all there are, and of no
/// others.
fn with_measured(text: &str, report: &Report) -> Result<String, String> {
    let mut pieces = text.split(BEGIN);
    let mut page = pieces.next().unwrap_or_default().to_owned();
    let mut shown = Vec::new();
    for piece in pieces {
        let (name, rest) = piece.split_once(" -->").ok_or(format!("{PAGE}: a broken marker"))?;
        let (_, after) = rest
            .split_once(END)
            .ok_or_else(|| format!("{PAGE}: the end of what was measured of {name} is missing"))?;
        let section = report
            .0
            .get(name)
            .ok_or_else(|| format!("{PAGE}: nobody measured {name}: see code/benches/README.md"))?;
        let _ = write!(page, "{BEGIN}{name} -->\n\n{}\n{END}{after}", measured(name, section));
        shown.push(name);
    }
    match report.0.keys().find(|name| !shown.contains(&name.as_str())) {
        Some(name) => Err(format!("{PAGE}: {name} was measured, and is not on the page")),
        None => Ok(page),
    }
}

/// All that was measured in one run of a program.
fn measured(name: &str, section: &Section) -> String {
    let Section { about, command, date, machine, figures, targets, curves } = section;
    let Machine { cpu, cores, os, rust } = machine;
    let mut text = format!("{about}\n\n");
    if !figures.is_empty() {
        text += "| | median | lowest to highest | |\n| --- | --: | --: | --- |\n";
    }
    for Figure { name, unit, median, runs } in figures {
        let lowest = runs.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = runs.iter().copied().fold(0.0, f64::max);
        let (median, lowest, highest) = (number(*median), number(lowest), number(highest));
        let _ = writeln!(text, "| {name} | {median} | {lowest} to {highest} | {unit} |");
    }
    if !targets.is_empty() {
        text += "\n| Ratio | wanted | measured | met |\n| --- | --- | --: | --- |\n";
    }
    for target in targets {
        let Target { claim, ratio, wanted, .. } = target;
        let met = if target.is_met() { "yes" } else { "**no**" };
        let _ = writeln!(text, "| {claim} | {wanted} | {} | {met} |", number(*ratio));
    }
    for (curve, index) in curves.iter().zip(1..) {
        let _ = writeln!(text, "\n{}", plot::plot(&format!("{name}-{index}"), curve));
    }
    let cores = if *cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") };
    let _ =
        writeln!(text, "\nMeasured on {date}: {cpu}, {cores}, {os}, {rust}. To measure it again:");
    let _ = writeln!(text, "\n```console\n{command}\n```");
    text
}

/// A number for people: digits in groups of three.
fn number(value: f64) -> String {
    let text = value.to_string();
    let (whole, fraction) = text.split_once('.').map_or((&*text, ""), |(a, b)| (a, b));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use benches::{Curve, Wanted};

    fn report() -> Report {
        let figures = vec![
            Figure::new("ours", "ns", vec![2_000.0, 1_000.0, 3_000.0]),
            Figure::new("theirs", "ns", vec![1_000.0; 3]),
        ];
        let mut section = Section::new("Work.", "cargo bench", figures);
        section.claim("twice theirs", "ours", "theirs", Wanted::AtMost(1.5));
        section.curves.push(Curve::new("Time", "n", "ms", vec![(1.0, 1.0), (100.0, 100.0)]));
        Report([("work".to_string(), section)].into())
    }

    #[test]
    fn what_was_measured_stands_between_its_markers_and_nothing_else_is_touched() {
        let text = "a\n<!-- measured: work -->\nold\n<!-- end -->\nb\n";
        let page = with_measured(text, &report()).unwrap();
        assert!(page.starts_with("a\n<!-- measured: work -->\n\nWork.\n"), "{page}");
        assert!(page.ends_with("\n<!-- end -->\nb\n") && !page.contains("old"));
        assert!(page.contains("| ours | 2,000 | 1,000 to 3,000 | ns |"), "{page}");
        assert!(page.contains("| twice theirs | at most 1.5 | 2 | **no** |"), "{page}");
        assert_eq!(with_measured(&page, &report()).unwrap(), page, "writing again");
    }

    #[test]
    fn a_page_with_other_numbers_is_stale() {
        let text = "<!-- measured: work --><!-- end -->";
        let page = with_measured(text, &report()).unwrap();
        let mut faster = report();
        let figures = &mut faster.0.get_mut("work").unwrap().figures;
        figures[0].median = 1_999.0;
        assert_ne!(with_measured(&page, &faster).unwrap(), page);
    }

    #[test]
    fn what_nobody_measured_and_what_nobody_shows_is_refused() {
        let refused = |text: &str| with_measured(text, &report()).unwrap_err();
        assert!(refused("").contains("work was measured, and is not on the page"));
        assert!(refused("<!-- measured: play --><!-- end -->").contains("nobody measured play"));
        assert!(refused("<!-- measured: work -->").contains("the end of what was measured"));
    }

    #[test]
    fn digits_stand_in_groups() {
        let numbers = [0.5, 12.0, 123.0, 1_234.0, 1_234_567.0].map(number);
        assert_eq!(numbers, ["0.5", "12", "123", "1,234", "1,234,567"]);
    }
}
