//! How the simulator lets faults happen.

use crate::node::NodeId;
use crate::sim::Node;
use crate::sim::fault::Fault;
use crate::sim::pending::Decided;
use crate::sim::step::Event;
use crate::sim::trace::What;
use crate::sim::world::{Link, World};

impl<N: Node> World<N> {
    /// Lets a fault happen. `decided`: about the recovery of a node, which is an event too.
    pub(crate) fn strike(&mut self, fault: Fault, decided: Decided) {
        match fault {
            Fault::Crash(node) => self.crash(node, None, None),
            Fault::CrashWithin(node, effects) => {
                self.hosts[node.0 as usize].crash_within = Some(effects);
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

    pub(crate) fn crash(&mut self, node: NodeId, after_effects: Option<u32>, cause: Option<u64>) {
        let host = &mut self.hosts[node.0 as usize];
        if host.state.is_some() {
            host.crash(&mut self.agenda);
            self.record(node, cause, || What::Crash { after_effects });
        }
    }

    fn recover(&mut self, node: NodeId, decided: Decided) {
        let host = &mut self.hosts[node.0 as usize];
        host.crash_within = None;
        if host.state.is_none() && !host.absent {
            host.state = Some(host.fresh.clone());
            let stable = host.stable.clone();
            self.handle(node, Event::Recover(stable), decided, None, Some(What::Recover));
        }
    }

    pub(crate) fn link(&mut self, from: NodeId, to: NodeId) -> &mut Link {
        let n = self.hosts.len();
        &mut self.links[from.0 as usize * n + to.0 as usize]
    }
}
