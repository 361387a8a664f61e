//! Exercise 3: a server that drops repeated requests.
//!
//! First, calls over a network that loses packets, with retries: how often is each executed, without
//! and with a table of what was done? Then a crash of the server at every point at which it can
//! happen. Last, a table with too little room.

mod shared;

use distsys::draw::label;
use distsys::layer::MILLIS;
use distsys::sim::{FaultMenu, Network, Text, Trace, What};
use distsys::subject::{Report, Run, Subject, Systematic};
use shared::Options;
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let about = "Exercise 3: repeated requests, dropped by the server. Of the options, --seed, --loss, --zoo and --replay count.";
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
    if options.json || options.messages.or(options.nodes).is_some() {
        return Err(
            "exercise 3 takes --seed, --loss, --duplicate, --faults, --zoo and --replay".into()
        );
    }
    if let Some(scenes) = options.twin_caught()? {
        return shared::show(&options.subject("")?, scenes, options, |_| ());
    }
    let mut bad = false;
    println!("1. Two clients call over a network that loses packets\n");
    for name in ["remote-call", "remote-call-once"] {
        bad |= calls(&options.subject(name)?, options)?;
    }
    println!("2. The server crashes, at every point at which it can\n");
    for name in ["remote-call", "remote-call-once"] {
        bad |= every_crash(&options.subject(name)?)?;
    }
    println!("3. Three clients, and room for the result of one\n");
    for name in ["remote-call-once", "remote-call-once-little-room"] {
        bad |= many_seeds(&options.subject(name)?, options)?;
    }
    Ok(if bad { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What came of one call: how often it was executed, and what its client was told.
type Outcome = (usize, String);

/// The calls of a run, each with what came of it.
fn outcomes(trace: &Trace<Text>) -> BTreeMap<String, Outcome> {
    let (mut calls, mut names) = (BTreeMap::<String, Outcome>::new(), BTreeMap::new());
    for record in &trace.records {
        match &record.what {
            What::Request { request, .. } => {
                let call = format!("{} {}", record.node, between(request, "args: \"", "\""));
                names.insert(between(request, "op: ", "},"), call.clone());
                calls.insert(call, (0, "nothing".to_string()));
            }
            What::Deliver { indication } if indication.starts_with("Executed") => {
                let client = between(indication, "client: ", ",");
                let call = format!("{client} {}", between(indication, "args: \"", "\""));
                calls.entry(call).or_default().0 += 1;
            }
            What::Deliver { indication } => {
                if let Some(call) = names.get(&between(indication, "op: ", "},")) {
                    calls.entry(call.clone()).or_default().1 = told(indication);
                }
            }
            _ => {}
        }
    }
    calls
}

/// What stands in the text between these.
fn between(text: &str, before: &str, after: &str) -> String {
    let found = text.split_once(before).and_then(|(_, rest)| rest.split_once(after));
    found.map(|(found, _)| found.to_string()).unwrap_or_default()
}

/// What the client is told, in words.
fn told(indication: &str) -> String {
    match label(indication).trim_start_matches("return ") {
        "Err(TimedOut)" => "time-out".to_string(),
        "Err(Unknown)" => "nobody knows".to_string(),
        result => {
            let number: String = result.chars().filter(char::is_ascii_digit).collect();
            format!("receipt {number}")
        }
    }
}

/// Whether a promise was broken.
fn is_bad(report: &Report) -> bool {
    report.error.is_some() || report.broken().is_some()
}

/// One run, call by call.
fn calls(subject: &Subject, options: &Options) -> Result<bool, String> {
    let report = options.run(subject).with("nodes", 3).report(subject)?;
    println!("{}", subject.title);
    println!("   call         executed   the client is told");
    for (call, (executed, told)) in outcomes(&report.trace) {
        println!("   {call:12} {executed:>6} ×   {told}");
    }
    println!();
    Ok(is_bad(&report))
}

/// Crashes at every point, and what came of the first call.
fn every_crash(subject: &Subject) -> Result<bool, String> {
    let calm = FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) };
    let run = Run::new(subject, 1).with("calls", 1).with_faults(calm);
    let (mut counts, mut bad, mut points) = (BTreeMap::<Outcome, u32>::new(), false, 0);
    for next in Systematic::crashes(1, 100 * MILLIS).of_run(subject, &run).skip(1) {
        let report = next?.run.report(subject)?;
        // Only crashes of the server.
        let crashed = |what: &What<Text>| matches!(what, What::Crash { .. });
        if !report.trace.records.iter().any(|it| crashed(&it.what) && it.node.0 == 1) {
            continue;
        }
        points += 1;
        bad |= is_bad(&report);
        for outcome in outcomes(&report.trace).into_values() {
            *counts.entry(outcome).or_default() += 1;
        }
    }
    println!("{}: {points} points", subject.title);
    print_counts(&counts);
    Ok(bad)
}

/// Many runs: what came of all calls.
fn many_seeds(subject: &Subject, options: &Options) -> Result<bool, String> {
    let (mut counts, mut bad) = (BTreeMap::<Outcome, u32>::new(), false);
    for seed in 0..100 {
        let run = options.run(subject).with("nodes", 4).with_seed(options.seed() + seed);
        let report = run.report(subject)?;
        bad |= is_bad(&report);
        for (executed, told) in outcomes(&report.trace).into_values() {
            let told = if told.starts_with("receipt") { "its receipt".to_string() } else { told };
            *counts.entry((executed, told)).or_default() += 1;
        }
    }
    println!("{}, 100 runs", subject.title);
    print_counts(&counts);
    Ok(bad)
}

fn print_counts(counts: &BTreeMap<Outcome, u32>) {
    for ((executed, told), times) in counts {
        println!("   {times:>5} calls   executed {executed} ×, the client is told: {told}");
    }
    println!();
}
