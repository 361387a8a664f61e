//! Lifelines, arrows and marks. Coordinates are whole pixels, or tenths where a slope needs them.

use super::Writer;
use crate::draw::layout::measure::{Direction, Point};
use crate::draw::layout::{Arrow, Mark, MarkKind, Span, SpanKind, Tip};
use crate::draw::transcript::Teller;
use std::fmt;

impl Writer<'_> {
    /// A stretch of a lifeline, or a band beside it.
    pub(super) fn span(&mut self, span: &Span) {
        let &Span { x, top, bottom, .. } = span;
        let index = span.index.map_or(String::new(), |index| format!(r#" data-index="{index}""#));
        let class = match span.kind {
            SpanKind::Up => "run-line",
            SpanKind::Down => "run-line run-down",
            SpanKind::Held => "run-held",
            SpanKind::Never => "run-never",
            SpanKind::Cut => "run-cut",
            SpanKind::Paused => {
                let (left, height, id) = (x - 6, (bottom - top).max(0), &self.prefix);
                return self.line(&format!(
                    r#"<rect class="run-paused"{index} x="{left}" y="{top}" width="12" height="{height}" fill="url(#{id}-hatch)"/>"#
                ));
            }
        };
        self.line(&format!(r#"<path class="{class}"{index} d="M{x} {top}V{bottom}"/>"#));
    }

    /// The lifelines where time is cut short: dots instead of a line.
    pub(super) fn cut_short(&mut self, columns: &[i32], y: i32) {
        for x in columns {
            self.path("run-gap", &format!("M{x} {}V{}", y - 9, y + 9));
            self.path("run-dots", &format!("M{x} {}V{}", y - 6, y + 7));
        }
    }

    /// A packet on its way.
    pub(super) fn arrow(&mut self, arrow: &Arrow, teller: &Teller) {
        let mut class = "run-arrow".to_string();
        for (is, name) in [
            (arrow.copy, " run-copy"),
            (arrow.quiet, " run-quiet"),
            (arrow.tip == Tip::Open, " run-open"),
        ] {
            if is {
                class += name;
            }
        }
        let end = arrow.end.map_or(String::new(), |end| format!(r#" data-end="{end}""#));
        self.line(&format!(r#"<g class="{class}" data-index="{}"{end}>"#, arrow.index));
        self.tooltip(arrow.index, teller);
        match arrow.loops {
            0 => self.straight(arrow),
            side => self.loop_back(arrow, side),
        }
        self.line("</g>");
    }

    fn straight(&mut self, arrow: &Arrow) {
        let along = Direction::between(arrow.from, arrow.to);
        let (from, to) = (Tenths::of(arrow.from), Tenths::of(arrow.to));
        // A line ends within the arrow head; and a cross stands before the lifeline or the cut, not on it.
        let end = match arrow.tip {
            Tip::Head => to.ahead(along, -30),
            Tip::Cross => to.ahead(along, -100),
            Tip::Open => to,
        };
        self.path("run-way", &format!("M{from}L{end}"));
        match arrow.tip {
            Tip::Head => self.head(to, along),
            Tip::Cross => self.cross("run-cross", end, 50),
            Tip::Open => {}
        }
    }

    /// A packet to oneself.
    fn loop_back(&mut self, arrow: &Arrow, side: i32) {
        let (x, y, end) = (arrow.from.x, arrow.from.y, arrow.to.y);
        let (out, near) = (x + side * 30, x + side * 5);
        self.path("run-way", &format!("M{x} {y}C{out} {y} {out} {end} {near} {end}"));
        match arrow.tip {
            Tip::Head => self.head(Tenths::of(arrow.to), Direction { x: -1000 * side, y: 0 }),
            Tip::Cross => self.cross("run-cross", Tenths::of(Point::at(near, end)), 50),
            Tip::Open => {}
        }
    }

    fn head(&mut self, tip: Tenths, along: Direction) {
        let across = Direction { x: -along.y, y: along.x };
        let back = tip.ahead(along, -95);
        let (left, right) = (back.ahead(across, -35), back.ahead(across, 35));
        self.path("run-head", &format!("M{tip}L{left}L{right}Z"));
    }

    /// A cross, so many tenths wide to each side.
    fn cross(&mut self, class: &str, at: Tenths, size: i32) {
        let corner = |x: i32, y: i32| Tenths { x: at.x + x * size, y: at.y + y * size };
        let (a, b, c, d) = (corner(-1, -1), corner(1, 1), corner(-1, 1), corner(1, -1));
        self.path(class, &format!("M{a}L{b}M{c}L{d}"));
    }

    /// What happened on a lifeline.
    pub(super) fn mark(&mut self, mark: &Mark, teller: &Teller) {
        let Point { x, y } = mark.at;
        self.line(&format!(r#"<g class="run-mark" data-index="{}">"#, mark.index));
        self.tooltip(mark.index, teller);
        match mark.kind {
            MarkKind::Request => self.short_arrow("run-request", mark, 18, 4),
            MarkKind::Deliver => {
                self.short_arrow("run-deliver", mark, 4, 18);
                self.line(&format!(r#"<circle class="run-deliver-dot" cx="{x}" cy="{y}" r="4"/>"#));
            }
            MarkKind::Store => self.disk(mark.at),
            MarkKind::Tick => self.path("run-tick", &format!("M{} {y}H{}", x - 6, x + 6)),
            MarkKind::Note => self.path("run-note", &format!("M{x} {}l5 5l-5 5l-5 -5Z", y - 5)),
            MarkKind::Back => {
                self.line(&format!(r#"<circle class="run-back" cx="{x}" cy="{y}" r="4"/>"#));
            }
            MarkKind::Crash => self.cross("run-crash", Tenths::of(mark.at), 70),
        }
        self.line("</g>");
    }

    /// A disk, as stable storage is drawn.
    fn disk(&mut self, at: Point) {
        let (left, top) = (at.x - 6, at.y - 4);
        self.path("run-store", &format!("M{left} {top}a6 2.5 0 0 1 12 0v8a6 2.5 0 0 1 -12 0z"));
        self.path("run-store", &format!("M{left} {top}a6 2.5 0 0 0 12 0"));
    }

    /// A short level arrow beside the lifeline, between these distances from it.
    fn short_arrow(&mut self, class: &str, mark: &Mark, from: i32, to: i32) {
        let Point { x, y } = mark.at;
        let side = if mark.side == 0 { 1 } else { mark.side };
        let (start, end) = (x + side * from, x + side * to);
        let back = 6 * (start - end).signum();
        self.path(class, &format!("M{start} {y}H{end}m{back} -4L{end} {y}l{back} 4"));
    }

    fn path(&mut self, class: &str, d: &str) {
        self.line(&format!(r#"<path class="{class}" d="{d}"/>"#));
    }
}

/// A point in tenths of a pixel. It is written in pixels.
#[derive(Clone, Copy)]
struct Tenths {
    x: i32,
    y: i32,
}

impl Tenths {
    fn of(point: Point) -> Self {
        Tenths { x: point.x * 10, y: point.y * 10 }
    }

    /// The point so many tenths of a pixel ahead.
    fn ahead(self, along: Direction, distance: i32) -> Self {
        Tenths { x: self.x + along.x * distance / 1000, y: self.y + along.y * distance / 1000 }
    }
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} {}", decimal(self.x, 10), decimal(self.y, 10))
    }
}

/// `parts` of a whole that has `whole` of them, a power of ten, as a decimal number.
pub(super) fn decimal(parts: i32, whole: u32) -> String {
    let sign = if parts < 0 { "-" } else { "" };
    let (ones, part) = (parts.unsigned_abs() / whole, parts.unsigned_abs() % whole);
    if part == 0 {
        return format!("{sign}{ones}");
    }
    format!("{sign}{ones}.{part:0digits$}", digits = whole.ilog10() as usize)
}
