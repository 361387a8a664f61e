//! What the programs of the exercises share: options, pictures and verdicts.

#![allow(dead_code, reason = "no exercise needs all of it")]

use distsys::draw::{Style, svg, terminal};
use distsys::sim::{FaultMenu, Network, Rate};
use distsys::subject::{Report, Run, Subject, subjects};
use lexopt::{Arg, Parser, ValueExt};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use zoo::Twin;

/// What can be asked of the program of an exercise.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) seed: Option<u64>,
    pub(crate) loss: Option<u32>,
    pub(crate) duplicate: Option<u32>,
    pub(crate) faults: Option<FaultMenu>,
    pub(crate) messages: Option<u64>,
    pub(crate) nodes: Option<u64>,
    pub(crate) scene: Option<usize>,
    pub(crate) twin: Option<&'static Twin>,
    pub(crate) replay: Option<PathBuf>,
    pub(crate) json: bool,
    pub(crate) svg: Option<PathBuf>,
}

const HELP: &str = "\
Options:
  --seed N         another seed, another run (default 1)
  --loss P         lose P % of all packets, 0 to 90 (default 20)
  --duplicate P    deliver P % of all packets twice, 0 to 90 (default 10)
  --faults MENU    all that goes wrong, as in \"loss=20% partitions=2 pauses=1\"; `--faults list` names what can
  --messages N     how many messages each sender sends to each receiver
  --nodes N        how many nodes, 2 to 26
  --scene N        only this scene
  --zoo NAME       show how a broken twin fails, or with --seed how it does in that run; `--zoo list` names them
  --replay FILE    show the run in FILE, as --json or a failing test printed it
  --json           print runs and verdicts as JSON
  --svg FILE       draw the run (the first that breaks a promise, or else the first) into FILE
  --help           this text
Exit status: 0 if all promises were kept, 1 if one was broken, 2 if the options make no sense.";

impl Options {
    /// Reads the options of the program; `Err` holds what to print and the exit status.
    pub(crate) fn read(about: &str) -> Result<Options, ExitCode> {
        match Options::parse(about) {
            Ok(Some(options)) => Ok(options),
            Ok(None) => Err(ExitCode::SUCCESS),
            Err(error) => {
                eprintln!("error: {error}\n\n{HELP}");
                Err(ExitCode::from(2))
            }
        }
    }

