//! Raft, parts 4 and 5: the leader's log grows, and is copied.

use super::{Entry, Forward, HEARTBEAT, LogRequest, Packet, Raft, Role, Step, Timer};
use crate::layer::*;

impl<M: Value> Raft<M> {
    // ANCHOR: broadcast
    /// Part 4: the application broadcasts a message.
    pub(super) fn broadcast(&mut self, msg: M, ctx: &mut Context<Self>) {
        let number = match self.waiting.back() {
            Some(last) => last.number + 1,
            None => self.next_number(ctx.me),
        };
        let forward = Forward { number, msg };
        ctx.store(Step::Wait(forward.clone()));
        self.waiting.push_back(forward.clone());
        self.forward(forward, ctx);
    }

    /// A message goes to the leader, if one is known.
    fn forward(&mut self, forward: Forward<M>, ctx: &mut Context<Self>) {
        match self.current_leader {
            Some(leader) if leader == ctx.me => self.on_forward(ctx.me, forward, ctx),
            Some(leader) => ctx.send(leader, Packet::Forward(forward)),
            None => {}
        }
    }

    /// So do all that are not delivered yet.
    pub(super) fn forward_waiting(&mut self, ctx: &mut Context<Self>) {
        for forward in self.waiting.clone() {
            self.forward(forward, ctx);
        }
    }
    // ANCHOR_END: broadcast

    // ANCHOR: forward
    /// Part 4: at the leader, a message of the node `from`. It is appended if it is the next of
    /// that node.
    pub(super) fn on_forward(
        &mut self,
        from: NodeId,
        Forward { number, msg }: Forward<M>,
        ctx: &mut Context<Self>,
    ) {
        if self.current_role == Role::Leader && number == self.next_number(from) {
            self.append(Entry { term: self.current_term, from, number, msg }, ctx);
            self.acked_length[ctx.me] = self.length();
            for follower in self.others(ctx.me) {
                self.offer(follower, ctx);
            }
            self.commit_log_entries(ctx);
        }
    }

    /// How many messages of that node are in the log.
    fn next_number(&self, from: NodeId) -> u64 {
        let last = self.log.iter().rev().find(|entry| entry.from == from);
        last.map_or(0, |entry| entry.number + 1)
    }

    /// One more entry, also on stable storage.
    pub(super) fn append(&mut self, entry: Entry<M>, ctx: &mut Context<Self>) {
        ctx.store(Step::Append(entry.clone()));
        self.log.push(entry);
    }
    // ANCHOR_END: forward

    // ANCHOR: heartbeat
    /// Part 4: from time to time the leader is heard, and what may be lost is sent again.
    pub(super) fn on_heartbeat(&mut self, ctx: &mut Context<Self>) {
        self.count_as_lost();
        if self.current_role == Role::Leader {
            for follower in self.others(ctx.me) {
                self.replicate_log(follower, ctx);
            }
        }
        self.forward_waiting(ctx);
        ctx.set_timer(Timer::Heartbeat, HEARTBEAT);
    }
    // ANCHOR_END: heartbeat

    // ANCHOR: replicate_log
    /// Part 5: sends the follower what it is not known to have.
    pub(super) fn replicate_log(&mut self, follower: NodeId, ctx: &mut Context<Self>) {
        let prefix_len = self.sent_length[follower];
        let end = self.end_of_request(prefix_len);
        let request = LogRequest {
            term: self.current_term,
            prefix_len,
            prefix_term: self.last_term(prefix_len),
            leader_commit: self.commit_length,
            suffix: self.log[prefix_len as usize..end as usize].to_vec(),
        };
        self.note_sent(follower, end);
        ctx.send(follower, Packet::LogRequest(request));
    }
    // ANCHOR_END: replicate_log
}
