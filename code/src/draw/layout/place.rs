//! Finds room for every label: no two may overlap, and few should lie on an arrow.

use super::measure::{Direction, LINE, Point, Room, text_width};
use super::rows::{Moment, Rows};
use super::shapes::{Frame, SIDE};
use super::texts::{gaps_of, links, links_text};
use super::{Anchor, Arrow, Label, Look, Span, Tip};
use crate::draw::story::{End, Flight, Times};
use crate::node::NodeId;
use crate::sim::trace::Loss;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The height of the strips in which labels and arrows are looked up.
const STRIP: i32 = 64;
/// So many arrows in one strip are looked at; where there are more, nothing can be read anyway.
const LOOKED_AT: usize = 60;
/// Where a label may be between two columns, in hundredths from the left; the best first.
const PLACES: [i32; 15] = [50, 44, 56, 38, 62, 32, 68, 26, 74, 20, 80, 14, 86, 8, 92];

/// Puts labels into the picture one by one.
pub(super) struct Placer<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) rows: &'a Rows,
    pub(super) labels: Vec<Label>,
    pub(super) arrows: Vec<Arrow>,
    /// Where links are cut.
    pub(super) bars: Vec<Span>,
    /// The records whose labels found no room.
    pub(super) homeless: Vec<usize>,
    label_strips: Strips,
    arrow_strips: Strips,
}

impl<'a> Placer<'a> {
    pub(super) fn new(frame: &'a Frame, rows: &'a Rows, moments: &[Moment]) -> Self {
        let arrows: Vec<Arrow> =
            frame.story.flights.iter().filter_map(|flight| arrow(frame, rows, flight)).collect();
        let mut arrow_strips = Strips::default();
        for (i, arrow) in arrows.iter().enumerate() {
            arrow_strips.add(arrow.from.y, arrow.to.y, i);
        }
        let (labels, homeless, label_strips) = (Vec::new(), Vec::new(), Strips::default());
        let bars = super::finish::cuts(frame, rows, moments);
        Placer { frame, rows, labels, arrows, bars, homeless, label_strips, arrow_strips }
    }

    /// Names, times, and what is said of links: they have their places.
    pub(super) fn fixed_labels(&mut self, times: Times, moments: &[Moment]) {
        for node in NodeId::all(self.frame.nodes()) {
            let Some(x) = self.frame.column(node) else { continue };
            self.add(level(None, self.frame.style.name(node), Look::Name, Point::at(x, 22)));
        }
        let mut last: Option<(String, i32)> = None;
        let right =
            |text: String, look, y| beside(None, text, look, Point::at(self.frame.gutter, y), -1);
        let mut gutter = vec![right("ms".into(), Look::Time, 22)];
        for (moment, &y) in moments.iter().zip(&self.rows.starts) {
            let text = times.number(moment.at);
            if last.as_ref().is_none_or(|(before, above)| *before != text && y >= above + 14) {
                gutter.push(right(text.clone(), Look::Time, y));
                last = Some((text, y));
            }
        }
        for &(y, span) in &self.rows.breaks {
            gutter.push(right(format!("+{}", times.rough(span)), Look::Break, y));
        }
        for label in gutter {
            self.add_if_free(label);
        }
        for (moment, &y) in moments.iter().zip(&self.rows.starts) {
            if moment.of_links {
                self.links_label(moment, y);
            }
        }
    }

    fn links_label(&mut self, moment: &Moment, y: i32) {
        let index = moment.records[0];
        let Some(&gap) =
            gaps_of(&links(self.frame.story, &moment.records), self.frame.columns.len()).first()
        else {
            return;
        };
        let text = links_text(self.frame.story, self.frame.style, &moment.records);
        let x = i32::midpoint(self.frame.columns[gap], self.frame.columns[gap + 1]);
        let label = level(Some(index), text, Look::Fault, Point::at(x, y));
        if !self.add_if_free(label) {
            self.homeless.push(index);
        }
    }

    /// What is written beside lifelines: away from the arrow that led to it, if there is a choice.
    pub(super) fn side_labels(&mut self, moments: &[Moment]) {
        for moment in moments.iter().filter(|moment| !moment.of_links) {
            let Some(x) = self.frame.column(moment.node) else { continue };
            let usual = self.frame.side(moment.node);
            let mut sides = vec![usual];
            if self.frame.is_inner(moment.node) {
                let from_right = |f: &Flight| f.id.from > f.id.to && f.began != moment.records[0];
                let flight = self.frame.story.flight(moment.records[0]);
                sides = if flight.is_some_and(from_right) { vec![-1, 1] } else { vec![1, -1] };
            }
            for &index in &moment.records {
                let Some((text, look)) = self.frame.side_text(index) else { continue };
                let y = self.rows.y[&index];
                let place = |&side: &i32| {
                    let at = Point::at(x + side * SIDE, y);
                    beside(Some(index), text.clone(), *look, at, side)
                };
                let candidates: Vec<Label> = sides.iter().map(place).collect();
                self.choose(index, candidates);
            }
        }
    }

