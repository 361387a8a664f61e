//! The space-time diagram as SVG: to stand alone, or within a page.
//!
//! Colours are CSS variables, `--run-ink` and so on. A page sets them from its theme (`runs.css` does); the standalone
//! form brings its own, for light and dark.

use super::layout::measure::{Direction, Point};
use super::layout::{Anchor, Arrow, Label, Layout, Look, Mark, MarkKind, Span, SpanKind, Tip};
use super::story::{Story, Times};
use super::transcript::{Teller, summary};
use super::{Style, Text, Trace};
use std::fmt::Write;

/// The looks of everything in the picture. A page has the same rules in `runs.css`.
pub const CSS: &str = include_str!("svg.css");

/// The colours of the standalone form.
const COLOURS: &str = include_str!("colours.css");

/// The run as an SVG file.
pub fn svg(trace: &Trace<Text>, style: &Style) -> String {
    Writer::new("run", trace, style).write(true)
}

/// The run as an SVG element for a page. Every id in it starts with `prefix`, which must be unique on the page. There is
/// no blank line, style or script in it.
pub fn inline(prefix: &str, trace: &Trace<Text>, style: &Style) -> String {
    Writer::new(prefix, trace, style).write(false)
}

/// The text with the characters replaced that mean something in HTML and SVG; line breaks and control characters, which
/// would break the Markdown around it or be no XML, become blanks.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            '\u{fffe}' | '\u{ffff}' => safe.push(' '),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

struct Writer<'a> {
    prefix: String,
    trace: &'a Trace<Text>,
    style: &'a Style,
    out: String,
}

/// Writes a line. Writing to a string cannot fail.
macro_rules! put {
    ($writer:expr, $($text:tt)*) => {{
        let _ = writeln!($writer.out, $($text)*);
    }};
}

impl<'a> Writer<'a> {
    fn new(prefix: &str, trace: &'a Trace<Text>, style: &'a Style) -> Self {
        let prefix = super::figure::identifier(prefix);
        Writer { prefix, trace, style, out: String::new() }
    }

    fn write(mut self, alone: bool) -> String {
        let layout = Layout::of(self.trace, self.style);
        self.open(layout.width, layout.height, alone);
        let story = Story::of(self.trace);
        let teller = Teller { story: &story, style: self.style, times: Times::of(self.trace) };
        for span in &layout.spans {
            self.span(span);
        }
        for &y in &layout.breaks {
            self.cut_short(&layout.columns, y);
        }
        for arrow in &layout.arrows {
            self.arrow(arrow, &teller, &layout.columns);
        }
        for mark in &layout.marks {
            self.mark(mark, &teller);
        }
        for label in &layout.labels {
            self.label(label, &teller);
        }
        self.out + "</svg>\n"
    }

    fn open(&mut self, width: i32, height: i32, alone: bool) {
        let id = self.prefix.clone();
        let namespace = if alone { " xmlns=\"http://www.w3.org/2000/svg\"" } else { "" };
        let class = if alone { "run-svg run-alone" } else { "run-svg" };
        put!(
            self,
            "<svg{namespace} class=\"{class}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">"
        );
        let title = match self.style.title.as_str() {
            "" => format!("A run of {} nodes", self.trace.nodes),
            title => title.to_string(),
        };
        put!(self, "<title id=\"{id}-title\">{}</title>", escape(&title));
        put!(self, "<desc id=\"{id}-desc\">{}</desc>", escape(&summary(self.trace, self.style)));
        if alone {
            put!(self, "<style>\n{}{}</style>", COLOURS, CSS);
            put!(self, "<rect class=\"run-paper\" width=\"{width}\" height=\"{height}\"/>");
        }
        put!(
            self,
            "<defs><pattern id=\"{id}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <path class=\"run-hatch\" d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\"/></pattern></defs>"
        );
    }

    fn span(&mut self, span: &Span) {
        let &Span { x, top, bottom, .. } = span;
        let index = span.index.map_or(String::new(), |index| format!(" data-index=\"{index}\""));
        let height = (bottom - top).max(0);
        match span.kind {
            SpanKind::Up => {
                put!(self, "<path class=\"run-line\"{index} d=\"M{x} {top}V{bottom}\"/>")
            }
            SpanKind::Down => {
                put!(self, "<path class=\"run-line run-down\"{index} d=\"M{x} {top}V{bottom}\"/>");
            }
            SpanKind::Held => {
                let (x, top, bottom) = (x, top, bottom);
                put!(self, "<path class=\"run-held\"{index} d=\"M{x} {top}V{bottom}\"/>");
            }
            SpanKind::Paused => put!(
                self,
                "<rect class=\"run-paused\"{index} x=\"{}\" y=\"{top}\" width=\"12\" height=\"{height}\" \
                 fill=\"url(#{}-hatch)\"/>",
                x - 6,
                self.prefix
            ),
            SpanKind::Cut => {
                put!(self, "<path class=\"run-cut\"{index} d=\"M{x} {}V{bottom}\"/>", top + 10)
            }
        }
    }

