//! Lines over an axis: how something grows, shrinks, or goes up and down.
//!
//! Everything is in integers, so that the same numbers give the same picture everywhere. What has
//! decimals is given in tenths, hundredths and so on: see [`Axis::with_decimals`].

use super::figure::{framed, identifier};
use super::layout::measure::text_width;
use super::svg::{COLOURS, CSS as RUNS, escape};

/// The looks of lines, beside those of runs. A page has the same rules in `runs.css`.
pub const CSS: &str = include_str!("looks.css");

/// Some lines over one axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// What it shows.
    pub title: String,
    /// The axis to the right.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// The lines.
    pub lines: Vec<Line>,
}

/// What is measured along an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// What, and in which unit.
    pub label: String,
    /// How many digits of its numbers stand behind the point.
    pub decimals: u32,
    /// From where to where it goes at least.
    pub at_least: Option<(i64, i64)>,
}

/// One line of a plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands at its end.
    pub name: String,
    /// Its points, from left to right: `x` and `y`.
    pub points: Vec<(i64, i64)>,
    /// Whether it is drawn as single dots, for what was measured here and there.
    pub dots: bool,
}

impl Plot {
    /// A plot without lines.
    pub fn new(title: &str, x: Axis, y: Axis) -> Self {
        Plot { title: title.to_string(), x, y, lines: Vec::new() }
    }
    /// With one more line.
    pub fn line(self, name: &str, points: Vec<(i64, i64)>) -> Self {
        self.with(name, points, false)
    }
    /// With one more line, drawn as single dots.
    pub fn dots(self, name: &str, points: Vec<(i64, i64)>) -> Self {
        self.with(name, points, true)
    }
    fn with(mut self, name: &str, points: Vec<(i64, i64)>, dots: bool) -> Self {
        self.lines.push(Line { name: name.to_string(), points, dots });
        self
    }

    /// The plot as an SVG file.
    pub fn svg(&self) -> String {
        self.picture("plot", true)
    }
    /// The plot as a figure for a page: the picture in a box that scrolls, and a caption. `id` must
    /// be unique on the page. There is no blank line in it, which would end it in Markdown.
    pub fn figure(&self, id: &str, caption: &str) -> String {
        framed(id, &self.inline(id), caption)
    }
    /// The picture alone, for a page that frames it itself.
    pub fn inline(&self, id: &str) -> String {
        self.picture(&identifier(id), false)
    }
}

