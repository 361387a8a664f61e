//! How the simulator carries out what a handler asked for.

use crate::layer::*;
use crate::service::SendTo;
use crate::sim::Node;
use crate::sim::adversary::InFlight;
use crate::sim::event::PacketId;
use crate::sim::pending::{Decided, Pending};
use crate::sim::random::{Purpose, below, draws};
use crate::sim::script::Fate;
use crate::sim::step::{Event, step};
use crate::sim::trace::{Loss, What};
use crate::sim::world::World;
use std::ops::Range;

impl<N: Node> World<N> {
    /// Runs a handler of a node that is up, and carries out what it asks for.
    pub(crate) fn handle(
        &mut self,
        node: NodeId,
        event: Event<N>,
        decided: Decided,
        cause: Option<u64>,
        what: Option<What<N>>,
    ) {
        let host = &mut self.hosts[node.0 as usize];
        let Some(state) = &mut host.state else { return };
        let Decided { crash, choices } = decided;
        let mut env = Env::new(node, host.clock.read(self.now), choices);
        step(state, event, &mut env, &mut self.effects);
        let crash = host.crash_within.take().or(crash);
        let record = what.and_then(|what| self.record(node, cause, || what));
        for &choice in env.choices.answers() {
            self.record(node, record, || What::Choose { choice });
        }
        if env.endless {
            self.endless = Some(node);
            self.record(node, record, || What::Endless);
        }
        self.carry_out(node, crash, record);
        self.note_facts(node, record);
    }

    /// Carries out effects in order; if `crash` says so, the node crashes after that many.
    fn carry_out(&mut self, node: NodeId, crash: Option<u32>, record: Option<u64>) {
        let mut done = 0;
        while let Some(effect) = self.effects.pop_front() {
            if crash == Some(done) {
                self.effects.clear();
                break;
            }
            done += 1;
            match effect {
                Effect::Request(SendTo { to, msg }) => self.send(node, to, msg, record),
                Effect::Indicate(indication) => {
                    self.delivered += 1;
                    self.record(node, record, || What::Deliver { indication });
                }
                Effect::Store(change) => self.store(node, change, record),
                Effect::SetTimer(timer, after) => self.set_timer(node, timer, after, record),
                Effect::CancelTimer(timer) => {
                    self.hosts[node.0 as usize].stop_timer(&timer);
                    self.record(node, record, || What::CancelTimer { timer });
                }
            }
        }
        if crash.is_some() {
            self.crash(node, Some(done), record);
        }
    }

    /// Writes this change and all that follow it at once, in one step.
    fn store(&mut self, node: NodeId, change: Change<N>, record: Option<u64>) {
        let traced = self.trace.is_some();
        let mut changes = Vec::new();
        let mut next = Some(change);
        while let Some(change) = next {
            if traced {
                changes.push(change.clone());
            }
            self.hosts[node.0 as usize].stable.apply(change);
            next = match self.effects.pop_front() {
                Some(Effect::Store(change)) => Some(change),
                Some(other) => {
                    self.effects.push_front(other);
                    None
                }
                None => None,
            };
        }
        self.record(node, record, || What::Store { changes });
    }

    fn set_timer(
        &mut self,
        node: NodeId,
        timer: N::Timer,
        after: Range<Time>,
        record: Option<u64>,
    ) {
        let host = &mut self.hosts[node.0 as usize];
        let (number, ordinal) = host.set_timer(&timer);
        let spread = after.end.saturating_sub(after.start);
        let local = match spread {
            0 | 1 => after.start,
            _ => {
                let place = u64::from(node.0) << 32 | u64::from(number);
                let mut draws = draws(self.seed, Purpose::Timer, place, ordinal);
                after.start + below(&mut draws, spread)
            }
        };
        let due = self.now.saturating_add(host.clock.true_span(local));
        let cause =
            self.record(node, record, || What::SetTimer { timer: timer.clone(), ordinal, due });
        self.agenda.enter(due, Pending::Timer { node, timer, ordinal, cause });
    }

