//! Which record is drawn at which height.
//!
//! Time flows down, and what is later is lower; but it is not to scale: events keep the distance that their labels need,
//! and long idle times are cut short.

use super::super::Style;
use super::super::story::{End, Story};
use super::COLUMNS;
use super::measure::LINE;
use crate::node::{NodeId, Time};
use crate::sim::trace::{Loss, What};
use std::collections::BTreeMap;

/// Where the first event is drawn.
pub(super) const TOP: i32 = 64;
/// Between events at different times.
const STEP: i32 = 15;
/// Between two events of one node, from the end of the first.
const APART: i32 = 20;
/// From an event to its first effect.
const EFFECT: i32 = 8;
/// How much lower a packet arrives than it was sent, at least.
const FALL: i32 = 26;
/// How much lower a packet of middling delay arrives.
const USUAL_FALL: i32 = 50;
/// The idle time that is drawn at most; from there on it is cut short to less.
const IDLE: i32 = 110;
const IDLE_CUT: i32 = 56;

/// What happens at one node at one time, from one cause: an event and its effects.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) node: NodeId,
    pub(super) at: Time,
    /// The records to draw, in order.
    pub(super) records: Vec<usize>,
    /// Whether it is about links, not about the node.
    pub(super) of_links: bool,
}

/// The heights of all records that are drawn.
pub(super) struct Rows {
    pub(super) y: BTreeMap<usize, i32>,
    /// Where time was cut short: the height, and how much is missing.
    pub(super) breaks: Vec<(i32, Time)>,
    /// The first height of each moment.
    pub(super) starts: Vec<i32>,
    pub(super) bottom: i32,
}

/// Groups the records into moments, and leaves out what is not drawn.
pub(super) fn moments(story: &Story, style: &Style) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    let columns = story.trace.nodes.min(COLUMNS);
    for (index, record) in story.trace.records.iter().enumerate() {
        let of_links = matches!(record.what, What::Cut { .. } | What::Heal { .. });
        if record.node.0 >= columns || !drawn(&record.what, style) {
            continue;
        }
        let joins = |moment: &Moment| {
            let same_kind = |other: &What<_>| {
                std::mem::discriminant(other) == std::mem::discriminant(&record.what)
            };
            let first = &story.trace.records[moment.records[0]].what;
            if of_links {
                moment.of_links && moment.at == record.at && same_kind(first)
            } else {
                let same = moment.node == record.node && moment.at == record.at;
                same && !moment.of_links && !begins(&record.what)
            }
        };
        match moments.last_mut().filter(|moment| joins(moment)) {
            Some(moment) => moment.records.push(index),
            None => {
                let (node, at, records) = (record.node, record.at, vec![index]);
                moments.push(Moment { node, at, records, of_links });
            }
        }
    }
    moments
}

/// Whether this is drawn at a height of its own.
fn drawn(what: &What<crate::draw::Text>, style: &Style) -> bool {
    match what {
        What::Start
        | What::SetTimer { .. }
        | What::CancelTimer { .. }
        | What::Duplicate { .. }
        | What::Aim => false,
        What::Lose { why, .. } => *why == Loss::Down,
        What::Timeout { .. } => style.show.timers,
        What::Store { .. } => style.show.stores,
        What::Choose { .. } => style.show.choices,
        What::Facts { .. } => style.show.facts,
        _ => true,
    }
}

/// Whether this is no effect, but starts something.
fn begins(what: &What<crate::draw::Text>) -> bool {
    !matches!(
        what,
        What::Send { .. }
            | What::Deliver { .. }
            | What::Store { .. }
            | What::Choose { .. }
            | What::Facts { .. }
    )
}

