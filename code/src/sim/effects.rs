//! How the simulator carries out what a handler asked for.

use crate::layer::*;
use crate::service::SendTo;
use crate::sim::Node;
use crate::sim::adversary::InFlight;
use crate::sim::event::{EventId, PacketId};
use crate::sim::forge::{Forgery, Plot};
use crate::sim::pending::{CrashPoint, Decided, Pending};
use crate::sim::random::{Purpose, below, draws};
use crate::sim::script::{Fate, Script};
use crate::sim::step::{Event, step};
use crate::sim::trace::{Loss, Undone, What};
use crate::sim::world::World;
use std::ops::Range;

impl<N: Node> World<N> {
    /// Runs a handler of a node that is up, and carries out what it asks for. `record` is the event.
    pub(crate) fn handle(
        &mut self,
        node: NodeId,
        event: Event<N>,
        decided: Decided,
        record: Option<u64>,
    ) {
        let host = &mut self.hosts[node.0 as usize];
        let Some(state) = &mut host.state else { return };
        let Decided { crash, choices } = decided;
        let mut env = Env::new(node, host.clock.read(self.now), choices);
        step(state, event, &mut env, &mut self.effects);
        let armed = host.crash_within.take();
        for &choice in env.choices.answers() {
            self.record(node, record, || What::Choose { choice });
        }
        if env.endless {
            self.endless = Some(node);
            self.record(node, record, || What::Endless);
        }
        let crashed = self.carry_out(node, crash.or(armed), record);
        if !crashed && (crash.is_some() || armed.and_then(CrashPoint::tearing).is_some()) {
            // Its turn has not come, or there was nothing to tear yet.
            self.hosts[node.0 as usize].crash_within = armed;
        }
        self.note_facts(node, record);
    }

    /// Carries out effects in order, until the node crashes where `crash` says so; says whether it
    /// did.
    fn carry_out(&mut self, node: NodeId, crash: Option<CrashPoint>, record: Option<u64>) -> bool {
        let mut done = 0;
        let tear = crash.and_then(CrashPoint::tearing);
        while let Some(effect) = self.effects.pop_front() {
            if crash == Some(CrashPoint::After(done)) {
                self.crash_within(node, done, Some(Undone::of(&effect)), record);
                return true;
            }
            match effect {
                Effect::Request(SendTo { to, msg }) => self.send(node, to, msg, record),
                Effect::Indicate(indication) => {
                    self.delivered += 1;
                    self.record(node, record, || What::Deliver { indication });
                }
                Effect::Store(change) => {
                    if self.store(node, change, tear, record) {
                        self.crash_within(node, done, Some(Undone::TornStore), record);
                        return true;
                    }
                }
                Effect::SetTimer(timer, after) => self.set_timer(node, timer, after, record),
                Effect::CancelTimer(timer) => {
                    self.hosts[node.0 as usize].stop_timer(&timer);
                    self.record(node, record, || What::CancelTimer { timer });
                }
            }
            done += 1;
        }
        let crashes = matches!(crash, Some(CrashPoint::After(_)));
        if crashes {
            self.crash_within(node, done, None, record);
        }
        crashes
    }

    /// The node crashes within an event, after so many effects and before this one and the rest.
    fn crash_within(&mut self, node: NodeId, done: u32, next: Option<Undone>, record: Option<u64>) {
        let rest = self.effects.drain(..).map(|effect| Undone::of(&effect));
        let undone = next.into_iter().chain(rest).collect();
        self.crash(node, What::Crash { after_effects: Some(done), undone }, record);
    }

    /// Writes this change and all that follow it at once, in one step; or only the first of them,
    /// if that can be torn and is to be. Says whether it was torn.
    fn store(
        &mut self,
        node: NodeId,
        change: Change<N>,
        tear: Option<u32>,
        record: Option<u64>,
    ) -> bool {
        let mut changes = std::mem::take(&mut self.batch);
        changes.push(change);
        while let Some(Effect::Store(_)) = self.effects.front() {
            if let Some(Effect::Store(change)) = self.effects.pop_front() {
                changes.push(change);
            }
        }
        let torn = tear.and_then(|place| torn_after::<N>(&changes, place));
        changes.truncate(torn.unwrap_or(changes.len()));
        let kept = if self.trace.is_some() { changes.clone() } else { Vec::new() };
        let stable = &mut self.hosts[node.0 as usize].stable;
        changes.drain(..).for_each(|change| stable.apply(change));
        self.batch = changes;
        self.record(node, record, || What::Store { changes: kept });
        torn.is_some()
    }

    fn set_timer(
        &mut self,
        node: NodeId,
        timer: N::Timer,
        after: Range<Time>,
        record: Option<u64>,
    ) {
        let (number, ordinal) = self.hosts[node.0 as usize].set_timer(&timer);
        let local = self.span(node, &timer, number, ordinal, after);
        let host = &self.hosts[node.0 as usize];
        let due = self.now.saturating_add(host.clock.true_span(local)).saturating_add(host.lag);
        let cause =
            self.record(node, record, || What::SetTimer { timer: timer.clone(), ordinal, due });
        self.agenda.enter(due, Pending::Timer { node, timer, ordinal, cause });
    }

