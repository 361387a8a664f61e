//! Whether a run makes sense: whoever wrote it may have slipped, or may mean harm.

use crate::layer::SECONDS;
use crate::node::{NodeId, Time};
use crate::sim::clock::LocalClock;
use crate::sim::event::EventId;
use crate::sim::fault::{Fault, in_order};
use crate::sim::knobs::{Knob, Value};
use crate::sim::network::{Delay, Rate};
use crate::sim::script::Fate;
use crate::sim::synchrony::Synchrony;
use crate::sim::trace::VERSION;
use crate::subject::{Run, Subject};

/// The longest time that a run may speak of: a day.
const LONGEST: Time = 24 * 3_600 * SECONDS;
/// The most that a clock drifts: a tenth of the time.
const MOST_DRIFT: u32 = 100_000;
/// The most that a network loses of which anything is expected.
const MOST_LOSS: Rate = Rate::percent(90);
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
        self.check_menu(nodes)?;
        self.check_names(nodes, requests)?;
        self.check_times()
    }

    fn check_menu(&self, nodes: u32) -> Result<(), String> {
        let mut menu = self.faults.clone();
        if menu.byzantine > nodes {
            return Err(format!("there cannot be {} traitors among {nodes} nodes", menu.byzantine));
        }
        if menu.torn_writes > 0 && !menu.recovery {
            return Err("nobody sees a torn write without recovery: add that".to_string());
        }
        if menu.network.loss > MOST_LOSS && menu.network.loss < Rate::percent(100) {
            return Err(
                "a network that loses more than 90% and not all is hardly ever over: lose less"
                    .to_string(),
            );
        }
        if menu.clocks.steps > 0 && menu.clocks.step == 0 {
            return Err(
                "clocks that step need to be told how far: add clock-step=100ms".to_string()
            );
        }
        menu.all_knobs().into_iter().try_for_each(check_knob)
    }

    /// Everything that the script names exists.
    fn check_names(&self, nodes: u32, requests: u32) -> Result<(), String> {
        let script = &self.script;
        let faults = self.plan(nodes);
        let packets = || script.fates.keys().chain(script.forged.keys());
        let ends = packets().flat_map(|packet| [packet.from, packet.to]);
        let ends = ends.chain(script.forged.values().filter_map(|forgery| forgery.sender));
        let crashes = || script.crashes.keys().chain(script.torn.keys());
        let events = || crashes().chain(script.choices.keys()).chain(script.timers.keys());
        let named = faults.iter().flat_map(|(_, fault)| fault.nodes()).chain(ends);
        let named = named.chain(script.absent.iter().copied()).chain(events().flat_map(nodes_of));
        if let Some(node) = named.into_iter().find(|node| node.0 >= nodes) {
            return Err(format!("the script names node {node}, but there are {nodes} nodes"));
        }
        if let Some(packet) = packets().find(|packet| packet.copy != 0) {
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
        let faults = in_order(self.script.faults.as_deref().unwrap_or_default());
        faults.iter().try_for_each(|(at, fault)| check_clock(*at, fault))?;
        let times = faults.iter().flat_map(|(at, fault)| times_of(*at, fault));
        match times
            .collect::<Vec<_>>()
            .iter()
            .chain(delays)
            .chain(self.script.timers.values())
            .chain([&self.faults.until])
            .find(|&&time| time > LONGEST)
        {
            Some(time) => Err(format!("{time} ns is more than a day: too late for a run")),
            None => Ok(()),
        }
    }
}

/// Whether a knob is set to something that a run can do.
fn check_knob(knob: Knob) -> Result<(), String> {
    let Knob { name, value, .. } = knob;
    match value {
        Value::Rate(rate) if rate.0 > 1_000_000 => {
            Err(format!("{name}: a chance is at most 1000000 parts per million"))
        }
        Value::Count(many) if *many > MOST_FAULTS => {
            Err(format!("{name}: a run has at most {MOST_FAULTS} faults of a kind"))
        }
        Value::Ppm(ppm) => check_drift(*ppm, name),
        Value::Size(time) | Value::Moment(time) if *time > LONGEST => {
            Err(format!("{name}: {time} ns is more than a day: too late for a run"))
        }
        Value::Delay(Delay::Uniform(least, most)) if *least > *most => {
            Err(format!("a delay from {least} to {most} is never"))
        }
        Value::Delay(Delay::Fixed(time) | Delay::Uniform(_, time) | Delay::HeavyTailed(time))
        | Value::Synchrony(
            Synchrony::Synchronous { bound: time }
            | Synchrony::PartiallySynchronous { bound: time, .. },
        ) if *time > LONGEST / 24 => Err("a packet is under way for an hour at most".to_string()),
        _ => Ok(()),
    }
}

fn check_clock(at: Time, fault: &Fault) -> Result<(), String> {
    match fault {
        Fault::Clock(..) if at > 0 => {
            Err("a node has its clock from time 0: later it can only Step".to_string())
        }
        Fault::Clock(_, clock) => check_drift(clock.drift_ppm.unsigned_abs(), "the script"),
        _ => Ok(()),
    }
}

fn check_drift(ppm: u32, whose: &str) -> Result<(), String> {
    if ppm > MOST_DRIFT {
        return Err(format!("{whose}: a clock drifts by at most {MOST_DRIFT} ppm"));
    }
    Ok(())
}

/// The times that a fault at `at` speaks of.
fn times_of(at: Time, fault: &Fault) -> Vec<Time> {
    match fault {
        Fault::Slow(_, lag) => vec![at, *lag],
        Fault::Clock(_, LocalClock { offset, uncertainty, .. }) => {
            vec![offset.unsigned_abs(), *uncertainty]
        }
        Fault::Step(_, ahead) => vec![at, ahead.unsigned_abs()],
        _ => vec![at],
    }
}

fn nodes_of(event: &EventId) -> Vec<NodeId> {
    match event {
        EventId::Start(node) | EventId::Timer { node, .. } => vec![*node],
        EventId::Packet(packet) => vec![packet.from, packet.to],
        EventId::Request(_) | EventId::Fault(_) => Vec::new(),
    }
}