impl Axis {
    /// An axis of whole numbers.
    pub fn new(label: &str) -> Self {
        Axis { label: label.to_string(), decimals: 0, at_least: None }
    }
    /// Its numbers are tenths (1), hundredths (2) and so on of what is written beside it.
    pub fn with_decimals(self, decimals: u32) -> Self {
        Axis { decimals, ..self }
    }
    /// It goes from here to there, and further if a line does.
    pub fn at_least(self, from: i64, to: i64) -> Self {
        Axis { at_least: Some((from, to)), ..self }
    }
    /// The number as it is written beside the axis.
    fn number(&self, value: i64) -> String {
        let sign = if value < 0 { "−" } else { "" };
        let one = 10_u64.pow(self.decimals.min(18));
        let (whole, rest) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
        if rest == 0 {
            return format!("{sign}{whole}");
        }
        let digits = format!("{rest:0width$}", width = self.decimals as usize);
        format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// The room for the lines.
const WIDTH: i32 = 420;
const HEIGHT: i32 = 250;
const TOP: i32 = 54;
const BOTTOM: i32 = 54;

/// Where values stand in the picture, in tenths of a pixel.
#[derive(Debug)]
struct Scale {
    least: i64,
    most: i64,
    from: i32,
    to: i32,
    ticks: Vec<i64>,
}

impl Scale {
    /// Over all these values, with about so many ticks between `from` and `to`; to the next tick
    /// beyond them, if it is `round`.
    fn over(
        values: impl Iterator<Item = i64> + Clone,
        (from, to): (i32, i32),
        wanted: i64,
        round: bool,
    ) -> Self {
        let (least, most) = (values.clone().min().unwrap_or(0), values.max().unwrap_or(1));
        let most = if most > least { most } else { least.saturating_add(1) };
        let step = step((most - least).div_euclid(wanted).max(1));
        let ends = match round {
            true => (least.div_euclid(step), -(-most).div_euclid(step)),
            false => (-(-least).div_euclid(step), most.div_euclid(step)),
        };
        let ticks: Vec<i64> = (ends.0..=ends.1).map(|tick| tick * step).collect();
        let least = ticks.first().map_or(least, |&first| least.min(first));
        let most = ticks.last().map_or(most, |&last| most.max(last));
        Scale { least, most, from, to, ticks }
    }
    /// Where this value stands, in tenths of a pixel.
    fn place(&self, value: i64) -> i64 {
        let (from, to) = (i128::from(self.from) * 10, i128::from(self.to) * 10);
        let (part, whole) = (i128::from(value - self.least), i128::from(self.most - self.least));
        (from + (to - from) * part / whole) as i64
    }
}

/// The least of 1, 2, 5, 10, 20, 50 and so on that is not less.
fn step(least: i64) -> i64 {
    let mut power = 1;
    loop {
        for step in [1, 2, 5].map(|digit| digit * power) {
            if step >= least || power > i64::MAX / 100 {
                return step;
            }
        }
        power *= 10;
    }
}

/// A number of pixels, from tenths of it.
fn px(tenths: i64) -> String {
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest}"),
    }
}

impl Plot {
    fn picture(&self, id: &str, alone: bool) -> String {
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let (xs, ys) = (self.x.at_least, self.y.at_least);
        let ends = |ends: Option<(i64, i64)>| ends.into_iter().flat_map(|(from, to)| [from, to]);
        let up =
            Scale::over(all().map(|point| point.1).chain(ends(ys)), (TOP + HEIGHT, TOP), 5, true);
        let numbers = up.ticks.iter().map(|&tick| text_width(&self.y.number(tick)));
        let left = 18 + numbers.max().unwrap_or(0);
        let along =
            Scale::over(all().map(|point| point.0).chain(ends(xs)), (left, left + WIDTH), 6, false);
        let names = self.lines.iter().map(|line| text_width(&line.name)).max().unwrap_or(0);
        let width = (left + WIDTH + names + 22).max(text_width(&self.title) * 5 / 4 + 24);
        let mut out = self.open(id, (width, TOP + HEIGHT + BOTTOM), alone);
        out += &self.axes(&along, &up);
        let ends = self.ends(&up);
        for ((place, line), end) in self.lines.iter().enumerate().zip(ends) {
            out += &line.drawn(place, &along, &up, end);
        }
        out + "</svg>\n"
    }

    fn open(&self, id: &str, (width, height): (i32, i32), alone: bool) -> String {
        let (start, looks) = match alone {
            false => ("<svg class=\"run-svg\"", String::new()),
            true => (
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"run-svg run-alone\"",
                format!(
                    "<style>\n{COLOURS}{RUNS}{CSS}</style>\n\
                     <rect class=\"run-paper\" width=\"{width}\" height=\"{height}\"/>\n"
                ),
            ),
        };
        let title = escape(&self.title);
        let told: Vec<_> = self.lines.iter().map(|line| self.told(line)).collect();
        format!(
            "{start} width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{looks}\
             <text class=\"run-name run-start\" x=\"12\" y=\"22\">{title}</text>\n",
            escape(&told.join("; "))
        )
    }

