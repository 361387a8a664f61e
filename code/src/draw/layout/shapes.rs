//! The frame of the picture: where the columns are, and what is written how wide.

use super::super::Style;
use super::super::label::cut;
use super::super::story::{End, Flight, Story, Times};
use super::measure::{LINE, text_width};
use super::rows::Moment;
use super::texts::side_text;
use super::{COLUMNS, Look};
use crate::node::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// From a lifeline to the text beside it.
pub(super) const SIDE: i32 = 24;
/// Between neighbouring columns, at least.
const GAP: i32 = 130;
/// What an arrow shows of itself besides its label.
const ARROW: i32 = 52;

/// What does not change while room is made for labels.
pub(super) struct Frame<'a> {
    pub(super) story: &'a Story<'a>,
    pub(super) style: &'a Style,
    /// The lifelines.
    pub(super) columns: Vec<i32>,
    pub(super) width: i32,
    /// Where the times are written: their right end.
    pub(super) gutter: i32,
    side_texts: BTreeMap<usize, (String, Look)>,
    moment_of: BTreeMap<usize, usize>,
}

impl<'a> Frame<'a> {
    pub(super) fn of(story: &'a Story<'a>, style: &'a Style, moments: &[Moment]) -> Self {
        let numbered = moments.iter().enumerate();
        let moment_of: BTreeMap<usize, usize> =
            numbered.flat_map(|(i, moment)| moment.records.iter().map(move |&r| (r, i))).collect();
        let text = |&index: &usize| Some((index, side_text(story, style, index)?));
        let side_texts = moment_of.keys().filter_map(text).collect();
        let times = Times::of(story.trace);
        let widths = moments.iter().map(|moment| text_width(&times.number(moment.at)));
        let gutter = widths.max().unwrap_or(0).max(text_width("+999")) + 8;
        let (columns, width) = (Vec::new(), 0);
        let mut frame = Frame { story, style, columns, width, gutter, side_texts, moment_of };
        frame.set_columns();
        frame
    }

    /// The text beside the lifeline for a record.
    pub(super) fn side_text(&self, index: usize) -> Option<&(String, Look)> {
        self.side_texts.get(&index)
    }

    /// The text on an arrow.
    pub(super) fn arrow_text(&self, flight: &Flight) -> String {
        let text = (self.style.label)(flight.packet);
        let text = if flight.id.copy > 0 { format!("copy of {text}") } else { text };
        cut(&text, self.style.width)
    }

    /// The lifeline of a node, if it is drawn.
    pub(super) fn column(&self, node: NodeId) -> Option<i32> {
        self.columns.get(node.0 as usize).copied()
    }

    /// On which side of its lifeline a node's labels are: in the margin for the outermost, to the right for others.
    pub(super) fn side(&self, node: NodeId) -> i32 {
        if node.0 == 0 && self.nodes() > 1 { -1 } else { 1 }
    }

    /// Whether labels may be on both sides of a node's lifeline.
    pub(super) fn is_inner(&self, node: NodeId) -> bool {
        node.0 > 0 && node.0 + 1 < self.nodes()
    }

    pub(super) fn nodes(&self) -> u32 {
        self.story.trace.nodes.min(COLUMNS)
    }

    fn set_columns(&mut self) {
        let last = self.nodes().saturating_sub(1) as usize;
        // What each gap must hold; the first and the last are the margins.
        let mut gaps = vec![GAP; last + 2];
        (gaps[0], gaps[last + 1]) = (30, 30);
        for node in NodeId::all(self.nodes()) {
            let half = text_width(&self.style.name(node)) / 2 + 16;
            for gap in &mut gaps[node.0 as usize..node.0 as usize + 2] {
                *gap = half.max(*gap);
            }
        }
        for (&index, (text, _)) in &self.side_texts {
            let node = self.story.trace.records[index].node;
            let gap = node.0 as usize + usize::from(self.side(node) > 0);
            let room = text_width(text) + SIDE + if gap > last { 16 } else { 20 };
            gaps[gap] = room.max(gaps[gap]);
        }
        for flight in &self.story.flights {
            let (from, to) = (flight.id.from.0 as usize, flight.id.to.0 as usize);
            let gap = if to < from { from } else { from + 1 };
            let Some(gap) = gaps.get_mut(gap) else { continue };
            let more = if from == to { SIDE + 36 } else { ARROW };
            *gap = (text_width(&self.arrow_text(flight)) + more).max(*gap);
        }
        let mut x = self.gutter;
        for gap in &gaps[..=last] {
            x += gap;
            self.columns.push(x);
        }
        self.columns.truncate(self.nodes() as usize);
        self.width = x + gaps[last + 1];
    }

    /// Leaves more room around those records whose labels found none.
    pub(super) fn make_room(&self, extra: &mut [i32], moments: &[Moment], homeless: &[usize]) {
        let mut lower = BTreeSet::new();
        for index in homeless {
            let end = match self.story.flight(*index).map(|flight| (flight.end, flight.sent)) {
                Some((End::Received(end) | End::Lost(end, _), sent)) => self
                    .moment_of
                    .get(&end)
                    .or(self.moment_of.get(&sent).map(|m| m + 1).as_ref())
                    .copied(),
                Some((End::Open, sent)) => self.moment_of.get(&sent).map(|moment| moment + 1),
                None => self.moment_of.get(index).copied(),
            };
            lower.extend(end.filter(|&moment| moment < moments.len()));
        }
        for moment in lower {
            extra[moment] += LINE * 3 / 4;
        }
    }
}
