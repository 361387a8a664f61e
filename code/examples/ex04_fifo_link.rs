//! Exercise 4: a FIFO link for nodes that may crash and then stay silent.
//!
//! A link that is reliable but lets messages overtake each other becomes one that keeps their
//! order. Three scenes: one direction; both directions at once, where each has numbers of its own;
//! and several rounds, in which the numbers go on.

mod shared;

use distsys::draw::label;
use distsys::sim::{Text, Trace, What};
use distsys::subject::{Report, Subject};
use shared::{Options, Scene};
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match Options::read(
        "Exercise 4: a FIFO link, over a reliable link, over a network that loses packets.",
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
    let subject = options.subject("fifo-link")?;
    let scenes = match options.twin_caught()? {
        Some(scenes) => scenes,
        None => scenes(&subject, options),
    };
    if !options.json {
        println!("{}\n", subject.title);
    }
    // The summary looks for the numbers of the FIFO link; the reliable link alone has others.
    let is_fifo = subject.promises.iter().any(|promise| promise.name == "fifo_link::order");
    let summarise: fn(&Report) = if is_fifo { print_summary } else { |_| () };
    shared::show(&subject, scenes, options, summarise)
}

// ANCHOR: scenes
fn scenes(subject: &Subject, options: &Options) -> Vec<Scene> {
    let run = options.run(subject);
    vec![
        Scene { title: "A sends to B", run: run.clone() },
        Scene { title: "Both directions at once", run: run.clone().with("everyone", 1) },
        Scene { title: "Three rounds", run: run.with("rounds", 3) },
    ]
}
// ANCHOR_END: scenes

/// For each link, what was sent, received, held back and delivered, in order.
fn print_summary(report: &Report) {
    for (link, columns) in summary(&report.trace) {
        println!("{link}  sent       {}", columns.sent.join(" "));
        println!("        received   {}", columns.received.join(" "));
        println!("        held back  {}", columns.held_back.join(" "));
        println!("        delivered  {}", columns.delivered.join(" "));
        let missing = |word: &&String| !columns.delivered.contains(word);
        let undelivered: Vec<_> = columns.received.iter().filter(missing).cloned().collect();
        if !undelivered.is_empty() {
            println!("        received, but never delivered  {}", undelivered.join(" "));
        }
        println!();
    }
}

#[derive(Default)]
struct Columns {
    sent: Vec<String>,
    received: Vec<String>,
    held_back: Vec<String>,
    delivered: Vec<String>,
}

fn summary(trace: &Trace<Text>) -> BTreeMap<String, Columns> {
    let mut links: BTreeMap<String, Columns> = BTreeMap::new();
    for record in &trace.records {
        let node = record.node;
        match &record.what {
            What::Request { request, .. } => {
                let Some((to, word)) = fields(request, "to: ") else { continue };
                links.entry(format!("{node} to {to}")).or_default().sent.push(word);
            }
            What::Receive { id, packet } => {
                let Some((_, word)) = packet.split_once("msg: (") else { continue };
                let word = label(word.split_once(',').map_or(word, |(word, _)| word));
                let link = links.entry(format!("{} to {node}", id.from)).or_default();
                // Only the first copy gets past the reliable link.
                if !link.received.contains(&word) {
                    link.received.push(word);
                }
            }
            What::Deliver { indication } => {
                let Some((from, word)) = fields(indication, "from: ") else { continue };
                let link = links.entry(format!("{from} to {node}")).or_default();
                if link.received.last() != Some(&word) {
                    link.held_back.push(word.clone());
                }
                link.delivered.push(word);
            }
            _ => {}
        }
    }
    links
}

/// The node and the message of `SendTo { to: B, msg: "alfa" }` or `Deliver { from: A, msg: "alfa"
/// }`.
fn fields(text: &str, node: &str) -> Option<(String, String)> {
    let (_, rest) = text.split_once(node)?;
    let (node, rest) = rest.split_once(", msg: ")?;
    Some((node.to_string(), label(rest.trim_end_matches(" }"))))
}
