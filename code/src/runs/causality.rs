//! Causality and logical clocks, sections 3.3 and 4.1.

use super::cones::light_cones;
use super::{CourseRun, Played, arrivals};
use crate::clock::logical::{Step, Timestamps};
use crate::clock::{Lamport, Vector, VectorTime, Wall};
use crate::draw::{Style, label};
use crate::layer::names::{A, B, C};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Time, Value};
use crate::link::Direct;
use crate::service::SendTo;
use crate::sim::clock::{EPOCH, LocalClock};
use crate::sim::{Node, Record, Script, Text, Trace, What, World};
use crate::spec::causality::Stamps;
use std::collections::BTreeMap;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R3.2",
        title: "a reply overtakes what it replies to",
        caption: "m1 is A's \"the moon is made of cheese\", m2 is B's \"no, it isn't\". C hears the answer first.",
        play: || Played::new(moon().text(), Style::default()),
    },
    CourseRun {
        id: "R3.3",
        title: "the same, with timestamps of physical clocks",
        caption: "B's clock is 20 ms behind. It stamps m2 with an earlier time than A stamped m1, although m1 had come; \
                  so C cannot mend the order by sorting.",
        play: || {
            Played::new(
                without_requests(&dated_moon().text()),
                Style { label: wall_words, ..Style::default() },
            )
        },
    },
    CourseRun {
        id: "R3.4",
        title: "which event happened before which",
        caption: "Follow lifelines downwards and arrows forwards: from a one gets to b, c, d and f. \
                  No way leads from e to a, b, c or d, or back.",
        play: || {
            Played::new(named(&events(false, Lamport::new()), &NAMES, |_| String::new()), bare())
        },
    },
    CourseRun {
        id: "R3.5",
        title: "light cones",
        caption: "Places from left to right, time downwards; light goes along the slanted lines. \
                  a and b are far apart and at the same time: neither can know of the other. c can know of both.",
        play: light_cones,
    },
    CourseRun {
        id: "R4.1",
        title: "Lamport timestamps",
        caption: "Each event with its number. Messages carry the number of their sending. \
                  g and c have the same number: with the names of their nodes, (3, A) comes before (3, B).",
        play: || {
            let text = |time: &u64| format!(" = {time}");
            Played::new(named(&events(true, Lamport::new()), &NAMES, text), stamped())
        },
    },
    CourseRun {
        id: "R4.2",
        title: "vector timestamps",
        caption: "Each event with how many events of A, B and C it knows. f knows two of A although A never wrote to C: \
                  B passed that on.",
        play: || {
            let text = |time: &VectorTime| format!(" = {time}");
            Played::new(named(&events(true, Vector::new(3)), &NAMES, text), stamped())
        },
    },
];

/// Who sends what to whom, and when, in milliseconds: A's statement and B's answer.
const SAID: [(u64, NodeId, NodeId, &str); 4] =
    [(0, A, C, "m1"), (1, A, B, "m1"), (15, B, C, "m2"), (16, B, A, "m2")];

/// When that arrives: what A says takes long to C.
fn late() -> Script {
    arrivals(&[(A, C, 1, Some(25)), (A, B, 1, Some(12)), (B, C, 1, Some(20)), (B, A, 1, Some(21))])
}

/// R3.2, without any clocks.
pub fn moon() -> Trace<Direct<&'static str>> {
    let mut world = World::new(0, vec![Direct::new(); 3]).with_script(late());
    for (at, from, to, msg) in SAID {
        world.request_at(at * MILLIS, from, SendTo { to, msg });
    }
    played(world)
}

/// R3.3: all that is said is stamped with the time of day. It is ten o'clock.
pub fn dated_moon() -> Trace<Wall<&'static str>> {
    let mut world = World::new(0, vec![Wall::new(); 3]).with_script(late());
    let ten = (10 * 3_600 * SECONDS) as i64;
    for (node, behind) in [(A, 0), (B, 20 * MILLIS as i64), (C, 0)] {
        world.set_clock(node, LocalClock { offset: ten - behind, ..LocalClock::default() });
    }
    for (at, node, to, msg) in SAID {
        world.request_at(at * MILLIS, node, Step::Send { to, msg });
    }
    played(world)
}

