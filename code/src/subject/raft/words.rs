//! How runs of Raft are drawn.

use crate::draw::{Show, Style, label};

/// How runs of Raft are drawn: packets without entries are faint.
pub fn style() -> Style {
    let show = Show { timers: false, stores: false, choices: false, facts: false };
    let quiet = |text: &str| text.contains("suffix: []") || text.contains("LogResponse {");
    Style { show, label: words, quiet, width: 36, ..Style::default() }
}

/// What a reader wants to know of the words in these runs.
fn words(text: &str) -> String {
    let number = |name: &str| {
        let rest = text.split_once(name).map_or("", |(_, rest)| rest);
        rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().to_string()
    };
    if text.contains("VoteRequest {") {
        let (term, length) = (number("c_term: "), number("c_log_length: "));
        return format!("VoteRequest {term}, {length}/{}", number("c_log_term: "));
    }
    let term = number("term: ");
    if text.contains("VoteResponse {") {
        let verdict = if text.contains("true") { "yes" } else { "no" };
        return format!("VoteResponse {term}: {verdict}");
    }
    if text.contains("LogRequest {") {
        let entries = text.split("Entry { term: ").skip(1).filter_map(|entry| {
            let term = entry.split(',').next()?;
            Some(format!("{}/{term}", entry.split("msg: \"").nth(1)?.split('"').next()?))
        });
        let entries = entries.collect::<Vec<_>>().join(" ");
        let (prefix, commit) = (number("prefix_len: "), number("leader_commit: "));
        return format!("LogRequest {term}, {prefix} +[{entries}], {commit}");
    }
    if text.contains("LogResponse {") {
        let verdict = if text.contains("true") { number("ack: ") } else { "no".to_string() };
        return format!("LogResponse {term}: {verdict}");
    }
    match text.strip_prefix("Forward(").and_then(|rest| rest.split("msg: \"").nth(1)) {
        Some(msg) => format!("forward {}", msg.split('"').next().unwrap_or_default()),
        None => label(text),
    }
}
