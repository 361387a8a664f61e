//! The same histories, checked by us and by Porcupine.

use crate::histories::Sample;
use crate::operations::{of_map, of_register};
use crate::{COMMAND, map_name};
use benches::{Figure, Section, Wanted, nanos};
use distsys::formats::{Format, Log};
use distsys::history::linearizability::{Budget, Verdict};
use distsys::history::linearizable;
use distsys::history::objects::{CasRegister, Map};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How often everything is measured.
const ROUNDS: usize = 3;
/// What Porcupine must take for one history to be compared by itself, in nanoseconds.
const LONG: f64 = 1e6;
/// After how long it gives up a history, in nanoseconds.
const PATIENCE: f64 = 2e9;

/// Porcupine, built.
pub(crate) struct Porcupine {
    program: PathBuf,
    folder: PathBuf,
    checkout: PathBuf,
}

/// A history in a file, with what was measured.
struct Compared {
    /// What kind of history it is.
    kind: String,
    file: PathBuf,
    /// Of each round, in nanoseconds.
    ours: Vec<f64>,
    theirs: Vec<f64>,
}

/// A verdict, none if it was given up; and what it cost in nanoseconds.
type Checked = (Option<bool>, f64);

impl Porcupine {
    /// Builds the program that calls it.
    pub(crate) fn build(checkout: &Path, go: &Path) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("porcupine");
        std::fs::create_dir_all(&folder).map_err(text)?;
        let checkout = checkout.canonicalize().map_err(text)?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/porcupine");
        for file in ["main.go", "go.mod"] {
            std::fs::copy(source.join(file), folder.join(file)).map_err(text)?;
        }
        let module = "github.com/anishathalye/porcupine";
        let require = format!("-require={module}@v0.0.0");
        let replace = format!("-replace={module}={}", checkout.display());
        let program = folder.join(format!("porcupine{}", std::env::consts::EXE_SUFFIX));
        call(&folder, go, &["mod", "edit", &require, &replace])?;
        call(&folder, go, &["build", "-o", &program.to_string_lossy(), "."])?;
        Ok(Porcupine { program, folder, checkout })
    }

    /// Measures both by turns.
    pub(crate) fn compare(&self, samples: &[Sample]) -> Result<Section, String> {
        let mut all = self.files(samples)?;
        for round in 0..ROUNDS {
            println!("round {} of {ROUNDS}, {} histories", round + 1, all.len());
            let mut theirs = self.run(&all)?;
            for it in &mut all {
                let (expected, cost) = theirs.remove(&it.file).ok_or("Porcupine stopped early")?;
                let (verdict, ours) = check(&it.file)?;
                if verdict.is_none() || expected.is_some_and(|expected| verdict != Some(expected)) {
                    let file = it.file.display();
                    return Err(format!("{file}: {verdict:?}, but Porcupine says {expected:?}"));
                }
                it.ours.push(ours);
                it.theirs.push(cost);
            }
        }
        Ok(section(&all))
    }

    /// All histories in files: ours, and those that come with Porcupine.
    fn files(&self, samples: &[Sample]) -> Result<Vec<Compared>, String> {
        let mut all = Vec::new();
        let compared = |kind: &str, file| {
            let kind = kind.to_string();
            Compared { kind, file, ours: Vec::new(), theirs: Vec::new() }
        };
        for Sample { name, kind, log } in samples {
            let (format, end) =
                if kind == "register" { (Format::Log, "log") } else { (Format::Edn, "edn") };
            let file = self.folder.join(format!("{name}.{end}"));
            std::fs::write(&file, log.write(format)).map_err(text)?;
            all.push(compared(kind, file));
        }
        for (folder, kind) in [("jepsen", "etcd"), ("kv", "kv")] {
            let folder = self.checkout.join("test_data").join(folder);
            let entries = std::fs::read_dir(folder).map_err(text)?;
            let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(text));
            let mut paths = paths.collect::<Result<Vec<_>, _>>()?;
            // One of them is empty.
            paths.retain(|path| path.metadata().is_ok_and(|metadata| metadata.len() > 0));
            paths.sort();
            all.extend(paths.into_iter().map(|path| compared(kind, path)));
        }
        Ok(all)
    }

    fn run(&self, all: &[Compared]) -> Result<BTreeMap<PathBuf, Checked>, String> {
        let files = all.iter().map(|it| &it.file);
        let output = Command::new(&self.program).args(files).output().map_err(text)?;
        let line = |line: &str| {
            let mut words = line.rsplitn(3, ' ');
            let nanos = words.next()?.parse().ok()?;
            let verdict = match words.next()? {
                "Ok" => Some(true),
                "Illegal" => Some(false),
                _ => None,
            };
            Some((PathBuf::from(words.next()?), (verdict, nanos)))
        };
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(line).collect())
    }
}

fn call(folder: &Path, go: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(go);
    // It has no dependencies, so there is nothing to download.
    command.args(arguments).current_dir(folder).env("GOFLAGS", "-mod=mod").env("GOPROXY", "off");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("{} {arguments:?} failed", go.display())),
        Err(error) => Err(format!("{}: {error}", go.display())),
    }
}