/// Gives every record its height. `extra` is room to leave before each moment.
pub(super) fn rows(
    story: &Story,
    moments: &[Moment],
    extra: &[i32],
    labelled: &dyn Fn(usize) -> bool,
) -> Rows {
    let scale = Scale::of(story, moments);
    let mut rows = Rows { y: BTreeMap::new(), breaks: Vec::new(), starts: Vec::new(), bottom: TOP };
    let mut free: BTreeMap<NodeId, i32> = BTreeMap::new();
    let (mut base, mut lowest, mut last) = (TOP, TOP, None);
    for (moment, extra) in moments.iter().zip(extra) {
        if let Some(last) = last.filter(|&last| last < moment.at) {
            let (step, cut) = scale.step(moment.at - last);
            if cut {
                rows.breaks.push((lowest + step / 2, moment.at - last));
            }
            base = lowest + step;
        }
        last = Some(moment.at);
        let mut y = base.max(free.get(&moment.node).copied().unwrap_or(TOP));
        if moment.of_links {
            y = y.max(lowest + LINE);
        }
        if let Some(sent) = sender_height(story, &rows, moment.records[0]) {
            y = y.max(sent);
        }
        y += extra;
        rows.starts.push(y);
        let end = place_records(story, moment, y, &mut rows.y, labelled);
        free.insert(moment.node, end + APART);
        lowest = lowest.max(y);
        rows.bottom = rows.bottom.max(end);
    }
    rows
}

/// The spans of time that are cut short.
pub(super) fn left_out(story: &Story, moments: &[Moment]) -> Vec<Time> {
    let scale = Scale::of(story, moments);
    let spans = moments.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at));
    spans.filter(|&span| scale.step(span).1).collect()
}

/// How high a receipt may be drawn at most, given where its packet was sent.
fn sender_height(story: &Story, rows: &Rows, record: usize) -> Option<i32> {
    let flight = story.flight(record).filter(|flight| flight.end != End::Open)?;
    let sent = rows.y.get(&flight.sent).filter(|_| flight.sent != record)?;
    let columns = flight.id.from.0.abs_diff(flight.id.to.0).clamp(1, 3) as i32;
    Some(sent + FALL + (columns - 1) * FALL / 2)
}

/// Heights within a moment: effects a little below what led to them, labels below each other, packets to one node not
/// from one point.
fn place_records(
    story: &Story,
    moment: &Moment,
    start: i32,
    heights: &mut BTreeMap<usize, i32>,
    labelled: &dyn Fn(usize) -> bool,
) -> i32 {
    let (mut y, mut free) = (start, start);
    let mut sends: BTreeMap<NodeId, i32> = BTreeMap::new();
    for (i, &index) in moment.records.iter().enumerate() {
        if let What::Send { id, .. } = &story.trace.records[index].what {
            if i > 0 && sends.is_empty() {
                y += EFFECT;
            }
            y = y.max(sends.get(&id.to).map_or(y, |last| last + LINE));
            sends.insert(id.to, y);
        } else if labelled(index) {
            y = free.max(if i == 1 { y + EFFECT } else { y });
            free = y + LINE;
        }
        heights.insert(index, y);
    }
    y
}

/// How many pixels a span of time takes.
struct Scale {
    /// A usual span …
    span: u128,
    /// … and its pixels.
    pixels: u128,
}

impl Scale {
    /// So that a packet of middling delay falls by a usual height.
    fn of(story: &Story, moments: &[Moment]) -> Self {
        let records = &story.trace.records;
        let delay = |end| match end {
            End::Received(at) => Some(at),
            _ => None,
        };
        let delays = story.flights.iter().filter_map(|flight| {
            delay(flight.end).map(|end| records[end].at.saturating_sub(records[flight.sent].at))
        });
        let mut spans: Vec<Time> = delays.filter(|&delay| delay > 0).collect();
        let mut pixels = USUAL_FALL;
        if spans.is_empty() {
            let gaps = moments.windows(2).map(|pair| pair[1].at.saturating_sub(pair[0].at));
            spans = gaps.filter(|&gap| gap > 0).collect();
            pixels = 30;
        }
        spans.sort_unstable();
        let span = spans.get(spans.len() / 2).copied().unwrap_or(1);
        Scale { span: u128::from(span), pixels: pixels as u128 }
    }

    /// The pixels between two times, and whether time is cut short there.
    fn step(&self, span: Time) -> (i32, bool) {
        let pixels = u128::from(span) * self.pixels / self.span;
        match i32::try_from(pixels) {
            Ok(pixels) if pixels <= IDLE => (pixels.max(STEP), false),
            _ => (IDLE_CUT, true),
        }
    }
}
