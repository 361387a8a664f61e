//! Raft, parts 2 and 3: who leads.

use super::{ELECTION, Packet, Raft, Role, Timer, VoteRequest, VoteResponse};
use crate::layer::*;

impl<M: Value> Raft<M> {
    // ANCHOR: vote_request
    /// Part 2: a candidate asks for a vote.
    pub(super) fn on_vote_request(
        &mut self,
        c_id: NodeId,
        VoteRequest { c_term, c_log_length, c_log_term }: VoteRequest,
        ctx: &mut Context<Self>,
    ) {
        // Its own request may come when it leads already, and no longer waits for anybody.
        if c_id == ctx.me && self.current_role == Role::Leader {
            return;
        }
        if c_term > self.current_term {
            self.step_down(c_term, ctx);
        }
        let last_term = self.last_term(self.length());
        let log_ok =
            c_log_term > last_term || (c_log_term == last_term && c_log_length >= self.length());
        let free = self.voted_for.is_none_or(|node| node == c_id);
        let granted = c_term == self.current_term && log_ok && free;
        if granted {
            self.vote(c_term, Some(c_id), ctx);
            ctx.set_timer(Timer::Election, ELECTION);
        }
        let term = self.current_term;
        ctx.send(c_id, Packet::VoteResponse(VoteResponse { term, granted }));
    }
    // ANCHOR_END: vote_request

    // ANCHOR: vote_response
    /// Part 3: a node has voted for this one, or refused.
    pub(super) fn on_vote_response(
        &mut self,
        voter: NodeId,
        VoteResponse { term, granted }: VoteResponse,
        ctx: &mut Context<Self>,
    ) {
        let is_candidate = self.current_role == Role::Candidate;
        if is_candidate && term == self.current_term && granted {
            self.votes_received.insert(voter);
            if self.votes_received.len() >= self.quorum() {
                self.lead(ctx);
            }
        } else if term > self.current_term {
            self.step_down(term, ctx);
            ctx.set_timer(Timer::Election, ELECTION);
        }
    }

    /// Part 3: this node is elected.
    fn lead(&mut self, ctx: &mut Context<Self>) {
        self.current_role = Role::Leader;
        self.current_leader = Some(ctx.me);
        ctx.cancel_timer(Timer::Election);
        self.begin_to_lead();
        for node in self.nodes() {
            self.sent_length[node] = self.length();
            self.acked_length[node] = 0;
        }
        for follower in self.others(ctx.me) {
            self.replicate_log(follower, ctx);
        }
        self.forward_waiting(ctx);
        self.append_no_op(ctx);
    }
    // ANCHOR_END: vote_response
}
