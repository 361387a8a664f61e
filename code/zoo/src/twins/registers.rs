// Twins of the registers of chapter 7.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "registers", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "quorum/abd.rs",
        subject: "abd",
        made_by: "registers::abd({name}, |replicas, patience| {twin}::Abd::new(replicas, patience))",
    },
    Place {
        module: "quorum/abd_multi_writer.rs",
        subject: "abd-multi-writer",
        made_by: "registers::abd_multi_writer({name}, |replicas, patience| {twin}::AbdMultiWriter::new(replicas, patience))",
    },
    Place {
        module: "replication/compare_and_swap.rs",
        subject: "compare-and-swap",
        made_by: "registers::swaps::<_, (distsys::service::OpId, distsys::service::SwapOp<u64>), _>({name}, {twin}::CompareAndSwap::new)",
    },
    Place {
        module: "replication/local_copy.rs",
        subject: "local-copy",
        made_by: "registers::copies({name}, {twin}::LocalCopy::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "abd-no-write-back",
        bug: "a get returns what it finds, and leaves it where it is: plain quorums",
        module: "quorum/abd.rs",
        old: "        let result = RegisterResult::Got(newest.value.clone());
        if have_it.len() >= enough {",
        new: "        let result = RegisterResult::Got(newest.value.clone());
        if !have_it.is_empty() {",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-write-back-not-awaited",
        bug: "a get writes back what it found, and returns before anybody has it",
        module: "quorum/abd.rs",
        old: "            self.phases.insert(op, Phase::Writing(key, newest, have_it, result));
            self.ask(op, ctx);",
        new: "            self.phases.insert(op, Phase::Writing(key, newest, have_it, result.clone()));
            self.ask(op, ctx);
            self.end(op, result, ctx);",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-one-is-enough",
        bug: "a set is over as soon as one replica has it",
        module: "quorum/abd.rs",
        old: "        have_it.insert(from);
        if have_it.len() >= enough {",
        new: "        have_it.insert(from);
        if have_it.len() >= enough.min(1) {",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-half-is-enough",
        bug: "takes half of the replicas, rounded up, for a majority: two of four",
        module: "quorum/abd.rs",
        old: "        majority(self.replicas.len())
",
        new: "        self.replicas.len().div_ceil(2)
",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-less-than-half",
        bug: "rounds down: one of three is a quorum",
        module: "quorum/abd.rs",
        old: "        majority(self.replicas.len())
",
        new: "        self.replicas.len() / 2
",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-reads-one",
        bug: "a get asks one replica only, so that it may miss those that a set has reached",
        module: "quorum/abd.rs",
        old: "        if answers.len() < enough {
            return;
        }",
        new: "",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-last-answer-wins",
        bug: "a get takes the answer that came last, not the newest",
        module: "quorum/abd.rs",
        old: "        let newest = answers.values().max_by_key(|answer| answer.stamp);",
        new: "        let newest = answers.get(&from);",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-ok-only-if-newer",
        bug: "a replica that has something newer does not answer a set at all",
        module: "quorum/abd.rs",
        old: "            self.store(Step::Has(key, pair), ctx);
        }
        ctx.send(from, Packet::Ok(op));",
        new: "            self.store(Step::Has(key, pair), ctx);
            ctx.send(from, Packet::Ok(op));
        }",
        subject: "abd",
        breaks: "registers::termination",
    },
    Twin {
        name: "abd-counts-answers",
        bug: "counts acknowledgements and not replicas, so that one can count twice",
        module: "quorum/abd.rs",
        old: "        have_it.insert(from);
        if have_it.len() >= enough {",
        new: "        have_it.insert(NodeId(100 + have_it.len() as u32));
        if have_it.len() >= enough {",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-replica-in-memory",
        bug: "a replica says that it has a value that is only in its memory",
        module: "quorum/abd.rs",
        old: "            self.store(Step::Has(key, pair), ctx);",
        new: "            self.kept.apply(Step::Has(key, pair));",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-writer-begins-again",
        bug: "the writer counts in memory only, and begins at 1 again when it comes back",
        module: "quorum/abd.rs",
        old: "                self.store(Step::Numbered(stamp), ctx);",
        new: "                self.kept.apply(Step::Numbered(stamp));",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-absent-is-no-answer",
        bug: "a get does not count replicas that know nothing of the register",
        module: "quorum/abd.rs",
        old: "        answers.insert(from, pair);
",
        new: "        if pair.stamp > 0 {
            answers.insert(from, pair);
        }
",
        subject: "abd",
        breaks: "registers::termination",
    },
    Twin {
        name: "abd-answers-mixed",
        bug: "takes an acknowledgement of any operation for one of the operation that is open",
        module: "quorum/abd.rs",
        old: "    fn on_ok(&mut self, from: NodeId, op: OpId, ctx: &mut Context<Self>) {",
        new: "    fn on_ok(&mut self, from: NodeId, op: OpId, ctx: &mut Context<Self>) {
        let is_writing = |(_, phase): &(&OpId, &Phase<V>)| matches!(phase, Phase::Writing(..));
        let op = self.phases.iter().filter(is_writing).next_back().map_or(op, |(open, _)| *open);",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "abd-retry-renumbers",
        bug: "a set that is repeated is given a new number",
        module: "quorum/abd.rs",
        old: "    fn on_timeout(&mut self, op: OpId, ctx: &mut Context<Self>) {",
        new: "    fn on_timeout(&mut self, op: OpId, ctx: &mut Context<Self>) {
        let stamp = self.kept.last_set + 1;
        if let Some(Phase::Writing(_, pair, _, RegisterResult::Done)) = self.phases.get_mut(&op) {
            pair.stamp = stamp;
            self.store(Step::Numbered(stamp), ctx);
        }",
        subject: "abd",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "multi-writer-no-question",
        bug: "a set takes the next number of its own, without asking which there are",
        module: "quorum/abd_multi_writer.rs",
        old: "            let number = newest.stamp.0.max(self.kept.last_set) + 1;",
        new: "            let number = self.kept.last_set + 1;",
        subject: "abd-multi-writer",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "multi-writer-no-name",
        bug: "timestamps are numbers only, so two sets can have the same",
        module: "quorum/abd_multi_writer.rs",
        old: "stamp: Timestamp(number, ctx.me.0), value }",
        new: "stamp: Timestamp(number, 0), value }",
        subject: "abd-multi-writer",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "multi-writer-no-write-back",
        bug: "a get returns what it finds, and leaves it where it is",
        module: "quorum/abd_multi_writer.rs",
        old: "        } else if have_it.len() >= enough {",
        new: "        } else if !have_it.is_empty() {",
        subject: "abd-multi-writer",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "swap-get-is-local",
        bug: "answers a get from its own copy, without a broadcast",
        module: "replication/compare_and_swap.rs",
        old: "        ctx.broadcast((op, call));",
        new: "        if let SwapOp::Get(key) = call {
            let result = SwapResult::Got(self.local_state.get(&key).cloned());
            ctx.indicate(Return { op, result });
        } else {
            ctx.broadcast((op, call));
        }",
        subject: "compare-and-swap",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "swap-decided-early",
        bug: "compares with its own copy when it is asked, and broadcasts a plain set",
        module: "replication/compare_and_swap.rs",
        old: "        ctx.broadcast((op, call));",
        new: "        match call {
            SwapOp::Cas { key, old, new } => {
                let success = self.local_state.get(&key) == old.as_ref();
                ctx.indicate(Return { op, result: SwapResult::Swapped(success) });
                if success {
                    ctx.broadcast((OpId { client: u32::MAX, ..op }, SwapOp::Set(key, new)));
                }
            }
            call => ctx.broadcast((op, call)),
        }",
        subject: "compare-and-swap",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "swap-all-answer",
        bug: "every replica returns what came of an operation, asked or not",
        module: "replication/compare_and_swap.rs",
        old: "        if from == ctx.me {
            ctx.indicate(Return { op, result });
        }",
        new: "        let _ = from;
        ctx.indicate(Return { op, result });",
        subject: "compare-and-swap",
        breaks: "registers::linearizable",
    },
    Twin {
        name: "swap-waits-for-success",
        bug: "returns from a swap only if it succeeds",
        module: "replication/compare_and_swap.rs",
        old: "        if from == ctx.me {",
        new: "        if from == ctx.me && result != SwapResult::Swapped(false) {",
        subject: "compare-and-swap",
        breaks: "registers::termination_without_crash",
    },
    Twin {
        name: "copy-last-message-wins",
        bug: "takes over whatever arrives, whether it is newer or not",
        module: "replication/local_copy.rs",
        old: "        if self.copy.get(&key).is_none_or(|(known, _)| stamp > *known) {",
        new: "        if stamp.0 > 0 {",
        subject: "local-copy",
        breaks: "registers::convergence_without_crash",
    },
    Twin {
        name: "copy-no-name",
        bug: "timestamps are numbers only, so each of two writers with the same number keeps its own",
        module: "replication/local_copy.rs",
        old: "|(known, _)| stamp > *known)",
        new: "|(known, _)| stamp.0 > known.0)",
        subject: "local-copy",
        breaks: "registers::convergence_without_crash",
    },
    Twin {
        name: "copy-set-never-returns",
        bug: "sets, and never says so",
        module: "replication/local_copy.rs",
        old: "                self.take_over(update);
                RegisterResult::Done",
        new: "                self.take_over(update);
                return;",
        subject: "local-copy",
        breaks: "registers::returns_at_once",
    },
];