    fn send(&mut self, from: NodeId, to: NodeId, packet: N::Packet, record: Option<u64>) {
        let n = self.hosts.len();
        assert!(self.has(to), "node {from} sends to {to}, but this world has {n} nodes");
        let link = self.link(from, to);
        link.sent += 1;
        let (ordinal, cut) = (link.sent, link.cuts > 0);
        let id = PacketId { from, to, ordinal, copy: 0 };
        let sent = self.record(from, record, || What::Send { id, packet: packet.clone() });
        if cut {
            self.record(from, sent, || What::Lose { id, why: Loss::Cut });
            return;
        }
        if let Some(adversary) = &mut self.adversary {
            let after = MILLIS;
            let out = adversary.intercept(InFlight { after, from, to, packet });
            self.release(id, out, sent);
            return;
        }
        match self.script.fates.get(&id) {
            Some(Fate::Lost) => self.transmit(id, packet, [], sent),
            Some(Fate::After(delays)) => {
                let after = |delay: &Time| self.now.saturating_add(*delay);
                let arrivals: Vec<_> = delays.iter().map(after).collect();
                self.transmit(id, packet, arrivals, sent);
            }
            Some(Fate::At(times)) => {
                let arrivals: Vec<_> = times.iter().map(|&time| time.max(self.now)).collect();
                self.transmit(id, packet, arrivals, sent);
            }
            None => {
                let network = self.links_apart.get(&(from, to)).unwrap_or(&self.network);
                let arrivals = network.arrivals(self.seed, from, to, ordinal);
                let now = self.now;
                let arrivals = [arrivals.first, arrivals.second].into_iter().flatten();
                self.transmit(id, packet, arrivals.map(|after| now.saturating_add(after)), sent);
            }
        }
    }

    /// Enters what the adversary made of the packet `id`. What it invents gets a number on the link
    /// that it names.
    fn release(&mut self, id: PacketId, out: Vec<InFlight<N::Packet>>, cause: Option<u64>) {
        let exist = |packet: &InFlight<_>| self.has(packet.from) && self.has(packet.to);
        let out: Vec<_> = out.into_iter().filter(exist).collect();
        if out.is_empty() {
            self.record(id.from, cause, || What::Lose { id, why: Loss::Adversary });
        }
        for (copy, InFlight { after, from, to, packet }) in (0..).zip(out) {
            let id = if (from, to) == (id.from, id.to) {
                PacketId { copy, ..id }
            } else {
                let link = self.link(from, to);
                link.sent += 1;
                PacketId { from, to, ordinal: link.sent, copy: 0 }
            };
            let at = self.now.saturating_add(after);
            self.agenda.enter(at, Pending::Packet { id, packet, cause });
        }
    }

    /// Enters a copy of a packet for each time of arrival; if there is none, the packet is lost.
    fn transmit(
        &mut self,
        id: PacketId,
        packet: N::Packet,
        arrivals: impl IntoIterator<Item = Time>,
        sent: Option<u64>,
    ) {
        let mut arrivals = (0..).zip(arrivals).peekable();
        if arrivals.peek().is_none() {
            self.record(id.from, sent, || What::Lose { id, why: Loss::Network });
        }
        // The last copy is the packet itself: what arrives once is not cloned.
        let mut packet = Some(packet);
        while let Some((copy, at)) = arrivals.next() {
            let id = PacketId { copy, ..id };
            let cause = match copy {
                0 => sent,
                _ => self.record(id.from, sent, || What::Duplicate { id }),
            };
            let last = arrivals.peek().is_none();
            let copy = if last { packet.take() } else { packet.clone() };
            if let Some(packet) = copy {
                self.agenda.enter(at, Pending::Packet { id, packet, cause });
            }
        }
    }

    fn note_facts(&mut self, node: NodeId, record: Option<u64>) {
        let host = &mut self.hosts[node.0 as usize];
        if self.trace.is_none() {
            return;
        }
        let Some(state) = &host.state else { return };
        let facts = state.facts();
        if facts != host.facts {
            host.facts.clone_from(&facts);
            self.record(node, record, || What::Facts { facts });
        }
    }
}
