//! What is written beside lifelines.

use super::super::label::cut;
use super::super::story::{Story, Times};
use super::super::transcript::{clock_text, facts_text, forgery_text};
use super::super::{Style, Text};
use super::{Look, MarkKind};
use crate::node::{NodeId, Time};
use crate::sim::trace::What;
use std::cmp::Reverse;

/// The text beside a lifeline for this record, and its look.
pub(super) fn side_text(story: &Story, style: &Style, index: usize) -> Option<(String, Look)> {
    let label = |text: &str| cut(&(style.label)(text), style.width);
    let short = |text: &str| cut(text, style.width);
    Some(match &story.trace.records[index].what {
        What::Request { request, .. } => (label(request), Look::Request),
        What::Deliver { indication } => (label(indication), Look::Deliver),
        What::Store { changes } => {
            let changes: Vec<_> = changes.iter().map(|change| (style.label)(change)).collect();
            (short(&format!("store {}", changes.join(", "))), Look::Note)
        }
        What::Receive { .. } => {
            let never = story.never.contains(&index).then_some("never delivered");
            let text = story.held_until(index).map(|_| "held back").or(never)?;
            (text.to_string(), Look::Note)
        }
        What::Timeout { timer, .. } => (label(timer), Look::Note),
        What::Choose { choice } => {
            let most = choice.bound.saturating_sub(1);
            (format!("chooses {} of 0–{most}", choice.answer), Look::Note)
        }
        What::Facts { facts } => (short(&facts_text(facts)), Look::Note),
        What::Crash { .. } => ("crash".to_string(), Look::Fault),
        What::Recover => ("recovery".to_string(), Look::Note),
        What::Pause => ("pause".to_string(), Look::Note),
        What::Resume => ("goes on".to_string(), Look::Note),
        What::Slow { lag: 0 } => ("as fast as ever".to_string(), Look::Note),
        What::Slow { .. } => ("slow".to_string(), Look::Note),
        What::Clock { clock } => (short(&clock_text(*clock)), Look::Note),
        What::Forge { forgery, .. } => (short(&forgery_text(*forgery)), Look::Fault),
        What::Betray => ("turns traitor".to_string(), Look::Fault),
        What::Endless => ("endless: error".to_string(), Look::Fault),
        _ => return None,
    })
}

/// What is said where so much time is left out.
pub(super) fn break_text(times: Times, span: Time) -> String {
    format!("+{}", times.rough(span))
}

/// The mark on the lifeline for this, if it has one.
pub(super) fn mark(what: &What<Text>) -> Option<MarkKind> {
    Some(match what {
        What::Request { .. } => MarkKind::Request,
        What::Deliver { .. } => MarkKind::Deliver,
        What::Store { .. } => MarkKind::Store,
        What::Timeout { .. } | What::Pause => MarkKind::Tick,
        What::Choose { .. }
        | What::Facts { .. }
        | What::Slow { .. }
        | What::Clock { .. }
        | What::Betray => MarkKind::Note,
        What::Crash { .. } | What::Endless => MarkKind::Crash,
        What::Recover | What::Resume => MarkKind::Back,
        _ => return None,
    })
}

/// The links that these records cut or heal.
pub(super) fn links(story: &Story, records: &[usize]) -> Vec<(NodeId, NodeId)> {
    let link = |&index: &usize| match &story.trace.records[index].what {
        What::Cut { to } | What::Heal { to } => Some((story.trace.records[index].node, *to)),
        _ => None,
    };
    records.iter().filter_map(link).collect()
}

/// What is said where links are cut or healed: `A, B ↮ C` when both ways change, `A → B cut` when one does.
pub(super) fn links_text(story: &Story, style: &Style, records: &[usize]) -> String {
    let links = links(story, records);
    let verb = match story.trace.records[records[0]].what {
        What::Cut { .. } => "cut",
        _ => "healed",
    };
    let mut parts = Vec::new();
    for &(from, to) in &links {
        let both = links.contains(&(to, from));
        if both && from > to {
            continue;
        }
        let between = if both { "–" } else { "→" };
        parts.push(format!("{}{between}{}", style.name(from), style.name(to)));
    }
    cut(&format!("{} {verb}", parts.join(", ")), style.width)
}

/// Where a set of cut links is shown: between which neighbouring columns, each named by the left one. Between those that
/// are cut from each other, or else where most of the links pass.
pub(super) fn gaps_of(links: &[(NodeId, NodeId)], columns: usize) -> Vec<usize> {
    let ends = |&(a, b): &(NodeId, NodeId)| (a.0.min(b.0) as usize, a.0.max(b.0) as usize);
    let gaps = 0..columns.saturating_sub(1);
    let neighbours = |&gap: &usize| links.iter().any(|link| ends(link) == (gap, gap + 1));
    let cut: Vec<usize> = gaps.clone().filter(neighbours).collect();
    if !cut.is_empty() {
        return cut;
    }
    let passes = |gap: usize| links.iter().map(ends).filter(|&(a, b)| a <= gap && gap < b).count();
    gaps.max_by_key(|&gap| (passes(gap), Reverse(gap))).into_iter().collect()
}
