//! The frame of the picture: where the columns are, and what is written how wide.

use super::super::Style;
use super::super::label::cut;
use super::super::story::{End, Flight, Story, Times};
use super::measure::{LINE, text_width};
use super::rows::{Moment, Rows, left_out, rows};
use super::texts::{break_text, gaps_of, links, side_text};
use super::{COLUMNS, Look};
use crate::node::NodeId;
use crate::sim::trace::Loss;
use std::collections::{BTreeMap, BTreeSet};

/// From a lifeline to the text beside it.
pub(super) const SIDE: i32 = 22;
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
    /// How much wider all gaps are than they need be.
    widen: i32,
    side_texts: BTreeMap<usize, (String, Look)>,
    arrow_texts: BTreeMap<usize, String>,
    moment_of: BTreeMap<usize, usize>,
    /// Between which columns a packet is lost because of a cut there: by the record of its loss.
    lost_in: BTreeMap<usize, usize>,
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
        let breaks = left_out(story, moments).into_iter();
        let breaks = breaks.map(|span| text_width(&break_text(times, span)));
        let gutter = widths.chain(breaks).max().unwrap_or(0).max(text_width("ms")) + 6;
        let arrow_text = |flight: &Flight| {
            // A copy leaves where the packet itself did, so no more needs to be said.
            let copy = flight.id.copy > 0;
            let text =
                if copy { "copy".into() } else { cut(&(style.label)(flight.packet), style.width) };
            (flight.began, text)
        };
        let arrow_texts = story.flights.iter().map(arrow_text).collect();
        let lost_in = lost_in(story, moments);
        let (columns, width, widen) = (Vec::new(), 0, 0);
        let mut frame = Frame {
            story,
            style,
            columns,
            width,
            gutter,
            widen,
            side_texts,
            arrow_texts,
            moment_of,
            lost_in,
        };
        frame.set_columns();
        frame
    }

    /// The heights of all records, with room for their labels.
    pub(super) fn rows(&self, moments: &[Moment], extra: &[i32]) -> Rows {
        rows(self.story, moments, extra, &|index| self.side_text(index).is_some())
    }

    /// The text beside the lifeline for a record.
    pub(super) fn side_text(&self, index: usize) -> Option<&(String, Look)> {
        self.side_texts.get(&index)
    }

    /// The text on the arrow that begins with this record.
    pub(super) fn arrow_text(&self, index: usize) -> Option<&String> {
        self.arrow_texts.get(&index)
    }

    /// The width of a node's name, which is larger than other text.
    pub(super) fn name_width(&self, node: NodeId) -> i32 {
        text_width(&self.style.name(node)) * 5 / 4
    }

    /// Where a packet is lost that runs into a cut: between these columns, named by the left one.
    pub(super) fn lost_in(&self, loss: usize) -> Option<i32> {
        let gap = *self.lost_in.get(&loss)?;
        Some(i32::midpoint(*self.columns.get(gap)?, *self.columns.get(gap + 1)?))
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
        let least = match last {
            0 | 1 => 148,
            2 => 180,
            _ => 140,
        };
        let mut gaps = vec![least; last + 2];
        (gaps[0], gaps[last + 1]) = (30, 30);
        for node in NodeId::all(self.nodes()) {
            let half = self.name_width(node) / 2 + 16;
            for gap in &mut gaps[node.0 as usize..node.0 as usize + 2] {
                *gap = half.max(*gap);
            }
        }
        for (&index, (text, _)) in &self.side_texts {
            let node = self.story.trace.records[index].node;
            let gap = node.0 as usize + usize::from(self.side(node) > 0);
            let is_margin = gap == 0 || gap > last;
            let room = text_width(text) + SIDE + if is_margin { 8 } else { 20 };
            gaps[gap] = room.max(gaps[gap]);
        }
        for flight in &self.story.flights {
            let (from, to) = (flight.id.from.0 as usize, flight.id.to.0 as usize);
            let to_right = to > from || (to == from && self.side(flight.id.from) > 0);
            let gap = from + usize::from(to_right);
            let Some(gap) = gaps.get_mut(gap) else { continue };
            let more = if from == to { SIDE + 36 } else { ARROW };
            *gap = (text_width(&self.arrow_texts[&flight.began]) + more).max(*gap);
        }
        let mut x = self.gutter;
        self.columns.clear();
        for (i, gap) in gaps[..=last].iter().enumerate() {
            x += gap + if i > 0 { self.widen } else { 0 };
            self.columns.push(x);
        }
        self.columns.truncate(self.nodes() as usize);
        self.width = x + gaps[last + 1];
    }

    /// Leaves so much more room between all columns, unless that makes the picture wider than `most`.
    pub(super) fn widen(&mut self, more: i32, most: i32) {
        if self.width + more * self.nodes().saturating_sub(1) as i32 <= most {
            self.widen += more;
            self.set_columns();
        }
    }

    /// Leaves more room for the labels of these records: above their moment in every other round, else before what comes
    /// next on their way.
    pub(super) fn lower(&self, extra: &mut [i32], records: &[usize], round: usize) {
        let moment = |record: usize| self.moment_of.get(&record).copied();
        let lower = records.iter().filter_map(|&index| {
            let Some(flight) = self.story.flight(index) else { return moment(index) };
            let own = moment(flight.sent)?;
            let end = match flight.end {
                End::Received(end) | End::Lost(end, Loss::Down) => moment(end)?,
                _ => own + 1,
            };
            Some(if round.is_multiple_of(2) || end == extra.len() { own } else { end })
        });
        for moment in lower.collect::<BTreeSet<_>>() {
            extra[moment] += LINE * 3 / 4;
        }
    }
}

/// For each packet lost to a cut: where on its way that cut is drawn.
fn lost_in(story: &Story, moments: &[Moment]) -> BTreeMap<usize, usize> {
    let mut cut_at: BTreeMap<(NodeId, NodeId), Vec<usize>> = BTreeMap::new();
    let mut lost_in = BTreeMap::new();
    let columns = story.trace.nodes.min(COLUMNS) as usize;
    let mut moments = moments.iter().filter(|moment| moment.of_links).peekable();
    for flight in &story.flights {
        let End::Lost(loss, Loss::Cut) = flight.end else { continue };
        while let Some(moment) = moments.next_if(|moment| moment.records[0] < loss) {
            let links = links(story, &moment.records);
            let gaps = gaps_of(&links, columns);
            cut_at.extend(links.into_iter().map(|link| (link, gaps.clone())));
        }
        let (low, high) = (flight.id.from.min(flight.id.to).0, flight.id.from.max(flight.id.to).0);
        let way = low as usize..high as usize;
        let gaps = cut_at.get(&(flight.id.from, flight.id.to)).into_iter().flatten();
        lost_in.extend(gaps.copied().find(|gap| way.contains(gap)).map(|gap| (loss, gap)));
    }
    lost_in
}
