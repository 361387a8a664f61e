//! A picture of a history as SVG.

use super::layout::{Layout, Metrics, Placed};
use super::text::text;
use super::{Bar, Place, Window};
use crate::draw::figure::identifier;
use crate::draw::layout::measure::text_width;
use crate::draw::svg::{COLOURS, escape};

/// The looks of pictures of histories, besides those of runs. A page has the same rules in
/// `runs.css`.
pub const CSS: &str = include_str!("looks.css");

const METRICS: Metrics = Metrics { width: text_width, step: 16, point: 20, gap: 14 };
/// The height of a client's row, and where in it the bar is.
const ROW: i32 = 58;
const BAR: i32 = 30;
/// The height of a line of text.
const LINE: i32 = 18;
/// The narrowest picture: room for the words below it.
const NARROWEST: i32 = 360;

/// The window as an SVG file: bars, a line a client, and below them the verdict in words.
///
/// A dot is where an operation takes effect, numbered in order; one without a number took effect
/// before those that are shown. A bar that goes on to the right
/// edge never returned. A dashed bar with a cross is an operation that cannot be placed.
pub fn svg(window: &Window) -> String {
    picture("history", window, true)
}

/// The window as a figure for a page: the picture in a box that scrolls, a caption, and the same as
/// text, folded away. `id` must be unique on the page.
///
/// There is no blank line in it, which would end it in Markdown.
pub fn figure(id: &str, caption: &str, window: &Window) -> String {
    let id = identifier(id);
    let lines = text(window);
    let lines: Vec<String> =
        lines.lines().filter(|line| !line.trim().is_empty()).map(escape).collect();
    let (caption, title) = (plain(caption), escape(&window.title));
    format!(
        "<figure class=\"run\" id=\"{id}\">\n\
         <div class=\"run-box\" tabindex=\"0\" role=\"region\" aria-label=\"Picture: {title}\">\n\
         {}</div>\n<figcaption>{caption}</figcaption>\n\
         <details>\n<summary>The same as text</summary>\n<pre>{}</pre>\n</details>\n</figure>\n",
        picture(&id, window, false),
        lines.join("\n")
    )
}

/// The picture alone, for a page: without looks of its own, and without a blank line.
pub fn inline(id: &str, window: &Window) -> String {
    picture(&identifier(id), window, false)
}

fn picture(id: &str, window: &Window, alone: bool) -> String {
    let layout = Layout::of(window, &METRICS);
    let names = layout.clients.iter().map(|client| text_width(&name(*client)) * 6 / 5);
    let left = names.max().unwrap_or(0) + MARGIN + 8;
    let width = (left + layout.width + 16).max(NARROWEST);
    let numbers = match window.bars.iter().any(|bar| matches!(bar.place, Place::Before(..))) {
        true => "The numbers are an order that explains the others.",
        false => "",
    };
    let earlier = match window.bars.iter().any(|bar| bar.place == Place::Earlier) {
        true => "A dot without a number took effect before them.",
        false => "",
    };
    let words: Vec<String> = (window.summary.lines().chain(numbers.lines()).chain(earlier.lines()))
        .flat_map(|line| wrap(line, width - 2 * MARGIN))
        .collect();
    let bottom = MARGIN + ROW * layout.clients.len() as i32;
    let height = bottom + LINE * words.len() as i32 + MARGIN;
    let mut out = open(id, window, (width, height), alone);
    for (row, client) in (0..).zip(&layout.clients) {
        let (x, y, right) = (left - 10, MARGIN + ROW * row + BAR, left + layout.width);
        let name = name(*client);
        out += &format!("<path class=\"hist-line\" d=\"M{left} {y}H{right}\"/>\n");
        out +=
            &format!("<text class=\"run-name run-end\" x=\"{x}\" y=\"{}\">{name}</text>\n", y + 5);
    }
    for (bar, placed) in window.bars.iter().zip(&layout.bars) {
        out += &draw(bar, placed, left);
    }
    for (line, y) in words.iter().zip((bottom + LINE..).step_by(LINE as usize)) {
        let line = plain(line);
        out += &format!("<text class=\"run-start\" x=\"{MARGIN}\" y=\"{y}\">{line}</text>\n");
    }
    out + "</svg>\n"
}

