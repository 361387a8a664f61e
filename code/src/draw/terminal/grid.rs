//! Lines of characters: lifelines, tracks of packets, and one event a line.

use super::{paint, plain};
use crate::draw::Style;
use crate::draw::layout::COLUMNS;
use crate::draw::story::Story;
use crate::node::NodeId;
use crate::sim::event::PacketId;
use crate::sim::trace::{Loss, What};
use std::collections::{BTreeMap, BTreeSet};

/// So many packets can have tracks between two columns; what goes beyond is drawn without one.
const TRACKS: usize = 12;

/// Where everything is, and what is going on.
pub(super) struct Grid {
    /// The lifelines: position, and the character that shows their state.
    lifelines: Vec<(usize, char)>,
    /// The tracks of packets, by the record that began them.
    tracks: BTreeMap<usize, usize>,
    /// The tracks in use.
    busy: BTreeSet<usize>,
    names: Vec<String>,
    width: usize,
}

/// One line: characters, and whether they belong to the event.
pub(super) struct Line(Vec<(char, bool)>);

impl Grid {
    pub(super) fn new(story: &Story, style: &Style) -> Self {
        let nodes = story.trace.nodes.min(COLUMNS);
        let slots = slots(story, nodes);
        let names: Vec<String> = NodeId::all(nodes).map(|node| plain(&style.name(node))).collect();
        let (mut lifelines, mut x) = (Vec::new(), 0);
        for (name, most) in names.iter().zip(&slots.most) {
            lifelines.push((x, '│'));
            let last = lifelines.len() == names.len();
            let least = if last { most * 2 + 2 } else { 8.max(most * 2 + 6) };
            x += least.max(name.chars().count() + 2);
        }
        let place = |(began, (gap, slot)): (usize, (usize, usize))| {
            (began, lifelines[gap].0 + 3 + 2 * slot)
        };
        let tracks = slots.of_packet.into_iter().map(place).collect();
        Grid { lifelines, tracks, busy: BTreeSet::new(), names, width: x }
    }

    /// The names of the nodes over their lifelines.
    pub(super) fn header(&self) -> String {
        let mut line = String::new();
        for ((x, _), name) in self.lifelines.iter().zip(&self.names) {
            line += &" ".repeat(x - line.chars().count().min(*x));
            line += name;
        }
        line
    }

    /// The line for a record. The grid goes on to the state after it.
    pub(super) fn step(&mut self, story: &Story, index: usize) -> Line {
        let record = &story.trace.records[index];
        let mut line = self.background();
        let Some(&(x, _)) = self.lifelines.get(record.node.0 as usize) else { return line };
        let track = story.flight(index).and_then(|flight| self.tracks.get(&flight.began).copied());
        match &record.what {
            What::Send { id, .. } | What::Duplicate { id } => self.leave(&mut line, *id, track),
            What::Receive { id, .. } => self.arrive(&mut line, *id, track, None),
            What::Lose { id, why: Loss::Down } => self.arrive(&mut line, *id, track, Some('╳')),
            What::Lose { .. } => self.vanish(&mut line, track),
            What::Cut { to } | What::Heal { to } => self.tie(&mut line, x, *to),
            what => {
                if let Some(mark) = mark(what) {
                    line.put(x, mark);
                }
            }
        }
        if let (Some(state), Some(lifeline)) =
            (state(&record.what), self.lifelines.get_mut(record.node.0 as usize))
        {
            lifeline.1 = state;
        }
        line
    }

    fn background(&self) -> Line {
        let mut line = Line(vec![(' ', false); self.width]);
        for &(x, state) in &self.lifelines {
            line.0[x].0 = state;
        }
        for &x in &self.busy {
            line.0[x].0 = '│';
        }
        line
    }

    fn at(&self, node: NodeId) -> Option<usize> {
        self.lifelines.get(node.0 as usize).map(|&(x, _)| x)
    }

    /// A packet leaves its sender, onto its track.
    fn leave(&mut self, line: &mut Line, id: PacketId, track: Option<usize>) {
        let Some(from) = self.at(id.from) else { return };
        let right = id.to >= id.from;
        match track {
            Some(track) => {
                line.run(from, track);
                line.put(track, if right { '╮' } else { '╭' });
                self.busy.insert(track);
            }
            None if right => line.put(from + 1, '─'),
            None => line.put(from.saturating_sub(1), '─'),
        }
        line.put(from, if right { '├' } else { '┤' });
    }