/// R3.4, R4.1 and R4.2: the events a to f, and g if that is wanted, stamped by this clock.
pub fn events<T: Value, N>(with_g: bool, clock: N) -> Trace<N>
where
    N: Node + Layer<Implements = Timestamps<T, &'static str>>,
{
    let script = arrivals(&[(A, B, 1, Some(10)), (B, C, 1, Some(20))]);
    let mut world = World::new(0, vec![clock; 3]).with_script(script);
    world.request_at(0, A, Step::Local); // a
    world.request_at(2 * MILLIS, C, Step::Local); // e
    world.request_at(5 * MILLIS, A, Step::Send { to: B, msg: "m1" }); // b; received: c
    if with_g {
        world.request_at(15 * MILLIS, A, Step::Local); // g
    }
    world.request_at(15 * MILLIS, B, Step::Send { to: C, msg: "m2" }); // d; received: f
    played(world)
}

/// The names of the events of that run at each node, in their order there.
pub const NAMES: [&[&str]; 3] = [&["a", "b", "g"], &["c", "d"], &["e", "f"]];

/// The names of the events of a run, in the order of [`Stamps`].
pub fn names<T: Value>(stamps: &Stamps<T>, names: &[&[&'static str]]) -> Vec<&'static str> {
    let mut so_far = vec![0; names.len()];
    let name = |node: NodeId| {
        let next = &mut so_far[node.0 as usize];
        *next += 1;
        names[node.0 as usize].get(*next - 1).copied().unwrap_or("?")
    };
    stamps.events.iter().map(|event| event.node).map(name).collect()
}

/// Runs to the end.
pub(super) fn played<N: Node>(mut world: World<N>) -> Trace<N> {
    let ended = world.run();
    debug_assert!(ended.is_ok(), "a run of a few messages ends");
    world.trace()
}

/// The run as text: each event with its name, and what `time` says of its timestamp.
pub fn named<N, T: Value>(
    trace: &Trace<N>,
    all: &[&[&'static str]],
    time: impl Fn(&T) -> String,
) -> Trace<Text>
where
    N: Node + Layer<Implements = Timestamps<T, &'static str>>,
{
    let stamps = Stamps::of(trace);
    let names = names(&stamps, all);
    let mut text = trace.text();
    for (record, Record { cause, what, .. }) in text.records.iter_mut().zip(&trace.records) {
        let event = stamps.records.iter().position(|&event| Some(event) == *cause);
        if let (Some(event), What::Deliver { indication }) = (event, what) {
            let told = format!("{}{}", names[event], time(&indication.time));
            record.what = What::Deliver { indication: told };
        }
    }
    without_requests(&text)
}

/// The run without what the applications asked for, where one sees that from what happens.
pub(super) fn without_requests(trace: &Trace<Text>) -> Trace<Text> {
    let mut places = BTreeMap::new();
    let mut kept = Trace::new(trace.nodes);
    for (index, record) in (0..).zip(&trace.records) {
        if !matches!(record.what, What::Request { .. }) {
            places.insert(index, kept.records.len() as u64);
            let cause = record.cause.and_then(|cause| places.get(&cause)).copied();
            kept.records.push(Record { cause, ..record.clone() });
        }
    }
    kept
}

/// Drawn without timestamps.
fn bare() -> Style {
    Style { label: |text| words(text, false), ..Style::default() }
}

/// Drawn with the timestamps on the messages.
pub fn stamped() -> Style {
    Style { label: |text| words(text, true), ..Style::default() }
}

/// A step in plain words; a message with its timestamp, or without.
pub(super) fn words(text: &str, stamped: bool) -> String {
    let packet = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match packet.and_then(|packet| packet.rsplit_once(", ")) {
        Some((time, msg)) if stamped => {
            let time = time.replace('[', "⟨").replace(']', "⟩").replace(", ", ",");
            format!("({time}, {})", label(msg))
        }
        Some((_, msg)) => label(msg),
        None => label(text),
    }
}

/// A message or an event with the time of day beside it.
fn wall_words(text: &str) -> String {
    let digits = |part: &str| part.parse().map_or_else(|_| part.to_string(), time_of_day);
    if let Some((time, msg)) = text.strip_prefix('(').and_then(|rest| rest.split_once(", ")) {
        return format!("{} at {}", label(msg.trim_end_matches(')')), digits(time));
    }
    match text.strip_prefix("Stamped { time: ").and_then(|rest| rest.split_once(", ")) {
        Some((time, _)) => digits(time),
        None => words(text, false),
    }
}

/// The time of day, as a clock in the simulator has it.
pub fn time_of_day(reading: Time) -> String {
    let ms = reading.saturating_sub(EPOCH) / MILLIS;
    let (s, ms) = (ms / 1_000, ms % 1_000);
    format!("{:02}:{:02}:{:02}.{ms:03}", s / 3_600, s / 60 % 60, s % 60)
}
