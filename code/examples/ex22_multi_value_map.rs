//! Exercise 22: a map CRDT that keeps concurrent values.
//!
//! Three scenes: all set the keys at once; one after the other; and a network that is cut in two.

mod shared;

use distsys::draw::label;
use distsys::sim::{Script, What};
use distsys::subject::{Report, Subject};
use shared::{Options, Scene};
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match Options::read(
        "Exercise 22: a multi-value map, over causal broadcast, over eager reliable broadcast, over retransmission.",
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
    let subject = options.subject("multi-value-map")?;
    let scenes = match options.twin_caught()? {
        Some(scenes) => scenes,
        None => scenes(&subject, options)?,
    };
    if !options.json {
        println!("{}\n", subject.title);
    }
    shared::show(&subject, scenes, options, print_summary)
}

// ANCHOR: scenes
fn scenes(subject: &Subject, options: &Options) -> Result<Vec<Scene>, String> {
    let run = options.run(subject);
    let cut = "partitions=1 until=200ms".parse()?;
    Ok(vec![
        Scene {
            title: "All at once, and no message is late",
            run: run.clone().with("changes", 1).with("apart", 0).with_script(Script::calm()),
        },
        Scene { title: "Now and then", run: run.clone().with("apart", 45) },
        Scene {
            title: "While the network is cut in two",
            run: run.with("apart", 60).with_faults(cut),
        },
    ])
}
// ANCHOR_END: scenes

/// What each node holds in the end.
fn print_summary(report: &Report) {
    let mut held: BTreeMap<_, BTreeMap<String, String>> = BTreeMap::new();
    for record in &report.trace.records {
        if let What::Deliver { indication } = &record.what {
            let words = label(indication);
            let words = words.strip_prefix("Holds ").unwrap_or(&words);
            let (key, values) = words.split_once(' ').unwrap_or((words, ""));
            let of_node = held.entry(record.node).or_default();
            of_node.insert(key.trim_end_matches([',', ':']).to_string(), values.to_string());
        }
    }
    for (node, keys) in held {
        let keys: Vec<_> = keys.iter().map(|(key, values)| format!("{key} = {values}")).collect();
        println!("{node} holds  {}", keys.join("   "));
    }
    println!();
}
