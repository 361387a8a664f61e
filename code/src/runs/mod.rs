//! The runs that the lectures draw, each as a scripted run of the simulator.
//!
//! `cargo book run R4.3` shows one; the pages show their pictures. The drawings have no scale of
//! time: here, one of their units is 10 ms, so that a tenth of it, the smallest difference that
//! matters in them, is 1 ms.

pub mod broadcasts;
pub mod by_hand;
pub mod causality;
pub mod clocks;
pub mod commit;
pub mod cones;
pub mod flp;
pub mod generals;
pub mod practice;
pub mod quorums;
pub mod raft;
pub mod registers;
pub mod remote_state;
pub mod replicated;
mod rpc;
pub mod shared_data;
pub mod transactions;

use crate::draw::figure::{alone, framed};
use crate::draw::{Style, figure, svg};
use crate::node::{MILLIS, NodeId};
use crate::sim::{Fate, PacketId, Script, Text, Trace};

/// A run that the lectures draw.
#[derive(Clone, Copy, Debug)]
pub struct CourseRun {
    /// As in "R4.3"; runs that are drawn twice have a letter, as in "R2.1a".
    pub id: &'static str,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// What to look at, in a sentence or two.
    pub caption: &'static str,
    /// Plays it.
    pub play: fn() -> Played,
}

/// What came of a run, and how to draw it.
#[derive(Clone, Debug)]
pub struct Played {
    /// What happened.
    pub trace: Trace<Text>,
    /// How it is drawn.
    pub style: Style,
    /// The picture, where a space-time diagram does not do: SVG of the class `run-svg` for a page,
    /// without looks of its own.
    pub picture: Option<String>,
}

impl CourseRun {
    /// The run of that name. The error lists all names.
    pub fn named(id: &str) -> Result<CourseRun, String> {
        let same = |run: &CourseRun| run.id.eq_ignore_ascii_case(id);
        runs().into_iter().find(same).ok_or_else(|| {
            let ids: Vec<_> = runs().iter().map(|run| run.id).collect();
            format!("there is no run {id:?}; there are {}", ids.join(", "))
        })
    }

    /// Its picture: SVG.
    pub fn svg(&self) -> String {
        let Played { trace, style, picture } = (self.play)();
        let style = Style { title: format!("{}: {}", self.id, self.title), ..style };
        picture.map_or_else(|| svg(&trace, &style), |picture| alone(&picture))
    }

    /// Its picture with its caption, for a page: HTML.
    pub fn figure(&self) -> String {
        let Played { trace, style, picture } = (self.play)();
        let caption = format!("{}, {}: {}", self.id, self.title, self.caption);
        picture.map_or_else(
            || figure(self.id, &caption, &trace, &style),
            |svg| framed(self.id, &svg, &caption),
        )
    }
}

impl Played {
    /// A run that is drawn as a space-time diagram.
    pub fn new(trace: Trace<Text>, style: Style) -> Self {
        Played { trace, style, picture: None }
    }
}

/// All runs of the lectures that this notebook has, in their order.
pub fn runs() -> Vec<CourseRun> {
    [
        rpc::RUNS,
        generals::RUNS,
        clocks::RUNS,
        causality::RUNS,
        broadcasts::RUNS,
        remote_state::RUNS,
        quorums::RUNS,
        replicated::RUNS,
        raft::RUNS,
        commit::RUNS,
        registers::RUNS,
        registers::AVAILABILITY,
        shared_data::RUNS,
        transactions::RUNS,
    ]
    .concat()
}

/// Nothing happens by chance; and each of these packets arrives at that time, in milliseconds of
/// the run, or never. The third part is the packet's number on its link, from 1.
pub fn arrivals(packets: &[(NodeId, NodeId, u64, Option<u64>)]) -> Script {
    let fate = |&(from, to, ordinal, at): &(NodeId, NodeId, u64, Option<u64>)| {
        let fate = at.map_or(Fate::Lost, |ms| Fate::At(vec![ms * MILLIS]));
        (PacketId { from, to, ordinal, copy: 0 }, fate)
    };
    Script { fates: packets.iter().map(fate).collect(), ..Script::calm() }
}
