//! Raft, chapter 6.

pub mod elections;
pub mod puzzle;
pub mod shown;

pub(super) use elections::RUNS;

use super::by_hand::ByHand;
use crate::node::NodeId;
use crate::raft::Raft;
use crate::service::Broadcast;
use crate::sim::{Script, World};

/// What is broadcast in these runs.
pub type Word = &'static str;

/// A run of Raft, played by hand.
pub type Run = ByHand<Raft<Word>>;

/// Nodes of Raft on a calm network, with what they will be asked for.
pub fn world(n: u32, requests: &[(NodeId, Word)]) -> World<Raft<Word>> {
    world_of(Raft::new(n), n, requests)
}

/// The same of nodes like this one.
pub fn world_of(node: Raft<Word>, n: u32, requests: &[(NodeId, Word)]) -> World<Raft<Word>> {
    let mut world = World::new(0, vec![node; n as usize]).with_script(Script::calm());
    for &(node, msg) in requests {
        world.request(node, Broadcast { msg });
    }
    world
}

/// The node stands for election and the votes of `voters` arrive; all else is lost. The voters then
/// hear of the new leader if `announced`.
pub fn elect(run: &mut Run, node: NodeId, voters: &[NodeId]) -> Result<(), String> {
    run.time_out(node, "Election")?;
    // A candidate asks itself as well.
    if !run.under_way(node, node).is_empty() {
        run.exchange(node, node)?;
    }
    for &voter in voters {
        run.exchange(node, voter)?;
    }
    Ok(())
}
