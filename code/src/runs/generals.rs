//! Generals, chapter 2.

use super::{CourseRun, Played, arrivals};
use crate::draw::{Style, label};
use crate::layer::MILLIS;
use crate::link::Direct;
use crate::node::NodeId;
use crate::node::names::{A, B, C};
use crate::service::SendTo;
use crate::sim::{Fault, Trace, World};

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R2.1a",
        title: "the answer is lost",
        caption: "The second general agrees, but its messenger is captured. The first hears nothing.",
        play: || played(&answer_lost(), 2),
    },
    CourseRun {
        id: "R2.1b",
        title: "the question is lost",
        caption: "The first messenger is captured already. The first general hears nothing, just as before.",
        play: || played(&question_lost(), 2),
    },
    CourseRun {
        id: "R2.2a",
        title: "G2 lies",
        caption: "G1 says attack to both; G2, the traitor, tells G3 that G1 said retreat.",
        play: || played(&second_lies(), 3),
    },
    CourseRun {
        id: "R2.2b",
        title: "G1 lies",
        caption: "G1, the traitor, says attack to one and retreat to the other; G2 truly tells G3 what it heard. G3 gets the \
                  same two messages as before.",
        play: || played(&first_lies(), 3),
    },
];

/// A network that carries what people say.
pub type Saying = Direct<&'static str>;

/// Somebody says something at that time, and it is heard at that time, or never; both in
/// milliseconds.
type Said = (u64, NodeId, NodeId, &'static str, Option<u64>);

/// R2.1a: the answer is lost.
pub fn answer_lost() -> Trace<Saying> {
    let answer = (15, B, A, "10 Nov agreed", None);
    play(2, None, &[(0, A, B, "attack 10 Nov?", Some(10)), answer])
}

/// R2.1b: the question is lost.
pub fn question_lost() -> Trace<Saying> {
    play(2, None, &[(0, A, B, "attack 10 Nov?", None)])
}

/// R2.2a: G2 lies.
pub fn second_lies() -> Trace<Saying> {
    play(3, Some(B), &[(0, A, C, "attack", Some(8)), (7, A, B, "attack", Some(11)), HEARSAY])
}

/// R2.2b: G1 says one thing to one and another to the other.
pub fn first_lies() -> Trace<Saying> {
    play(3, Some(A), &[(0, A, C, "attack", Some(8)), (7, A, B, "retreat", Some(11)), HEARSAY])
}

const HEARSAY: Said = (14, B, C, "G1 said retreat", Some(18));

fn play(nodes: u32, traitor: Option<NodeId>, said: &[Said]) -> Trace<Saying> {
    let packets: Vec<_> =
        said.iter().map(|&(_, from, to, _, heard)| (from, to, 1, heard)).collect();
    let script = arrivals(&packets);
    let mut world = World::new(0, vec![Direct::new(); nodes as usize]).with_script(script);
    if let Some(traitor) = traitor {
        world.fault_at(0, Fault::Betray(traitor));
    }
    for &(at, from, to, msg, _) in said {
        world.request_at(at * MILLIS, from, SendTo { to, msg });
    }
    // Such a short run cannot fail.
    let _ = world.run();
    world.trace()
}

fn played(trace: &Trace<Saying>, generals: u32) -> Played {
    let names = (1..=generals).map(|number| format!("G{number}")).collect();
    // The arrow says where to.
    let words = |text: &str| {
        let text = label(text);
        let said = text.strip_prefix("send ").and_then(|rest| rest.rsplit_once(" to "));
        said.map_or(text.clone(), |(said, _)| format!("say {said}"))
    };
    Played::new(trace.text(), Style { names, label: words, ..Style::default() })
}
