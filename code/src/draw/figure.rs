//! A run as the notebook shows it: the picture in a box that scrolls, a caption, and the transcript folded away.

use super::plot::CSS as LINES;
use super::svg::{COLOURS, CSS, escape, inline};
use super::transcript::transcript;
use super::{Style, Text, Trace};

/// The HTML that a page includes. `id` must be unique on the page, and on the page that holds all pages.
///
/// There is no blank line in it, which would end it in Markdown.
pub fn figure(id: &str, caption: &str, trace: &Trace<Text>, style: &Style) -> String {
    let id = identifier(id);
    let title = if style.title.is_empty() { caption } else { &style.title };
    let style = Style { title: title.to_string(), ..style.clone() };
    let (title, caption) = (escape(title), escape(caption));
    let mut html = format!("<figure class=\"run\" id=\"{id}\">\n");
    html += &format!(
        "<div class=\"run-box\" tabindex=\"0\" role=\"region\" aria-label=\"Picture: {title}\">\n"
    );
    html += &inline(&id, trace, &style);
    html += &format!("</div>\n<figcaption>{caption}</figcaption>\n");
    html += "<details>\n<summary>The same run in words</summary>\n<ol>\n";
    for sentence in transcript(trace, &style) {
        html += &format!("<li data-index=\"{}\">{}</li>\n", sentence.index, escape(&sentence.text));
    }
    html + "</ol>\n</details>\n</figure>\n"
}

/// A picture that is not a space-time diagram, in the same box: SVG without blank lines, and what it shows.
pub fn framed(id: &str, svg: &str, caption: &str) -> String {
    let (id, caption) = (identifier(id), escape(caption));
    format!(
        "<figure class=\"run\" id=\"{id}\">\n<div class=\"run-box\" tabindex=\"0\" role=\"region\" aria-label=\"Picture: {caption}\">\n{svg}\n</div>\n\
         <figcaption>{caption}</figcaption>\n</figure>\n",
        svg = svg.trim_end()
    )
}

/// A picture made for a page, so that it can stand alone: with its own looks, and paper behind it.
pub fn alone(svg: &str) -> String {
    let (start, rest) = svg.split_once('>').unwrap_or((svg, ""));
    let mut start = start.replacen("class=\"run-svg\"", "class=\"run-svg run-alone\"", 1);
    if !start.contains("xmlns=") {
        start = start.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1);
    }
    let bars = if svg.contains("\"hist-") { super::history::CSS } else { "" };
    let paper = "<rect class=\"run-paper\" width=\"100%\" height=\"100%\"/>";
    format!("{start}>\n<style>\n{COLOURS}{CSS}{LINES}{bars}</style>\n{paper}{rest}")
}

/// The name with everything replaced that an HTML id, a CSS selector or an address could not take.
pub(crate) fn identifier(id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = id.chars().map(safe).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("run-{name}") }
}
