//! What is where in the picture already, and what room is left.

use super::measure::{Direction, LINE, Point, Room, text_width};
use super::{Anchor, Arrow, Label, Place, Span, Tip};

/// The height of the strips in which labels and arrows are looked up.
const STRIP: i32 = 64;
/// So many arrows in one strip are looked at; where there are more, nothing can be read anyway.
const LOOKED_AT: usize = 60;

/// Labels, arrows and bars, to be asked for what is near.
pub(super) struct Board {
    pub(super) labels: Vec<Label>,
    pub(super) arrows: Vec<Arrow>,
    /// Where links are cut.
    pub(super) bars: Vec<Span>,
    label_strips: Strips,
    arrow_strips: Strips,
}

impl Board {
    /// With these arrows and bars, and no labels yet.
    pub(super) fn new(arrows: Vec<Arrow>, bars: Vec<Span>) -> Self {
        let (labels, label_strips, mut arrow_strips) =
            (Vec::new(), Strips::default(), Strips::default());
        for (i, arrow) in arrows.iter().enumerate() {
            arrow_strips.add(arrow.from.y, arrow.to.y, i);
        }
        Board { labels, arrows, bars, label_strips, arrow_strips }
    }

    /// The best of the places that are free for a label of this record: on as few arrows as can be, and early in the
    /// list. With its [`crossings`](Self::crossings).
    pub(super) fn best(
        &self,
        index: usize,
        places: impl IntoIterator<Item = Place>,
    ) -> Option<(usize, Place)> {
        let mut best: Option<(usize, Place)> = None;
        for place in places.into_iter().filter(|place| self.is_free(place)) {
            let crossings = self.crossings(&place.room, index);
            if best.is_none_or(|(least, _)| crossings < least) {
                best = Some((crossings, place));
            }
            if crossings == 0 {
                break;
            }
        }
        best
    }

    /// Twice the number of lines and crosses where the label of this record would be, its own line apart. The cross at
    /// the end of its own line counts once: it hides little, and a short line leaves no choice.
    fn crossings(&self, room: &Room, index: usize) -> usize {
        let (_, _, top, bottom) = room.bounds();
        let near = self.arrow_strips.near(top, bottom).take(LOOKED_AT).map(|i| &self.arrows[i]);
        let crossed = |arrow: &Arrow| {
            let other = arrow.index != index;
            let line = other && arrow.loops == 0;
            let cross = || room.overlaps(&Room::around(arrow.to, 16, 16, Direction::LEVEL));
            2 * usize::from(line && room.crossed_by(arrow.from, arrow.to))
                + (1 + usize::from(other)) * usize::from(arrow.tip == Tip::Cross && cross())
        };
        let bars = self
            .bars
            .iter()
            .filter(|bar| room.crossed_by(Point::at(bar.x, bar.top), Point::at(bar.x, bar.bottom)));
        near.map(crossed).sum::<usize>() + 2 * bars.count()
    }

    pub(super) fn is_free(&self, place: &Place) -> bool {
        let (_, _, top, bottom) = place.room.bounds();
        let mut near = self.label_strips.near(top, bottom);
        !near.any(|i| self.labels[i].place.room.overlaps(&place.room))
    }

    pub(super) fn add(&mut self, label: Label) {
        let (_, _, top, bottom) = label.place.room.bounds();
        self.label_strips.add(top, bottom, self.labels.len());
        self.labels.push(label);
    }
}

impl Place {
    /// Level, around this point, for a text of this width.
    pub(super) fn level(centre: Point, width: i32) -> Self {
        let room = Room::around(centre, width + 2, LINE - 2, Direction::LEVEL);
        Place { centre, anchor: Anchor::Middle, along: Direction::LEVEL, room }
    }

    /// Level, beginning at this point, or ending there if `side` is -1.
    pub(super) fn beside(at: Point, text: &str, side: i32) -> Self {
        let width = text_width(text);
        let centre = Point::at(at.x + side * (width / 2 + 1), at.y);
        let anchor = if side < 0 { Anchor::End } else { Anchor::Start };
        Place { anchor, ..Place::level(centre, width) }
    }
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
