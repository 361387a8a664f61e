//! Raft, parts 6 and 7: a follower copies the leader's log.

use super::{ELECTION, Entry, LogRequest, LogResponse, Packet, Raft, Role, Step, Timer};
use crate::layer::*;

impl<M: Value> Raft<M> {
    // ANCHOR: log_request
    /// Part 6: a leader sends a part of its log.
    pub(super) fn on_log_request(
        &mut self,
        leader: NodeId,
        LogRequest { term, prefix_len, prefix_term, leader_commit, suffix }: LogRequest<M>,
        ctx: &mut Context<Self>,
    ) {
        if term > self.current_term {
            self.step_down(term, ctx);
        }
        if term == self.current_term {
            self.follow(leader, ctx);
        }
        let log_ok = self.length() >= prefix_len && self.last_term(prefix_len) == prefix_term;
        let response = if term == self.current_term && log_ok {
            let ack = prefix_len + suffix.len() as u64;
            self.append_entries(prefix_len, leader_commit, suffix, ctx);
            LogResponse { term, ack, success: true }
        } else {
            LogResponse { term: self.current_term, ack: 0, success: false }
        };
        ctx.send(leader, Packet::LogResponse(self.with_hint(response)));
    }

    /// Part 6: this node leads in the current term.
    fn follow(&mut self, leader: NodeId, ctx: &mut Context<Self>) {
        self.note_led();
        self.current_role = Role::Follower;
        ctx.set_timer(Timer::Election, ELECTION);
        if self.current_leader.replace(leader).is_none() {
            self.forward_waiting(ctx);
        }
    }
    // ANCHOR_END: log_request

    // ANCHOR: append_entries
    /// Part 7: the first `prefix_len` entries are the leader's; `suffix` comes after them.
    fn append_entries(
        &mut self,
        prefix_len: u64,
        leader_commit: u64,
        suffix: Vec<Entry<M>>,
        ctx: &mut Context<Self>,
    ) {
        let end = prefix_len + suffix.len() as u64;
        if !suffix.is_empty() && self.length() > prefix_len {
            // The last index at which both have an entry.
            let index = self.length().min(prefix_len + suffix.len() as u64) - 1;
            if self.last_term(index + 1) != suffix[(index - prefix_len) as usize].term {
                self.truncate(prefix_len, ctx);
            }
        }
        for entry in suffix.into_iter().skip((self.length() - prefix_len) as usize) {
            self.append(entry, ctx);
        }
        // What comes after the suffix is not checked, should the leader have more.
        let leader_commit = leader_commit.min(end);
        if leader_commit > self.commit_length {
            self.commit(leader_commit, ctx);
        }
    }

    /// Only so many entries are left.
    fn truncate(&mut self, length: u64, ctx: &mut Context<Self>) {
        ctx.store(Step::Truncate(length));
        self.log.truncate(length as usize);
    }
    // ANCHOR_END: append_entries
}
