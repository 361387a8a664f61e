//! Exercise 19: the ABD register.
//!
//! Two scenes: one node sets and the others get; and the same while two of three replicas hear of a set late, where a get
//! has to write back.

mod shared;

use distsys::draw::label;
use distsys::layer::MILLIS;
use distsys::node::names::{A, B, C};
use distsys::sim::{Fate, PacketId, Script, What};
use distsys::subject::{Report, Subject};
use shared::{Options, Scene};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match Options::read(
        "Exercise 19: the ABD register, with one writer. A sets, the others get; all three are replicas.",
    ) {
        Ok(options) => options,
        Err(status) => return status,
    };
    shared::end(exercise(&options))
}

fn exercise(options: &Options) -> Result<ExitCode, String> {
    if let Some(status) = options.replayed()? {
        return Ok(status);
    }
    let subject = options.subject("abd")?;
    let scenes = match options.twin_caught()? {
        Some(scenes) => scenes,
        None => scenes(&subject, options),
    };
    if !options.json {
        println!("{}\n", subject.title);
    }
    shared::show(&subject, scenes, options, print_operations)
}

// ANCHOR: scenes
fn scenes(subject: &Subject, options: &Options) -> Vec<Scene> {
    let run = options.run(subject).with("operations", 2);
    let packet = |to| PacketId { from: A, to, ordinal: 1, copy: 0 };
    let late = [B, C].map(|to| (packet(to), Fate::After(vec![150 * MILLIS])));
    let script = Script { fates: late.into(), ..Script::default() };
    vec![
        Scene { title: "A sets, the others get", run: run.clone() },
        Scene { title: "Two replicas hear of the first set late", run: run.with_script(script) },
    ]
}
// ANCHOR_END: scenes

/// The operations, as the clients see them.
fn print_operations(report: &Report) {
    let client = |text: &str| {
        let number = text.split_once("client: ").map(|(_, rest)| rest);
        number.and_then(|rest| rest.split(',').next()).map(str::to_string)
    };
    for asked in &report.trace.records {
        let What::Request { request, .. } = &asked.what else { continue };
        let returned = report.trace.records.iter().find_map(|it| match &it.what {
            What::Deliver { indication } if client(indication) == client(request) => {
                Some((it.at / MILLIS, label(indication)))
            }
            _ => None,
        });
        let from = asked.at / MILLIS;
        match returned {
            Some((to, result)) => {
                println!(
                    "{}  {:<10} {from:>4} to {to:>4} ms  {result}",
                    asked.node,
                    label(request)
                );
            }
            None => {
                println!("{}  {:<10} {from:>4} ms on    never returns", asked.node, label(request));
            }
        }
    }
    println!();
}