    /// What a line shows, in words.
    fn told(&self, line: &Line) -> String {
        let point = |(x, y): &(i64, i64)| format!("{} at {}", self.y.number(*y), self.x.number(*x));
        let highest = line.points.iter().max_by_key(|point| point.1);
        let [first, last, highest] =
            [line.points.first(), line.points.last(), highest].map(|it| it.map(point));
        let said =
            |words: &str, point: Option<String>| point.map(|point| format!("{words} {point}"));
        let said = [said("from", first), said("to", last), said("at most", highest)];
        let said: Vec<_> = said.into_iter().flatten().collect();
        let (y, x) = (&self.y.label, &self.x.label);
        format!("{}, {y} by {x}: {}", line.name, said.join(", "))
    }

    fn axes(&self, along: &Scale, up: &Scale) -> String {
        let (left, right, bottom) = (along.from, along.to, up.from);
        let mut out = String::new();
        for &tick in &up.ticks {
            let (y, number) = (px(up.place(tick)), self.y.number(tick));
            let (end, base) = (left - 8, px(up.place(tick) + 40));
            out += &format!(
                "<path class=\"plot-grid\" d=\"M{left} {y}H{right}\"/>\n\
                 <text class=\"run-time run-end\" x=\"{end}\" y=\"{base}\">{number}</text>\n"
            );
        }
        for &tick in &along.ticks {
            let (x, number) = (px(along.place(tick)), self.x.number(tick));
            let (end, base) = (bottom + 5, bottom + 20);
            out += &format!(
                "<path class=\"run-line\" d=\"M{x} {bottom}V{end}\"/>\n\
                 <text class=\"run-time\" x=\"{x}\" y=\"{base}\">{number}</text>\n"
            );
        }
        let zero = if up.least < 0 && up.most > 0 { up.place(0) } else { i64::from(bottom) * 10 };
        let (zero, middle, foot) = (px(zero), i32::midpoint(left, right), bottom + 40);
        let (x, y) = (escape(&self.x.label), escape(&self.y.label));
        out += &format!(
            "<path class=\"run-line\" d=\"M{left} {zero}H{right}\"/>\n\
             <text x=\"{middle}\" y=\"{foot}\">{x}</text>\n\
             <text class=\"run-start\" x=\"12\" y=\"40\">{y}</text>\n"
        );
        out
    }

    /// The heights at which the names of the lines stand: beside their ends, and 16 pixels apart.
    fn ends(&self, up: &Scale) -> Vec<i64> {
        let end = |line: &Line| line.points.last().map_or(i64::from(TOP) * 10, |p| up.place(p.1));
        let mut order: Vec<(i64, usize)> = self.lines.iter().map(end).zip(0..).collect();
        order.sort_unstable();
        for place in 1..order.len() {
            order[place].0 = order[place].0.max(order[place - 1].0 + 160);
        }
        // What went below the picture comes back, and pushes the others up.
        let mut floor = i64::from(TOP + HEIGHT) * 10;
        for (height, _) in order.iter_mut().rev() {
            *height = (*height).min(floor);
            floor = *height - 160;
        }
        order.sort_unstable_by_key(|&(_, line)| line);
        order.into_iter().map(|(height, _)| height).collect()
    }
}

impl Line {
    /// The line, in the looks of its place, with its name at this height.
    fn drawn(&self, place: usize, along: &Scale, up: &Scale, end: i64) -> String {
        let at = |(x, y): &(i64, i64)| (px(along.place(*x)), px(up.place(*y)));
        let points = self.points.iter().map(at);
        let shape: String = match self.dots {
            true => points
                .map(|(x, y)| format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3.5\"/>\n"))
                .collect(),
            false => {
                let places: Vec<_> = points.map(|(x, y)| format!("{x} {y}")).collect();
                format!("<path d=\"M{}\"/>\n", places.join("L"))
            }
        };
        let (x, y, name) = (along.to + 8, px(end + 40), escape(&self.name));
        format!(
            "<g class=\"plot-line plot-{}\">\n{shape}\
             <text class=\"run-start\" x=\"{x}\" y=\"{y}\">{name}</text>\n</g>\n",
            place % 4
        )
    }
}
