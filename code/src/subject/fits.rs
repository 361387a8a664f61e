//! Whether a run makes sense: whoever wrote it may have slipped, or may mean harm.

use crate::layer::SECONDS;
use crate::node::{NodeId, Time};
use crate::sim::event::EventId;
use crate::sim::network::{Delay, Network};
use crate::sim::script::Fate;
use crate::sim::trace::VERSION;
use crate::subject::{Run, Subject};

/// The longest time that a run may speak of: a day.
const LONGEST: Time = 24 * 3_600 * SECONDS;
/// The most faults of a kind in a menu.
const MOST_FAULTS: u32 = 10_000;

impl Run {
    /// Whether the run fits the subject with this many nodes and requests; says what does not.
    pub(crate) fn check(&self, subject: &Subject, nodes: u32, requests: u32) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!("this run has format version {}, not {VERSION}", self.version));
        }
        if self.subject != subject.name {
            return Err(format!("this is a run of {}, not of {}", self.subject, subject.name));
        }
        self.check_menu()?;
        self.check_names(nodes, requests)?;
        self.check_times()
    }

    fn check_menu(&self) -> Result<(), String> {
        let menu = &self.faults;
        let Network { loss, duplication, reordering, delay } = menu.network;
        if [loss, duplication, reordering].iter().any(|rate| rate.0 > 1_000_000) {
            return Err("a chance is at most 1000000 parts per million".to_string());
        }
        if [menu.partitions, menu.crashes, menu.pauses].iter().any(|&many| many > MOST_FAULTS) {
            return Err(format!("a run has at most {MOST_FAULTS} faults of a kind"));
        }
        match delay {
            Delay::Uniform(least, most) if least > most => {
                Err(format!("a delay from {least} to {most} is never"))
            }
            Delay::Fixed(time) | Delay::Uniform(_, time) | Delay::HeavyTailed(time)
                if time > LONGEST / 24 =>
            {
                Err("a packet is under way for an hour at most".to_string())
            }
            _ => Ok(()),
        }
    }

    /// Everything that the script names exists.
    fn check_names(&self, nodes: u32, requests: u32) -> Result<(), String> {
        let script = &self.script;
        let faults = self.plan(nodes);
        let packets = script.fates.keys().flat_map(|packet| [packet.from, packet.to]);
        let events = || script.crashes.keys().chain(script.choices.keys());
        let named = faults.iter().flat_map(|(_, fault)| fault.nodes()).chain(packets);
        let named = named.chain(script.absent.iter().copied()).chain(events().flat_map(nodes_of));
        if let Some(node) = named.into_iter().find(|node| node.0 >= nodes) {
            return Err(format!("the script names node {node}, but there are {nodes} nodes"));
        }
        if let Some(packet) = script.fates.keys().find(|packet| packet.copy != 0) {
            return Err(format!("{packet} is a copy: only the packet itself has a fate"));
        }
        let faults = faults.len() as u32;
        let unknown = |event: &&EventId| match event {
            EventId::Request(ordinal) => *ordinal >= requests,
            EventId::Fault(ordinal) => *ordinal >= faults,
            _ => false,
        };
        if let Some(event) = events().find(unknown) {
            return Err(format!(
                "the script names {event}, but there is none: the run has {requests} requests and {faults} faults"
            ));
        }
        match script.without.iter().find(|&&request| request >= requests) {
            Some(request) => {
                Err(format!("there is no request ?{request} to leave out: the run has {requests}"))
            }
            None => Ok(()),
        }
    }

    fn check_times(&self) -> Result<(), String> {
        let delays = self.script.fates.values().flat_map(|fate| match fate {
            Fate::Lost => &[],
            Fate::After(times) | Fate::At(times) => times.as_slice(),
        });
        let faults = self.script.faults.iter().flatten().map(|(at, _)| at);
        match faults.chain(delays).chain([&self.faults.until]).find(|&&time| time > LONGEST) {
            Some(time) => Err(format!("{time} ns is more than a day: too late for a run")),
            None => Ok(()),
        }
    }
}

fn nodes_of(event: &EventId) -> Vec<NodeId> {
    match event {
        EventId::Start(node) | EventId::Timer { node, .. } => vec![*node],
        EventId::Packet(packet) => vec![packet.from, packet.to],
        EventId::Request(_) | EventId::Fault(_) => Vec::new(),
    }
}