    /// A packet leaves its track for its destination; an `end` in place of the arrow head says that it is lost there.
    fn arrive(&mut self, line: &mut Line, id: PacketId, track: Option<usize>, end: Option<char>) {
        let Some(to) = self.at(id.to) else { return };
        let right = id.to > id.from;
        let head = if right { to.saturating_sub(1) } else { to + 1 };
        if let Some(track) = track {
            line.run(track, head);
            line.put(track, if right { '╰' } else { '╯' });
            self.busy.remove(&track);
        }
        line.put(head, end.unwrap_or(if right { '▶' } else { '◀' }));
    }

    /// A packet ends on its track.
    fn vanish(&mut self, line: &mut Line, track: Option<usize>) {
        if let Some(track) = track {
            line.put(track, '╳');
            self.busy.remove(&track);
        }
    }

    /// A line between two nodes, for what happens to the link between them.
    fn tie(&self, line: &mut Line, from: usize, to: NodeId) {
        let Some(to) = self.at(to) else { return };
        line.run(from, to);
        line.put(from, if from < to { '├' } else { '┤' });
        line.put(to, if from < to { '▶' } else { '◀' });
    }
}

impl Line {
    fn put(&mut self, x: usize, mark: char) {
        if let Some(cell) = self.0.get_mut(x) {
            *cell = (mark, true);
        }
    }

    /// A horizontal line between two places, neither included; it passes behind lifelines and over tracks.
    fn run(&mut self, a: usize, b: usize) {
        for cell in self.0.iter_mut().take(a.max(b)).skip(a.min(b) + 1) {
            *cell = (if cell.0 == '│' { '┼' } else { '─' }, true);
        }
    }

    /// As text, with the event in this ink and all else faint; no ink, no colours.
    pub(super) fn paint(&self, ink: &str) -> String {
        let faint = if ink.is_empty() { "" } else { "\x1b[2m" };
        let mut text = String::new();
        for run in self.0.chunk_by(|a, b| a.1 == b.1) {
            let characters: String = run.iter().map(|cell| cell.0).collect();
            text += &paint(&characters, if run[0].1 { ink } else { faint });
        }
        text
    }
}

/// The mark on the lifeline for what happened there.
fn mark(what: &What<crate::draw::Text>) -> Option<char> {
    Some(match what {
        What::Request { .. } => '○',
        What::Deliver { .. } => '●',
        What::Store { .. } => '■',
        What::Timeout { .. } => '◷',
        What::Choose { .. } => '?',
        What::Crash { .. } => '✖',
        What::Recover | What::Resume => '△',
        What::Pause => '‖',
        What::Endless => '∞',
        _ => return None,
    })
}

/// What the lifeline looks like from then on, if that changes.
fn state(what: &What<crate::draw::Text>) -> Option<char> {
    match what {
        What::Crash { .. } => Some(' '),
        What::Pause => Some('┊'),
        What::Recover | What::Resume => Some('│'),
        _ => None,
    }
}

/// Which packet has which track.
struct Slots {
    /// By the record that began a packet: the gap, named by the column to its left, and its number there.
    of_packet: BTreeMap<usize, (usize, usize)>,
    /// How many slots each gap needs.
    most: Vec<usize>,
}

/// Gives every packet the first track that is free while it is on its way.
fn slots(story: &Story, nodes: u32) -> Slots {
    let mut taken: Vec<Vec<bool>> = vec![Vec::new(); nodes as usize];
    let mut of_packet: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for index in 0..story.trace.records.len() {
        let Some(flight) = story.flight(index) else { continue };
        if flight.began != index {
            if let Some(&(gap, slot)) = of_packet.get(&flight.began) {
                taken[gap][slot] = false;
            }
            continue;
        }
        let PacketId { from, to, .. } = flight.id;
        let gap = if to < from { from.0.saturating_sub(1) } else { from.0 } as usize;
        let Some(slots) = taken.get_mut(gap) else { continue };
        let free = slots.iter().position(|taken| !taken).unwrap_or(slots.len());
        if free < TRACKS {
            slots.resize(slots.len().max(free + 1), false);
            slots[free] = true;
            of_packet.insert(index, (gap, free));
        }
    }
    Slots { of_packet, most: taken.iter().map(Vec::len).collect() }
}
