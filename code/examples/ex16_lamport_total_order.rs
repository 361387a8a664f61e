//! Exercise 16: total order broadcast by Lamport timestamps.
//!
//! Three scenes: all nodes broadcast at once; one at a time; and only A has anything to say, where
//! acknowledgements are what lets it go.

mod shared;

use distsys::draw::label;
use distsys::sim::What;
use distsys::subject::{Report, Subject};
use shared::{Options, Scene};
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match Options::read(
        "Exercise 16: total order broadcast by Lamport clocks, over FIFO broadcast, over eager reliable broadcast, over \
         retransmission.",
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
    let subject = options.subject("lamport-total-order")?;
    let scenes = match options.twin_caught()? {
        Some(scenes) => scenes,
        None => scenes(&subject, options),
    };
    if !options.json {
        println!("{}\n", subject.title);
    }
    shared::show(&subject, scenes, options, print_summary)
}

// ANCHOR: scenes
fn scenes(subject: &Subject, options: &Options) -> Vec<Scene> {
    let run = options.run(subject);
    vec![
        Scene { title: "All at once", run: run.clone().with("apart", 0) },
        Scene { title: "One after the other", run: run.clone().with("apart", 45) },
        Scene { title: "Only A has something to say", run: run.with("senders", 1) },
    ]
}
// ANCHOR_END: scenes

/// What each node delivered, and how many packets it took.
fn print_summary(report: &Report) {
    let mut delivered: BTreeMap<_, Vec<String>> = BTreeMap::new();
    let (mut packets, mut broadcasts) = (0, 0);
    for record in &report.trace.records {
        match &record.what {
            What::Deliver { indication } => {
                let word = label(indication);
                let word = word.split(' ').nth(1).unwrap_or_default();
                delivered.entry(record.node).or_default().push(word.to_string());
            }
            What::Send { .. } => packets += 1,
            What::Request { .. } => broadcasts += 1,
            _ => {}
        }
    }
    for (node, words) in delivered {
        println!("{node} delivered  {}", words.join(" "));
    }
    println!("{packets} packets for {broadcasts} messages\n");
}