    /// What is written along arrows; first along those that found no room before, `failures` of them the most often.
    pub(super) fn arrow_labels(&mut self, failures: &BTreeMap<usize, u32>) {
        let mut arrows = self.arrows.clone();
        arrows.sort_by_key(|arrow| Reverse(failures.get(&arrow.index)));
        for arrow in arrows {
            let Some(flight) = self.frame.story.flight(arrow.index) else { continue };
            let text = self.frame.arrow_text(flight);
            if !text.is_empty() {
                self.choose(arrow.index, self.along(&arrow, &text));
            }
        }
    }

    /// All places along an arrow where its label might be.
    fn along(&self, arrow: &Arrow, text: &str) -> Vec<Label> {
        let look = if arrow.quiet || arrow.copy { Look::Quiet } else { Look::Packet };
        let index = Some(arrow.index);
        let width = text_width(text);
        if arrow.loops != 0 {
            let side = arrow.loops;
            let place = |place| {
                let y = arrow.from.y + (arrow.to.y - arrow.from.y) * place / 100;
                let at = Point::at(arrow.from.x + side * (SIDE + 6), y);
                beside(index, text.to_string(), look, at, side)
            };
            return PLACES.into_iter().map(place).collect();
        }
        let along = Direction::between(arrow.from, arrow.to).reading();
        let mut places = Vec::new();
        for gap in self.gaps(arrow) {
            let (left, right) = (self.frame.columns[gap], self.frame.columns[gap + 1]);
            // Short arrows have their labels at their own middle, if they can.
            let (low, high) = (arrow.from.x.min(arrow.to.x), arrow.from.x.max(arrow.to.x));
            let middle = i32::midpoint(left.max(low), right.min(high));
            for place in PLACES {
                let x = middle + (right - left) * (place - 50) / 100;
                let y = arrow.from.y
                    + (x - arrow.from.x) * (arrow.to.y - arrow.from.y)
                        / nonzero(arrow.to.x - arrow.from.x);
                for off in [-(LINE / 2 + 2), LINE / 2 + 3] {
                    let centre = Point::at(x - off * along.y / 1000, y + off * along.x / 1000);
                    let room = Room::around(centre, width + 4, LINE - 2, along);
                    let (low, high, ..) = room.bounds();
                    if low >= left + 6 && high <= right - 6 {
                        let text = text.to_string();
                        let anchor = Anchor::Middle;
                        places.push(Label { index, text, look, centre, anchor, along, room });
                    }
                }
            }
        }
        places
    }

    /// The gaps between columns that an arrow passes, each named by its left column, from the sender.
    fn gaps(&self, arrow: &Arrow) -> Vec<usize> {
        let (low, high) = (arrow.from.x.min(arrow.to.x), arrow.from.x.max(arrow.to.x));
        let pairs = self.frame.columns.windows(2).enumerate();
        let passed = pairs.filter(|(_, pair)| pair[0] < high && low < pair[1]).map(|(gap, _)| gap);
        let mut gaps: Vec<usize> = passed.collect();
        if arrow.to.x < arrow.from.x {
            gaps.reverse();
        }
        gaps
    }

