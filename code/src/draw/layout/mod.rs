//! The space-time diagram as a list of shapes with integer coordinates: time flows down, nodes are columns.

mod arrows;
mod board;
mod finish;
pub mod measure;
mod place;
mod rows;
mod shapes;
mod texts;

use self::measure::{Direction, Point, Room};
use self::place::Placer;
use self::shapes::Frame;
use super::story::Story;
use super::{Style, Text, Trace};
use std::collections::BTreeMap;

/// So many nodes are drawn at most; what happens at others is not shown.
pub const COLUMNS: u32 = 64;

/// How often labels that found no room are given more of it before they are left out.
const ROUNDS: usize = 24;
/// What a page has room for: to keep labels off arrows, a picture gets no wider.
const PAGE: i32 = 740;
/// How often more room is given to labels that found none but on an arrow.
const POLISH: usize = 10;

/// A picture, ready to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The width of all of it.
    pub width: i32,
    /// The height of all of it.
    pub height: i32,
    /// The nodes' lifelines, from the left.
    pub columns: Vec<i32>,
    /// The stretches of the lifelines, and the bands beside them.
    pub spans: Vec<Span>,
    /// The packets.
    pub arrows: Vec<Arrow>,
    /// What happened on a lifeline.
    pub marks: Vec<Mark>,
    /// Heights at which time is cut short.
    pub breaks: Vec<i32>,
    /// All text.
    pub labels: Vec<Label>,
    /// How many labels found no room and were left out.
    pub left_out: usize,
    /// How many labels lie on an arrow that is not theirs.
    pub crossed: usize,
}

/// A vertical stretch of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The record that began it, if one did.
    pub index: Option<usize>,
    /// Where it is.
    pub x: i32,
    /// From here …
    pub top: i32,
    /// … to here.
    pub bottom: i32,
    /// What it is.
    pub kind: SpanKind,
}

/// What a [`Span`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// The node is up.
    Up,
    /// The node is down.
    Down,
    /// The node is paused.
    Paused,
    /// A message is held back.
    Held,
    /// A message has been received and is never delivered.
    Never,
    /// Links that cross this line are cut.
    Cut,
}

/// A packet on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The record of the sending, or of the copying.
    pub index: usize,
    /// The record of its end.
    pub end: Option<usize>,
    /// Where it was sent.
    pub from: Point,
    /// Where it ended.
    pub to: Point,
    /// How it ended.
    pub tip: Tip,
    /// Whether it is a copy.
    pub copy: bool,
    /// Whether it is drawn faintly.
    pub quiet: bool,
    /// On which side it loops back to its sender, -1 or 1; 0 if it goes to another node.
    pub loops: i32,
}

/// How an arrow ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tip {
    /// At the receiver.
    Head,
    /// In a cross.
    Cross,
    /// In the open: the run ended before.
    Open,
}

/// Something that happened on a lifeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its record.
    pub index: usize,
    /// Where.
    pub at: Point,
    /// On which side its label is: -1 or 1; 0 if it has none.
    pub side: i32,
    /// What.
    pub kind: MarkKind,
}

/// What a [`Mark`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A request from the application: an arrow from the label.
    Request,
    /// A delivery to the application: a disk, and an arrow to the label.
    Deliver,
    /// A write to stable storage.
    Store,
    /// A timer ran out, or a pause began.
    Tick,
    /// A free choice, or facts.
    Note,
    /// A crash, or an error of the run.
    Crash,
    /// A recovery, or the end of a pause.
    Back,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The record that it is about.
    pub index: Option<usize>,
    /// What it says.
    pub text: String,
    /// What it looks like.
    pub look: Look,
    /// Where it is.
    pub place: Place,
}

/// Where a label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The middle of it.
    pub centre: Point,
    /// Which end of it has its place, whatever the font makes of its width.
    pub anchor: Anchor,
    /// The direction in which it is written.
    pub along: Direction,
    /// The room that it takes.
    pub room: Room,
}

/// The part of a text that stays in its place if the text is narrower than thought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// What a label looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The name of a node.
    Name,
    /// A point in time.
    Time,
    /// How much time is left out.
    Break,
    /// On an arrow.
    Packet,
    /// On a faint arrow.
    Quiet,
    /// A request.
    Request,
    /// A delivery.
    Deliver,
    /// Something else beside a lifeline.
    Note,
    /// A crash, an error, a cut.
    Fault,
}

impl Layout {
    /// Draws a run.
    pub fn of(trace: &Trace<Text>, style: &Style) -> Self {
        let story = Story::of(trace);
        let moments = rows::moments(&story, style);
        let mut extra = vec![0; moments.len()];
        let mut frame = Frame::of(&story, style, &moments);
        let mut failures: BTreeMap<usize, u32> = BTreeMap::new();
        let mut best: Option<Layout> = None;
        let (mut round, mut polish) = (0, 0);
        loop {
            let rows = frame.rows(&moments, &extra);
            let placer = Placer::place_all(&frame, &rows, &moments, &failures);
            let (homeless, crossed) = (placer.homeless.clone(), placer.crossed.clone());
            let layout = placer.finish(&moments);
            let best = match &mut best {
                Some(best) if best.faults() <= layout.faults() => best,
                best => best.insert(layout),
            };
            round += 1;
            polish += usize::from(homeless.is_empty());
            if best.faults() == (0, 0) || polish > POLISH || round == ROUNDS {
                return best.clone();
            }
            for &index in &homeless {
                *failures.entry(index).or_default() += 1;
            }
            if homeless.is_empty() {
                frame.lower(&mut extra, &crossed, round);
                frame.widen(if polish > 2 { 18 } else { 0 }, PAGE);
            } else {
                frame.lower(&mut extra, &homeless, round);
                frame.widen(if round.is_multiple_of(4) { 30 } else { 0 }, i32::MAX);
            }
        }
    }

    /// What is wrong with it; the less the better.
    fn faults(&self) -> (usize, usize) {
        (self.left_out, self.crossed)
    }
}
