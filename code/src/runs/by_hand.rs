//! Runs that are played by hand: whoever writes them says which timer runs out next, which packet
//! arrives next, and which one never does.

use crate::facts::Fact;
use crate::node::NodeId;
use crate::sim::{EventId, Fault, Hand, Move, Node, PacketId, PendingEvent, Trace, World};

/// A run under the hand of somebody who knows what shall happen.
#[derive(Clone, Debug)]
pub struct ByHand<N: Node>(Hand<N>);

impl<N: Node> ByHand<N> {
    /// The nodes start. Requests that `world` holds are made when they are [asked](ByHand::ask).
    pub fn new(world: World<N>) -> Self {
        ByHand(Hand::new(world))
    }
    /// The world as it is now.
    pub fn world(&self) -> &World<N> {
        self.0.world()
    }
    /// What happened.
    pub fn trace(&self) -> Trace<N> {
        self.0.world().trace()
    }
    /// What can be observed of a node.
    pub fn facts(&self, node: NodeId) -> Vec<Fact> {
        self.0.facts(node)
    }
    /// The request of that number is made.
    pub fn ask(&mut self, ordinal: u32) -> Result<(), String> {
        self.0.play(Move::Take(EventId::Request(ordinal)))
    }
    /// The node's timer of that name runs out.
    pub fn time_out(&mut self, at: NodeId, name: &str) -> Result<(), String> {
        let is_meant = |id: &EventId| match id {
            EventId::Timer { node, timer, .. } => *node == at && timer.contains(name),
            _ => false,
        };
        let pending = self.0.pending().into_iter().find(|event| is_meant(&event.id));
        let event = pending.ok_or_else(|| format!("{at} has set no timer {name}"))?;
        self.0.play(Move::Take(event.id))
    }
    /// The first packet on this link arrives; false if none is under way.
    pub fn pass(&mut self, from: NodeId, to: NodeId) -> Result<bool, String> {
        let Some(&id) = self.under_way(from, to).first() else { return Ok(false) };
        self.receive(id).map(|()| true)
    }
    /// A packet goes there and the answer comes back.
    pub fn exchange(&mut self, from: NodeId, to: NodeId) -> Result<(), String> {
        for (from, to) in [(from, to), (to, from)] {
            if !self.pass(from, to)? {
                return Err(format!("nothing is under way from {from} to {to}"));
            }
        }
        Ok(())
    }
    /// All packets on this link are lost.
    pub fn lose(&mut self, from: NodeId, to: NodeId) -> Result<(), String> {
        let lost = self.under_way(from, to);
        lost.into_iter().try_for_each(|id| self.drop(id))
    }
    /// All packets that are under way are lost.
    pub fn lose_all(&mut self) -> Result<(), String> {
        self.packets().into_iter().try_for_each(|id| self.drop(id))
    }
    fn drop(&mut self, id: PacketId) -> Result<(), String> {
        self.0.play(Move::Drop(EventId::Packet(id)))
    }
    /// All packets that are under way.
    pub fn packets(&self) -> Vec<PacketId> {
        let packet = |event: PendingEvent| match event.id {
            EventId::Packet(id) => Some(id),
            _ => None,
        };
        self.0.pending().into_iter().filter_map(packet).collect()
    }
    /// This packet arrives.
    pub fn receive(&mut self, id: PacketId) -> Result<(), String> {
        self.0.play(Move::Take(EventId::Packet(id)))
    }
    /// The run after this packet has arrived; none if that changes no node and sends nothing.
    pub fn changed_by(&self, id: PacketId) -> Result<Option<Self>, String> {
        let mut after = self.clone();
        after.receive(id)?;
        let is_changed = self.world().node(id.to) != after.world().node(id.to)
            || after.packets().len() >= self.packets().len();
        Ok(is_changed.then_some(after))
    }
    /// The first packet on this link that says so.
    pub fn find(&self, from: NodeId, to: NodeId, what: &str) -> Option<PacketId> {
        let is_meant = |event: PendingEvent| match event.id {
            EventId::Packet(id) if event.what.contains(what) => Some(id),
            _ => None,
        };
        let found = self.0.pending().into_iter().filter_map(is_meant);
        found.filter(|id| (id.from, id.to) == (from, to)).min()
    }
    /// All that matters for what can happen next, as a text: the nodes and what is under way.
    pub fn situation(&self) -> String {
        let nodes: Vec<_> = self.world().nodes().map(|node| self.world().node(node)).collect();
        let under_way = |event: PendingEvent| match event.id {
            EventId::Packet(id) => Some((id.from, id.to, event.what)),
            _ => None,
        };
        let mut packets: Vec<_> = self.0.pending().into_iter().filter_map(under_way).collect();
        packets.sort_by_key(|packet| (packet.0, packet.1));
        format!("{nodes:?} {packets:?}")
    }
    /// This goes wrong now.
    pub fn strike(&mut self, fault: Fault) -> Result<(), String> {
        self.0.play(Move::Fault(fault))
    }
    /// The packets on this link, in the order in which they were sent.
    pub fn under_way(&self, from: NodeId, to: NodeId) -> Vec<PacketId> {
        let mut packets = self.packets();
        packets.retain(|id| (id.from, id.to) == (from, to));
        packets.sort_unstable();
        packets
    }
}
