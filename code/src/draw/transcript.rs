//! The run in words, a sentence for each thing that happened.

use super::Style;
use super::story::{End, Story, Times};
use crate::facts::{Fact, FactValue};
use crate::node::NodeId;
use crate::sim::clock::LocalClock;
use crate::sim::event::PacketId;
use crate::sim::forge::Forgery;
use crate::sim::trace::{Loss, Text, Trace, What};
use crate::spec::ms;

/// One sentence of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The record that it tells: its index in the trace.
    pub index: usize,
    /// When and what: `5 ms: A sends m1 to B`.
    pub text: String,
}

/// The run in words: a sentence for each event that matters, in order.
pub fn transcript(trace: &Trace<Text>, style: &Style) -> Vec<Sentence> {
    let story = Story::of(trace);
    let times = Times::of(trace);
    let teller = Teller { story: &story, style, times };
    let sentences = trace.records.iter().enumerate().filter_map(|(index, record)| {
        let text = format!("{}: {}", times.ms(record.at), teller.tell(index)?);
        Some(Sentence { index, text })
    });
    sentences.collect()
}

/// Tells single records of a story.
pub(crate) struct Teller<'a> {
    pub(crate) story: &'a Story<'a>,
    pub(crate) style: &'a Style,
    pub(crate) times: Times,
}

impl Teller<'_> {
    /// The record in words, without its time; `None` if it is not worth a sentence.
    pub(crate) fn tell(&self, index: usize) -> Option<String> {
        let record = self.story.trace.records.get(index)?;
        let node = self.name(record.node);
        Some(match &record.what {
            What::Request { request, .. } => format!("{node} is asked: {}", self.label(request)),
            What::Send { id, packet } => {
                format!("{node} sends {} to {}", self.label(packet), self.name(id.to))
            }
            What::Duplicate { id } => {
                format!("the network makes a copy of {}", self.packet(index, *id))
            }
            What::Lose { id, why } => {
                format!("{} is lost ({})", self.packet(index, *id), self.why(*id, *why))
            }
            What::Receive { id, packet } => self.receipt(index, *id, packet),
            What::Deliver { indication } => self.delivery(index, indication),
            What::Forge { id, forgery, .. } => {
                format!("{} goes on {}", self.packet(index, *id), forgery_text(*forgery))
            }
            What::Cut { to } => format!("the link from {node} to {} is cut", self.name(*to)),
            What::Heal { to } => format!("the link from {node} to {} is healed", self.name(*to)),
            what => return self.tell_of_node(&node, what),
        })
    }

    /// What happens to a node by itself.
    fn tell_of_node(&self, node: &str, what: &What<Text>) -> Option<String> {
        let show = self.style.show;
        Some(match what {
            What::Store { changes } if show.stores => {
                let changes: Vec<_> = changes.iter().map(|change| self.label(change)).collect();
                format!("{node} stores {}", changes.join(", "))
            }
            What::Timeout { timer, .. } if show.timers => {
                format!("the timer {} of {node} runs out", self.label(timer))
            }
            What::Choose { choice } if show.choices => {
                let most = choice.bound.saturating_sub(1);
                format!("{node} chooses {} of 0 to {most}", choice.answer)
            }
            What::Facts { facts } if show.facts => format!("{node} now has {}", facts_text(facts)),
            What::Crash { after_effects: None, .. } => format!("{node} crashes"),
            What::Crash { after_effects: Some(0), .. } => {
                format!("{node} crashes before any effect of this event")
            }
            What::Crash { after_effects: Some(n), .. } => {
                format!("{node} crashes after {} of this event", counted(*n as usize, "effect"))
            }
            What::Recover => format!("{node} recovers"),
            What::Pause => format!("{node} pauses"),
            What::Resume => format!("{node} goes on"),
            What::Slow { lag: 0 } => format!("{node} is as fast as ever"),
            What::Slow { lag } => format!("{node} is slow: all takes {} more", ms(*lag)),
            What::Clock { clock } => format!("the clock of {node} is {}", clock_text(*clock)),
            What::Betray => format!("{node} turns traitor"),
            What::Aim => format!("what comes now is aimed at {node}, which leads"),
            What::Endless => {
                format!(
                    "the layers of {node} keep each other busy without end: the run is in error"
                )
            }
            _ => return None,
        })
    }

    fn label(&self, text: &str) -> String {
        (self.style.label)(text)
    }

    fn name(&self, node: NodeId) -> String {
        self.style.name(node)
    }

    /// `the packet m1 from A to B`.
    fn packet(&self, index: usize, id: PacketId) -> String {
        let what = self.story.flight(index).map_or(String::new(), |f| self.label(f.packet));
        let copy =
            if id.copy > 0 && !self.is_copying(index) { "the copy of" } else { "the packet" };
        format!("{copy} {what} from {} to {}", self.name(id.from), self.name(id.to))
    }

    fn is_copying(&self, index: usize) -> bool {
        matches!(self.story.trace.records[index].what, What::Duplicate { .. })
    }

    fn why(&self, id: PacketId, why: Loss) -> String {
        match why {
            Loss::Network => "by the network".to_string(),
            Loss::Cut => "link cut".to_string(),
            Loss::Down => format!("{} is down", self.name(id.to)),
            Loss::Dropped => "dropped by hand".to_string(),
            Loss::Adversary => "kept by the adversary".to_string(),
        }
    }

    fn receipt(&self, index: usize, id: PacketId, packet: &str) -> String {
        let copy = if id.copy > 0 { "a copy of " } else { "" };
        let (node, from) = (self.name(id.to), self.name(id.from));
        let fate = match self.story.held_until(index) {
            Some(_) => " and holds it back",
            None if self.story.never.contains(&index) => ", and never delivers it",
            None => "",
        };
        format!("{node} receives {copy}{} from {from}{fate}", self.label(packet))
    }

    fn delivery(&self, index: usize, indication: &str) -> String {
        let node = self.name(self.story.trace.records[index].node);
        let label = self.label(indication);
        let mut text = match label.strip_prefix("deliver ") {
            Some(message) => format!("{node} delivers {message}"),
            None => format!("{node} tells the application: {label}"),
        };
        let Some(held) = self.story.held.get(&index) else { return text };
        let since = self.times.ms(self.story.trace.records[held.received].at);
        text += &format!(", held back since {since}");
        if let Some(What::Deliver { indication }) =
            held.awaited.map(|awaited| &self.story.trace.records[awaited].what)
        {
            let label = self.label(indication);
            text += &format!(" for {}", label.strip_prefix("deliver ").unwrap_or(&label));
        }
        text
    }
}

