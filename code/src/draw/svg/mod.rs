//! The space-time diagram as SVG: to stand alone, or within a page.
//!
//! Colours are CSS variables, `--run-ink` and so on. A page sets them from its theme (`runs.css` does); the standalone
//! form brings its own, for light and dark.

mod shapes;

use self::shapes::decimal;
use super::layout::measure::{Direction, Point};
use super::layout::{Anchor, Label, Layout, Look};
use super::story::{Story, Times};
use super::transcript::{Teller, summary};
use super::{Style, Text, Trace};

/// The looks of everything in the picture. A page has the same rules in `runs.css`.
pub const CSS: &str = include_str!("looks.css");

/// The colours of the standalone form.
pub(super) const COLOURS: &str = include_str!("colours.css");

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
            self.arrow(arrow, &teller);
        }
        for mark in &layout.marks {
            self.mark(mark, &teller);
        }
        for label in &layout.labels {
            self.label(label, &teller);
        }
        self.out + "</svg>\n"
    }

    fn line(&mut self, text: &str) {
        self.out += text;
        self.out.push('\n');
    }

    fn open(&mut self, width: i32, height: i32, alone: bool) {
        let id = self.prefix.clone();
        let namespace = if alone { r#" xmlns="http://www.w3.org/2000/svg""# } else { "" };
        let class = if alone { "run-svg run-alone" } else { "run-svg" };
        self.line(&format!(
            r#"<svg{namespace} class="{class}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{id}-title {id}-desc">"#
        ));
        let title = match self.style.title.as_str() {
            "" => format!("A run of {} nodes", self.trace.nodes),
            title => title.to_string(),
        };
        let (title, desc) = (escape(&title), escape(&summary(self.trace, self.style)));
        self.line(&format!(r#"<title id="{id}-title">{title}</title>"#));
        self.line(&format!(r#"<desc id="{id}-desc">{desc}</desc>"#));
        if alone {
            self.line(&format!("<style>\n{COLOURS}{CSS}</style>"));
            self.line(&format!(r#"<rect class="run-paper" width="{width}" height="{height}"/>"#));
        }
        self.line(&format!(
            r#"<defs><pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path class="run-hatch" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern></defs>"#
        ));
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
        let (Point { x, y }, along) = (label.place.centre, label.place.along);
        let (left, right, ..) = label.place.room.bounds();
        let (x, anchor) = match label.place.anchor {
            Anchor::Start => (left + 1, " run-start"),
            Anchor::Middle => (x, ""),
            Anchor::End => (right - 1, " run-end"),
        };
        let place = if along == Direction::LEVEL {
            format!(r#"x="{x}" y="{}""#, y + 4)
        } else {
            let [cos, sin, back] = [along.x, along.y, -along.y].map(|part| decimal(part, 1000));
            format!(r#"y="4" transform="matrix({cos} {sin} {back} {cos} {x} {y})""#)
        };
        let index = label.index.map_or(String::new(), |index| format!(r#" data-index="{index}""#));
        let text = escape(&label.text);
        let title = label.index.and_then(|index| self.full(index, teller));
        let title = title.map_or(String::new(), |title| format!("<title>{title}</title>"));
        self.line(&format!(r#"<text class="{class}{anchor}"{index} {place}>{title}{text}</text>"#));
    }

    /// What a tooltip says of a record: its sentence, escaped.
    fn full(&self, index: usize, teller: &Teller) -> Option<String> {
        let at = teller.times.ms(self.trace.records.get(index)?.at);
        Some(escape(&format!("{at}: {}", teller.tell(index)?)))
    }

    fn tooltip(&mut self, index: usize, teller: &Teller) {
        if let Some(title) = self.full(index, teller) {
            self.line(&format!("<title>{title}</title>"));
        }
    }
}
