// Twins of section 5.1: retries, anti-entropy, and the two rules for concurrent writes.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "stores", places: PLACES, twins: TWINS };

const RETRY: &str = "replication/retry.rs";
const COMPARES: &str = "replication/anti_entropy.rs";
const RULES: &str = "replication/timestamped.rs";

const PLACES: &[Place] = &[
    Place {
        module: RETRY,
        subject: "retry",
        made_by: "stores::retry({name}, |servers, patience| {twin}::Retry::new(servers, {twin}::Semantics::ExactlyOnce, patience))",
    },
    Place {
        module: COMPARES,
        subject: "anti-entropy",
        made_by: "stores::last_writer({name}, {twin}::AntiEntropy::<char, distsys::replication::LastWriterWins<u64>>::new)",
    },
    Place {
        module: RULES,
        subject: "anti-entropy",
        made_by: "stores::last_writer({name}, distsys::replication::AntiEntropy::<char, {twin}::LastWriterWins<u64>>::new)",
    },
    Place {
        module: RULES,
        subject: "anti-entropy-multi-value",
        made_by: "stores::multi_value({name}, distsys::replication::AntiEntropy::<char, {twin}::MultiValue<u64>>::new)",
    },
];

const fn twin(
    place: (&'static str, &'static str),
    name: &'static str,
    bug: &'static str,
    old: &'static str,
    new: &'static str,
    breaks: &'static str,
) -> Twin {
    Twin { name, bug, module: place.0, old, new, subject: place.1, breaks }
}

const A16: (&str, &str) = (RETRY, "retry");
const A17: (&str, &str) = (COMPARES, "anti-entropy");
const LAST: (&str, &str) = (RULES, "anti-entropy");
const MULTI: (&str, &str) = (RULES, "anti-entropy-multi-value");
const ONCE: &str = "likes::at_most_once";
const DONE: &str = "likes::at_least_once";
const CONVERGE: &str = "shared_map::convergence";
const BACK: &str = "shared_map::overwritten";

const TWINS: &[Twin] = &[
    twin(
        A16,
        "retry-no-memory",
        "the server does not look whether it has seen a request: at least once",
        "        if !(seen && self.semantics == Semantics::ExactlyOnce) {",
        "        if !seen || self.semantics == Semantics::ExactlyOnce {",
        ONCE,
    ),
    twin(
        A16,
        "retry-remembers-in-memory",
        "the server has the requests that it has seen in memory only",
        "        let node = Retry { kept, ..fresh };",
        "        let kept = Kept { seen: BTreeSet::new(), ..kept };
        let node = Retry { kept, ..fresh };",
        ONCE,
    ),
    twin(
        A16,
        "retry-never",
        "the client does not send again: at most once",
        "        if self.semantics != Semantics::AtMostOnce {
            ctx.set_timer(",
        "        if self.semantics == Semantics::AtLeastOnce {
            ctx.set_timer(",
        DONE,
    ),
    twin(
        A16,
        "retry-numbers-without-client",
        "the server takes requests of two clients with one number for the same",
        "self.kept.seen.contains(&(from, number))",
        "self.kept.seen.iter().any(|it| it.1 == number)",
        DONE,
    ),
    twin(
        A17,
        "entropy-removed-for-good",
        "a removal erases the record, and leaves no tombstone",
        "        self.records.insert(key, record);",
        "        if record.values() == [None] {
            self.records.remove(&key);
        } else {
            self.records.insert(key, record);
        }",
        BACK,
    ),
    twin(
        A17,
        "entropy-arrival-decides",
        "keeps what came last, whatever its timestamp",
        "        let merged = own.merge(other);",
        "        let merged = other.clone();",
        BACK,
    ),
    twin(
        A17,
        "entropy-never-compares",
        "does not compare: what was lost stays lost",
        "            self.send_hashes(other, Part::default(), ctx);",
        "            let _ = other;",
        CONVERGE,
    ),
    twin(
        A17,
        "entropy-not-on-what-it-has",
        "writes with a timestamp that takes no notice of what is there",
        "                let record = own.write(ctx.me, ctx.clock().latest, value);",
        "                let _ = own;
                let record = R::default().write(ctx.me, ctx.clock().latest, value);",
        BACK,
    ),
    twin(
        LAST,
        "last-writer-no-name",
        "leaves the name of the node out of the timestamp, so two writes may have the same one",
        "stamp: (self.stamp.0 + 1, me), value }",
        "stamp: (self.stamp.0 + 1, NodeId(0 * me.0)), value }",
        CONVERGE,
    ),
    twin(
        LAST,
        "last-writer-first-wins",
        "keeps the record with the smaller timestamp",
        "if other.stamp > self.stamp {",
        "if self.stamp.0 == 0 || other.stamp < self.stamp {",
        BACK,
    ),
    twin(
        MULTI,
        "siblings-never-go",
        "keeps values that were overwritten",
        "        siblings.retain(|one, _| !all.iter().any(|other| is_less(one, other)));",
        "        let _ = all;",
        BACK,
    ),
    twin(
        MULTI,
        "siblings-newest-only",
        "keeps one of the concurrent values",
        "        siblings.retain(|one, _| !all.iter().any(|other| is_less(one, other)));",
        "        let last = all.last().cloned();
        siblings.retain(|one, _| Some(one) == last.as_ref());",
        "shared_map::all_kept",
    ),
    twin(
        MULTI,
        "siblings-own-entry-only",
        "puts only its own entry into the vector: a write does not come after what it has seen",
        "        for (node, count) in self.siblings.keys().flatten() {",
        "        for (node, count) in self.siblings.keys().flatten().filter(|it| *it.0 == me) {",
        BACK,
    ),
];
