//! Raft beyond the course: a node asks whether it could win before it stands for election.
//!
//! A node that was alone for long comes back with a term that has risen with every attempt, and
//! deposes a leader that works. Here it asks first, and its term stays. Only those say yes who have
//! heard from no leader either, and whose log is no better.

use super::{ELECTION, Packet, Raft, Role, Timer, VoteRequest, VoteResponse};
use crate::layer::*;
use std::collections::BTreeSet;

impl<M: Value> Raft<M> {
    // ANCHOR: pre_vote
    /// No leader was heard for a while, or no quorum has voted.
    pub(super) fn on_silence(&mut self, ctx: &mut Context<Self>) {
        self.beyond.is_led = false;
        if !self.options.pre_vote {
            return self.start_election(ctx);
        }
        self.current_role = Role::Follower;
        self.beyond.pre_votes = BTreeSet::new();
        let request = VoteRequest {
            c_term: self.current_term + 1,
            c_log_length: self.length(),
            c_log_term: self.last_term(self.length()),
        };
        for node in self.nodes() {
            ctx.send(node, Packet::PreVoteRequest(request));
        }
        ctx.set_timer(Timer::Election, ELECTION);
    }

    /// Would this node vote so? Its term and its vote stay as they are.
    pub(super) fn on_pre_vote_request(
        &mut self,
        c_id: NodeId,
        request: VoteRequest,
        ctx: &mut Context<Self>,
    ) {
        let is_next = request.c_term > self.current_term;
        let granted = is_next && !self.beyond.is_led && self.is_no_better(request);
        // A yes names the term that is asked for, a no the term here.
        let term = if granted { request.c_term } else { self.current_term };
        ctx.send(c_id, Packet::PreVoteResponse(VoteResponse { term, granted }));
    }

    /// Whether the candidate's log is no less up to date than this node's.
    fn is_no_better(&self, candidate: VoteRequest) -> bool {
        let own = (self.last_term(self.length()), self.length());
        (candidate.c_log_term, candidate.c_log_length) >= own
    }

    /// With a quorum that would vote for it, it stands for election.
    pub(super) fn on_pre_vote_response(
        &mut self,
        voter: NodeId,
        VoteResponse { term, granted }: VoteResponse,
        ctx: &mut Context<Self>,
    ) {
        if granted && !self.beyond.is_led && term == self.current_term + 1 {
            self.beyond.pre_votes.insert(voter);
            if self.beyond.pre_votes.len() >= self.quorum() {
                self.beyond.pre_votes = BTreeSet::new();
                self.start_election(ctx);
            }
        } else if !granted && term > self.current_term {
            self.step_down(term, ctx);
            ctx.set_timer(Timer::Election, ELECTION);
        }
    }
    // ANCHOR_END: pre_vote
}