/// For a picture, in which quotes of code would only be in the way.
fn plain(text: &str) -> String {
    escape(&text.replace('`', ""))
}

const MARGIN: i32 = 10;

fn name(client: u32) -> String {
    format!("client {client}")
}

fn open(id: &str, window: &Window, (width, height): (i32, i32), alone: bool) -> String {
    let (title, why) = (escape(&window.title), escape(&window.why));
    let (start, looks) = match alone {
        false => ("<svg class=\"run-svg\"", String::new()),
        true => (
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"run-svg run-alone\"",
            format!(
                "<style>\n{COLOURS}{}{CSS}</style>\n\
                 <rect class=\"run-paper\" width=\"{width}\" height=\"{height}\"/>\n",
                crate::draw::svg::CSS
            ),
        ),
    };
    format!(
        "{start} width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{why}</desc>\n{looks}"
    )
}

/// A bar with its label, its ends, and the point where it takes effect.
fn draw(bar: &Bar, placed: &Placed, left: i32) -> String {
    let y = MARGIN + ROW * placed.row as i32 + BAR;
    let (start, end) = (left + placed.start, left + placed.end);
    let (class, says) = match bar.place {
        Place::Nowhere => (" hist-nowhere", "cannot be placed"),
        Place::Before(..) => ("", "takes effect at the dot"),
        Place::Earlier => ("", "took effect earlier"),
        Place::Open => (" hist-open", "may or may not take effect"),
    };
    let label = escape(&bar.label);
    let never = if bar.returned.is_none() { ", never returned" } else { "" };
    let mut out = format!("<g class=\"hist-bar{class}\">\n");
    out += &format!("<title>client {}: {label}: {says}{never}</title>\n", bar.client);
    out += &format!("<path class=\"hist-span\" d=\"M{start} {y}H{end}\"/>\n");
    let (top, bottom) = (y - 6, y + 6);
    out += &format!("<path class=\"hist-end\" d=\"M{start} {top}V{bottom}\"/>\n");
    if bar.returned.is_some() {
        out += &format!("<path class=\"hist-end\" d=\"M{end} {top}V{bottom}\"/>\n");
    } else {
        out += &format!(
            "<path class=\"hist-end\" d=\"M{} {top}L{end} {y}L{0} {bottom}\"/>\n",
            end - 5
        );
    }
    if bar.place == Place::Nowhere {
        let (x, r) = (i32::midpoint(start, end), 6);
        let (l, t, right, b) = (x - r, y - r, x + r, y + r);
        out += &format!(
            "<path class=\"hist-cross\" d=\"M{l} {t}L{right} {b}M{l} {b}L{right} {t}\"/>\n"
        );
    }
    if let Some((x, number)) = placed.point {
        out += &point(left + x, y, number);
    }
    out += &format!(
        "<text class=\"hist-label run-start\" x=\"{start}\" y=\"{}\">{label}</text>\n",
        y - 12
    );
    out + "</g>\n"
}

/// The point where an operation takes effect, and its number below.
fn point(x: i32, y: i32, number: Option<u32>) -> String {
    let dot = format!("<circle class=\"hist-point\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>\n");
    let number = number.map(|number| {
        format!("<text class=\"run-time\" x=\"{x}\" y=\"{}\">{number}</text>\n", y + 20)
    });
    dot + &number.unwrap_or_default()
}

/// The text in lines that are not wider than this, where words allow.
fn wrap(text: &str, width: i32) -> Vec<String> {
    let mut lines = Vec::new();
    let indent: String = text.chars().take_while(|c| *c == ' ').collect();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer =
            if line.is_empty() { format!("{indent}{word}") } else { format!("{line} {word}") };
        if text_width(&longer) > width && !line.is_empty() {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        } else {
            line = longer;
        }
    }
    lines.push(line);
    lines
}
