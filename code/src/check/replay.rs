//! A run of the checker, once more in the simulator: both must agree, event by event.
//!
//! What the checker finds is shown as a trace of the simulator, and the two runtimes hold each
//! other to what a node's effects mean: neither could carry out an effect in another way without a
//! replay failing.

use crate::check::{Action, Envelope, Explorable, Explored, Input, Packets, Situation};
use crate::layer::*;
use crate::sim::event::{EventId, PacketId};
use crate::sim::pending::{Decided, Pending};
use crate::sim::trace::{Record, What};
use crate::sim::{Fault, Network, World};
use std::collections::{BTreeMap, BTreeSet};

/// One run in both worlds at once.
pub struct Replay<'a, N: Explorable> {
    explored: &'a Explored<N>,
    now: Situation<N>,
    world: World<N>,
}

impl<N: Explorable> Explored<N> {
    /// Repeats a run that the checker found, such as a counterexample, in the simulator; gives the
    /// world at its end.
    ///
    /// In error if the simulator cannot do what the checker did, or comes out anywhere else.
    pub fn replay(&self, run: &[Action<N>]) -> Result<World<N>, String> {
        let is_start =
            |action: &&Action<N>| matches!(action, Action::Event { input: Input::Start, .. });
        let starts = run.iter().take_while(is_start).count();
        let mut replay = Replay::choosing(self, 0, &run[..starts])?;
        for action in &run[starts..] {
            if replay.take(action)? != *action {
                return Err(format!("the simulator drew other answers than those of {action:?}"));
            }
        }
        Ok(replay.world)
    }
}

impl<'a, N: Explorable> Replay<'a, N> {
    /// At the start of a run in which the simulator draws free choices from `seed`.
    pub fn start(explored: &'a Explored<N>, seed: u64) -> Result<Self, String> {
        Replay::choosing(explored, seed, &[])
    }
    /// The same, but that nodes start with the answers of these actions.
    fn choosing(
        explored: &'a Explored<N>,
        seed: u64,
        starts: &[Action<N>],
    ) -> Result<Self, String> {
        let mut world = World::new(seed, explored.nodes.clone()).with_network(Network::calm());
        for action in starts {
            if let Action::Event { node, answers, .. } = action {
                world.script.choices.insert(EventId::Start(*node), answers.clone());
            }
        }
        for _ in world.nodes() {
            // That layers kept each other busy without end is compared below.
            let _ = world.step();
        }
        for (node, request) in &explored.requests {
            world.request_at(0, *node, request.clone());
        }
        let starts = explored.beginnings().into_iter();
        let mut starts =
            starts.map(|start| Replay { explored, now: start.situation, world: world.clone() });
        let agreeing = starts.find(|replay| replay.agree().is_ok());
        agreeing.ok_or_else(|| "checker and simulator start the nodes differently".to_string())
    }
    /// The situation, as the checker sees it.
    pub fn now(&self) -> &Situation<N> {
        &self.now
    }
    /// The simulator's world.
    pub fn world(&self) -> &World<N> {
        &self.world
    }

    /// Takes a step in both. The simulator draws free choices; returns the action with the answers
    /// that it drew.
    pub fn take(&mut self, action: &Action<N>) -> Result<Action<N>, String> {
        let seen = self.records().len();
        self.in_world(action)?;
        let mut action = action.clone();
        if let Action::Event { answers, .. } = &mut action {
            let drawn = self.records()[seen..].iter().filter_map(|record| match record.what {
                What::Choose { choice } => Some(choice),
                _ => None,
            });
            *answers = drawn.collect();
        }
        let mut known = Vec::new();
        self.explored.possible(&self.now, &mut known);
        if !known.contains(&action) {
            return Err(format!("the simulator did {action:?}, which the checker does not know"));
        }
        self.now = self.explored.after(&self.now, &action);
        self.agree().map_err(|what| format!("after {action:?}, checker and simulator {what}"))?;
        Ok(action)
    }

    /// Takes the step in the simulator: a millisecond after the last one, or when it is due there,
    /// if that is later.
    fn in_world(&mut self, action: &Action<N>) -> Result<(), String> {
        self.world.now += MILLIS;
        let no_answers = Vec::new();
        let (found, crash, answers) = match action {
            Action::Crash(node) => {
                self.world.strike(Fault::Crash(*node), Decided::default());
                return Ok(());
            }
            Action::Lose(envelope) => (self.packet(envelope), None, &no_answers),
            Action::Event { node, input, crash, answers } => {
                (self.pick(*node, input), *crash, answers)
            }
        };
        let Some((due, pending)) = found else {
            return Err(format!("nothing of the kind is pending in the simulator: {action:?}"));
        };
        if let Some(effects) = crash {
            self.world.script.crashes.insert(pending.id(), effects);
        }
        if !answers.is_empty() {
            self.world.script.choices.insert(pending.id(), answers.clone());
        }
        // That layers keep each other busy without end is compared like everything else.
        let _ = self.world.happen(due, pending);
        Ok(())
    }

