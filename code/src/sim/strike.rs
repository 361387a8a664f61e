//! How the simulator lets faults happen.

use crate::facts::Fact;
use crate::node::{NodeId, Time};
use crate::sim::Node;
use crate::sim::clock::LocalClock;
use crate::sim::fault::Fault;
use crate::sim::pending::{CrashPoint, Decided};
use crate::sim::step::Event;
use crate::sim::trace::What;
use crate::sim::world::{Link, World};

impl<N: Node> World<N> {
    /// Lets a fault happen. `decided`: about the recovery of a node, which is an event too.
    pub(crate) fn strike(&mut self, fault: Fault, decided: Decided) {
        match fault {
            Fault::Crash(node) => self.crash(node, What::CRASH, None),
            Fault::CrashWithin(node, effects) => {
                self.hosts[node.0 as usize].crash_within = Some(CrashPoint::After(effects));
            }
            Fault::CrashTearing(node, place) => {
                self.hosts[node.0 as usize].crash_within = Some(CrashPoint::Tearing(place));
            }
            Fault::Recover(node) => self.recover(node, decided),
            Fault::Pause(node) => {
                let host = &mut self.hosts[node.0 as usize];
                if host.state.is_some() && host.missed.is_none() {
                    host.missed = Some(Vec::new());
                    self.record(node, None, || What::Pause);
                }
            }
            Fault::Resume(node) => {
                if self.hosts[node.0 as usize].resume(&mut self.agenda) {
                    self.record(node, None, || What::Resume);
                }
            }
            Fault::Cut(from, to) => self.for_links(&from, &to, |world, from, to| {
                world.link(from, to).cuts += 1;
                if world.link(from, to).cuts == 1 {
                    world.record(from, None, || What::Cut { to });
                }
            }),
            Fault::Heal(from, to) => self.for_links(&from, &to, |world, from, to| {
                let link = world.link(from, to);
                let was_cut = link.cuts > 0;
                link.cuts = link.cuts.saturating_sub(1);
                if was_cut && link.cuts == 0 {
                    world.record(from, None, || What::Heal { to });
                }
            }),
            Fault::AtLeader(node, faults) => self.aim(node, faults),
            Fault::LeaveMajority(order) => self.leave_majority(&order),
            other => self.change(&other),
        }
    }

    /// Lets a node be different from now on.
    fn change(&mut self, fault: &Fault) {
        match *fault {
            Fault::Slow(node, lag) => {
                self.hosts[node.0 as usize].lag = lag;
                self.record(node, None, || What::Slow { lag });
            }
            Fault::Clock(node, clock) => self.change_clock(node, clock),
            Fault::Step(node, ahead) => {
                let clock = self.hosts[node.0 as usize].clock;
                let offset = clock.offset.saturating_add(ahead);
                self.change_clock(node, LocalClock { offset, ..clock });
            }
            Fault::Betray(node) => {
                self.hosts[node.0 as usize].traitor = true;
                self.record(node, None, || What::Betray);
            }
            _ => {}
        }
    }

    fn for_links(
        &mut self,
        from: &[NodeId],
        to: &[NodeId],
        mut act: impl FnMut(&mut Self, NodeId, NodeId),
    ) {
        for &from in from {
            for &to in to.iter().filter(|&&to| to != from) {
                act(self, from, to);
            }
        }
    }

    /// The node crashes, as `how` says in the trace.
    pub(crate) fn crash(&mut self, node: NodeId, how: What<N>, cause: Option<u64>) {
        let host = &mut self.hosts[node.0 as usize];
        if host.state.is_some() {
            host.crash(&mut self.agenda);
            self.record(node, cause, || how);
        }
    }

    fn change_clock(&mut self, node: NodeId, clock: LocalClock) {
        self.hosts[node.0 as usize].clock = clock;
        self.record(node, None, || What::Clock { clock });
    }

    /// Lets the faults happen, now and later, to whoever leads in the place of `node`.
    fn aim(&mut self, node: NodeId, faults: Vec<(Time, Fault)>) {
        let leader = self.leader();
        if let Some(leader) = leader {
            self.record(leader, None, || What::Aim);
        }
        let target = leader.unwrap_or(node);
        for (after, fault) in faults {
            self.fault_at(self.now.saturating_add(after), fault.swapped(node, target));
        }
    }

    /// The node that says that it leads; of several the one in the highest term, and of those the
    /// first.
    fn leader(&self) -> Option<NodeId> {
        let term = |node: &NodeId| {
            let facts = self.node(*node)?.facts();
            facts.iter().any(Fact::is_leader).then(|| facts.iter().find_map(Fact::term))
        };
        let leaders = self.nodes().rev().filter(|node| term(node).is_some());
        leaders.max_by_key(|node| term(node).flatten())
    }

    fn leave_majority(&mut self, order: &[NodeId]) {
        let majority = self.hosts.len() / 2 + 1;
        let up = order.iter().filter(|node| self.hosts[node.0 as usize].state.is_some());
        let left: Vec<_> = up.take(majority).copied().collect();
        for node in self.nodes().filter(|node| !left.contains(node)) {
            self.crash(node, What::CRASH, None);
            self.hosts[node.0 as usize].absent = true;
        }
    }

    fn recover(&mut self, node: NodeId, decided: Decided) {
        let host = &mut self.hosts[node.0 as usize];
        let armed_while_down = host.state.is_none();
        let within = |armed: &CrashPoint| armed_while_down && armed.tearing().is_none();
        host.crash_within = host.crash_within.filter(within);
        if host.state.is_none() && !host.absent {
            host.state = Some(host.fresh.clone());
            let stable = host.stable.clone();
            let record = self.record(node, None, || What::Recover);
            self.handle(node, Event::Recover(stable), decided, record);
        }
    }

    pub(crate) fn link(&mut self, from: NodeId, to: NodeId) -> &mut Link {
        let n = self.hosts.len();
        &mut self.links[from.0 as usize * n + to.0 as usize]
    }
}
