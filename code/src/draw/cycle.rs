//! A cycle as a picture: what leads to what, until it is where it began.

use super::figure::identifier;
use super::layout::measure::text_width;
use super::svg::{COLOURS, CSS, escape};

/// A step of a cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name of what stands here.
    pub name: String,
    /// What is said about it.
    pub text: String,
    /// Why it leads to the next step; of the last, to the first.
    pub why: String,
}

const MARGIN: i32 = 10;
/// The height of a box.
const BOX: i32 = 32;
/// The length of an arrow.
const ARROW: i32 = 54;
/// As many characters of a text are drawn.
const SHOWN: usize = 90;

/// The cycle as an SVG file.
pub fn svg(title: &str, steps: &[Step]) -> String {
    picture("cycle", title, steps, true)
}

/// The cycle as a figure for a page: the picture in a box that scrolls, and a caption. `id` must be
/// unique on the page. There is no blank line in it, which would end it in Markdown.
pub fn figure(id: &str, caption: &str, title: &str, steps: &[Step]) -> String {
    let id = identifier(id);
    let (caption, label) = (escape(caption), escape(title));
    let picture = picture(&id, title, steps, false);
    format!(
        "<figure class=\"run\" id=\"{id}\">\n\
         <div class=\"run-box\" tabindex=\"0\" role=\"region\" aria-label=\"Picture: {label}\">\n\
         {picture}</div>\n<figcaption>{caption}</figcaption>\n</figure>\n"
    )
}

fn picture(id: &str, title: &str, steps: &[Step], alone: bool) -> String {
    // The first stands at the end again, where the cycle closes.
    let again = steps.first().map(|first| Step { text: "again".to_string(), ..first.clone() });
    let boxes: Vec<&Step> = steps.iter().chain(&again).collect();
    let widest = |of: &dyn Fn(&Step) -> i32| boxes.iter().map(|step| of(step)).max().unwrap_or(0);
    let names = widest(&|step| text_width(&step.name) * 5 / 4);
    let texts = names + 12 + widest(&|step| text_width(&shown(&step.text)));
    let labels = widest(&|step| text_width(&shown(&step.why)));
    let width = (texts + 24).max(labels + 60) + 2 * MARGIN;
    let height = 2 * MARGIN + boxes.len() as i32 * (BOX + ARROW) - ARROW;
    let mut out = open(id, title, steps, (width, height), alone);
    for (row, step) in (0..).zip(&boxes) {
        let y = MARGIN + row * (BOX + ARROW);
        let (name, text) = (escape(&step.name), escape(&shown(&step.text)));
        let (left, base) = (MARGIN + 12, y + 21);
        out += &format!(
            "<rect class=\"run-note\" x=\"{MARGIN}\" y=\"{y}\" width=\"{}\" height=\"{BOX}\" rx=\"5\"/>\n\
             <text class=\"run-start run-name\" x=\"{left}\" y=\"{base}\">{name}</text>\n\
             <text class=\"run-start\" x=\"{}\" y=\"{base}\">{text}</text>\n",
            texts + 24,
            left + names + 12,
        );
        if row + 1 < boxes.len() as i32 {
            out += &arrow(y + BOX, &shown(&step.why));
        }
    }
    out + "</svg>\n"
}

/// An arrow down from `y`, and why.
fn arrow(y: i32, why: &str) -> String {
    let (x, tip) = (MARGIN + 26, y + ARROW);
    let (left, right, head) = (x - 5, x + 5, tip - 10);
    format!(
        "<g class=\"run-arrow\"><path d=\"M{x} {y}V{head}\"/>\
         <path class=\"run-head\" d=\"M{x} {tip}L{left} {head}H{right}Z\"/></g>\n\
         <text class=\"run-start\" x=\"{}\" y=\"{}\">{}</text>\n",
        x + 14,
        y + ARROW / 2 + 4,
        escape(why),
    )
}

fn open(id: &str, title: &str, steps: &[Step], (width, height): (i32, i32), alone: bool) -> String {
    let sentences: Vec<&str> = steps.iter().map(|step| step.why.as_str()).collect();
    let (title, why) = (escape(title), escape(&sentences.join(" ")));
    let (start, looks) = match alone {
        false => ("<svg class=\"run-svg\"", String::new()),
        true => (
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"run-svg run-alone\"",
            format!(
                "<style>\n{COLOURS}{CSS}</style>\n\
                 <rect class=\"run-paper\" width=\"{width}\" height=\"{height}\"/>\n"
            ),
        ),
    };
    format!(
        "{start} width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{why}</desc>\n{looks}"
    )
}

/// The beginning of a text.
fn shown(text: &str) -> String {
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}
