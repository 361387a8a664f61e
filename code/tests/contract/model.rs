//! System models: a stack assumes what its layers assume.

use distsys::layer::*;
use distsys::link::{Fifo, Retransmit};
use distsys::stack::Stack;

const LINKS: [Links; 3] = [Links::Reliable, Links::FairLoss, Links::Arbitrary];
const NODES: [Nodes; 3] = [Nodes::CrashStop, Nodes::CrashRecovery, Nodes::Byzantine];
const TIMING: [Timing; 3] =
    [Timing::Synchronous, Timing::PartiallySynchronous, Timing::Asynchronous];

fn models() -> Vec<Model> {
    let mut models = Vec::new();
    for links in LINKS {
        for nodes in NODES {
            models.extend(TIMING.map(|timing| Model { links, nodes, timing }));
        }
    }
    models
}

#[test]
fn a_world_is_covered_by_the_meet_exactly_if_it_is_covered_by_both() {
    for one in models() {
        for two in models() {
            for world in models() {
                let both = one.covers(world) && two.covers(world);
                assert_eq!(one.meet(two).covers(world), both, "{one:?} and {two:?} in {world:?}");
            }
        }
    }
}

#[test]
fn an_algorithm_stands_two_worlds_joined_exactly_if_it_stands_both() {
    for one in models() {
        for two in models() {
            for made_for in models() {
                let both = made_for.covers(one) && made_for.covers(two);
                assert_eq!(made_for.covers(one.join(two)), both, "{one:?} with {two:?}");
            }
        }
    }
}

#[test]
fn an_algorithm_for_a_worse_world_works_in_a_better_one_and_not_the_other_way_round() {
    let worst =
        Model { links: Links::Arbitrary, nodes: Nodes::Byzantine, timing: Timing::Asynchronous };
    let best =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Synchronous };
    for model in models() {
        assert!(worst.covers(model) && model.covers(best) && model.covers(model));
        assert_eq!(model.covers(worst), model == worst);
        assert_eq!(best.covers(model), model == best);
    }
}

#[test]
fn a_stack_has_the_meet_of_its_layers_models() {
    type FifoOverRetransmit = Stack<Fifo<u32>, Retransmit<(u32, u64)>>;
    let expected =
        Model { links: Links::FairLoss, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };
    assert_eq!(FifoOverRetransmit::MODEL, expected);
}