fn check(file: &Path) -> Result<Checked, String> {
    let bytes = std::fs::read(file).map_err(text)?;
    let log = Log::read(&bytes, None).map_err(|error| format!("{}: {error:?}", file.display()))?;
    if file.extension().is_some_and(|end| end == "log") {
        let operations = of_register(&log);
        let register = CasRegister::holding(None);
        Ok(repeat(|| verdict(&linearizable(&register, &operations, Budget::default()))))
    } else {
        let operations = of_map(&log);
        let map = Map::<String, String>::default();
        Ok(repeat(|| verdict(&linearizable(&map, &operations, Budget::default()))))
    }
}

fn verdict<K, T>(verdict: &Verdict<K, T>) -> Option<bool> {
    match verdict {
        Verdict::Linearizable(_) => Some(true),
        Verdict::NotLinearizable(_) => Some(false),
        Verdict::NotDecided(_) => None,
    }
}

/// The mean of as many checks as take 20 ms, as the other program measures.
fn repeat(act: impl Fn() -> Option<bool>) -> Checked {
    let (mut rounds, mut total, mut result) = (0, 0.0, None);
    while rounds == 0 || (total < 2e7 && rounds < 500) {
        let (nanos, verdict) = nanos(&act);
        total += nanos;
        rounds += 1;
        result = verdict;
    }
    (result, total / f64::from(rounds))
}

/// What was measured, as sums over the histories of each kind that Porcupine decided.
fn section(all: &[Compared]) -> Section {
    let (decided, given_up): (Vec<_>, Vec<_>) =
        all.iter().partition(|it| it.theirs.iter().all(|nanos| *nanos < PATIENCE));
    let maps = [1, 10, 50].map(map_name);
    let mut kinds: Vec<(&str, Vec<&str>)> = vec![("registers", vec!["register"])];
    kinds.extend(maps.iter().map(|name| (name.as_str(), vec![name.as_str()])));
    kinds.push(("all maps", maps.iter().map(String::as_str).collect()));
    kinds.push(("Porcupine's etcd logs", vec!["etcd"]));
    kinds.push(("Porcupine's kv logs", vec!["kv"]));
    let mut figures = Vec::new();
    for (name, of) in &kinds {
        let these = decided.iter().filter(|it| of.contains(&it.kind.as_str()));
        figures.extend(pair(name, &these.copied().collect::<Vec<_>>()));
    }
    let long = decided.iter().filter(|it| it.theirs.iter().all(|nanos| *nanos >= LONG));
    let slowest = long.max_by(|a, b| slowness(a).total_cmp(&slowness(b)));
    figures.extend(slowest.map(|it| pair(SLOWEST, &[*it])).into_iter().flatten());
    let mut section = Section::new(&about(&given_up), COMMAND, figures);
    let mut faster = |name: &str, wanted| {
        let (of, to) = (format!("Porcupine, {name}"), format!("ours, {name}"));
        section.claim(&format!("faster than Porcupine: {name}"), &of, &to, Wanted::AtLeast(wanted));
    };
    faster("registers", 50.0);
    faster("all maps", 5.0);
    for name in &maps {
        faster(name, 5.0);
    }
    if slowest.is_some() {
        let (of, to) = (format!("ours, {SLOWEST}"), format!("Porcupine, {SLOWEST}"));
        let claim = "never much slower where Porcupine takes a millisecond or more";
        section.claim(claim, &of, &to, Wanted::AtMost(1.2));
    }
    section
}

fn about(given_up: &[&Compared]) -> String {
    let count = |kind: &str| given_up.iter().filter(|it| it.kind == kind).count();
    let (registers, many) = (count("register"), count(&map_name(50)));
    let others = given_up.len() - registers - many;
    format!(
        "Histories that our own generator makes, half of them with a wrong result, and those that come with Porcupine, checked by both on one thread. Registers: 40 histories of 80 operations of five clients on a register with compare-and-swap, 7 to 19 of them never answered. Maps: 10 histories each of 40 operations a client on 10 keys (get, append, now and then put). After two seconds Porcupine gave up {registers} of the histories of registers, {many} of those of maps with 50 clients and {others} of the others; the sums are over the histories that both decided."
    )
}

/// The history of the worst ratio.
const SLOWEST: &str = "the history that suits us least";

fn slowness(it: &Compared) -> f64 {
    let ratios: Vec<f64> = it.ours.iter().zip(&it.theirs).map(|(a, b)| a / b).collect();
    benches::report::median(&ratios)
}

/// What both took for these histories, in milliseconds.
fn pair(name: &str, these: &[&Compared]) -> [Figure; 2] {
    let sum = |of: fn(&Compared) -> &Vec<f64>| {
        let sum = |round| these.iter().map(|it| of(it)[round]).sum::<f64>() / 1e6;
        (0..ROUNDS).map(sum).collect()
    };
    [
        Figure::new(&format!("ours, {name}"), "ms", sum(|it| &it.ours)),
        Figure::new(&format!("Porcupine, {name}"), "ms", sum(|it| &it.theirs)),
    ]
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
