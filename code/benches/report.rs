//! What was measured, as a value: `results.json`, from which the book's page is written.

use crate::machine::{Machine, today};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Everything that was measured, by the name of its part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report(pub BTreeMap<String, Section>);

/// What one program measured in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What is measured, in a sentence or two.
    pub about: String,
    /// What to type, from the root of the repository, to measure it again.
    pub command: String,
    /// When it was measured: `2026-01-31`.
    pub date: String,
    /// On what.
    pub machine: Machine,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What was wanted, and whether it was reached.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// How costs grow.
    #[serde(default)]
    pub curves: Vec<Curve>,
}

/// One thing that was measured several times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What.
    pub name: String,
    /// In what, such as `ns a message`.
    pub unit: String,
    /// The median of the runs.
    pub median: f64,
    /// Every run, in the order of the rounds.
    pub runs: Vec<f64>,
}

/// A ratio of two figures, and what it was meant to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// What is claimed, in words.
    pub claim: String,
    /// The name of the figure above the line …
    pub of: String,
    /// … and of the one below it.
    pub to: String,
    /// The median, over the rounds, of one divided by the other in the same round.
    pub ratio: f64,
    /// What it should be.
    pub wanted: Wanted,
}

/// A bound on a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Wanted {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
}

/// How a cost grows with something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// What grows.
    pub name: String,
    /// With what, and its unit.
    pub x: String,
    /// The cost, and its unit.
    pub y: String,
    /// What was measured.
    pub points: Vec<(f64, f64)>,
    /// The `k` for which the cost is nearest to a constant times `x` to the power of `k`.
    pub exponent: f64,
}

impl Report {
    /// Reads what `write` wrote.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
    /// Writes it as JSON.
    pub fn write(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        std::fs::write(path, text + "\n").map_err(|e| format!("{}: {e}", path.display()))
    }
}

impl Section {
    /// What was measured just now on this machine.
    pub fn new(about: &str, command: &str, figures: Vec<Figure>) -> Self {
        Section {
            about: about.to_string(),
            command: command.to_string(),
            date: today(),
            machine: Machine::this(),
            figures,
            targets: Vec::new(),
            curves: Vec::new(),
        }
    }
    /// The figure of that name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }
    /// Claims a bound on the ratio of two figures.
    ///
    /// # Panics
    ///
    /// If there is no such figure.
    pub fn claim(&mut self, claim: &str, of: &str, to: &str, wanted: Wanted) {
        let figure = |name| self.figure(name).unwrap_or_else(|| panic!("no figure {name:?}"));
        let ratio = figure(of).ratio_to(figure(to));
        let [claim, of, to] = [claim, of, to].map(str::to_string);
        self.targets.push(Target { claim, of, to, ratio, wanted });
    }
    /// Prints it, and if the program was called with `--record`, puts it into `results.json` in the
    /// place of what an earlier run of the same program wrote.
    pub fn finish(self, name: &str) -> Result<(), String> {
        print!("{self}");
        if !std::env::args().any(|argument| argument == "--record") {
            println!("not recorded: call with --record");
            return Ok(());
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("results.json");
        let mut report = Report::read(&path)?;
        report.0.insert(name.to_string(), self);
        report.write(&path)
    }
}

impl Figure {
    /// Of these runs.
    pub fn new(name: &str, unit: &str, runs: Vec<f64>) -> Self {
        let runs: Vec<_> = runs.into_iter().map(three_digits).collect();
        let (name, unit) = (name.to_string(), unit.to_string());
        Figure { name, unit, median: median(&runs), runs }
    }
    /// The median of the ratios of runs in the same round.
    pub fn ratio_to(&self, other: &Figure) -> f64 {
        let ratios: Vec<_> = self.runs.iter().zip(&other.runs).map(|(a, b)| a / b).collect();
        three_digits(median(&ratios))
    }
}

impl Target {
    /// Whether it is as wanted.
    pub fn is_met(&self) -> bool {
        match self.wanted {
            Wanted::AtMost(most) => self.ratio <= most,
            Wanted::AtLeast(least) => self.ratio >= least,
        }
    }
}

impl Curve {
    /// Through these points.
    pub fn new(name: &str, x: &str, y: &str, points: Vec<(f64, f64)>) -> Self {
        let points: Vec<_> = points.into_iter().map(|(x, y)| (x, three_digits(y))).collect();
        let [name, x, y] = [name, x, y].map(str::to_string);
        Curve { name, x, y, exponent: exponent(&points), points }
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Wanted::AtMost(bound) => write!(f, "at most {bound}"),
            Wanted::AtLeast(bound) => write!(f, "at least {bound}"),
        }
    }
}

impl std::fmt::Display for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        for Figure { name, unit, median, runs } in &self.figures {
            writeln!(f, "{name:40} {median:>12} {unit}   {runs:?}")?;
        }
        for target in &self.targets {
            let met = if target.is_met() { "met" } else { "MISSED" };
            let Target { claim, ratio, wanted, .. } = target;
            writeln!(f, "{claim}: {ratio}, wanted {wanted}: {met}")?;
        }
        for Curve { name, points, exponent, .. } in &self.curves {
            writeln!(f, "{name}: exponent {exponent} through {points:?}")?;
        }
        Ok(())
    }
}

/// The middle one; of an even number, the mean of the two in the middle. 0 of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// The slope of the straight line that comes nearest to the points (least squares) when both
/// coordinates are logarithms.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<_> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / logs.len() as f64;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let together: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let alone: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    (together / alone * 100.0).round() / 100.0
}

/// Rounded to three digits, or to a whole number: what is behind them is noise.
fn three_digits(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi((2 - value.abs().log10().floor() as i32).max(0));
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponent_of_a_power_is_found() {
        for power in [0.5, 1.0, 2.0] {
            let points = (1..6).map(|i| 10_f64.powi(i)).map(|x| (x, 7.0 * x.powf(power)));
            let curve = Curve::new("", "", "", points.collect());
            assert!((curve.exponent - power).abs() <= 0.01, "{curve:?}");
        }
    }

    #[test]
    fn numbers_keep_three_digits() {
        let rounded = [0.012_345, 1.2345, 123.45, 12_345.6, 0.0].map(three_digits);
        assert_eq!(rounded, [0.0123, 1.23, 123.0, 12_346.0, 0.0]);
    }

    #[test]
    fn a_ratio_is_the_median_of_the_ratios_in_the_same_round() {
        let ours = Figure::new("ours", "ns", vec![1.0, 20.0, 3.0]);
        let peer = Figure::new("peer", "ns", vec![2.0, 40.0, 3.0]);
        assert_eq!(ours.ratio_to(&peer), 0.5);
    }

    #[test]
    fn what_is_recorded_agrees_with_itself() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("results.json");
        for (name, section) in Report::read(&path).unwrap().0 {
            for figure in &section.figures {
                assert_eq!(figure.median, median(&figure.runs), "{name}: {figure:?}");
            }
            for target in &section.targets {
                let [of, to] = [&target.of, &target.to].map(|name| section.figure(name).unwrap());
                assert_eq!(target.ratio, of.ratio_to(to), "{name}: {target:?}");
            }
            for curve in &section.curves {
                assert_eq!(curve.exponent, exponent(&curve.points), "{name}: {curve:?}");
            }
        }
    }
}
