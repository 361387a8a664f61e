//! Finds room for every label: no two may overlap, and few should lie on an arrow.

use super::arrows::arrow;
use super::board::Board;
use super::finish::cuts;
use super::measure::{Direction, LINE, Point, Room, text_width};
use super::rows::{Moment, Rows};
use super::shapes::{Frame, SIDE};
use super::texts::{break_text, gaps_of, links, links_text};
use super::{Anchor, Arrow, Label, Look, Place};
use crate::draw::story::{Flight, Times};
use crate::node::NodeId;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Where a label may be between two columns, in hundredths from the left; the best first.
const PLACES: [i32; 15] = [50, 44, 56, 38, 62, 32, 68, 26, 74, 20, 80, 14, 86, 8, 92];

/// Puts labels into the picture one by one.
pub(super) struct Placer<'a> {
    pub(super) frame: &'a Frame<'a>,
    pub(super) rows: &'a Rows,
    pub(super) board: Board,
    /// The records whose labels found no room.
    pub(super) homeless: Vec<usize>,
    /// The records whose labels had to be put on an arrow.
    pub(super) crossed: Vec<usize>,
}

impl<'a> Placer<'a> {
    /// Finds places for all labels; the more `failures` those of arrows had before, the earlier.
    pub(super) fn place_all(
        frame: &'a Frame,
        rows: &'a Rows,
        moments: &[Moment],
        failures: &BTreeMap<usize, u32>,
    ) -> Self {
        let mut placer = Placer::new(frame, rows, moments);
        placer.names();
        placer.times(Times::of(frame.story.trace), moments);
        placer.link_labels(moments);
        placer.side_labels(moments);
        placer.arrow_labels(failures);
        placer
    }

    fn new(frame: &'a Frame, rows: &'a Rows, moments: &[Moment]) -> Self {
        let flights = frame.story.flights.iter();
        let arrows = flights.filter_map(|flight| arrow(frame, rows, flight)).collect();
        let board = Board::new(arrows, cuts(frame, rows, moments));
        Placer { frame, rows, board, homeless: Vec::new(), crossed: Vec::new() }
    }

    /// The names of the nodes, over their lifelines.
    fn names(&mut self) {
        for (node, &x) in NodeId::all(self.frame.nodes()).zip(&self.frame.columns) {
            let text = self.frame.style.name(node);
            let place = Place::level(Point::at(x, 22), self.frame.name_width(node));
            self.board.add(Label { index: None, text, look: Look::Name, place });
        }
    }

    /// The times, at the left, as many as there is room for.
    fn times(&mut self, times: Times, moments: &[Moment]) {
        let mut gutter = vec![("ms".to_string(), Look::Time, 22)];
        let mut last: Option<(String, i32)> = None;
        for (moment, &y) in moments.iter().zip(&self.rows.starts) {
            let text = times.number(moment.at);
            if last.as_ref().is_none_or(|(before, above)| *before != text && y >= above + 14) {
                gutter.push((text.clone(), Look::Time, y));
                last = Some((text, y));
            }
        }
        let missing = |&(y, span): &(i32, _)| (break_text(times, span), Look::Break, y);
        gutter.extend(self.rows.breaks.iter().map(missing));
        for (text, look, y) in gutter {
            let place = Place::beside(Point::at(self.frame.gutter, y), &text, -1);
            if self.board.is_free(&place) {
                self.board.add(Label { index: None, text, look, place });
            }
        }
    }

    /// What is said where links are cut and healed.
    fn link_labels(&mut self, moments: &[Moment]) {
        let columns = &self.frame.columns;
        for (moment, &y) in moments.iter().zip(&self.rows.starts).filter(|(m, _)| m.of_links) {
            let links = links(self.frame.story, &moment.records);
            let Some(&gap) = gaps_of(&links, columns.len()).first() else { continue };
            let text = links_text(self.frame.story, self.frame.style, &moment.records);
            let x = i32::midpoint(columns[gap], columns[gap + 1]);
            let place = Place::level(Point::at(x, y), text_width(&text));
            self.put(moment.records[0], &text, Look::Fault, [place]);
        }
    }

