//! The run of exercises 10, 12 and 13, and small executions as runs that can be drawn.

use super::arrivals;
use super::causality::{played, stamped, without_requests, words};
use crate::clock::logical::{Happened, Stamped, Step, Timestamps};
use crate::draw::Style;
use crate::layer::names::{A, B, C, D};
use crate::layer::{Layer, MILLIS, NodeId, Value};
use crate::sim::{Node, PacketId, Record, Script, Text, Trace, What, World};
use crate::spec::causality::{Event, Stamps};
use crate::spec::executions::in_time;
use std::collections::BTreeMap;

/// The nine messages: who sends them, to whom, when, and when they arrive, in milliseconds.
pub const MESSAGES: [(&str, NodeId, NodeId, u64, u64); 9] = [
    ("m1", A, B, 0, 3),
    ("m2", A, C, 5, 11),
    ("m3", A, D, 10, 19),
    ("m4", B, D, 18, 24),
    ("m5", B, C, 23, 26),
    ("m6", C, D, 31, 34),
    ("m7", C, A, 36, 42),
    ("m8", A, B, 47, 50),
    ("m9", C, B, 52, 55),
];

/// The run of exercises 10, 12 and 13: four nodes with this clock, nine messages, nothing else.
pub fn practice<T: Value, N>(clock: &N) -> Trace<N>
where
    N: Node + Layer<Implements = Timestamps<T, &'static str>>,
{
    let mut of_link: BTreeMap<(NodeId, NodeId), u64> = BTreeMap::new();
    let mut script = Script::calm();
    for (_, from, to, _, received) in MESSAGES {
        let ordinal = of_link.entry((from, to)).or_default();
        *ordinal += 1;
        script.fates.extend(arrivals(&[(from, to, *ordinal, Some(received))]).fates);
    }
    let mut world = World::new(0, vec![clock.clone(); 4]).with_script(script);
    for (msg, from, to, sent, _) in MESSAGES {
        world.request_at(sent * MILLIS, from, Step::Send { to, msg });
    }
    played(world)
}

/// The name of each event of the run, in the order of [`Stamps`]: as in `send m1`, `receive m1`.
pub fn event_names<T: Value, N>(trace: &Trace<N>) -> Vec<String>
where
    N: Node + Layer<Implements = Timestamps<T, &'static str>>,
{
    let name = |record: &u64| match told(trace, *record).map(|told| &told.event) {
        Some(Happened::Sent { msg, .. }) => format!("send {msg}"),
        Some(Happened::Received { msg, .. }) => format!("receive {msg}"),
        Some(Happened::Local) | None => "local".to_string(),
    };
    Stamps::of(trace).records.iter().map(name).collect()
}

/// What the clock told of the event of this record.
fn told<T: Value, N>(trace: &Trace<N>, record: u64) -> Option<&Stamped<T, &'static str>>
where
    N: Node + Layer<Implements = Timestamps<T, &'static str>>,
{
    trace.records.iter().find_map(|other| match &other.what {
        What::Deliver { indication } if other.cause == Some(record) => Some(indication),
        _ => None,
    })
}

/// That run as it is drawn.
pub fn practice_drawn<T: Value, N>(clock: &N) -> Trace<Text>
where
    N: Node + Layer<Implements = Timestamps<T, &'static str>>,
{
    without_requests(&practice(clock).text())
}

/// How it is drawn: messages with their timestamps, and beside each event its own.
pub fn practice_style() -> Style {
    let label = |text: &str| match text.strip_prefix("Stamped { time: ") {
        Some(rest) => {
            let time = rest.split_once(", event").map_or(rest, |(time, _)| time);
            time.replace('[', "⟨").replace(']', "⟩").replace(", ", ",")
        }
        None => words(text, true),
    };
    Style { label, ..stamped() }
}

/// The name of an event of a drawing: a letter.
pub fn letter(event: usize) -> String {
    char::from(b'a' + (event % 26) as u8).to_string()
}

/// An execution as a run that can be drawn: its events one after another, 10 ms apart, each with its
/// letter and what `note` adds. `None` if it cannot happen.
pub fn drawn(nodes: u32, events: &[Event], note: impl Fn(usize) -> String) -> Option<Trace<Text>> {
    let mut trace = Trace::new(nodes);
    let mut packets: BTreeMap<usize, PacketId> = BTreeMap::new();
    for (time, event) in (0..).zip(in_time(events)?) {
        let Event { node, received } = events[event];
        let mut record = |cause, what| {
            trace.records.push(Record { at: time * 10 * MILLIS, node, cause, what });
            trace.records.len() as u64 - 1
        };
        if let Some(id) = received.and_then(|send| packets.remove(&send)) {
            record(None, What::Receive { id, packet: String::new() });
        }
        record(None, What::Deliver { indication: format!("{}{}", letter(event), note(event)) });
        let receiver = events.iter().find(|other| other.received == Some(event));
        if let Some(&Event { node: to, .. }) = receiver {
            let ordinal = event as u64 + 1;
            let id = PacketId { from: node, to, ordinal, copy: 0 };
            record(None, What::Send { id, packet: String::new() });
            packets.insert(event, id);
        }
    }
    Some(trace)
}