    /// How long this setting of a timer runs on the clock of its node.
    fn span(
        &self,
        node: NodeId,
        timer: &N::Timer,
        number: u32,
        ordinal: u64,
        after: Range<Time>,
    ) -> Time {
        let spread = after.end.saturating_sub(after.start);
        if spread <= 1 {
            return after.start;
        }
        let Script { timers, calm, .. } = &self.script;
        let id = || EventId::Timer { node, timer: format!("{timer:?}"), ordinal };
        // No name is made unless some timer is decided: it costs more than all the rest.
        let decided = if timers.is_empty() { None } else { timers.get(&id()) };
        match decided {
            Some(&decided) => decided.clamp(after.start, after.end - 1),
            None if *calm => after.start,
            None => {
                let place = u64::from(node.0) << 32 | u64::from(number);
                let mut draws = draws(self.seed, Purpose::Timer, place, ordinal);
                after.start + below(&mut draws, spread)
            }
        }
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
        let plot = self.plot(id);
        let (claimed, packet) = self.forge(id, plot.forgery, packet, sent);
        self.dispatch(id, claimed, packet, plot, sent);
    }

    /// Sends a packet on its way, with the sender that it names: when it arrives is decided by the
    /// script, or else drawn.
    fn dispatch(
        &mut self,
        id: PacketId,
        claimed: NodeId,
        packet: N::Packet,
        plot: Plot,
        sent: Option<u64>,
    ) {
        let PacketId { from, to, ordinal, .. } = id;
        match self.script.fates.get(&id) {
            Some(Fate::Lost) => self.transmit(id, claimed, packet, [], sent),
            Some(Fate::After(delays)) => {
                let after = |delay: &Time| self.now.saturating_add(*delay);
                let arrivals: Vec<_> = delays.iter().map(after).collect();
                self.transmit(id, claimed, packet, arrivals, sent);
            }
            Some(Fate::At(times)) => {
                let arrivals: Vec<_> = times.iter().map(|&time| time.max(self.now)).collect();
                self.transmit(id, claimed, packet, arrivals, sent);
            }
            None if plot.silent => {
                self.record(id.from, sent, || What::Lose { id, why: Loss::Adversary });
            }
            None => {
                let network = self.links_apart.get(&(from, to)).unwrap_or(&self.network);
                let arrivals = network.arrivals(self.seed, from, to, ordinal);
                let later = network.congestion(self.seed, from, to, self.now)
                    + self.hosts[from.0 as usize].lag
                    + self.hosts[to.0 as usize].lag;
                let start = self.now.saturating_add(later);
                let at = |after| start.saturating_add(after);
                if arrivals.copies() == 0 && plot.replay.is_none() {
                    // Most packets: a loop over one is not worth its while.
                    self.transmit(id, claimed, packet, arrivals.first.map(at), sent);
                } else {
                    let arrivals = arrivals.times().chain(plot.replay).map(at);
                    self.transmit(id, claimed, packet, arrivals, sent);
                }
            }
        }
    }

    /// What an adversary has in mind for a packet: what the script says, or else what is drawn.
    /// Nothing, if the script decides when it arrives.
    fn plot(&self, id: PacketId) -> Plot {
        let Script { forged, fates, calm, .. } = &self.script;
        if let Some(&forgery) = forged.get(&id) {
            return Plot { forgery, ..Plot::default() };
        }
        let traitor = self.hosts[id.from.0 as usize].traitor;
        if *calm || (self.forging.is_never() && !traitor) || fates.contains_key(&id) {
            return Plot::default();
        }
        self.forging.plot(self.seed, id, self.hosts.len() as u32, traitor)
    }

    /// The sender that the packet names, and the packet, as the adversary made them.
    fn forge(
        &mut self,
        id: PacketId,
        forgery: Forgery,
        packet: N::Packet,
        sent: Option<u64>,
    ) -> (NodeId, N::Packet) {
        let tampered = forgery.tampered(&packet, self.mutator.as_ref());
        let forgery =
            Forgery { tampered: forgery.tampered.filter(|_| tampered.is_some()), ..forgery };
        let packet = tampered.unwrap_or(packet);
        if forgery != Forgery::default() {
            self.record(id.from, sent, || What::Forge { id, forgery, packet: packet.clone() });
        }
        (forgery.sender.unwrap_or(id.from), packet)
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
            self.agenda.enter(at, Pending::Packet { id, from, packet, cause });
        }
    }

    /// Enters a copy of a packet, with the sender that it names, for each time of arrival; if there
    /// is none, the packet is lost.
    fn transmit(
        &mut self,
        id: PacketId,
        from: NodeId,
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
                let at = self.synchrony.latest(self.now, at);
                self.agenda.enter(at, Pending::Packet { id, from, packet, cause });
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

/// After how many of the changes their writing is torn, if it can be.
fn torn_after<N: Node>(changes: &[Change<N>], place: u32) -> Option<usize> {
    let tears = N::Stable::tears(&changes.iter().collect::<Vec<_>>());
    let place = place as usize % tears.len().max(1);
    tears.get(place).map(|&written| written as usize)
}

impl Undone {
    fn of<N: Node>(effect: &Effect<N>) -> Undone {
        match effect {
            Effect::Request(_) => Undone::Send,
            Effect::Indicate(_) => Undone::Deliver,
            Effect::Store(_) => Undone::Store,
            Effect::SetTimer(..) => Undone::SetTimer,
            Effect::CancelTimer(_) => Undone::CancelTimer,
        }
    }
}
