//! An adversary at the network's edge: packets in, packets out.

use distsys::layer::*;
use distsys::node::names::{A, B, C};
use distsys::sim::adversary::{Adversary, InFlight};
use distsys::sim::trace::Loss;
use distsys::sim::{PacketId, What, World};
use tests::toys::puppet::{Do, Puppet, said};

type Packet = InFlight<Vec<Do>>;

/// Does one bad thing to packets.
#[derive(Clone, Debug)]
enum Mallory {
    /// Changes what packets say.
    Tamper,
    /// Lets only every other packet pass.
    Drop { seen: u32 },
    /// Keeps the first packet and sends it again with every later one, whose delay it leaves as it is.
    Replay { kept: Option<Packet> },
    /// Names C as the sender of everything.
    Spoof,
}

impl Adversary<Vec<Do>> for Mallory {
    fn intercept(&mut self, packet: Packet) -> Vec<Packet> {
        match self {
            Mallory::Tamper => vec![Packet { packet: vec![Do::Say(666)], ..packet }],
            Mallory::Drop { seen } => {
                *seen += 1;
                if *seen % 2 == 0 { vec![] } else { vec![packet] }
            }
            Mallory::Replay { kept } => match kept {
                None => {
                    *kept = Some(packet.clone());
                    vec![packet]
                }
                Some(old) => vec![packet, Packet { after: 5 * MILLIS, ..old.clone() }],
            },
            Mallory::Spoof => vec![Packet { from: C, ..packet }],
        }
    }
    fn copy(&self) -> Box<dyn Adversary<Vec<Do>>> {
        Box::new(self.clone())
    }
}

/// A sends B four numbers, a millisecond apart, through this adversary.
fn world(mallory: Mallory) -> World<Puppet> {
    let mut world = World::new(1, Puppet::troupe(3)).with_adversary(mallory);
    for number in 1..=4 {
        world.request_at(u64::from(number) * MILLIS, A, vec![Do::Send(B, vec![Do::Say(number)])]);
    }
    world
}

fn run(mallory: Mallory) -> World<Puppet> {
    let mut world = world(mallory);
    world.run().expect("ends");
    world
}

fn received(world: &World<Puppet>) -> Vec<String> {
    let records = world.trace().records.into_iter();
    let ids = records.filter_map(|record| match record.what {
        What::Receive { id, .. } => Some(id.to_string()),
        _ => None,
    });
    ids.collect()
}

#[test]
fn it_can_change_packets() {
    assert_eq!(said(&run(Mallory::Tamper), B), [666; 4]);
}

#[test]
fn it_can_drop_packets_and_the_trace_says_who_did() {
    let world = run(Mallory::Drop { seen: 0 });
    assert_eq!(said(&world, B), [1, 3]);
    let lost = world.trace().records.into_iter().filter_map(|record| match record.what {
        What::Lose { id, why } => Some((id, why)),
        _ => None,
    });
    let id = |ordinal| PacketId { from: A, to: B, ordinal, copy: 0 };
    assert_eq!(lost.collect::<Vec<_>>(), [(id(2), Loss::Adversary), (id(4), Loss::Adversary)]);
}

#[test]
fn it_can_replay_packets_and_each_copy_has_a_name_of_its_own() {
    let world = run(Mallory::Replay { kept: None });
    assert_eq!(said(&world, B), [1, 2, 3, 4, 1, 1, 1]);
    let expected = ["A>B#1", "A>B#2", "A>B#3", "A>B#4", "A>B#2.1", "A>B#3.1", "A>B#4.1"];
    assert_eq!(received(&world), expected);
}

#[test]
fn it_can_lie_about_the_sender() {
    assert_eq!(received(&run(Mallory::Spoof)), ["C>B#1", "C>B#2", "C>B#3", "C>B#4"]);
}

#[test]
fn a_copy_of_a_world_has_an_adversary_of_its_own() {
    let mut original = world(Mallory::Drop { seen: 0 });
    original.run_until(2 * MILLIS).expect("goes on");
    let mut copy = original.clone();
    copy.run().expect("ends");
    original.run().expect("ends");
    assert_eq!(original.trace(), copy.trace());
}
