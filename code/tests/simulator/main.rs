//! The simulator: the same run gives the same trace, and only what is meant to goes wrong. A test a claim.

mod adversity;
mod agenda;
mod draws;
mod fates;
mod formats;
mod golden;
mod marks;
mod menu;
mod menu_text;
mod names;
mod network;
mod nodes;
mod partitions;
mod pauses;

use distsys::layer::{MILLIS, NodeId, Time};
use distsys::sim::trace::Loss;
use distsys::sim::{Network, PacketId, What, World};
use std::collections::BTreeMap;
use tests::toys::puppet::{Do, Puppet};

/// A world of puppets in which every packet takes 10 ms.
fn calm(nodes: u32) -> World<Puppet> {
    World::new(1, Puppet::troupe(nodes)).with_network(Network::calm())
}

/// At that time, `from` sends `to` a packet that makes it say `number`.
fn send(world: &mut World<Puppet>, at: Time, from: NodeId, to: NodeId, number: u32) {
    world.request_at(at, from, vec![Do::Send(to, vec![Do::Say(number)])]);
}

/// For each copy of a packet that arrived, how long it had been under way.
fn delays(world: &World<Puppet>) -> BTreeMap<PacketId, Time> {
    let (mut sent, mut delays) = (BTreeMap::new(), BTreeMap::new());
    for record in world.trace().records {
        match record.what {
            What::Send { id, .. } => drop(sent.insert(id, record.at)),
            What::Receive { id, .. } => {
                let sent = sent[&PacketId { copy: 0, ..id }];
                delays.insert(id, record.at - sent);
            }
            _ => {}
        }
    }
    delays
}

/// The lost packets, and why.
fn losses(world: &World<Puppet>) -> Vec<(PacketId, Loss)> {
    let records = world.trace().records.into_iter();
    records
        .filter_map(|record| match record.what {
            What::Lose { id, why } => Some((id, why)),
            _ => None,
        })
        .collect()
}

/// The `ordinal`-th packet from `from` to `to`.
fn packet(from: NodeId, to: NodeId, ordinal: u64) -> PacketId {
    PacketId { from, to, ordinal, copy: 0 }
}

/// Once a millisecond, every node sends every other one a packet, `rounds` times.
fn traffic(world: &mut World<Puppet>, rounds: u32) {
    for round in 0..rounds {
        for from in world.nodes() {
            for to in world.nodes().filter(|&to| to != from) {
                send(world, u64::from(round) * MILLIS, from, to, round);
            }
        }
    }
}
