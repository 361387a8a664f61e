//! Writes traces by hand.

use distsys::node::{MILLIS, NodeId, Time};
use distsys::sim::event::PacketId;
use distsys::sim::trace::{Loss, Record, Text, Trace, What};
use std::collections::BTreeMap;

/// Writes a trace record by record. Times are in milliseconds.
pub(crate) struct Pen {
    pub(crate) trace: Trace<Text>,
    sent: BTreeMap<(NodeId, NodeId), u64>,
    packets: BTreeMap<PacketId, (String, u64)>,
    cause: Option<u64>,
}

impl Pen {
    pub(crate) fn new(nodes: u32) -> Self {
        let (sent, packets) = (BTreeMap::new(), BTreeMap::new());
        let mut pen = Pen { trace: Trace::new(nodes), sent, packets, cause: None };
        for node in NodeId::all(nodes) {
            pen.root(0, node, What::Start);
        }
        pen
    }
    pub(crate) fn write(
        &mut self,
        at: Time,
        node: NodeId,
        cause: Option<u64>,
        what: What<Text>,
    ) -> u64 {
        self.trace.records.push(Record { at: at * MILLIS, node, cause, what });
        self.trace.records.len() as u64 - 1
    }
    /// Something that nothing in the run led to; what follows is its effect.
    pub(crate) fn root(&mut self, at: Time, node: NodeId, what: What<Text>) {
        self.cause = Some(self.write(at, node, None, what));
    }
    /// An effect of the last event.
    pub(crate) fn effect(&mut self, at: Time, node: NodeId, what: What<Text>) -> u64 {
        self.write(at, node, self.cause, what)
    }
    pub(crate) fn ask(&mut self, at: Time, from: NodeId, to: NodeId, msg: &str) {
        let request = format!("SendTo {{ to: {to}, msg: {msg:?} }}");
        self.root(at, from, What::Request { ordinal: 0, request });
    }
    pub(crate) fn send(&mut self, at: Time, from: NodeId, to: NodeId, packet: &str) -> PacketId {
        let ordinal = self.sent.entry((from, to)).or_default();
        *ordinal += 1;
        let id = PacketId { from, to, ordinal: *ordinal, copy: 0 };
        let index = self.effect(at, from, What::Send { id, packet: packet.to_string() });
        self.packets.insert(id, (packet.to_string(), index));
        id
    }
    pub(crate) fn copy(&mut self, at: Time, id: PacketId) -> PacketId {
        let copy = PacketId { copy: id.copy + 1, ..id };
        let (packet, cause) = self.packets[&id].clone();
        let index = self.write(at, id.from, Some(cause), What::Duplicate { id: copy });
        self.packets.insert(copy, (packet, index));
        copy
    }
    pub(crate) fn lose(&mut self, at: Time, id: PacketId, why: Loss) {
        let node = if why == Loss::Down { id.to } else { id.from };
        let cause = self.packets[&id].1;
        self.write(at, node, Some(cause), What::Lose { id, why });
    }
    pub(crate) fn receive(&mut self, at: Time, id: PacketId) {
        let (packet, cause) = self.packets[&id].clone();
        self.cause = Some(self.write(at, id.to, Some(cause), What::Receive { id, packet }));
    }
    pub(crate) fn deliver(&mut self, at: Time, node: NodeId, from: NodeId, msg: &str) {
        let indication = format!("Deliver {{ from: {from}, msg: {msg:?} }}");
        self.effect(at, node, What::Deliver { indication });
    }
    pub(crate) fn store(&mut self, at: Time, node: NodeId, change: &str) {
        self.effect(at, node, What::Store { changes: vec![change.to_string()] });
    }
}