    fn parse(about: &str) -> Result<Option<Options>, lexopt::Error> {
        let mut options = Options::default();
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("seed") => options.seed = Some(parser.value()?.parse()?),
                Arg::Long("loss") => options.loss = Some(percentage(&mut parser, "--loss")?),
                Arg::Long("duplicate") => {
                    options.duplicate = Some(percentage(&mut parser, "--duplicate")?);
                }
                Arg::Long("faults") => match parser.value()?.string()?.as_str() {
                    "list" => {
                        list_faults();
                        return Ok(None);
                    }
                    menu => options.faults = Some(menu.parse()?),
                },
                Arg::Long("messages") => options.messages = Some(parser.value()?.parse()?),
                Arg::Long("nodes") => options.nodes = Some(parser.value()?.parse()?),
                Arg::Long("scene") => options.scene = Some(parser.value()?.parse()?),
                Arg::Long("zoo") => match parser.value()?.string()?.as_str() {
                    "list" => {
                        list_zoo();
                        return Ok(None);
                    }
                    name => options.twin = Some(Twin::named(name)?),
                },
                Arg::Long("replay") => options.replay = Some(parser.value()?.into()),
                Arg::Long("json") => options.json = true,
                Arg::Long("svg") => options.svg = Some(parser.value()?.into()),
                Arg::Short('h') | Arg::Long("help") => {
                    println!("{about}\n\n{HELP}");
                    return Ok(None);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// The subject of that name, or the twin that was asked for.
    pub(crate) fn subject(&self, name: &str) -> Result<Subject, String> {
        if let Some(twin) = self.twin {
            return twin.subject();
        }
        let found = subjects().into_iter().find(|subject| subject.name == name);
        found.ok_or_else(|| format!("there is no subject {name}"))
    }

    /// Whether the options say anything about the network.
    pub(crate) fn network_was_asked_for(&self) -> bool {
        self.loss.is_some() || self.duplicate.is_some() || self.faults.is_some()
    }

    /// The seed that was asked for, or the usual one.
    pub(crate) fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    /// If a run was given to replay, shows it.
    pub(crate) fn replayed(&self) -> Result<Option<ExitCode>, String> {
        let Some(file) = &self.replay else { return Ok(None) };
        let name = file.display();
        let text = std::fs::read_to_string(file).map_err(|e| format!("cannot read {name}: {e}"))?;
        let run: Run = serde_json::from_str(&text).map_err(|e| format!("{name} is no run: {e}"))?;
        let known = subjects().into_iter().find(|subject| subject.name == run.subject);
        let subject = match known {
            Some(subject) => subject,
            None => Twin::named(&run.subject)?.subject()?,
        };
        let scene = Scene { title: "The run that was given", run };
        show(&subject, vec![scene], self, |_| ()).map(Some)
    }

    /// If a twin was asked for, and no seed to try it with: the smallest run found in which it
    /// breaks its promise.
    pub(crate) fn twin_caught(&self) -> Result<Option<Vec<Scene>>, String> {
        let (Some(twin), None) = (self.twin, self.seed) else { return Ok(None) };
        let seeds = 100;
        let Some((run, _)) = twin.hunt(seeds)? else {
            return Err(format!("{} kept its promises with {seeds} seeds", twin.name));
        };
        let (run, _) = twin.smallest(&run)?;
        Ok(Some(vec![Scene { title: twin.bug, run }]))
    }

    /// A run with the seed, the network and the parameters that were asked for.
    pub(crate) fn run(&self, subject: &Subject) -> Run {
        let (loss, duplication) = (Rate::percent(20), Rate::percent(10));
        let usual = Network { loss, duplication, ..Network::reliable() };
        let mut menu = self.faults.clone().unwrap_or(FaultMenu::of_network(usual));
        let asked = |percent: Option<u32>, rate| percent.map_or(rate, Rate::percent);
        menu.network.loss = asked(self.loss, menu.network.loss);
        menu.network.duplication = asked(self.duplicate, menu.network.duplication);
        let mut run = Run::new(subject, self.seed()).with_faults(menu);
        for (name, value) in [("messages", self.messages), ("nodes", self.nodes)] {
            if let Some(value) = value {
                run = run.with(name, value);
            }
        }
        run
    }
}

fn percentage(parser: &mut Parser, option: &str) -> Result<u32, lexopt::Error> {
    match parser.value()?.parse()? {
        percent @ 0..=90 => Ok(percent),
        percent => Err(format!(
            "{option} takes 0 to 90, not {percent}: beyond that hardly anything arrives"
        )
        .into()),
    }
}

fn list_faults() {
    for (name, about) in FaultMenu::knobs() {
        println!("{name:<16} {about}");
    }
}

fn list_zoo() {
    for twin in zoo::twins() {
        println!("{:<34} {}", twin.name, twin.bug);
        println!("{:34} breaks {}", "", twin.breaks);
    }
}

/// One run that an exercise shows.
pub(crate) struct Scene {
    pub(crate) title: &'static str,
    pub(crate) run: Run,
}

/// Runs the scenes, shows each, and says whether all promises were kept.
///
/// `summarise` prints whatever the exercise has to say about a run beside its picture.
pub(crate) fn show(
    subject: &Subject,
    scenes: Vec<Scene>,
    options: &Options,
    summarise: impl Fn(&Report),
) -> Result<ExitCode, String> {
    let number = scenes.len();
    let wanted = |(i, _): &(usize, Scene)| options.scene.is_none_or(|scene| scene == i + 1);
    let mut shown = Vec::new();
    for (i, scene) in scenes.into_iter().enumerate().filter(wanted) {
        let report = scene.run.report(subject)?;
        if !options.json {
            println!("{}. {}\n", i + 1, scene.title);
            println!("{}", picture(&report, &subject.style));
            summarise(&report);
            print_verdicts(&report);
            println!();
        }
        shown.push((scene, report));
    }
    if shown.is_empty() {
        return Err(format!("--scene takes 1 to {number}"));
    }
    if options.json {
        print_json(&shown)?;
    }
    let broken = shown.iter().find(|(_, report)| is_bad(report));
    if let Some(file) = &options.svg {
        let (_, report) = broken.unwrap_or(&shown[0]);
        std::fs::write(file, svg(&report.trace, &subject.style))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(if broken.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Whether something went wrong that must not.
pub(crate) fn is_bad(report: &Report) -> bool {
    report.error.is_some() || report.broken().is_some()
}

/// The run as a diagram for the terminal; of a long one, the beginning.
pub(crate) fn picture(report: &Report, style: &Style) -> String {
    let mut trace = report.trace.clone();
    let all = trace.records.len();
    if all > LONG {
        trace.records.truncate(SHOWN);
    }
    let mut text = terminal(&trace, colour_wanted(), style);
    if all > LONG {
        text += &format!("… and {} events more (--json has them all)\n", all - SHOWN);
    }
    text
}

/// Of a run with more records than this …
const LONG: usize = 400;
/// … only so many are drawn.
const SHOWN: usize = 60;

/// Colours, unless the output goes to a file or the reader does not want them (see no-color.org).
pub(crate) fn colour_wanted() -> bool {
    let asked_not_to = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !asked_not_to
}

/// Each promise, and whether it was kept.
pub(crate) fn print_verdicts(report: &Report) {
    for (promise, violation) in &report.verdicts {
        match violation {
            None => println!("kept    {:<32} {}", promise.name, promise.says),
            Some(violation) => {
                println!("BROKEN  {:<32} {}", promise.name, promise.says);
                println!("        {}", violation.explanation);
            }
        }
    }
    let marks = report.marks();
    let seen: Vec<_> = marks.iter().map(|(mark, times)| format!("{mark} {times} ×")).collect();
    if !seen.is_empty() {
        println!("seen    {}", seen.join(", "));
    }
    if let Some(error) = &report.error {
        println!("ERROR   {error}");
    }
    if !report.promised {
        println!(
            "(This run goes beyond the model that the algorithm is made for: nothing was promised.)"
        );
    }
}

fn print_json(shown: &[(Scene, Report)]) -> Result<(), String> {
    let scenes: Vec<_> = shown
        .iter()
        .map(|(scene, report)| {
            serde_json::json!({
                "title": scene.title,
                "run": scene.run,
                "trace": report.trace,
                "promised": report.promised,
                "error": report.error,
                "verdicts": report.verdicts.iter().map(|(promise, violation)| {
                    serde_json::json!({ "promise": promise, "violation": violation })
                }).collect::<Vec<_>>(),
            })
        })
        .collect();
    let text = serde_json::to_string_pretty(&scenes).map_err(|error| error.to_string())?;
    println!("{text}");
    Ok(())
}

/// Ends the program: an error that was not foreseen above is about the options.
pub(crate) fn end(result: Result<ExitCode, String>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}
