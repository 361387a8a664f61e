// Twins of the quorums of chapter 5.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "quorum", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "quorum/read_write.rs",
        subject: "quorum",
        made_by: "quorums::plain({name}, {twin}::Quorum::new)",
    },
    Place {
        module: "quorum/read_write.rs",
        subject: "read-repair",
        made_by: "quorums::repairing({name}, |all, patience| {twin}::Quorum::new(all, patience).with_read_repair())",
    },
];

/// A twin without read repair.
const fn plain(
    name: &'static str,
    bug: &'static str,
    old: &'static str,
    new: &'static str,
    breaks: &'static str,
) -> Twin {
    Twin { name, bug, module: "quorum/read_write.rs", old, new, subject: "quorum", breaks }
}

/// A twin with read repair.
const fn repairing(
    name: &'static str,
    bug: &'static str,
    old: &'static str,
    new: &'static str,
    breaks: &'static str,
) -> Twin {
    Twin { name, bug, module: "quorum/read_write.rs", old, new, subject: "read-repair", breaks }
}

const SEES: &str = "quorums::read_after_write";
const ENDS: &str = "registers::termination";
const EQUAL: &str = "quorums::repaired";

const TWINS: &[Twin] = &[
    plain(
        "quorum-write-done-at-once",
        "says that a set is over as soon as it has asked",
        "        self.phases.insert(op, phase);
        self.ask(op, ctx);",
        "        let sets = matches!(phase, Phase::Writing(..));
        self.phases.insert(op, phase);
        self.ask(op, ctx);
        if sets {
            self.end(op, RegisterResult::Done, ctx);
        }",
        SEES,
    ),
    plain(
        "quorum-half-is-enough",
        "waits for n/2 replicas: with an odd n, fewer than half",
        "let enough = majority(replicas.len());",
        "let enough = (replicas.len() / 2).max(1);",
        SEES,
    ),
    plain(
        "quorum-two-of-four",
        "rounds n/2 up: right for 3 and for 5, but two of four are no majority",
        "let enough = majority(replicas.len());",
        "let enough = replicas.len().div_ceil(2);",
        SEES,
    ),
    plain(
        "quorum-write-one",
        "takes one acknowledgement for enough, so r + w = n",
        "        if have_it.len() >= self.write {",
        "        if !have_it.is_empty() {",
        SEES,
    ),
    plain(
        "quorum-read-one",
        "takes the first answer, so r + w = n",
        "        if answers.len() < self.read {
            return;
        }
",
        "",
        SEES,
    ),
    plain(
        "quorum-last-answer-wins",
        "takes one of the answers, not the newest",
        "let newest = answers.values().max_by_key(|answer| answer.stamp);",
        "let newest = answers.values().last();",
        SEES,
    ),
    plain(
        "quorum-newest-not-kept",
        "a replica takes whatever comes last, whatever its timestamp",
        "        if pair.stamp > self.stored(key).stamp {
            self.store(Step::Has(key, pair), ctx);
        }",
        "        self.store(Step::Has(key, pair), ctx);",
        SEES,
    ),
    plain(
        "quorum-counts-answers",
        "counts acknowledgements and not replicas, so the same one can count twice",
        "        have_it.insert(from);",
        "        have_it.insert(NodeId(have_it.len() as u32));",
        SEES,
    ),
    plain(
        "quorum-memory-only",
        "a replica acknowledges what it has in memory only",
        "            self.store(Step::Has(key, pair), ctx);",
        "            self.kept.apply(Step::Has(key, pair));",
        SEES,
    ),
    plain(
        "quorum-acknowledges-before-it-writes",
        "a replica acknowledges first and writes to disk afterwards",
        "        if pair.stamp > self.stored(key).stamp {
            self.store(Step::Has(key, pair), ctx);
        }
        ctx.send(from, Packet::Ok(op));",
        "        ctx.send(from, Packet::Ok(op));
        if pair.stamp > self.stored(key).stamp {
            self.store(Step::Has(key, pair), ctx);
        }",
        SEES,
    ),
    plain(
        "quorum-clock-in-memory",
        "a client forgets in a crash which timestamps it has used",
        "            Step::Clock(number) => self.clock = number,",
        "            Step::Clock(_) => {}",
        SEES,
    ),
    plain(
        "quorum-clock-not-read",
        "gives its sets timestamps that may be less than those that it has read",
        "            self.store(Step::Clock(newest.stamp.0), ctx);",
        "",
        SEES,
    ),
    plain(
        "quorum-retries-as-new",
        "asks again with a new timestamp, so that a late retry beats newer sets",
        "    fn on_timeout(&mut self, op: OpId, ctx: &mut Context<Self>) {
",
        "    fn on_timeout(&mut self, op: OpId, ctx: &mut Context<Self>) {
        let number = self.kept.clock + 1;
        if let Some(Phase::Writing(_, pair, _)) = self.phases.get_mut(&op) {
            pair.stamp.0 = number;
            self.store(Step::Clock(number), ctx);
        }
",
        SEES,
    ),
    plain(
        "quorum-acknowledges-only-news",
        "a replica that has something newer does not answer",
        "            self.store(Step::Has(key, pair), ctx);
        }
        ctx.send(from, Packet::Ok(op));",
        "            self.store(Step::Has(key, pair), ctx);
            ctx.send(from, Packet::Ok(op));
        }",
        ENDS,
    ),
    plain(
        "quorum-asks-once",
        "does not ask again when nothing comes",
        "    fn on_timeout(&mut self, op: OpId, ctx: &mut Context<Self>) {
        self.ask(op, ctx);",
        "    fn on_timeout(&mut self, _: OpId, _: &mut Context<Self>) {",
        ENDS,
    ),
    plain(
        "quorum-waits-for-all",
        "waits for all replicas",
        "let enough = majority(replicas.len());",
        "let enough = replicas.len();",
        ENDS,
    ),
    repairing(
        "repair-new-timestamp",
        "repairs with a timestamp of its own, so that what it has read, even if that is nothing, beats a newer value",
        "        for &node in &self.replicas {
            if answers",
        "        let stamp = Timestamp(self.kept.clock + 1, ctx.me.0);
        let newest = &Stamped { stamp, ..newest.clone() };
        for &node in &self.replicas {
            if answers",
        SEES,
    ),
    repairing(
        "repair-first-answer",
        "repairs with one of the answers, not the newest",
        "            self.repair(op, key, &newest, &answers, ctx);",
        "            let newest = answers.values().next().cloned().unwrap_or_default();
            self.repair(op, key, &newest, &answers, ctx);",
        EQUAL,
    ),
    repairing(
        "repair-none",
        "does not repair anything",
        "        if self.repairs {",
        "        if false && self.repairs {",
        EQUAL,
    ),
    repairing(
        "repair-only-who-answered",
        "repairs those that answered with something old, and forgets those that did not answer",
        "answers.get(&node).is_none_or(|answer|",
        "answers.get(&node).is_some_and(|answer|",
        EQUAL,
    ),
    repairing(
        "quorum-no-node-in-timestamp",
        "leaves its name out of the timestamp, so two sets may have the same one",
        "let stamp = Timestamp(self.kept.clock + 1, ctx.me.0);",
        "let stamp = Timestamp(self.kept.clock + 1, 0);",
        EQUAL,
    ),
];
