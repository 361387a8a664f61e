//! Logs side by side, as the lecture draws them: a row a node, a box an entry, its term below it.
//!
//! It is fed from facts: what can be observed of the nodes at one moment of a run.

use super::figure::{framed, identifier};
use super::label;
use super::layout::measure::text_width;
use super::svg::escape;
use crate::facts::{COMMIT_LENGTH, Fact, FactValue, LOG, ROLE, TERM};

/// One node's log, and what else is known of the node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The node's name.
    pub name: String,
    /// Its role, if that is to be shown.
    pub role: Option<String>,
    /// Its current term, if that is to be shown.
    pub term: Option<u64>,
    /// The entries: what each says, and its term.
    pub entries: Vec<(String, u64)>,
    /// How many entries are committed, if that is known.
    pub commit_length: Option<u64>,
}

impl Log {
    /// What these facts say of the node. Entries are texts such as `"m1"/2`, the term last.
    pub fn of(name: &str, facts: &[Fact]) -> Log {
        let mut log = Log { name: name.to_string(), ..Log::default() };
        for fact in facts {
            match (&*fact.name, &fact.value) {
                (ROLE, FactValue::Text(role)) => log.role = Some(role.clone()),
                (TERM, FactValue::Number(term)) => log.term = Some(*term),
                (COMMIT_LENGTH, FactValue::Number(length)) => log.commit_length = Some(*length),
                (LOG, FactValue::List(entries)) => {
                    log.entries = entries.iter().map(|entry| split(entry)).collect();
                }
                _ => {}
            }
        }
        log
    }

    /// What stands under the name.
    fn state(&self) -> String {
        let role = self.role.clone().into_iter();
        let term = self.term.map(|term| format!("term {term}"));
        let committed = self.commit_length.map(|length| format!("{length} committed"));
        role.chain(term).chain(committed).collect::<Vec<_>>().join(", ")
    }

    /// The log in words, for those who do not see the picture.
    fn told(&self) -> String {
        let entries = self.entries.iter().map(|(msg, term)| format!("{msg} of term {term}"));
        let entries = entries.collect::<Vec<_>>().join(", ");
        let committed = self.commit_length.map_or(String::new(), |n| format!("; {n} committed"));
        let entries = if entries.is_empty() { "nothing".to_string() } else { entries };
        format!("{}: {entries}{committed}", self.name)
    }
}

/// `"m1"/2` is m1 of term 2.
fn split(entry: &str) -> (String, u64) {
    let (msg, term) = entry.rsplit_once('/').unwrap_or((entry, "0"));
    (label(msg), term.parse().unwrap_or(0))
}

const MARGIN: i32 = 8;
const LEAST: i32 = 52;
const HEIGHT: i32 = 44;
const ROW: i32 = 66;
const HEAD: i32 = 22;

/// The logs, as a figure for a page. `id` must be unique on the page.
pub fn figure(id: &str, caption: &str, logs: &[Log]) -> String {
    framed(id, &picture(&identifier(id), caption, logs), caption)
}

fn picture(id: &str, title: &str, logs: &[Log]) -> String {
    let texts = logs.iter().flat_map(|log| [log.name.clone(), log.state()]);
    let left = 2 * MARGIN + texts.map(|text| text_width(&text)).max().unwrap_or(0) + MARGIN;
    let messages = logs.iter().flat_map(|log| &log.entries).map(|(msg, _)| text_width(msg));
    let width = LEAST.max(messages.max().unwrap_or(0) + 2 * MARGIN);
    let longest = logs.iter().map(|log| log.entries.len()).max().unwrap_or(0) as i32;
    let (right, bottom) =
        (left + width * longest.max(1) + 2 * MARGIN, HEAD + ROW * logs.len() as i32 + MARGIN);
    let told = logs.iter().map(Log::told).collect::<Vec<_>>().join(". ");
    let mut svg = format!(
        "<svg class=\"run-svg\" width=\"{right}\" height=\"{bottom}\" viewBox=\"0 0 {right} {bottom}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\">\n<title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}.</desc>\n",
        escape(title),
        escape(&told)
    );
    for index in 0..longest {
        let x = left + width * index + width / 2;
        svg += &format!("<text class=\"run-time\" x=\"{x}\" y=\"{}\">{index}</text>\n", HEAD - 8);
    }
    for (row, log) in (0..).zip(logs) {
        svg += &drawn(log, left, HEAD + ROW * row, width);
    }
    svg + "</svg>\n"
}

/// One row: the name, the entries, and a line under those that are committed.
fn drawn(log: &Log, left: i32, top: i32, width: i32) -> String {
    let mut svg = format!(
        "<text class=\"run-start run-name\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n\
         <text class=\"run-start run-time\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n",
        top + 19,
        escape(&log.name),
        top + 37,
        escape(&log.state())
    );
    for (index, (msg, term)) in log.entries.iter().enumerate() {
        let x = left + width * index as i32;
        svg += &format!(
            "<rect class=\"run-note\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{HEIGHT}\"/>\n\
             <text x=\"{}\" y=\"{}\">{}</text>\n\
             <text class=\"run-time\" x=\"{}\" y=\"{}\">{term}</text>\n",
            x + width / 2,
            top + 18,
            escape(msg),
            x + width / 2,
            top + 36
        );
    }
    if log.entries.is_empty() {
        let y = top + HEIGHT / 2 + 5;
        svg += &format!("<text class=\"run-start run-time\" x=\"{left}\" y=\"{y}\">empty</text>\n");
    }
    if let Some(length) = log.commit_length.filter(|&length| length > 0) {
        let (end, y) = (left + width * length as i32, top + HEIGHT + 5);
        svg += &format!("<path class=\"run-deliver\" d=\"M{left} {y}H{end}\"/>\n");
    }
    svg
}