    /// The lifelines where time is cut short: dots instead of a line.
    fn cut_short(&mut self, columns: &[i32], y: i32) {
        for x in columns {
            put!(self, "<path class=\"run-gap\" d=\"M{x} {}V{}\"/>", y - 9, y + 9);
            put!(self, "<path class=\"run-dots\" d=\"M{x} {}V{}\"/>", y - 6, y + 7);
        }
    }

    fn arrow(&mut self, arrow: &Arrow, teller: &Teller, columns: &[i32]) {
        let mut class = "run-arrow".to_string();
        for (is, name) in [
            (arrow.copy, " run-copy"),
            (arrow.quiet, " run-quiet"),
            (arrow.tip == Tip::Cross, " run-lost"),
            (arrow.tip == Tip::Open, " run-open"),
        ] {
            if is {
                class += name;
            }
        }
        let end = arrow.end.map_or(String::new(), |end| format!(" data-end=\"{end}\""));
        put!(self, "<g class=\"{class}\" data-index=\"{}\"{end}>", arrow.index);
        self.tooltip(arrow.index, teller);
        if arrow.to_self {
            let side =
                if columns.first() == Some(&arrow.from.x) && columns.len() > 1 { -1 } else { 1 };
            self.loop_back(arrow, side);
        } else {
            self.straight(arrow);
        }
        put!(self, "</g>");
    }

    fn straight(&mut self, arrow: &Arrow) {
        let along = Direction::between(arrow.from, arrow.to);
        // Arrow heads touch the lifeline, and a packet lost at a node that is down ends just before it.
        let to = match arrow.tip {
            Tip::Head => ahead(arrow.to, along, -10),
            Tip::Cross => ahead(arrow.to, along, -100),
            Tip::Open => tenths(arrow.to),
        };
        let from = tenths(arrow.from);
        put!(self, "<path d=\"M{} {}L{} {}\"/>", dot(from.x), dot(from.y), dot(to.x), dot(to.y));
        match arrow.tip {
            Tip::Head => self.head(arrow.to, along),
            Tip::Cross => self.cross("run-cross", to, 50),
            Tip::Open => {}
        }
    }

    /// A packet to oneself.
    fn loop_back(&mut self, arrow: &Arrow, side: i32) {
        let (x, y, end) = (arrow.from.x, arrow.from.y, arrow.to.y);
        let out = x + side * 30;
        put!(self, "<path d=\"M{x} {y}C{out} {y} {out} {end} {} {end}\"/>", x + side * 4);
        match arrow.tip {
            Tip::Head => self.head(Point::at(x, end), Direction { x: -1000 * side, y: 0 }),
            Tip::Cross => self.cross("run-cross", tenths(Point::at(x + side * 6, end)), 50),
            Tip::Open => {}
        }
    }

    fn head(&mut self, tip: Point, along: Direction) {
        let back = ahead(tip, along, -95);
        let (dx, dy) = (along.y * 35 / 1000, along.x * 35 / 1000);
        let tip = tenths(tip);
        put!(
            self,
            "<path class=\"run-head\" d=\"M{} {}L{} {}L{} {}Z\"/>",
            dot(tip.x),
            dot(tip.y),
            dot(back.x + dx),
            dot(back.y - dy),
            dot(back.x - dx),
            dot(back.y + dy)
        );
    }

    /// A cross; `at` and `size` in tenths.
    fn cross(&mut self, class: &str, at: Point, size: i32) {
        let (left, right) = (dot(at.x - size), dot(at.x + size));
        let (top, bottom) = (dot(at.y - size), dot(at.y + size));
        put!(
            self,
            "<path class=\"{class}\" d=\"M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}\"/>"
        );
    }