    /// Takes off the simulator's agenda what is to come to the node.
    fn pick(&mut self, node: NodeId, input: &Input<N>) -> Option<(Time, Pending<N>)> {
        match input {
            Input::Start => None,
            Input::Request(wanted) => self
                .world
                .agenda
                .take(|item| matches!(item, Pending::Request { ordinal, .. } if ordinal == wanted)),
            Input::Receive(envelope) => self.packet(envelope),
            Input::Timeout(wanted) => {
                let world = &self.world;
                let alive = world.agenda.iter().find(|(_, item)| {
                    matches!(item, Pending::Timer { node: at, timer, .. } if *at == node && timer == wanted)
                        && world.is_alive(item)
                });
                let id = alive?.1.id();
                self.world.agenda.take(|item| item.id() == id)
            }
            Input::Recover => {
                self.world.fault_at(self.world.now, Fault::Recover(node));
                let recover = |fault: &Fault| *fault == Fault::Recover(node);
                self.world
                    .agenda
                    .take(|item| matches!(item, Pending::Fault { fault, .. } if recover(fault)))
            }
        }
    }

    /// A copy of the packet that is under way; if all have arrived, the network makes one more.
    fn packet(&mut self, envelope: &Envelope<N::Packet>) -> Option<(Time, Pending<N>)> {
        let Envelope { from, to, packet } = envelope;
        let under_way = self.world.agenda.take(|item| {
            matches!(item, Pending::Packet { id, packet: other, .. }
                if (id.from, id.to) == (*from, *to) && other == packet)
        });
        if under_way.is_some() || self.explored.packets == Packets::Reliable {
            return under_way;
        }
        let (sent, id) =
            (0..).zip(self.records()).find_map(|(sent, record)| match &record.what {
                What::Send { id, packet: other } if id.from == *from && id.to == *to => {
                    (other == packet).then_some((sent, *id))
                }
                _ => None,
            })?;
        let copies = self.records().iter().filter(|record| {
            matches!(record.what, What::Duplicate { id: copy } if PacketId { copy: 0, ..copy } == id)
        });
        let id = PacketId { copy: copies.count() as u32 + 1, ..id };
        let cause = self.world.record(*from, Some(sent), || What::Duplicate { id });
        Some((self.world.now, Pending::Packet { id, from: *from, packet: packet.clone(), cause }))
    }

    fn records(&self) -> &[Record<N>] {
        self.world.trace.as_ref().map_or(&[], |trace| &trace.records)
    }

    /// Whether both worlds are in the same situation; if not, says where they differ.
    fn agree(&self) -> Result<(), String> {
        for (node, host) in self.now.hosts.iter() {
            let alike = host.state.as_ref() == self.world.node(node)
                && host.stable == *self.world.stable(node)
                && host.timers == self.timers(node);
            if !alike {
                return Err(format!(
                    "differ about node {node}: the checker has {host:?}, the simulator {:?} with {:?} on stable \
                     storage and the timers {:?}",
                    self.world.node(node),
                    self.world.stable(node),
                    self.timers(node)
                ));
            }
        }
        if !self
            .now
            .packets
            .iter()
            .eq(self.packets().iter().map(|(envelope, count)| (envelope, *count)))
        {
            return Err("differ about what is under way".to_string());
        }
        let seen = self.now.seen.records.iter().map(|r| (r.node, r.what.clone()));
        if !self.records().iter().filter_map(visible).eq(seen) {
            return Err("differ about what the applications saw".to_string());
        }
        let endless = self.now.endless == self.world.endless;
        endless.then_some(()).ok_or_else(|| "differ about an endless event".to_string())
    }

    /// The timers of the node that are set in the simulator.
    fn timers(&self, node: NodeId) -> BTreeSet<N::Timer> {
        let pending = self.world.agenda.iter().filter(|(_, item)| self.world.is_alive(item));
        let timers = pending.filter_map(|(_, item)| match item {
            Pending::Timer { node: at, timer, .. } if *at == node => Some(timer.clone()),
            _ => None,
        });
        timers.collect()
    }

    /// The packets of the simulator that may still arrive, counted as the checker does.
    fn packets(&self) -> BTreeMap<Envelope<N::Packet>, u32> {
        let mut packets = BTreeMap::new();
        let mut add = |id: &PacketId, packet: &N::Packet, more: u32| {
            let envelope = Envelope { from: id.from, to: id.to, packet: packet.clone() };
            *packets.entry(envelope).or_insert(0) += more;
        };
        match self.explored.packets {
            Packets::FairLoss => self.records().iter().for_each(|record| {
                if let What::Send { id, packet } = &record.what {
                    add(id, packet, 1);
                }
            }),
            Packets::Reliable => self.world.agenda.iter().for_each(|(_, item)| {
                if let Pending::Packet { id, packet, .. } = item {
                    add(id, packet, 1);
                }
            }),
        }
        if self.explored.packets == Packets::FairLoss {
            packets.values_mut().for_each(|count| *count = 1);
        }
        packets
    }
}

/// What the checker records of this.
fn visible<N: Explorable>(record: &Record<N>) -> Option<(NodeId, What<N>)> {
    match &record.what {
        What::Crash { .. } => Some((record.node, What::CRASH)),
        What::Request { .. } | What::Deliver { .. } | What::Recover => {
            Some((record.node, record.what.clone()))
        }
        _ => None,
    }
}
