//! How much room text takes, and whether two texts get in each other's way. Integers only.

/// The height of a line of text, in pixels.
pub const LINE: i32 = 16;

/// The width of a text at 13 pixels in the widest of the usual sans-serif fonts, rounded up.
pub fn text_width(text: &str) -> i32 {
    (text.chars().map(tenths).sum::<i32>() + 9) / 10
}

/// The width of a character in tenths of a pixel, as measured in Open Sans, DejaVu Sans and Liberation Sans.
fn tenths(c: char) -> i32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '.' | ',' | ':' | ';' => 46,
        ' ' | 'I' | 'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '!' => 58,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 133,
        'A'..='Z' | '+' | '=' | '<' | '>' | '#' | '&' | '~' | '^' | '×' => 110,
        c if c.is_ascii() => 84,
        '–' | '·' | 'à'..='ÿ' => 88,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0,
        _ => 140,
    }
}

/// The square root, rounded down.
pub(crate) fn root(square: i64) -> i64 {
    square.max(0).unsigned_abs().isqrt().cast_signed()
}

/// A point of the picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Downwards.
    pub y: i32,
}

impl Point {
    /// The point at `x`, `y`.
    pub fn at(x: i32, y: i32) -> Self {
        Point { x, y }
    }
}

/// A direction, in thousandths of a unit of length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direction {
    /// Thousandths to the right.
    pub x: i32,
    /// Thousandths downwards.
    pub y: i32,
}

impl Direction {
    /// To the right and level.
    pub const LEVEL: Direction = Direction { x: 1000, y: 0 };

    /// From one point to another; level if they are the same.
    pub fn between(from: Point, to: Point) -> Self {
        let (x, y) = (i64::from(to.x - from.x), i64::from(to.y - from.y));
        match root((x * x + y * y) * 1_000_000) {
            0 => Direction::LEVEL,
            length => {
                let part = |d: i64| (d * 1_000_000 / length) as i32;
                Direction { x: part(x), y: part(y) }
            }
        }
    }

    /// The direction in which one reads along it: never to the left.
    pub fn reading(self) -> Self {
        if self.x < 0 { Direction { x: -self.x, y: -self.y } } else { self }
    }
}

/// The room that a text takes: a rectangle, perhaps turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its corners, in order around it.
    pub corners: [Point; 4],
}

impl Room {
    /// A rectangle of this size around `centre`, turned so that its long side goes along `along`.
    pub fn around(centre: Point, width: i32, height: i32, along: Direction) -> Self {
        let corner = |w: i32, h: i32| {
            Point::at(
                centre.x + (w * along.x - h * along.y) / 2000,
                centre.y + (w * along.y + h * along.x) / 2000,
            )
        };
        let (w, h) = (width, height);
        Room { corners: [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)] }
    }

    /// The span of its corners' `x`, then of their `y`.
    pub fn bounds(&self) -> (i32, i32, i32, i32) {
        let [a, b, c, d] = self.corners;
        (
            a.x.min(b.x).min(c.x).min(d.x),
            a.x.max(b.x).max(c.x).max(d.x),
            a.y.min(b.y).min(c.y).min(d.y),
            a.y.max(b.y).max(c.y).max(d.y),
        )
    }

    /// Whether the two have a point in common that is on no edge.
    pub fn overlaps(&self, other: &Room) -> bool {
        convex_overlap(&self.corners, &other.corners)
    }

    /// Whether a straight line passes through it.
    pub fn crossed_by(&self, from: Point, to: Point) -> bool {
        convex_overlap(&self.corners, &[from, to])
    }
}

/// The separating axis theorem: two convex shapes are apart just if the normal of an edge of one tells them apart.
fn convex_overlap(a: &[Point], b: &[Point]) -> bool {
    let span = |shape: &[Point], (x, y): (i64, i64)| {
        let along = shape.iter().map(|p| i64::from(p.x) * x + i64::from(p.y) * y);
        along.fold((i64::MAX, i64::MIN), |(low, high), at| (low.min(at), high.max(at)))
    };
    let apart = |axis| {
        let ((a_low, a_high), (b_low, b_high)) = (span(a, axis), span(b, axis));
        a_high <= b_low || b_high <= a_low
    };
    // The bounding boxes first: that settles most cases.
    !apart((1, 0)) && !apart((0, 1)) && !normals(a).any(apart) && !normals(b).any(apart)
}

/// The directions at right angles to the edges.
fn normals(shape: &[Point]) -> impl Iterator<Item = (i64, i64)> {
    let next = shape.iter().cycle().skip(1);
    let normal = |(p, q): (&Point, &Point)| (i64::from(q.y - p.y), i64::from(p.x - q.x));
    shape.iter().zip(next).map(normal).filter(|&normal| normal != (0, 0))
}