/// The run in one or two sentences, for those who cannot see the picture.
pub fn summary(trace: &Trace<Text>, style: &Style) -> String {
    let story = Story::of(trace);
    let names: Vec<String> =
        NodeId::all(trace.nodes.min(super::layout::COLUMNS)).map(|n| style.name(n)).collect();
    let count =
        |wanted: fn(&What<Text>) -> bool| trace.records.iter().filter(|r| wanted(&r.what)).count();
    let received = story.flights.iter().filter(|f| matches!(f.end, End::Received(_))).count();
    let lost = story.flights.iter().filter(|f| matches!(f.end, End::Lost(..))).count();
    let mut text = format!(
        "Space-time diagram, time flowing down, with the nodes {} as columns: {} sent, {} received",
        names.join(", "),
        counted(story.flights.len(), "packet"),
        received
    );
    for (n, what) in [
        (lost, "lost"),
        (count(|what| matches!(what, What::Deliver { .. })), "delivered to the application"),
        (story.held.len(), "held back for a while"),
        (story.never.len(), "received but never delivered"),
    ] {
        if n > 0 {
            text += &format!(", {n} {what}");
        }
    }
    for (n, what) in [
        (count(|what| matches!(what, What::Crash { .. })), "crash"),
        (count(|what| matches!(what, What::Recover)), "recovery"),
    ] {
        if n > 0 {
            text += &format!("; {}", counted(n, what));
        }
    }
    text + "."
}

fn counted(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (_, "crash") => format!("{n} crashes"),
        (_, "recovery") => format!("{n} recoveries"),
        _ => format!("{n} {what}s"),
    }
}

/// `3 ms ahead, 20 ppm fast`.
pub(crate) fn clock_text(clock: LocalClock) -> String {
    let offset = match clock.offset {
        0 => "right".to_string(),
        off if off > 0 => format!("{} ahead", ms(off.unsigned_abs())),
        off => format!("{} behind", ms(off.unsigned_abs())),
    };
    match clock.drift_ppm {
        0 => offset,
        drift if drift > 0 => format!("{offset}, {drift} ppm fast"),
        drift => format!("{offset}, {} ppm slow", drift.unsigned_abs()),
    }
}

/// `tampered with, as if from C`.
pub(crate) fn forgery_text(forgery: Forgery) -> String {
    let tampered = forgery.tampered.map(|_| "tampered with".to_string());
    let sender = forgery.sender.map(|sender| format!("as if from {sender}"));
    tampered.into_iter().chain(sender).collect::<Vec<_>>().join(", ")
}

/// `role leader, term 3`.
pub(crate) fn facts_text(facts: &[Fact]) -> String {
    let one = |fact: &Fact| match &fact.value {
        FactValue::Number(n) => format!("{} {n}", fact.name),
        FactValue::Text(text) => format!("{} {text}", fact.name),
        FactValue::List(values) => format!("{} [{}]", fact.name, values.join(", ")),
    };
    facts.iter().map(one).collect::<Vec<_>>().join(", ")
}
