//! # Primary-backup replication
//!
//! **Implements** [`ReplicatedDatabase`]. **Uses** [`FifoLink`].
//!
//! **Model**: asynchronous, crash-stop; transactions end while the leader is up.
//!
//! **Guarantees**: a follower [commits what the leader
//! did](crate::spec::replicated_database::follows_leader), in the same order; a client
//! [hears of no transaction](crate::spec::replicated_database::done_is_committed) that
//! the leader has not committed; and if nobody crashes, [all
//! commit](crate::spec::replicated_database::all_commit_without_crash) everywhere.
//!
//! **How it works**: transactions execute at the leader, concurrently. When one is
//! finished it commits: the leader writes, and sends what was written to its followers
//! over FIFO links. They write it in the order in which it comes: that is the order of
//! commits, not that in which the transactions began. Nothing is executed twice.
//!
//! **Source**: notes, section 5.3 (A22); R5.10.
//!
//! **Departures**: the notes have this in words only. Here a transaction takes as long as
//! it says, and writes its name. How a database keeps transactions apart that execute
//! concurrently is left out.

use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

// ANCHOR: packet
/// What clients, leader and followers send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// Client to leader: do this.
    Begin(Work),
    /// Leader to client: that transaction is committed.
    Ok(u32),
    /// Leader to follower: that transaction has written its name here.
    Commit(u32, Data),
}
// ANCHOR_END: packet

// ANCHOR: state
/// A database with a leader. Nodes that are neither leader nor follower are clients.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PrimaryBackup {
    leader: NodeId,
    followers: Vec<NodeId>,
    /// At the leader: transactions under way, and who asked.
    executing: BTreeMap<u32, (NodeId, Work)>,
    /// What committed transactions wrote.
    data: Data,
}
// ANCHOR_END: state

impl PrimaryBackup {
    /// With this leader and these followers, the same at all nodes.
    pub fn new(leader: NodeId, followers: impl IntoIterator<Item = NodeId>) -> Self {
        let (executing, data) = (BTreeMap::new(), Data::new());
        let followers = followers.into_iter().collect();
        PrimaryBackup { leader, followers, executing, data }
    }

    // ANCHOR: commit
    /// A transaction commits here: what it wrote is to be seen.
    fn commit(&mut self, name: u32, written: Data, ctx: &mut Context<Self>) {
        self.data.extend(written);
        ctx.indicate(DatabaseEvent::Committed(name, self.data.clone()));
    }
    // ANCHOR_END: commit
}

impl Layer for PrimaryBackup {
    type Implements = ReplicatedDatabase;
    type Uses = FifoLink<Packet>;
    type Timer = u32;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// A client has a transaction: that is for the leader to execute.
    fn on_request(&mut self, work: Work, ctx: &mut Context<Self>) {
        ctx.send(self.leader, Packet::Begin(work));
    }

    /// At the leader a transaction begins; at a follower one commits; at a client one is done.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Begin(work) => {
                ctx.set_timer(work.name, work.takes..work.takes + 1);
                self.executing.insert(work.name, (from, work));
            }
            Packet::Commit(name, written) => self.commit(name, written, ctx),
            Packet::Ok(name) => ctx.indicate(DatabaseEvent::Done(name)),
        }
    }

    /// At the leader a transaction is finished: it commits, here and then at the followers.
    fn on_timeout(&mut self, name: u32, ctx: &mut Context<Self>) {
        let Some((client, work)) = self.executing.remove(&name) else { return };
        let written: Data = work.keys.iter().map(|key| (*key, name)).collect();
        self.commit(name, written.clone(), ctx);
        ctx.send(client, Packet::Ok(name));
        for &follower in &self.followers {
            ctx.send(follower, Packet::Commit(name, written.clone()));
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
