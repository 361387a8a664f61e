//! A log for ShiViz (<https://bestchai.bitbucket.io/shiviz/>): each event with the vector clock that the trace implies.

use super::Style;
use super::story::{Story, Times};
use super::transcript::Teller;
use crate::sim::trace::{Text, Trace, What};
use std::collections::BTreeMap;

/// What to tell ShiViz about the lines of [`shiviz()`]: its "log parsing regular expression".
pub const PATTERN: &str = r"(?<host>\S+) (?<clock>\{.*\})\n(?<event>.*)";

/// The run as a ShiViz log: two lines an event, and [`PATTERN`] reads them.
pub fn shiviz(trace: &Trace<Text>, style: &Style) -> String {
    let story = Story::of(trace);
    let times = Times::of(trace);
    let teller = Teller { story: &story, style, times };
    let mut clocks: BTreeMap<u32, BTreeMap<u32, u64>> = BTreeMap::new();
    let mut sent: BTreeMap<usize, BTreeMap<u32, u64>> = BTreeMap::new();
    let mut text = String::new();
    for (index, record) in trace.records.iter().enumerate() {
        // What the network does happens at no node, so it has no vector clock.
        let of_network = matches!(
            record.what,
            What::Lose { .. } | What::Duplicate { .. } | What::Cut { .. } | What::Heal { .. }
        );
        let Some(words) = teller.tell(index).filter(|_| !of_network) else { continue };
        let clock = clocks.entry(record.node.0).or_default();
        if let (What::Receive { .. }, Some(flight)) = (&record.what, story.flight(index)) {
            for (&node, &count) in sent.get(&flight.sent).into_iter().flatten() {
                let known = clock.entry(node).or_default();
                *known = count.max(*known);
            }
        }
        *clock.entry(record.node.0).or_default() += 1;
        if let What::Send { .. } = record.what {
            sent.insert(index, clock.clone());
        }
        let host = |node: u32| style.name(crate::node::NodeId(node)).replace([' ', '"', '\\'], "_");
        let entries: Vec<_> =
            clock.iter().map(|(&node, count)| format!("\"{}\": {count}", host(node))).collect();
        let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let time = times.ms(record.at);
        text += &format!("{} {{{}}}\n{time}: {words}\n", host(record.node.0), entries.join(", "));
    }
    text
}
