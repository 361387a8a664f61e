//! Raft beyond the course: what real systems add, each for itself. By default nothing is added, and
//! every function here does what the notes have in its place.

use super::{LogResponse, Raft};
use crate::layer::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a node does beyond the nine parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options<M> {
    /// So many requests with entries may be under way to a follower; what comes meanwhile waits, and
    /// goes in one request. With 0, as in the notes, each message makes a request of its own, with
    /// all that is not acknowledged.
    pub window: u32,
    /// The most entries in one request.
    pub batch: u64,
    /// Followers hear at once what is committed, not with the next request.
    pub announce: bool,
    /// A refusal says how much of its log the follower knows to be committed, and the leader goes
    /// back there in one step.
    pub back_off: bool,
    /// A node asks whether it could win before it stands for election.
    pub pre_vote: bool,
    /// A new leader broadcasts this, so that entries of earlier terms are committed without waiting
    /// for the next message.
    pub no_op: Option<M>,
}

impl<M> Default for Options<M> {
    fn default() -> Self {
        Options {
            window: 0,
            batch: u64::MAX,
            announce: false,
            back_off: false,
            pre_vote: false,
            no_op: None,
        }
    }
}

impl<M> Options<M> {
    /// All that needs no message of its own.
    pub fn all() -> Self {
        Options {
            window: 4,
            batch: 1_024,
            announce: true,
            back_off: true,
            pre_vote: true,
            no_op: None,
        }
    }
}

/// What a node knows because of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Beyond {
    /// As the leader: how many requests are under way to each follower.
    under_way: BTreeMap<NodeId, u32>,
    /// As the leader: how many committed entries each follower has been told of.
    told: BTreeMap<NodeId, u64>,
    /// As the leader: which followers have accepted what was sent to them last.
    accepts: BTreeSet<NodeId>,
    /// With pre-vote: whether this node has heard from a leader, and not missed it since.
    pub(super) is_led: bool,
    /// Who would vote for it.
    pub(super) pre_votes: BTreeSet<NodeId>,
}

impl<M: Value> Raft<M> {
    /// The same node with these options.
    pub fn with(self, options: Options<M>) -> Self {
        Raft { options, ..self }
    }

    /// A leader is heard.
    pub(super) fn note_led(&mut self) {
        self.beyond.is_led = self.options.pre_vote;
    }

    /// This node leads from now on.
    pub(super) fn begin_to_lead(&mut self) {
        self.beyond = Beyond::default();
        self.note_led();
    }

    // ANCHOR: pipeline
    /// There is something new for the follower: it goes if few enough requests are under way.
    pub(super) fn offer(&mut self, follower: NodeId, ctx: &mut Context<Self>) {
        let under_way = self.beyond.under_way.get(&follower).copied().unwrap_or(0);
        let told = self.beyond.told.get(&follower).copied().unwrap_or(0);
        let is_new = self.sent_length[follower] < self.length()
            || self.options.announce && told < self.commit_length;
        if self.options.window == 0 || is_new && under_way < self.options.window {
            self.replicate_log(follower, ctx);
        }
    }

    /// Until where a request goes.
    pub(super) fn end_of_request(&self, prefix_len: u64) -> u64 {
        self.length().min(prefix_len.saturating_add(self.options.batch))
    }

    /// A request has been sent that holds the log up to `end`. That counts as sent if the follower
    /// has accepted what came before; until then the leader still looks for what they share.
    pub(super) fn note_sent(&mut self, follower: NodeId, end: u64) {
        if self.options.window > 0 {
            *self.beyond.under_way.entry(follower).or_default() += 1;
            self.beyond.told.insert(follower, self.commit_length.min(end));
            if self.beyond.accepts.contains(&follower) {
                self.sent_length[follower] = end;
            }
        }
    }

    /// The follower has answered: one request less is under way.
    pub(super) fn note_answered(&mut self, follower: NodeId, success: bool) {
        if let Some(under_way) = self.beyond.under_way.get_mut(&follower) {
            *under_way = under_way.saturating_sub(1);
            match success {
                true => self.beyond.accepts.insert(follower),
                false => self.beyond.accepts.remove(&follower),
            };
        }
    }

    /// The follower has the log up to `ack`. What was sent after that still counts as sent.
    pub(super) fn sent_after(&self, follower: NodeId, ack: u64) -> u64 {
        if self.options.window > 0 { ack.max(self.sent_length[follower]) } else { ack }
    }

    /// What has waited for room goes now.
    pub(super) fn go_on(&mut self, follower: NodeId, ctx: &mut Context<Self>) {
        if self.options.window > 0 {
            self.offer(follower, ctx);
        }
    }

    /// It is time to be heard again: what is not acknowledged by now counts as lost.
    pub(super) fn count_as_lost(&mut self) {
        for follower in std::mem::take(&mut self.beyond.under_way).into_keys() {
            if self.acked_length[follower] > 0 {
                self.sent_length[follower] = self.acked_length[follower];
            }
        }
    }

    /// More is committed: do followers hear of it at once?
    pub(super) fn announce(&mut self, ctx: &mut Context<Self>) {
        if self.options.announce {
            for follower in self.others(ctx.me) {
                self.offer(follower, ctx);
            }
        }
    }
    // ANCHOR_END: pipeline

    // ANCHOR: back_off
    /// As a follower: a refusal says how much of the log is committed here.
    pub(super) fn with_hint(&self, response: LogResponse) -> LogResponse {
        let hints = self.options.back_off && !response.success;
        LogResponse { ack: if hints { self.commit_length } else { response.ack }, ..response }
    }

    /// As the leader, after a refusal: what the follower knows to be committed, or has
    /// acknowledged, is the same in both logs.
    pub(super) fn go_back(&mut self, follower: NodeId, hint: u64) {
        let acked = self.acked_length[follower];
        if self.options.back_off || self.options.window > 0 && acked > 0 {
            let same = if self.options.back_off { hint.max(acked) } else { acked };
            self.sent_length[follower] = self.sent_length[follower].min(same);
        }
    }
    // ANCHOR_END: back_off

    // ANCHOR: no_op
    /// A new leader has an entry of its own term as soon as possible.
    pub(super) fn append_no_op(&mut self, ctx: &mut Context<Self>) {
        let has_none = self.last_term(self.length()) < self.current_term;
        if let Some(msg) = self.options.no_op.clone().filter(|_| has_none) {
            self.broadcast(msg, ctx);
        }
    }
    // ANCHOR_END: no_op
}
