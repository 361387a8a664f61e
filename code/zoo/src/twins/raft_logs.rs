// Twins of Raft, parts 6 to 9.

use super::raft::PLACES;
use super::{Topic, Twin};

/// The topic of logs.
pub(super) const TOPIC: Topic = Topic { name: "raft-logs", places: PLACES, twins: TWINS };

const TWINS: &[Twin] = &[
    // Part 6.
    Twin {
        name: "raft-timer-goes-on",
        bug: "keeps the timer of its own election running when it hears of the winner: it soon stands again, for nothing",
        module: "raft/follow.rs",
        old: "        self.current_role = Role::Follower;
        ctx.set_timer(Timer::Election, ELECTION);",
        new: "        if self.current_role != Role::Candidate {
            ctx.set_timer(Timer::Election, ELECTION);
        }
        self.current_role = Role::Follower;",
        subject: "raft",
        breaks: "raft::no_needless_election",
    },
    Twin {
        name: "raft-only-candidates-follow",
        bug: "notes who leads only if it stood for election itself: other followers do not know whom to ask",
        module: "raft/follow.rs",
        old: "        self.current_role = Role::Follower;
        ctx.set_timer(Timer::Election, ELECTION);
        if self.current_leader",
        new: "        let was_candidate = self.current_role == Role::Candidate;
        self.current_role = Role::Follower;
        ctx.set_timer(Timer::Election, ELECTION);
        if was_candidate && self.current_leader",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-votes-again-for-the-leader",
        bug: "forgets its vote whenever the leader is heard, not only in a new term",
        module: "raft/follow.rs",
        old: "        self.current_role = Role::Follower;
        ctx.set_timer(Timer::Election, ELECTION);",
        new: "        self.vote(self.current_term, None, ctx);
        self.current_role = Role::Follower;
        ctx.set_timer(Timer::Election, ELECTION);",
        subject: "raft",
        breaks: "raft::election_safety",
    },
    Twin {
        name: "raft-candidate-does-not-follow",
        bug: "stays a candidate when the leader of its own term is heard",
        module: "raft/follow.rs",
        old: "        if term == self.current_term {
            self.follow",
        new: "        if term == self.current_term && self.current_role != Role::Candidate {
            self.follow",
        subject: "raft",
        breaks: "raft::no_needless_election",
    },
    Twin {
        name: "raft-old-leader-heard",
        bug: "accepts entries from the leader of an older term",
        module: "raft/follow.rs",
        old: "if term == self.current_term && log_ok {",
        new: "if log_ok {",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    Twin {
        name: "raft-prefix-term-not-checked",
        bug: "looks whether its log is long enough, and not at the term of the last entry of the prefix",
        module: "raft/follow.rs",
        old: "let log_ok = self.length() >= prefix_len && self.last_term(prefix_len) == prefix_term;",
        new: "let log_ok = self.length() >= prefix_len && prefix_term < u64::MAX;",
        subject: "raft",
        breaks: "raft::log_matching",
    },
    Twin {
        name: "raft-prefix-length-not-checked",
        bug: "appends what comes to its log, though entries before it are missing",
        module: "raft/follow.rs",
        old: "let log_ok = self.length() >= prefix_len && self.last_term(prefix_len) == prefix_term;",
        new: "let log_ok =
            self.length() < prefix_len || self.last_term(prefix_len) == prefix_term;
        let prefix_len = prefix_len.min(self.length());
        let leader_commit = leader_commit.min(prefix_len + suffix.len() as u64);",
        subject: "raft",
        breaks: "raft::state_machine_safety",
    },
    Twin {
        name: "raft-heartbeat-not-checked",
        bug: "answers a request without entries at once, with the length of its own log",
        module: "raft/follow.rs",
        old: "        let response = if term == self.current_term && log_ok {",
        new: "        let response = if term == self.current_term && suffix.is_empty() {
            let ready = leader_commit.min(self.length());
            if ready > self.commit_length {
                self.commit(ready, ctx);
            }
            LogResponse { term, ack: self.length(), success: true }
        } else if term == self.current_term && log_ok {",
        subject: "raft",
        breaks: "raft::state_machine_safety",
    },
    Twin {
        name: "raft-acknowledges-its-own-length",
        bug: "acknowledges all that it has, not what it has in common with the leader",
        module: "raft/follow.rs",
        old: "            self.append_entries(prefix_len, leader_commit, suffix, ctx);",
        new: "            self.append_entries(prefix_len, leader_commit, suffix, ctx);
            let ack = ack.max(self.length());",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    Twin {
        name: "raft-refuses-and-commits",
        bug: "refuses entries that do not fit, and commits as many as the leader all the same",
        module: "raft/follow.rs",
        old: "        } else {
            LogResponse { term: self.current_term, ack: 0, success: false }",
        new: "        } else {
            let ready = leader_commit.min(self.length());
            if term == self.current_term && ready > self.commit_length {
                self.commit(ready, ctx);
            }
            LogResponse { term: self.current_term, ack: 0, success: false }",
        subject: "raft",
        breaks: "raft::state_machine_safety",
    },
    // Part 7.
    Twin {
        name: "raft-compares-the-first-entry",
        bug: "compares the first entry of the suffix only: if that is the same, so is the rest",
        module: "raft/follow.rs",
        old: "            let index = self.length().min(prefix_len + suffix.len() as u64) - 1;",
        new: "            let index = prefix_len;",
        subject: "raft",
        breaks: "raft::state_machine_safety",
    },
    Twin {
        name: "raft-always-truncates",
        bug: "discards all after the prefix, whatever it is: an old request makes it forget what it has acknowledged since",
        module: "raft/follow.rs",
        old: "            if self.last_term(index + 1) != suffix[(index - prefix_len) as usize].term {
                self.truncate(prefix_len, ctx);
            }",
        new: "            if index >= prefix_len {
                self.truncate(prefix_len, ctx);
            }",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    Twin {
        name: "raft-never-truncates",
        bug: "keeps its own entries where the leader has others",
        module: "raft/follow.rs",
        old: "                self.truncate(prefix_len, ctx);",
        new: "                let _ = Self::truncate;",
        subject: "raft",
        breaks: "raft::state_machine_safety",
    },
    Twin {
        name: "raft-replaces-in-place",
        bug: "replaces entry by entry what differs, and keeps what its own log has beyond that",
        module: "raft/follow.rs",
        old: "                self.truncate(prefix_len, ctx);
            }
        }
        for entry",
        new: "                let tail = self.log.split_off(index as usize + 1);
                self.truncate(prefix_len, ctx);
                for entry in suffix.clone() {
                    self.append(entry, ctx);
                }
                for entry in tail {
                    self.append(entry, ctx);
                }
            }
        }
        for entry",
        subject: "raft",
        breaks: "raft::log_matching",
    },
    Twin {
        name: "raft-commit-forgotten",
        bug: "copies the leader's log, and never learns that entries are committed",
        module: "raft/follow.rs",
        old: "        if leader_commit > self.commit_length {",
        new: "        if leader_commit > self.commit_length && prefix_len > self.length() {",
        subject: "raft",
        breaks: "raft::progress",
    },
    // Part 8.
    Twin {
        name: "raft-never-backs-off",
        bug: "sends the same entries again when a follower refuses them",
        module: "raft/commit.rs",
        old: "                self.sent_length[follower] -= 1;",
        new: "                self.sent_length[follower] -= 0;",
        subject: "raft",
        breaks: "raft::progress",
    },
    Twin {
        name: "raft-refusal-counts",
        bug: "takes any answer of a follower for an acknowledgement of what was sent",
        module: "raft/commit.rs",
        old: "            if success && ack >= self.acked_length[follower] {",
        new: "            let ack = if success { ack } else { self.length() };
            if ack >= self.acked_length[follower] {",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    // Part 9.
    Twin {
        name: "raft-commits-at-half",
        bug: "commits what half of the nodes have, rounded down",
        module: "raft/commit.rs",
        old: "let ready = acked[acked.len() - self.quorum()];",
        new: "let ready = acked[acked.len() - acked.len() / 2];",
        subject: "raft",
        breaks: "raft::committed_is_kept",
    },
    Twin {
        name: "raft-commits-old-terms",
        bug: "commits whatever a quorum has, though it be of an older term",
        module: "raft/commit.rs",
        old: "        if ready > self.commit_length && self.last_term(ready) == self.current_term {",
        new: "        if ready > self.commit_length {",
        subject: "raft",
        breaks: "raft::leader_completeness",
    },
    Twin {
        name: "raft-delivers-the-last",
        bug: "delivers only the last of the entries that are committed at once",
        module: "raft/commit.rs",
        old: "        for entry in ready {",
        new: "        for entry in ready.iter().rev().take(1) {",
        subject: "raft",
        breaks: "raft::deliveries",
    },
    Twin {
        name: "raft-delivers-the-newest-first",
        bug: "delivers what is committed at once in the wrong order",
        module: "raft/commit.rs",
        old: "        for entry in ready {",
        new: "        for entry in ready.iter().rev() {",
        subject: "raft",
        breaks: "total_order::same_order",
    },
    Twin {
        name: "raft-takes-the-credit",
        bug: "delivers each message as if it had broadcast it itself",
        module: "raft/commit.rs",
        old: "            ctx.deliver(entry.from, entry.msg.clone());",
        new: "            ctx.deliver(ctx.me, entry.msg.clone());",
        subject: "raft",
        breaks: "reliable_broadcast::no_creation",
    },
    Twin {
        name: "raft-forgets-what-is-committed",
        bug: "does not write down how much is committed, and after a crash takes it for nothing",
        module: "raft/commit.rs",
        old: "        ctx.store(Step::Commit { length, own: own as u64 });",
        new: "        let _ = Step::<M>::Commit { length, own: own as u64 };",
        subject: "raft",
        breaks: "raft::committed_stays",
    },
];
