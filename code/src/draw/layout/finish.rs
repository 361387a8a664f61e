//! What is drawn without words: marks, the stretches of lifelines, and the bands beside them.

use super::measure::{LINE, Point};
use super::place::Placer;
use super::rows::{Moment, Rows, TOP};
use super::shapes::Frame;
use super::texts::{gaps_of, links, mark};
use super::{Layout, Mark, Span, SpanKind};
use crate::node::NodeId;
use crate::sim::trace::What;
use std::collections::BTreeMap;

/// The top of the lifelines, under the names.
const LIFELINE: i32 = 34;
/// What follows the last event.
const AFTER: i32 = 34;

impl Placer<'_> {
    /// The picture, with all labels that found room.
    pub(super) fn finish(self, moments: &[Moment]) -> Layout {
        let ends = self.board.arrows.iter().map(|arrow| arrow.to.y);
        let bottom = ends.fold(self.rows.bottom.max(TOP), i32::max) + AFTER;
        let bars =
            self.board.bars.iter().map(|&bar| Span { bottom: bar.bottom.min(bottom), ..bar });
        let mut spans: Vec<Span> = bars.collect();
        for node in NodeId::all(self.frame.nodes()) {
            spans.extend(self.lifeline(node, moments, bottom));
        }
        spans.extend(self.bands(bottom));
        let widest =
            self.board.labels.iter().map(|label| label.place.room.bounds().1).max().unwrap_or(0);
        Layout {
            width: self.frame.width.max(widest + 8),
            height: bottom + 8,
            columns: self.frame.columns.clone(),
            spans,
            marks: self.marks(moments),
            breaks: self.rows.breaks.iter().map(|&(y, _)| y).collect(),
            left_out: self.homeless.len(),
            crossed: self.crossed.len(),
            arrows: self.board.arrows,
            labels: self.board.labels,
        }
    }

    fn marks(&self, moments: &[Moment]) -> Vec<Mark> {
        let centres: BTreeMap<usize, i32> = self
            .board
            .labels
            .iter()
            .filter_map(|label| Some((label.index?, label.place.centre.x)))
            .collect();
        let mut marks = Vec::new();
        for moment in moments.iter().filter(|moment| !moment.of_links) {
            let Some(x) = self.frame.column(moment.node) else { continue };
            for &index in &moment.records {
                let Some(kind) = mark(&self.frame.story.trace.records[index].what) else {
                    continue;
                };
                let side = centres.get(&index).map_or(0, |centre| (centre - x).signum());
                marks.push(Mark { index, at: Point::at(x, self.rows.y[&index]), side, kind });
            }
        }
        marks
    }

    /// The stretches of one lifeline: up, down, paused.
    fn lifeline(&self, node: NodeId, moments: &[Moment], bottom: i32) -> Vec<Span> {
        let Some(x) = self.frame.column(node) else { return Vec::new() };
        let mut spans = Vec::new();
        let mut up = Span { index: None, x, top: LIFELINE, bottom, kind: SpanKind::Up };
        let mut paused: Option<Span> = None;
        let of_node = moments.iter().filter(|moment| moment.node == node && !moment.of_links);
        for &index in of_node.flat_map(|moment| &moment.records) {
            let y = self.rows.y[&index];
            let kind = match self.frame.story.trace.records[index].what {
                What::Crash { .. } => SpanKind::Down,
                What::Recover => SpanKind::Up,
                What::Pause => {
                    paused = Some(Span {
                        index: Some(index),
                        x,
                        top: y,
                        bottom,
                        kind: SpanKind::Paused,
                    });
                    continue;
                }
                What::Resume => {
                    spans.extend(paused.take().map(|span| Span { bottom: y, ..span }));
                    continue;
                }
                _ => continue,
            };
            spans.extend(paused.take().map(|span| Span { bottom: y, ..span }));
            spans.push(Span { bottom: y, ..up });
            up = Span { index: Some(index), x, top: y, bottom, kind };
        }
        spans.push(up);
        spans.extend(paused);
        spans
    }

    /// The bands beside the lifelines for messages that were received and not delivered at once; those of one time side
    /// by side.
    fn bands(&self, foot: i32) -> Vec<Span> {
        let story = self.frame.story;
        let height = |record: usize| self.rows.y.get(&record).copied();
        let mut bands: Vec<(NodeId, Span)> = Vec::new();
        let mut band = |receipt: usize, bottom: Option<i32>, kind| {
            let node = story.trace.records[receipt].node;
            let (x, top) = (self.frame.column(node)?, height(receipt)?);
            bands.push((node, Span { index: Some(receipt), x, top, bottom: bottom?, kind }));
            Some(())
        };
        for (&delivery, held) in &story.held {
            band(held.received, height(delivery), SpanKind::Held);
        }
        for &receipt in story.never.iter().filter(|&&r| story.held_until(r).is_none()) {
            let crash = story.crash_after(receipt).and_then(height);
            band(receipt, Some(crash.unwrap_or(foot)), SpanKind::Never);
        }
        bands.sort_by_key(|(node, span)| (*node, span.top, span.bottom));
        let mut lanes: BTreeMap<NodeId, [i32; 3]> = BTreeMap::new();
        for (node, span) in &mut bands {
            let lanes = lanes.entry(*node).or_insert([0; 3]);
            let lane = lanes.iter().position(|&free| free <= span.top).unwrap_or(2);
            lanes[lane] = span.bottom;
            span.x += self.frame.side(*node) * (7 + 5 * lane as i32);
        }
        bands.into_iter().map(|(_, span)| span).collect()
    }
}

/// Where links are cut, from the cut to the healing of all of them; without end if that never comes.
pub(super) fn cuts(frame: &Frame, rows: &Rows, moments: &[Moment]) -> Vec<Span> {
    /// Links that are cut, and where that is shown.
    struct Cut {
        links: Vec<(NodeId, NodeId)>,
        bars: Vec<Span>,
    }
    let mut open: Vec<Cut> = Vec::new();
    let mut spans = Vec::new();
    for (moment, &y) in moments.iter().zip(&rows.starts).filter(|(moment, _)| moment.of_links) {
        let index = moment.records[0];
        let links = links(frame.story, &moment.records);
        if let What::Cut { .. } = frame.story.trace.records[index].what {
            let bar = |gap: usize| {
                let x = i32::midpoint(frame.columns[gap], frame.columns[gap + 1]);
                Span { index: Some(index), x, top: y, bottom: i32::MAX, kind: SpanKind::Cut }
            };
            let bars = gaps_of(&links, frame.columns.len()).into_iter().map(bar).collect();
            open.push(Cut { links, bars });
            continue;
        }
        for Cut { links: cut, bars } in &mut open {
            cut.retain(|link| !links.contains(link));
            if cut.is_empty() {
                spans.extend(bars.drain(..).map(|bar| Span { bottom: y - LINE * 2 / 3, ..bar }));
            }
        }
        open.retain(|cut| !cut.links.is_empty());
    }
    spans.extend(open.into_iter().flat_map(|cut| cut.bars));
    spans
}
