// Twins of Raft, parts 1 to 5. The numbers are those of the parts in the notes.

use super::{Place, Topic, Twin};

/// The topic of elections.
pub(super) const TOPIC: Topic = Topic { name: "raft", places: PLACES, twins: TWINS };

const MADE_BY: &str = "raft::replicated({name}, {twin}::Raft::new)";
pub(super) const PLACES: &[Place] = &[
    Place { module: "raft/mod.rs", subject: "raft", made_by: MADE_BY },
    Place { module: "raft/vote.rs", subject: "raft", made_by: MADE_BY },
    Place { module: "raft/replicate.rs", subject: "raft", made_by: MADE_BY },
    Place { module: "raft/follow.rs", subject: "raft", made_by: MADE_BY },
    Place { module: "raft/commit.rs", subject: "raft", made_by: MADE_BY },
];

const TWINS: &[Twin] = &[
    // Part 1.
    Twin {
        name: "raft-vote-in-memory",
        bug: "keeps its vote in memory only, as an example of Stateright does: after a crash it votes again in the same term",
        module: "raft/mod.rs",
        old: "        let mut node = Raft { current_term, voted_for, log,",
        new: "        let voted_for: Option<NodeId> = voted_for.filter(|_| false);
        let mut node = Raft { current_term, voted_for, log,",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-term-in-memory",
        bug: "keeps its term in memory only, and begins again with term 0 after a crash",
        module: "raft/mod.rs",
        old: "        let mut node = Raft { current_term, voted_for, log,",
        new: "        let (current_term, voted_for) = (current_term.min(0), voted_for.filter(|_| false));
        let mut node = Raft { current_term, voted_for, log,",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-commit-length-in-memory",
        bug: "keeps in memory only how many entries are committed, and delivers all again after a crash",
        module: "raft/mod.rs",
        old: "        let mut node = Raft { current_term, voted_for, log,",
        new: "        let commit_length = commit_length.min(0);
        let mut node = Raft { current_term, voted_for, log,",
        subject: "raft",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "raft-waiting-in-memory",
        bug: "keeps in memory only what it has broadcast, and gives a number away twice after a crash",
        module: "raft/mod.rs",
        old: "        let mut node = Raft { current_term, voted_for, log,",
        new: "        let waiting: VecDeque<_> = waiting.into_iter().filter(|_| false).collect();
        let mut node = Raft { current_term, voted_for, log,",
        subject: "raft",
        breaks: "raft::fifo",
    },
    Twin {
        name: "raft-own-vote-not-recorded",
        bug: "stands for election without writing down that its own vote is gone",
        module: "raft/mod.rs",
        old: "self.vote(self.current_term + 1, Some(ctx.me), ctx);",
        new: "self.vote(self.current_term + 1, None, ctx);",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-vote-not-reset",
        bug: "keeps its vote when a new term comes: it has voted once and for all",
        module: "raft/mod.rs",
        old: "        self.vote(term, None, ctx);",
        new: "        self.vote(term, self.voted_for, ctx);",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-stays-leader",
        bug: "adopts a higher term and goes on leading, now in that term",
        module: "raft/mod.rs",
        old: "            ctx.set_timer(Timer::Election, ELECTION);
        }
        self.current_role = Role::Follower;",
        new: "            return;
        }
        self.current_role = Role::Follower;",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-deposed-leader-sleeps",
        bug: "waits for nothing when it has been deposed: its timer stands still",
        module: "raft/mod.rs",
        old: "            ctx.set_timer(Timer::Election, ELECTION);
        }
        self.current_role = Role::Follower;",
        new: "        }
        self.current_role = Role::Follower;",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-timeouts-all-alike",
        bug: "waits for the same time at every node: all stand for election at once, again and again",
        module: "raft/mod.rs",
        old: "500 * MILLIS..1_000 * MILLIS;",
        new: "500 * MILLIS..500 * MILLIS + 1;",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-higher-terms-ignored",
        bug: "refuses a candidate for its log without adopting its term, and ignores answers of higher terms: who was away for long is heard by nobody again",
        module: "raft/mod.rs",
        old: "            Packet::VoteRequest(request) => self.on_vote_request(from, request, ctx),
            Packet::VoteResponse(response) => self.on_vote_response(from, response, ctx),
            Packet::LogRequest(request) => self.on_log_request(from, request, ctx),
            Packet::LogResponse(response) => self.on_log_response(from, response, ctx),",
        new: "            Packet::VoteRequest(request) => {
                let own = (self.last_term(self.length()), self.length());
                if (request.c_log_term, request.c_log_length) < own {
                    let response = VoteResponse { term: self.current_term, granted: false };
                    ctx.send(from, Packet::VoteResponse(response));
                } else {
                    self.on_vote_request(from, request, ctx);
                }
            }
            Packet::VoteResponse(response) => self.on_vote_response(from, response, ctx),
            Packet::LogRequest(request) => self.on_log_request(from, request, ctx),
            Packet::LogResponse(LogResponse { term, .. }) if term > self.current_term => {}
            Packet::LogResponse(response) => self.on_log_response(from, response, ctx),",
        subject: "raft",
        breaks: "raft::progress",
    },
    // Part 2.
    Twin {
        name: "raft-votes-twice",
        bug: "does not look whether it has voted in this term already",
        module: "raft/vote.rs",
        old: "let free = self.voted_for.is_none_or(|node| node == c_id);",
        new: "let free = true;",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-no-log-check",
        bug: "votes for any candidate, whatever its log",
        module: "raft/vote.rs",
        old: "            c_log_term > last_term ||",
        new: "            c_log_term <= last_term || c_log_term > last_term ||",
        subject: "raft",
        breaks: "raft::leader_completeness",
    },
    Twin {
        name: "raft-compares-lengths-only",
        bug: "votes for a candidate whose log is as long as its own, whatever the terms in it",
        module: "raft/vote.rs",
        old: "            c_log_term > last_term || (c_log_term == last_term && c_log_length >= self.length());",
        new: "            c_log_length >= self.length();",
        subject: "raft",
        breaks: "raft::leader_completeness",
    },
    Twin {
        name: "raft-both-term-and-length",
        bug: "votes only for a candidate whose last term is as high, and whose log is as long: some have one and some the other, and nobody can win",
        module: "raft/vote.rs",
        old: "            c_log_term > last_term || (c_log_term == last_term && c_log_length >= self.length());",
        new: "            c_log_term >= last_term && c_log_length >= self.length();",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-strictly-longer",
        bug: "votes only for a candidate whose log is longer than its own",
        module: "raft/vote.rs",
        old: "c_log_length >= self.length());",
        new: "c_log_length > self.length());",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-votes-in-old-terms",
        bug: "grants its vote to a candidate of an older term too, and goes back to that",
        module: "raft/vote.rs",
        old: "let granted = c_term == self.current_term && log_ok && free;",
        new: "let granted = log_ok && free;",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-answers-before-it-stores",
        bug: "tells the candidate that it has its vote, and then writes it down",
        module: "raft/vote.rs",
        old: "        if c_term > self.current_term {
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
        ctx.send(c_id, Packet::VoteResponse(VoteResponse { term, granted }));",
        new: "        let newer = c_term > self.current_term;
        let term = self.current_term.max(c_term);
        let last_term = self.last_term(self.length());
        let log_ok =
            c_log_term > last_term || (c_log_term == last_term && c_log_length >= self.length());
        let free = newer || self.voted_for.is_none_or(|node| node == c_id);
        let granted = c_term == term && log_ok && free;
        ctx.send(c_id, Packet::VoteResponse(VoteResponse { term, granted }));
        if newer {
            self.step_down(c_term, ctx);
        }
        if granted {
            self.vote(c_term, Some(c_id), ctx);
            ctx.set_timer(Timer::Election, ELECTION);
        }",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-refusal-keeps-term",
        bug: "refuses a candidate for its log without adopting its term, as the notes once did: a node that is behind, and impatient, is always a term ahead of it",
        module: "raft/vote.rs",
        old: "        if c_term > self.current_term {
            self.step_down(c_term, ctx);
        }
        let last_term = self.last_term(self.length());",
        new: "        let last_term = self.last_term(self.length());
        let is_old = (c_log_term, c_log_length) < (last_term, self.length());
        if c_term > self.current_term && !is_old {
            self.step_down(c_term, ctx);
        }",
        subject: "raft",
        breaks: "raft::progress",
    },
    // Part 3.
    Twin {
        name: "raft-counts-votes",
        bug: "counts votes, not voters: its own answer to itself is the second one",
        module: "raft/vote.rs",
        old: "            self.votes_received.insert(voter);",
        new: "            self.votes_received.insert(NodeId(voter.0 + 100 + self.votes_received.len() as u32));",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-half-is-enough",
        bug: "takes the votes of half of the nodes, rounded down, for enough",
        module: "raft/vote.rs",
        old: "if self.votes_received.len() >= self.quorum() {",
        new: "if self.votes_received.len() >= self.nodes().count() / 2 {",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-counts-old-votes",
        bug: "counts votes that it was given in earlier terms",
        module: "raft/vote.rs",
        old: "if is_candidate && term == self.current_term && granted {",
        new: "if is_candidate && term <= self.current_term && granted {",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-takes-log-for-acknowledged",
        bug: "takes followers to have acknowledged its whole log when it is elected, and commits whatever that holds",
        module: "raft/vote.rs",
        old: "            self.acked_length[node] = 0;
        }",
        new: "            self.acked_length[node] = self.length();
        }
        if self.length() > self.commit_length {
            self.commit(self.length(), ctx);
        }",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    // Parts 4 and 5.
    Twin {
        name: "raft-appends-whatever-comes",
        bug: "appends whatever is forwarded to it, and a message that is forwarded again a second time",
        module: "raft/replicate.rs",
        old: "if self.current_role == Role::Leader && number == self.next_number(from) {",
        new: "if self.current_role == Role::Leader {",
        subject: "raft",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "raft-appends-what-is-new",
        bug: "appends a message with a higher number than the last one, though one before it is missing",
        module: "raft/replicate.rs",
        old: "if self.current_role == Role::Leader && number == self.next_number(from) {",
        new: "if self.current_role == Role::Leader && number >= self.next_number(from) {",
        subject: "raft",
        breaks: "raft::fifo",
    },
    Twin {
        name: "raft-forwards-once",
        bug: "forwards a message once, and does not ask what became of it",
        module: "raft/replicate.rs",
        old: "        self.forward_waiting(ctx);
        ctx.set_timer(Timer::Heartbeat, HEARTBEAT);",
        new: "        ctx.set_timer(Timer::Heartbeat, HEARTBEAT);",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-numbers-from-the-log",
        bug: "numbers its messages by those in the log, and not by those that still wait",
        module: "raft/replicate.rs",
        old: "            Some(last) => last.number + 1,
            None",
        new: "            Some(_) => self.next_number(ctx.me),
            None",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-log-in-memory",
        bug: "acknowledges entries that are in its memory only",
        module: "raft/replicate.rs",
        old: "        ctx.store(Step::Append(entry.clone()));
        self.log.push(entry);",
        new: "        let _ = (Step::Append(entry.clone()), &ctx);
        self.log.push(entry);",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    Twin {
        name: "raft-leader-not-counted",
        bug: "does not count itself: a bare majority is one node short",
        module: "raft/replicate.rs",
        old: "            self.acked_length[ctx.me] = self.length();\n",
        new: "",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-no-heartbeat",
        bug: "sends its log when something is new, and is silent otherwise: what is lost is not sent again",
        module: "raft/replicate.rs",
        old: "        if self.current_role == Role::Leader {
            for follower in self.others(ctx.me) {
                self.replicate_log(follower, ctx);
            }
        }
        self.forward_waiting",
        new: "        self.forward_waiting",
        subject: "raft",
        breaks: "raft::progress",
    },
];
