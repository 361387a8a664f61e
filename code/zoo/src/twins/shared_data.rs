// Twins of the shared maps and texts of chapter 8.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "shared-data", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "crdt/operation_map.rs",
        subject: "operation-map",
        made_by: "shared_data::map({name}, \"\", shared_data::convergent, {twin}::OperationMap::new)",
    },
    Place {
        module: "crdt/state_map.rs",
        subject: "state-map",
        made_by: "shared_data::map({name}, \"\", shared_data::exchanged, {twin}::StateMap::new)",
    },
    Place {
        module: "crdt/multi_value_map.rs",
        subject: "multi-value-map",
        made_by: "shared_data::map({name}, \"\", shared_data::multi_value, {twin}::MultiValueMap::new)",
    },
    Place {
        module: "crdt/text.rs",
        subject: "text",
        made_by: "shared_data::text({name}, \"\", shared_data::identified, |_| {twin}::Text::new())",
    },
    Place {
        module: "transform/server_order.rs",
        subject: "transformation",
        made_by: "shared_data::text({name}, \"\", shared_data::ordered, {twin}::ServerOrder::new)",
    },
    Place {
        module: "crdt/fugue.rs",
        subject: "sequence",
        made_by: "shared_data::text({name}, \"\", shared_data::identified, |_| {twin}::Fugue::new())",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "map-last-to-arrive-wins",
        bug: "takes whatever comes last, and never looks at timestamps",
        module: "crdt/operation_map.rs",
        old: "if previous.is_none_or(|(earlier, _)| *earlier < t) {",
        new: "if previous.is_none_or(|_| true) {",
        subject: "operation-map",
        breaks: "shared_map::convergence",
    },
    Twin {
        name: "map-ties-by-arrival",
        bug: "compares times without the nodes' names, so of two equal ones the later to arrive wins",
        module: "crdt/operation_map.rs",
        old: "|(earlier, _)| *earlier < t)",
        new: "|(earlier, _)| earlier.0 <= t.0)",
        subject: "operation-map",
        breaks: "shared_map::convergence",
    },
    Twin {
        name: "map-clock-not-raised",
        bug: "counts only its own changes, so its next timestamp may be smaller than one that it has seen",
        module: "crdt/operation_map.rs",
        old: "self.clock = self.clock.max(t.0);",
        new: "",
        subject: "operation-map",
        breaks: "shared_map::overwritten",
    },
    Twin {
        name: "map-clock-of-the-wall",
        bug: "takes its timestamps from its time-of-day clock, which may be behind another node's",
        module: "crdt/operation_map.rs",
        old: "                self.clock += 1;",
        new: "                self.clock = ctx.clock().latest;",
        subject: "operation-map",
        breaks: "shared_map::overwritten",
    },
    Twin {
        name: "map-own-not-counted",
        bug: "gives its next change the timestamp of the last one, which it has only read off and not raised",
        module: "crdt/operation_map.rs",
        old: "                self.clock += 1;
                let t = (self.clock, ctx.me);",
        new: "                let t = (self.clock, ctx.me);",
        subject: "operation-map",
        breaks: "shared_map::overwritten",
    },
    Twin {
        name: "map-value-of-another-key",
        bug: "says of every key what the first one holds",
        module: "crdt/operation_map.rs",
        old: "let value = self.values.get(&key).map(|(_, value)| value.clone());",
        new: "let value = self.values.values().next().map(|(_, value)| value.clone());",
        subject: "operation-map",
        breaks: "shared_map::no_creation",
    },
    Twin {
        name: "state-taken-for-newer",
        bug: "puts the state that comes in the place of its own, and does not merge them",
        module: "crdt/state_map.rs",
        old: "self.values = merge(before.clone(), msg);",
        new: "self.values = msg;",
        subject: "state-map",
        breaks: "shared_map::convergence_without_crash",
    },
    Twin {
        name: "state-only-known-keys",
        bug: "merges only the keys that it has already",
        module: "crdt/state_map.rs",
        old: "if merged.get(&key).is_none_or(|(earlier, _)| *earlier < t) {",
        new: "if merged.get(&key).is_some_and(|(earlier, _)| *earlier < t) {",
        subject: "state-map",
        breaks: "shared_map::convergence_without_crash",
    },
    Twin {
        name: "state-older-wins",
        bug: "keeps the smaller timestamp of the two when it merges",
        module: "crdt/state_map.rs",
        old: "(earlier, _)| *earlier < t)",
        new: "(earlier, _)| *earlier > t)",
        subject: "state-map",
        breaks: "shared_map::overwritten",
    },
    Twin {
        name: "state-clock-not-raised",
        bug: "does not raise its clock when it merges, so its next timestamp may be smaller than one that it has seen",
        module: "crdt/state_map.rs",
        old: "self.clock = self.clock.max(latest.unwrap_or(0));",
        new: "let _ = latest;",
        subject: "state-map",
        breaks: "shared_map::overwritten",
    },
    Twin {
        name: "multi-value-newest-only",
        bug: "keeps only the newest value, as if it were no multi-value map",
        module: "crdt/multi_value_map.rs",
        old: "        values.insert(t, value);",
        new: "        values.insert(t, value);
        while values.len() > 1 {
            values.pop_first();
        }",
        subject: "multi-value-map",
        breaks: "shared_map::all_kept",
    },
    Twin {
        name: "multi-value-nothing-replaced",
        bug: "adds new values and never takes away those that they replace",
        module: "crdt/multi_value_map.rs",
        old: "values.retain(|earlier, _| !replaces.contains(earlier));",
        new: "let _ = replaces;",
        subject: "multi-value-map",
        breaks: "shared_map::overwritten",
    },
    Twin {
        name: "multi-value-replaces-whatever-is-there",
        bug: "replaces what the receiver holds when the message comes, not what the sender held",
        module: "crdt/multi_value_map.rs",
        old: "values.retain(|earlier, _| !replaces.contains(earlier));",
        new: "let _ = replaces;
        values.clear();",
        subject: "multi-value-map",
        breaks: "shared_map::convergence",
    },
    Twin {
        name: "multi-value-not-causal",
        bug: "stands on reliable broadcast: a value that comes after the one that replaced it is added again",
        module: "crdt/multi_value_map.rs",
        old: "type Uses = CausalBroadcast<Set<K, V>>;",
        new: "type Uses = crate::service::ReliableBroadcast<Set<K, V>>;",
        subject: "multi-value-map",
        breaks: "shared_map::convergence",
    },
    Twin {
        name: "text-identifier-used-again",
        bug: "does not count its insertions: after a delete, the same position and name are given again",
        module: "crdt/text.rs",
        old: "                self.inserted += 1;",
        new: "",
        subject: "text",
        breaks: "shared_text::convergence",
    },
    Twin {
        name: "text-equal-positions",
        bug: "takes the middle of two equal positions, which is that position again",
        module: "crdt/text.rs",
        old: "    if p1 == p2 {",
        new: "    if false {",
        subject: "text",
        breaks: "shared_text::own_edits",
    },
    Twin {
        name: "text-as-in-the-lecture",
        bug: "knows a character by its position and its node alone, and the position is halfway, whatever that gives",
        module: "crdt/text.rs",
        old: "                let new = Some((ctx.me, self.inserted));
                let position = between(before, after, new);",
        new: "                let middle = Fraction::halfway(&before[0].0, &after[0].0);
                let position = vec![(middle, Some((ctx.me, 0)))];",
        subject: "text",
        breaks: "shared_text::own_edits",
    },
    Twin {
        name: "text-no-names",
        bug: "knows a character by its position alone, and of two that come to one position keeps the first",
        module: "crdt/text.rs",
        old: "                self.chars.insert((position, value));",
        new: "                let plain = |p: &Position| p.iter().map(|(p, _)| p.clone()).collect::<Vec<_>>();
                if self.chars.iter().all(|(other, _)| plain(other) != plain(&position)) {
                    self.chars.insert((position, value));
                }",
        subject: "text",
        breaks: "shared_text::convergence",
    },
    Twin {
        name: "text-character-lost",
        bug: "keeps characters by their first fraction alone, so that one pushes the other out",
        module: "crdt/text.rs",
        old: "                self.chars.insert((position, value));",
        new: "                self.chars.retain(|(other, _)| other[0].0 != position[0].0);
                self.chars.insert((position, value));",
        subject: "text",
        breaks: "shared_text::nothing_lost",
    },
    Twin {
        name: "text-not-causal",
        bug: "stands on reliable broadcast: a delete that comes before the insert finds nothing to delete",
        module: "crdt/text.rs",
        old: "type Uses = CausalBroadcast<Change>;",
        new: "type Uses = crate::service::ReliableBroadcast<Change>;",
        subject: "text",
        breaks: "shared_text::convergence",
    },
    Twin {
        name: "transformation-mine-first",
        bug: "of two insertions at one place, lets the one that is rewritten stay: so each node puts another first",
        module: "transform/server_order.rs",
        old: "        (*op, *other) = (transform(*op, *other), transform(*other, *op));",
        new: "        let nobody = |it: Operation| match it {
            Operation::Insert(i, value, _) => Operation::Insert(i, value, NodeId(0)),
            other => other,
        };
        let name = |it: Operation, to: Operation| match (it, to) {
            (Operation::Insert(i, value, _), Operation::Insert(_, _, node)) => Operation::Insert(i, value, node),
            (it, _) => it,
        };
        let (one, two) = (nobody(*op), nobody(*other));
        (*op, *other) = (name(transform(one, two), *op), name(transform(two, one), *other));",
        subject: "transformation",
        breaks: "shared_text::convergence_without_crash",
    },
    Twin {
        name: "transformation-not-rewritten",
        bug: "makes the edits of others at the places that they name",
        module: "transform/server_order.rs",
        old: "            rewrite(&mut op, &mut self.pending);",
        new: "",
        subject: "transformation",
        breaks: "shared_text::convergence_without_crash",
    },
    Twin {
        name: "transformation-no-total-order",
        bug: "stands on FIFO broadcast, so that each node rewrites in an order of its own",
        module: "transform/server_order.rs",
        old: "type Uses = FifoTotalOrderBroadcast<Edited>;",
        new: "type Uses = crate::service::FifoBroadcast<Edited>;",
        subject: "transformation",
        breaks: "shared_text::convergence_without_crash",
    },
    Twin {
        name: "transformation-own-edit-twice",
        bug: "makes its own edit again when it is delivered",
        module: "transform/server_order.rs",
        old: "            self.pending.pop_front();",
        new: "            self.pending.pop_front();
            self.show(op, ctx);",
        subject: "transformation",
        breaks: "shared_text::convergence_without_crash",
    },
    Twin {
        name: "transformation-end-one-too-near",
        bug: "puts what is inserted at the end of the text before its last character",
        module: "transform/server_order.rs",
        old: "Operation::Insert(index as usize, value, ctx.me)",
        new: "Operation::Insert((index as usize).min(self.text.len().saturating_sub(1)), value, ctx.me)",
        subject: "transformation",
        breaks: "shared_text::own_edits",
    },
    Twin {
        name: "sequence-in-order-of-arrival",
        bug: "hangs what is typed at one place on the same character in the order in which it comes",
        module: "crdt/fugue.rs",
        old: "    /// Makes a change, of whatever node.
    pub fn apply(&mut self, change: Change) {",
        new: "    pub fn apply(&mut self, change: Change) {
        // Names that grow with each arrival put a later one behind.
        let change = match change {
            Change::Insert { id, parent, side: Side::Right, value }
                if self.elements.get(&parent).is_some_and(|it| !it.right.is_empty()) =>
            {
                let side = Side::Right;
                let parent = self.elements[&parent].right.last().copied();
                Change::Insert { id, parent, side, value }
            }
            other => other,
        };",
        subject: "sequence",
        breaks: "shared_text::one_order",
    },
    Twin {
        name: "sequence-no-tombstones",
        bug: "forgets a deleted character, and with it where those stand that hang on it",
        module: "crdt/fugue.rs",
        old: "self.elements.entry(Some(id)).and_modify(|element| element.value = None);",
        new: "self.elements.insert(Some(id), Element::default());",
        subject: "sequence",
        breaks: "shared_text::nothing_lost",
    },
    Twin {
        name: "sequence-deleted-comes-back",
        bug: "takes a character whose insertion comes after its deletion for a new one, on a broadcast that is not causal",
        module: "crdt/fugue.rs",
        old: "type Uses = CausalBroadcast<Change>;",
        new: "type Uses = crate::service::ReliableBroadcast<Change>;",
        subject: "sequence",
        breaks: "shared_text::convergence",
    },
    Twin {
        name: "sequence-always-to-the-right",
        bug: "hangs everything to the right of the character before it, though others hang there already",
        module: "crdt/fugue.rs",
        old: "        if self.elements[&order[before]].right.is_empty() {",
        new: "        if true {",
        subject: "sequence",
        breaks: "shared_text::own_edits",
    },
];
