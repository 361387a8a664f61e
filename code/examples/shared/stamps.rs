//! What the programs of exercises 10, 12 and 13 share: their run, its table, their options.

#![allow(dead_code, reason = "no exercise needs all of it")]

use distsys::clock::logical::Timestamps;
use distsys::draw::svg;
use distsys::layer::{Layer, Value};
use distsys::runs::practice::{event_names, practice, practice_drawn, practice_style};
use distsys::sim::Node;
use distsys::spec::causality::{Relation, Stamps, happens_before};
use lexopt::{Arg, Parser};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Options:
  --svg FILE    draw the run with its timestamps into FILE
  --help        this text
Exit status: 0, or 2 if the options make no sense.";

/// Reads the options; `Err` holds the exit status.
pub(crate) fn options(about: &str) -> Result<Option<PathBuf>, ExitCode> {
    let parse = || -> Result<Option<Option<PathBuf>>, lexopt::Error> {
        let (mut parser, mut file) = (Parser::from_env(), None);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("svg") => file = Some(parser.value()?.into()),
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(file))
    };
    match parse() {
        Ok(Some(file)) => Ok(file),
        Ok(None) => {
            println!("{about}\n\n{HELP}");
            Err(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            Err(ExitCode::from(2))
        }
    }
}

/// The events of the run, as one of the clocks stamped them.
pub(crate) struct Practice<T> {
    pub(crate) names: Vec<String>,
    pub(crate) stamps: Stamps<T>,
    pub(crate) before: Relation,
    times: Vec<u64>,
    svg: String,
}

impl<T: Value> Practice<T> {
    /// Plays the run with this clock.
    pub(crate) fn of<N>(clock: &N) -> Self
    where
        N: Node + Layer<Implements = Timestamps<T, &'static str>>,
    {
        let trace = practice(clock);
        let stamps: Stamps<T> = Stamps::of(&trace);
        let at = |&record: &u64| trace.records[record as usize].at;
        Practice {
            names: event_names(&trace),
            before: happens_before(&stamps.events),
            times: stamps.records.iter().map(at).collect(),
            svg: svg(&practice_drawn(clock), &practice_style()),
            stamps,
        }
    }

    /// The timestamp of the event of this name.
    pub(crate) fn time(&self, name: &str) -> Option<&T> {
        self.stamps.times[self.event(name)?].as_ref()
    }

    /// The event of this name.
    pub(crate) fn event(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }

    /// The events in the order of time, with their timestamps.
    pub(crate) fn print(&self, show: impl Fn(&T) -> String) {
        println!("  time     node  event       timestamp");
        for (event, time) in self.stamps.stamped() {
            let at = self.times[event] / 1_000_000;
            let (node, name) = (self.stamps.events[event].node, &self.names[event]);
            println!("  {at:>2} ms    {node}     {name:<10}  {}", show(time));
        }
        println!("\n  message  on it       received with");
        for message in 1..=9 {
            let of = |what: &str| {
                self.time(&format!("{what} m{message}")).map_or_else(String::new, &show)
            };
            println!("  m{message}       {:<10}  {}", of("send"), of("receive"));
        }
    }

    /// Draws the run, if that is wanted.
    pub(crate) fn draw(&self, file: Option<PathBuf>) -> ExitCode {
        let Some(file) = file else { return ExitCode::SUCCESS };
        match std::fs::write(&file, &self.svg) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: cannot write {}: {error}", file.display());
                ExitCode::from(2)
            }
        }
    }
}