    fn mark(&mut self, mark: &Mark, teller: &Teller) {
        let Point { x, y } = mark.at;
        put!(self, "<g class=\"run-mark\" data-index=\"{}\">", mark.index);
        self.tooltip(mark.index, teller);
        match mark.kind {
            MarkKind::Request => self.short_arrow(mark, 20, 5, "run-request"),
            MarkKind::Deliver => {
                self.short_arrow(mark, 4, 20, "run-deliver");
                put!(self, "<circle class=\"run-deliver-dot\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
            }
            MarkKind::Store => {
                let (left, right, top, bottom) = (x - 6, x + 6, y - 4, y + 4);
                put!(
                    self,
                    "<path class=\"run-store\" d=\"M{left} {top}A6 2.5 0 0 1 {right} {top}V{bottom}A6 2.5 0 0 1 {left} {bottom}Z\
                     M{left} {top}A6 2.5 0 0 0 {right} {top}\"/>"
                );
            }
            MarkKind::Timer => {
                put!(self, "<path class=\"run-tick\" d=\"M{} {y}H{}\"/>", x - 6, x + 6)
            }
            MarkKind::Note => put!(
                self,
                "<path class=\"run-note\" d=\"M{x} {}L{} {y}L{x} {}L{} {y}Z\"/>",
                y - 5,
                x + 5,
                y + 5,
                x - 5
            ),
            MarkKind::Back => {
                put!(self, "<circle class=\"run-back\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>")
            }
            MarkKind::Crash | MarkKind::Error => self.cross("run-crash", tenths(mark.at), 70),
        }
        put!(self, "</g>");
    }

    /// A short level arrow beside the lifeline, between these distances from it.
    fn short_arrow(&mut self, mark: &Mark, from: i32, to: i32, class: &str) {
        let Point { x, y } = mark.at;
        let side = if mark.side == 0 { 1 } else { mark.side };
        let (start, end) = (x + side * from, x + side * to);
        let back = end - (to - from).signum() * side * 6;
        put!(
            self,
            "<path class=\"{class}\" d=\"M{start} {y}H{end}M{back} {}L{end} {y}L{back} {}\"/>",
            y - 4,
            y + 4
        );
    }

    fn label(&mut self, label: &Label, teller: &Teller) {
        let class = match label.look {
            Look::Name => "run-name",
            Look::Time => "run-time",
            Look::Break => "run-time run-break",
            Look::Packet => "run-packet",
            Look::Quiet => "run-packet run-faint",
            Look::Request => "run-asked",
            Look::Deliver => "run-told",
            Look::Note => "run-faint",
            Look::Fault => "run-fault",
        };
        let (Point { x, y }, along) = (label.centre, label.along);
        let (left, right, ..) = label.room.bounds();
        let (x, anchor) = match label.anchor {
            Anchor::Start => (left + 1, " run-start"),
            Anchor::Middle => (x, ""),
            Anchor::End => (right - 1, " run-end"),
        };
        let place = if along == Direction::LEVEL {
            format!("x=\"{x}\" y=\"{}\"", y + 4)
        } else {
            let (cos, sin) = (thousandths(along.x), thousandths(along.y));
            let minus_sin = thousandths(-along.y);
            format!("y=\"4\" transform=\"matrix({cos} {sin} {minus_sin} {cos} {x} {y})\"")
        };
        let index = label.index.map_or(String::new(), |index| format!(" data-index=\"{index}\""));
        let text = escape(&label.text);
        let title = label.index.and_then(|index| self.full(index, teller));
        let title = title.map_or(String::new(), |title| format!("<title>{title}</title>"));
        put!(self, "<text class=\"{class}{anchor}\"{index} {place}>{title}{text}</text>");
    }

    /// What a tooltip says of a record: its sentence, escaped.
    fn full(&self, index: usize, teller: &Teller) -> Option<String> {
        let at = teller.times.ms(self.trace.records.get(index)?.at);
        Some(escape(&format!("{at}: {}", teller.tell(index)?)))
    }

    fn tooltip(&mut self, index: usize, teller: &Teller) {
        if let Some(title) = self.full(index, teller) {
            put!(self, "<title>{title}</title>");
        }
    }
}

/// A point in tenths of a pixel.
fn tenths(point: Point) -> Point {
    Point::at(point.x * 10, point.y * 10)
}

/// The point so many tenths of a pixel ahead, in tenths.
fn ahead(from: Point, along: Direction, distance: i32) -> Point {
    let from = tenths(from);
    Point::at(from.x + along.x * distance / 1000, from.y + along.y * distance / 1000)
}

/// Tenths as a decimal number.
fn dot(tenths: i32) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if part == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Thousandths as a decimal number.
fn thousandths(n: i32) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", n.unsigned_abs() / 1000, n.unsigned_abs() % 1000)
}
