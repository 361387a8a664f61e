//! Raft, parts 8 and 9: what a quorum has is committed.

use super::{ELECTION, LogResponse, Raft, Role, Step, Timer};
use crate::layer::*;

impl<M: Value> Raft<M> {
    // ANCHOR: log_response
    /// Part 8: a follower has accepted entries, or refused them.
    pub(super) fn on_log_response(
        &mut self,
        follower: NodeId,
        LogResponse { term, ack, success }: LogResponse,
        ctx: &mut Context<Self>,
    ) {
        if term == self.current_term && self.current_role == Role::Leader {
            self.note_answered(follower, success);
            if success && ack >= self.acked_length[follower] {
                self.sent_length[follower] = self.sent_after(follower, ack);
                self.acked_length[follower] = ack;
                self.commit_log_entries(ctx);
                self.go_on(follower, ctx);
            } else if self.sent_length[follower] > 0 {
                self.sent_length[follower] -= 1;
                self.go_back(follower, ack);
                self.replicate_log(follower, ctx);
            }
        } else if term > self.current_term {
            self.step_down(term, ctx);
            ctx.set_timer(Timer::Election, ELECTION);
        }
    }
    // ANCHOR_END: log_response

    // ANCHOR: commit_log_entries
    /// Part 9: commits what a quorum has, if the last of it is of the current term.
    pub(super) fn commit_log_entries(&mut self, ctx: &mut Context<Self>) {
        let mut acked = self.acked_length.0.clone();
        acked.sort_unstable();
        // The greatest length that a quorum has acknowledged.
        let ready = acked[acked.len() - self.quorum()];
        if ready > self.commit_length && self.last_term(ready) == self.current_term {
            self.commit(ready, ctx);
            self.announce(ctx);
        }
    }

    /// Delivers the entries up to `length`.
    pub(super) fn commit(&mut self, length: u64, ctx: &mut Context<Self>) {
        let ready = &self.log[self.commit_length as usize..length as usize];
        let own = ready.iter().filter(|entry| entry.from == ctx.me).count();
        ctx.store(Step::Commit { length, own: own as u64 });
        for entry in ready {
            ctx.deliver(entry.from, entry.msg.clone());
        }
        self.commit_length = length;
        self.waiting.drain(..own.min(self.waiting.len()));
    }
    // ANCHOR_END: commit_log_entries
}
