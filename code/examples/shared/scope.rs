//! What the programs share that try all small executions: how far they go, and what they say.

#![allow(dead_code, reason = "no exercise needs all of it")]

use distsys::node::NodeId;
use distsys::runs::practice::letter;
use distsys::spec::causality::{Event, Relation, happens_before};
use distsys::spec::executions::{drawings, in_time, up_to_renaming};
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;

/// How far a program goes.
pub(crate) struct Scope {
    nodes: u32,
    events: usize,
}

const HELP: &str = "\
Options:
  --nodes N     up to so many nodes, 1 to 4 (default 3)
  --events N    up to so many events in all, 1 to 8 (default 7); 8 take a while
  --help        this text
Exit status: 0 if all claims hold and all twins fail, 1 if not, 2 if the options make no sense.";

/// A drawing, with what happened before what in it.
pub(crate) struct Small {
    pub(crate) nodes: u32,
    pub(crate) events: Vec<Event>,
    pub(crate) before: Relation,
    /// Whether its events can happen one after another.
    pub(crate) can_happen: bool,
}

impl Scope {
    /// Reads the options of the program; `Err` holds the exit status.
    pub(crate) fn read(about: &str) -> Result<Scope, ExitCode> {
        match Scope::parse(about) {
            Ok(Some(scope)) => Ok(scope),
            Ok(None) => Err(ExitCode::SUCCESS),
            Err(error) => {
                eprintln!("error: {error}\n\n{HELP}");
                Err(ExitCode::from(2))
            }
        }
    }

    fn parse(about: &str) -> Result<Option<Scope>, lexopt::Error> {
        let mut scope = Scope { nodes: 3, events: 7 };
        let mut parser = Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("nodes") => {
                    scope.nodes = number(&mut parser, "--nodes", 4)? as u32;
                }
                Arg::Long("events") => scope.events = number(&mut parser, "--events", 8)?,
                Arg::Short('h') | Arg::Long("help") => {
                    println!("{about}\n\n{HELP}");
                    return Ok(None);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(scope))
    }

    /// All drawings, smaller ones first; prints how many there are.
    pub(crate) fn drawings(&self) -> Vec<Small> {
        println!("All ways to draw events on lines and messages between them:\n");
        println!("  nodes  events  drawings  that can happen  up to renaming of nodes");
        let (mut all, mut classes) = (Vec::new(), 0);
        for nodes in 1..=self.nodes {
            for size in nodes as usize..=self.events {
                let drawn: Vec<_> =
                    drawings(nodes, size).into_iter().map(|it| Small::new(nodes, it)).collect();
                let happen: Vec<_> = drawn.iter().filter(|it| it.can_happen).collect();
                let events: Vec<_> = happen.iter().map(|it| it.events.clone()).collect();
                let different = up_to_renaming(nodes, &events).len();
                let (number, possible) = (drawn.len(), happen.len());
                println!("  {nodes:>5}  {size:>6}  {number:>8}  {possible:>15}  {different:>23}");
                classes += different;
                all.extend(drawn);
            }
        }
        let possible = all.iter().filter(|it| it.can_happen).count();
        println!("  in all         {:>8}  {possible:>15}  {classes:>23}\n", all.len());
        all.sort_by_key(|it| (it.events.len(), it.nodes, it.messages()));
        all
    }
}

fn number(parser: &mut Parser, option: &str, most: usize) -> Result<usize, lexopt::Error> {
    match parser.value()?.parse()? {
        number if (1..=most).contains(&number) => Ok(number),
        number => Err(format!("{option} takes 1 to {most}, not {number}").into()),
    }
}

impl Small {
    fn new(nodes: u32, events: Vec<Event>) -> Self {
        let before = happens_before(&events);
        let can_happen = in_time(&events).is_some();
        Small { nodes, events, before, can_happen }
    }

    pub(crate) fn messages(&self) -> usize {
        self.events.iter().filter(|event| event.received.is_some()).count()
    }

    /// The events of each node, and the messages, in two lines.
    pub(crate) fn text(&self, note: impl Fn(usize) -> String) -> String {
        let name = |e: usize| format!("{}{}", letter(e), note(e));
        let of = |node: NodeId| {
            let events = (0..self.events.len()).filter(|&e| self.events[e].node == node);
            format!("{node}: {}", events.map(name).collect::<Vec<_>>().join(", "))
        };
        let lines: Vec<_> = NodeId::all(self.nodes).map(of).collect();
        let arrow = |(to, event): (usize, &Event)| {
            Some(format!("{} to {}", letter(event.received?), letter(to)))
        };
        let arrows: Vec<_> = self.events.iter().enumerate().filter_map(arrow).collect();
        let messages = if arrows.is_empty() { "none".to_string() } else { arrows.join(", ") };
        format!("events    {}\n          messages  {messages}", lines.join("   "))
    }
}

/// Counts and prints what holds.
pub(crate) struct Claims<'a> {
    pub(crate) all: Vec<&'a Small>,
    pub(crate) as_expected: bool,
}

impl<'a> Claims<'a> {
    /// About these.
    pub(crate) fn new(all: impl IntoIterator<Item = &'a Small>) -> Self {
        Claims { all: all.into_iter().collect(), as_expected: true }
    }

    /// Something that has been proved: it must hold in all of them.
    pub(crate) fn claim(&mut self, says: &str, holds: impl Fn(&Small) -> bool) {
        let fails = self.all.iter().filter(|it| !holds(it)).count();
        let all = self.all.len();
        match fails {
            0 => println!("  holds in all {all:>5}            {says}"),
            _ => println!("  FAILS in {fails:>5} of {all:>5}       {says}"),
        }
        self.as_expected &= fails == 0;
    }

    /// Something that is not true: it must fail somewhere. Prints the smallest case.
    pub(crate) fn twin(
        &mut self,
        says: &str,
        note: impl Fn(&Small, usize) -> String,
        holds: impl Fn(&Small) -> bool,
    ) {
        let failing: Vec<_> = self.all.iter().filter(|it| !holds(it)).collect();
        let (fails, all) = (failing.len(), self.all.len());
        println!("  fails in {fails:>5} of {all:>5}       {says}");
        match failing.first() {
            Some(smallest) => {
                println!("          {}", smallest.text(|event| note(smallest, event)));
            }
            None => self.as_expected = false,
        }
    }

    /// The exit status.
    pub(crate) fn end(&self) -> ExitCode {
        if self.as_expected { ExitCode::SUCCESS } else { ExitCode::from(1) }
    }
}

/// Nothing to add.
pub(crate) fn plain(_: &Small, _: usize) -> String {
    String::new()
}
