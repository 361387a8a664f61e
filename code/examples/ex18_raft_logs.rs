//! Exercise 18: three logs of Raft. How they came about, what may be committed, who can be elected, and how the logs
//! become one again.

use distsys::draw::svg;
use distsys::node::NodeId;
use distsys::node::names::{A, B, C};
use distsys::runs::raft::shown::roles;
use distsys::runs::raft::{Run, puzzle};
use distsys::sim::What;
use distsys::subject::raft::style;
use lexopt::{Arg, Parser};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match exercise() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

const HELP: &str = "\
Exercise 18: three logs of Raft.

Options:
  --svg FILE       draw the course of events that leads to them into FILE
  --help           this text
Exit status: 0, or 2 if the options make no sense.";

/// Where to draw the run, if anywhere; `Err` holds what is wrong with the options.
fn options() -> Result<Option<PathBuf>, lexopt::Error> {
    let mut file = None;
    let mut parser = Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("svg") => file = Some(PathBuf::from(parser.value()?)),
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                std::process::exit(0);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(file)
}

fn exercise() -> Result<(), String> {
    let file = options().map_err(|error| error.to_string())?;
    let past = puzzle::past()?;
    println!("(a) A course of events that leads there\n");
    print_logs(&past);
    println!("\nAs in the exercise: {}", yes(puzzle::is_reached(&past)));
    println!("\n(b) What may be committed\n");
    print_lengths()?;
    println!("\n(c) Who can be elected in term 4\n");
    for candidate in [A, B, C] {
        print_election(candidate)?;
    }
    println!("\n(d) What B and C exchange once B leads in term 4\n");
    print_repair()?;
    if let Some(file) = file {
        let (name, picture) = (file.display(), svg(&roles(past.trace().text()), &style()));
        std::fs::write(&file, picture).map_err(|e| format!("cannot write {name}: {e}"))?;
    }
    Ok(())
}

fn yes(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}

fn print_logs(run: &Run) {
    for log in puzzle::logs(run) {
        let entries = log.entries.iter().map(|(msg, term)| format!("{msg}/{term}"));
        println!("{}  {}", log.name, entries.collect::<Vec<_>>().join("  "));
    }
}

fn print_lengths() -> Result<(), String> {
    let (lengths, situations) = puzzle::commit_lengths()?;
    for (index, node) in [A, B, C].into_iter().enumerate() {
        let here: BTreeSet<_> = lengths.iter().map(|lengths| lengths[index].to_string()).collect();
        println!("{node}  {}", here.into_iter().collect::<Vec<_>>().join(" or "));
    }
    let together: Vec<_> = lengths.iter().map(|[a, b, c]| format!("{a}{b}{c}")).collect();
    println!("\nA, B and C together: {}", together.join(", "));
    println!("Situations that were looked at: {situations}");
    Ok(())
}

fn print_election(candidate: NodeId) -> Result<(), String> {
    let run = puzzle::election(candidate)?;
    let mut votes = Vec::new();
    for record in &run.trace().text().records {
        match &record.what {
            What::Receive { id, packet }
                if id.to == candidate && packet.contains("VoteResponse { term: 4") =>
            {
                votes.push(format!("{} {}", id.from, yes(packet.contains("granted: true"))));
            }
            _ => {}
        }
    }
    let leads = puzzle::is_elected(candidate)?;
    println!("{candidate} asks:  {}  elected: {}", votes.join(", "), yes(leads));
    Ok(())
}

fn print_repair() -> Result<(), String> {
    let repaired = puzzle::repair()?;
    let before = repaired.trace().records.len();
    print_packets(&repaired, 0, "term: 4");
    println!();
    print_logs(&repaired);
    println!("\nAnd what becomes of m7, which C still wants to broadcast\n");
    let forwarded = puzzle::forward(repaired)?;
    print_packets(&forwarded, before, "");
    println!();
    print_logs(&forwarded);
    Ok(())
}

/// The packets about logs between B and C, from that record of the run on, that contain this.
fn print_packets(run: &Run, from: usize, part: &str) {
    for record in &run.trace().text().records[from..] {
        let What::Receive { id, packet } = &record.what else { continue };
        let between = [(B, C), (C, B)].contains(&(id.from, id.to));
        if between && packet.contains(part) && !packet.contains("Vote") {
            // LogRequest(LogRequest { … }) says its name twice.
            let words = packet.split_once('(').map_or(packet.as_str(), |(_, rest)| rest);
            println!("{} to {}  {}", id.from, id.to, words.strip_suffix(')').unwrap_or(words));
        }
    }
}