    /// What is written beside lifelines: away from the arrow that led to it, if there is a choice.
    fn side_labels(&mut self, moments: &[Moment]) {
        for moment in moments.iter().filter(|moment| !moment.of_links) {
            let Some(x) = self.frame.column(moment.node) else { continue };
            let from_right = |flight: &Flight| {
                flight.id.from > flight.id.to && flight.began != moment.records[0]
            };
            let usual = match self.frame.story.flight(moment.records[0]) {
                Some(flight) if self.frame.is_inner(moment.node) && from_right(flight) => -1,
                _ => self.frame.side(moment.node),
            };
            let sides =
                if self.frame.is_inner(moment.node) { vec![usual, -usual] } else { vec![usual] };
            for &index in &moment.records {
                let Some((text, look)) = self.frame.side_text(index) else { continue };
                let at = |side: i32| Point::at(x + side * SIDE, self.rows.y[&index]);
                let places = sides.iter().map(|&side| Place::beside(at(side), text, side));
                self.put(index, text, *look, places);
            }
        }
    }

    /// What is written along arrows; first along those that found no room before, `failures` of them the most often.
    fn arrow_labels(&mut self, failures: &BTreeMap<usize, u32>) {
        let mut arrows = self.board.arrows.clone();
        arrows.sort_by_key(|arrow| Reverse(failures.get(&arrow.index)));
        for arrow in arrows {
            let Some(text) = self.frame.arrow_text(arrow.index) else { continue };
            let look = if arrow.quiet || arrow.copy { Look::Quiet } else { Look::Packet };
            if arrow.loops == 0 {
                self.put(arrow.index, text, look, along(self.frame, arrow, text_width(text)));
            } else {
                self.put(arrow.index, text, look, beside_loop(arrow, text));
            }
        }
    }

    fn put(
        &mut self,
        index: usize,
        text: &str,
        look: Look,
        places: impl IntoIterator<Item = Place>,
    ) {
        match self.board.best(index, places) {
            Some((crossings, place)) => {
                self.crossed.extend((crossings > 1).then_some(index));
                let (index, text) = (Some(index), text.to_string());
                self.board.add(Label { index, text, look, place });
            }
            None => self.homeless.push(index),
        }
    }
}

/// All places along an arrow where a label of this width may be: between two columns, over or under the line.
fn along(frame: &Frame, arrow: Arrow, width: i32) -> impl Iterator<Item = Place> {
    let Arrow { from, to, .. } = arrow;
    let along = Direction::between(from, to).reading();
    let between =
        gaps(frame, arrow).into_iter().map(|gap| (frame.columns[gap], frame.columns[gap + 1]));
    let spots = between.flat_map(|gap| PLACES.map(|place| (gap, place)));
    let offsets = [-(LINE / 2 + 2), LINE / 2 + 3];
    spots.flat_map(move |spot| offsets.map(|offset| (spot, offset))).filter_map(
        move |(((left, right), place), offset)| {
            // Short arrows have their labels at their own middle, if they can.
            let middle = i32::midpoint(left.max(from.x.min(to.x)), right.min(from.x.max(to.x)));
            let x = middle + (right - left) * (place - 50) / 100;
            let y = from.y + (x - from.x) * (to.y - from.y) / (to.x - from.x);
            let centre = Point::at(x - offset * along.y / 1000, y + offset * along.x / 1000);
            let room = Room::around(centre, width + 4, LINE - 2, along);
            let (low, high, ..) = room.bounds();
            let fits = low >= left + 6 && high <= right - 6;
            fits.then_some(Place { centre, anchor: Anchor::Middle, along, room })
        },
    )
}

/// All places beside an arrow that loops back.
fn beside_loop(arrow: Arrow, text: &str) -> impl Iterator<Item = Place> {
    PLACES.into_iter().map(move |place| {
        let y = arrow.from.y + (arrow.to.y - arrow.from.y) * place / 100;
        Place::beside(Point::at(arrow.from.x + arrow.loops * (SIDE + 6), y), text, arrow.loops)
    })
}

/// The gaps between columns that an arrow passes, each named by its left column, from the sender.
fn gaps(frame: &Frame, arrow: Arrow) -> Vec<usize> {
    let (low, high) = (arrow.from.x.min(arrow.to.x), arrow.from.x.max(arrow.to.x));
    let pairs = frame.columns.windows(2).enumerate();
    let passed = pairs.filter(|(_, pair)| pair[0] < high && low < pair[1]).map(|(gap, _)| gap);
    let mut gaps: Vec<usize> = passed.collect();
    if arrow.to.x < arrow.from.x {
        gaps.reverse();
    }
    gaps
}
