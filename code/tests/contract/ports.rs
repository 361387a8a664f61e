//! A layer over two services names its own ports.

use distsys::beside::Beside;
use distsys::layer::*;
use distsys::node::names::{A, B, C};
use distsys::service::Deliver;
use distsys::sim::{What, World};
use distsys::stack::{Either, Stack};
use tests::toys::order::{Numbered, Sequencer, Voter, Wire};

type Node = Stack<Voter, Beside<Wire, Sequencer>>;

fn poll(seed: u64) -> World<Node> {
    let voter = |vote| Voter { vote, nodes: 3, questions: Vec::new() };
    let lower = || Beside::new(Wire, Sequencer::new(3));
    let mut world = World::new(seed, (1..=3).map(|vote| voter(vote).over(lower())).collect());
    world.request(B, "tea?");
    world.request(C, "coffee?");
    world.run().expect("the poll ends");
    world
}

#[test]
fn questions_over_the_link_lead_to_votes_in_one_order_everywhere() {
    for seed in 0..50 {
        let world = poll(seed);
        let trace = world.trace();
        let votes: Vec<Vec<(NodeId, u32)>> =
            [A, B, C].into_iter().map(|node| trace.delivered(node)).collect();
        assert_eq!(votes[0].len(), 6, "seed {seed}");
        assert_eq!(votes[0], votes[1], "seed {seed}");
        assert_eq!(votes[0], votes[2], "seed {seed}");
    }
}

#[test]
fn each_port_hears_only_its_own_service() {
    let world = poll(7);
    let node: &Node = world.node(A).expect("A is up");
    let mut questions = node.upper.questions.clone();
    questions.sort_unstable();
    assert_eq!(questions, [(B, "tea?"), (C, "coffee?")]);
}

#[test]
fn both_services_share_one_wire_and_every_packet_says_whose_it_is() {
    let (mut link, mut order) = (0, 0);
    for record in poll(7).trace().records {
        match record.what {
            What::Send { packet: Either::First("tea?" | "coffee?"), .. } => link += 1,
            What::Send {
                packet: Either::Second(Numbered::Please(_) | Numbered::This(..)), ..
            } => {
                order += 1;
            }
            What::Send { packet, .. } => panic!("whose is {packet:?}?"),
            _ => {}
        }
    }
    assert_eq!((link, order), (2 * 3, 6 + 6 * 3));
}

#[test]
fn a_vote_says_who_cast_it() {
    let world = poll(7);
    for record in world.trace().records {
        if let What::Deliver { indication: Deliver { from, msg } } = record.what {
            assert_eq!(from.0 + 1, msg);
        }
    }
}