    /// Takes the best of the places that are free: early in the list, and on few arrows.
    fn choose(&mut self, index: usize, candidates: Vec<Label>) {
        let mut best: Option<(usize, Label)> = None;
        for (rank, label) in candidates.into_iter().enumerate() {
            if best.as_ref().is_some_and(|(cost, _)| *cost <= rank) {
                break;
            }
            if self.is_free(&label) {
                let cost = rank + 12 * self.crossings(&label, index);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, label));
                }
            }
        }
        match best {
            Some((_, label)) => self.add(label),
            None => self.homeless.push(index),
        }
    }

    /// How many lines and crosses there are where the label would be, its own line apart.
    fn crossings(&self, label: &Label, index: usize) -> usize {
        let (_, _, top, bottom) = label.room.bounds();
        let near = self.arrow_strips.near(top, bottom).take(LOOKED_AT).map(|i| &self.arrows[i]);
        let crossed = |arrow: &Arrow| {
            let line = arrow.index != index && arrow.loops == 0;
            let cross = Room::around(arrow.to, 16, 16, Direction::LEVEL);
            usize::from(line && label.room.crossed_by(arrow.from, arrow.to))
                + usize::from(arrow.tip == Tip::Cross && label.room.overlaps(&cross))
        };
        let bars = self.bars.iter().filter(|bar| {
            label.room.crossed_by(Point::at(bar.x, bar.top), Point::at(bar.x, bar.bottom))
        });
        near.map(crossed).sum::<usize>() + bars.count()
    }

    fn is_free(&self, label: &Label) -> bool {
        let (_, _, top, bottom) = label.room.bounds();
        let mut near = self.label_strips.near(top, bottom);
        !near.any(|i| self.labels[i].room.overlaps(&label.room))
    }

    fn add_if_free(&mut self, label: Label) -> bool {
        let free = self.is_free(&label);
        if free {
            self.add(label);
        }
        free
    }

    fn add(&mut self, label: Label) {
        let (_, _, top, bottom) = label.room.bounds();
        self.label_strips.add(top, bottom, self.labels.len());
        self.labels.push(label);
    }
}

/// A label written level, around `at`.
fn level(index: Option<usize>, text: String, look: Look, at: Point) -> Label {
    let room = Room::around(at, text_width(&text) + 2, LINE - 2, Direction::LEVEL);
    let (centre, anchor, along) = (at, Anchor::Middle, Direction::LEVEL);
    Label { index, text, look, centre, anchor, along, room }
}

/// A label written level that begins at `at`, or ends there if `side` is -1.
fn beside(index: Option<usize>, text: String, look: Look, at: Point, side: i32) -> Label {
    let centre = Point::at(at.x + side * (text_width(&text) / 2 + 1), at.y);
    let anchor = if side < 0 { Anchor::End } else { Anchor::Start };
    Label { anchor, ..level(index, text, look, centre) }
}

fn nonzero(x: i32) -> i32 {
    if x == 0 { 1 } else { x }
}

/// The arrow of a packet, if both its ends are drawn.
fn arrow(frame: &Frame, rows: &Rows, flight: &Flight) -> Option<Arrow> {
    let (x, to_x) = (frame.column(flight.id.from)?, frame.column(flight.id.to)?);
    let from = Point::at(x, *rows.y.get(&flight.sent)?);
    let direction = (to_x - x).signum();
    let node = flight.id.from.0 as usize;
    let next = if direction < 0 { node.checked_sub(1)? } else { node + 1 };
    let near = frame.columns.get(next).map_or(60, |next| (next - x).abs());
    // A packet that does not arrive goes part of its way, as steep as one that might.
    let fall = 26
        + 14 * flight.id.from.0.abs_diff(flight.id.to.0).min(9) as i32
        + LINE * flight.id.copy.min(9) as i32;
    let part = |on_way: i32| {
        Point::at(x + direction * on_way, from.y + fall * on_way / (to_x - x).abs().max(60))
    };
    let (to, end, tip) = match flight.end {
        End::Received(end) => (Point::at(to_x, *rows.y.get(&end)?), Some(end), Tip::Head),
        End::Lost(end, Loss::Down) => (Point::at(to_x, *rows.y.get(&end)?), Some(end), Tip::Cross),
        End::Lost(end, _) => {
            let at = frame.lost_in(end).map_or(near * 2 / 3, |at| (at - x).abs());
            (part(at), Some(end), Tip::Cross)
        }
        End::Open => (part(near * 2 / 3), None, Tip::Open),
    };
    let quiet = (frame.style.quiet)(flight.packet);
    let loops = if direction == 0 { frame.side(flight.id.from) } else { 0 };
    let (index, copy) = (flight.began, flight.id.copy > 0);
    Some(Arrow { index, end, from, to, tip, copy, quiet, loops })
}

/// Things by the horizontal strips of the picture that they are in.
#[derive(Default)]
struct Strips(Vec<Vec<usize>>);

impl Strips {
    fn add(&mut self, top: i32, bottom: i32, thing: usize) {
        let strips = strip(top)..=strip(bottom.max(top));
        self.0.resize_with(self.0.len().max(strips.end() + 1), Vec::new);
        for things in &mut self.0[strips] {
            things.push(thing);
        }
    }

    fn near(&self, top: i32, bottom: i32) -> impl Iterator<Item = usize> {
        let strips = strip(top)..=strip(bottom);
        let count = strips.end() + 1 - strips.start();
        self.0.iter().skip(*strips.start()).take(count).flatten().copied()
    }
}

fn strip(y: i32) -> usize {
    usize::try_from(y / STRIP).unwrap_or(0)
}
