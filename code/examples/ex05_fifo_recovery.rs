//! Exercise 5: a FIFO link for nodes that crash and come back.
//!
//! A sends three messages to B, with pauses in between. One of the two nodes crashes, at every
//! point at which it can: before the first effect of a handler, between any two, after the last.
//! Soon it is back. What does B deliver? The program asks this of three links: exercise 4's, which
//! knows nothing of recovery, and the two that exercise 5 leads to.

mod shared;

use distsys::draw::label::{label, message};
use distsys::layer::{MILLIS, Time};
use distsys::model::Nodes;
use distsys::sim::{FaultMenu, Network, What};
use distsys::subject::{Report, Run, Subject, Systematic};
use shared::{Options, Scene};
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let about = "Exercise 5: FIFO links for nodes that crash and come back, with a crash at every possible point.";
    let options = match Options::read(about) {
        Ok(options) => options,
        Err(status) => return status,
    };
    shared::end(exercise(&options))
}

fn exercise(options: &Options) -> Result<ExitCode, String> {
    if let Some(status) = options.replayed()? {
        return Ok(status);
    }
    if options.network_was_asked_for() || options.nodes.is_some() {
        return Err("exercise 5 crashes two nodes on a calm network: --loss, --duplicate, --faults and --nodes say nothing here".to_string());
    }
    if options.messages.is_some_and(|messages| messages > 10) {
        return Err("exercise 5 tries every crash: --messages takes 1 to 10".to_string());
    }
    if let Some(scenes) = options.twin_caught()? {
        return shared::show(&options.subject("")?, scenes, options, |_| ());
    }
    let names = ["fifo-link", "fifo-link-at-most-once", "fifo-link-at-least-once"];
    let names = if options.twin.is_some() { &names[..1] } else { &names[..] };
    let mut status = ExitCode::SUCCESS;
    for name in names {
        let subject = options.subject(name)?;
        if let Some(bad) = every_crash(&subject, options)? {
            let title = "The first of the runs that break a promise";
            let scene = Scene { title, run: bad };
            let shown = shared::show(&subject, vec![scene], options, |_| ())?;
            if subject.model.nodes == Nodes::CrashRecovery {
                status = shown;
            }
        }
    }
    Ok(status)
}

/// How long a node is down: it is back before the next message.
const DOWN: Time = 100 * MILLIS;

/// Runs the link with a crash at every point, and prints what came of it. Returns the first run
/// that breaks a promise.
fn every_crash(subject: &Subject, options: &Options) -> Result<Option<Run>, String> {
    let calm = FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) };
    let messages = options.messages.unwrap_or(1);
    let run = Run::new(subject, options.seed()).with("messages", messages).with("rounds", 3);
    let run = run.with_faults(calm);
    let (mut outcomes, mut bad) = (BTreeMap::<String, Vec<String>>::new(), None);
    // The first of the variations is the run without a crash.
    let runs = Systematic::crashes(1, DOWN).of_run(subject, &run).skip(1);
    let runs: Vec<_> = runs.map(|next| Ok(next?.run)).collect::<Result<_, String>>()?;
    for run in &runs {
        let report = run.report(subject)?;
        if bad.is_none() && shared::is_bad(&report) {
            bad = Some(run.clone());
        }
        outcomes.entry(outcome(&report)).or_default().push(point(run));
    }
    if !options.json {
        println!("{}, with a crash at each of {} points", subject.title, runs.len());
        for (outcome, points) in outcomes {
            let times = if points.len() == 1 { "time " } else { "times" };
            println!("\n{:5} {times}  {outcome}", points.len());
            println!("{:11}  at {}", "", points.join(", "));
        }
        println!();
    }
    Ok(bad)
}

/// What B delivered, and which promise that breaks.
fn outcome(report: &Report) -> String {
    let mut words = Vec::new();
    for record in &report.trace.records {
        match &record.what {
            What::Deliver { indication } => words.push(label(message(indication))),
            What::Crash { .. } => words.push(format!("({} crashes)", record.node)),
            _ => {}
        }
    }
    let broken = report.broken().map(|(promise, _)| format!("  BREAKS {}", promise.name));
    format!("{}{}", words.join(" "), broken.unwrap_or_default())
}

/// The point of a crash: the event, and after how many of its effects.
fn point(run: &Run) -> String {
    let crashes = run.script.crashes.iter();
    crashes.map(|(event, done)| format!("{event} after {done}")).collect::<Vec<_>>().join(" and ")
}
