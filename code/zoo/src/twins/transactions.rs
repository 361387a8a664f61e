// Twins of the transactions of section 8.2.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "transactions", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "spanner/commit_wait.rs",
        subject: "commit-wait",
        made_by: "transactions::commit_wait({name}, |nodes| {twin}::CommitWait::new(nodes))",
    },
    Place {
        module: "spanner/small.rs",
        subject: "small-spanner",
        made_by: "spanner::small({name}, {twin}::SmallSpanner::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "commit-no-wait",
        bug: "commits as soon as it is ready, and does not wait for its own timestamp",
        module: "spanner/commit_wait.rs",
        old: "        ctx.set_timer(Waited, wait..wait + 1);",
        new: "        let _ = wait;
        self.commit(ctx);",
        subject: "commit-wait",
        breaks: "transactions::external_consistency",
    },
    Twin {
        name: "commit-half-the-wait",
        bug: "waits for half of the interval, as if its clock were in the middle of it",
        module: "spanner/commit_wait.rs",
        old: "        let wait = self.last + 1 - earliest;",
        new: "        let wait = (self.last + 1 - earliest) / 2;",
        subject: "commit-wait",
        breaks: "transactions::external_consistency",
    },
    Twin {
        name: "commit-stamp-earliest",
        bug: "takes the early end of the interval for its timestamp, and waits until the late end",
        module: "spanner/commit_wait.rs",
        old: "        self.last = latest.max(self.last + 1);",
        new: "        self.last = earliest.max(self.last + 1);",
        subject: "commit-wait",
        breaks: "transactions::stamped_while_open",
    },
    Twin {
        name: "commit-stamp-middle",
        bug: "takes what its clock says for its timestamp, without regard to how far off it may be",
        module: "spanner/commit_wait.rs",
        old: "        self.last = latest.max(self.last + 1);",
        new: "        self.last = (latest - (latest - earliest) / 2).max(self.last + 1);",
        subject: "commit-wait",
        breaks: "transactions::external_consistency",
    },
    Twin {
        name: "commit-waits-first",
        bug: "waits first, and takes its timestamp when it commits",
        module: "spanner/commit_wait.rs",
        old: "        let Some((update, at, read)) = self.committing.take() else { return };",
        new: "        let Some((update, _, read)) = self.committing.take() else { return };
        let at = ctx.clock().latest.max(self.last + 1);
        self.last = at;",
        subject: "commit-wait",
        breaks: "transactions::external_consistency",
    },
    Twin {
        name: "commit-lock-free-early",
        bug: "lets the next update of the node begin while one still waits",
        module: "spanner/commit_wait.rs",
        old: "        if self.committing.is_some() {
            return;
        }",
        new: "        if let Some((update, at, read)) = self.committing.take() {
            self.versions.write(at, &update.writes);
            ctx.indicate(Return { op: update.op, result: TxResult::Committed { at, read } });
        }",
        subject: "commit-wait",
        breaks: "transactions::stamped_while_open",
    },
    Twin {
        name: "snapshot-newest",
        bug: "a snapshot reads the newest version there is, not the newest that is not later than its time",
        module: "spanner/commit_wait.rs",
        old: "        let values = self.versions.read(question.at, question.keys);",
        new: "        let values = self.versions.read(Time::MAX, question.keys);",
        subject: "commit-wait",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "snapshot-does-not-wait",
        bug: "a snapshot is answered while an update with an earlier timestamp has yet to commit",
        module: "spanner/commit_wait.rs",
        old: "is_some_and(|(_, at, _)| *at <= question.at) {",
        new: "is_some_and(|(_, at, _)| *at == question.at) {",
        subject: "commit-wait",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "snapshot-not-remembered",
        bug: "gives an update a timestamp that a snapshot has passed already, where the reader's clock is ahead",
        module: "spanner/commit_wait.rs",
        old: "        self.last = self.last.max(question.at);
",
        new: "",
        subject: "commit-wait",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "snapshot-each-its-own-time",
        bug: "each node answers a snapshot as of its own time",
        module: "spanner/commit_wait.rs",
        old: "        let values = self.versions.read(question.at, question.keys);",
        new: "        let values = self.versions.read(ctx.clock().latest, question.keys);",
        subject: "commit-wait",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "snapshot-of-the-early-end",
        bug: "a snapshot of now is one of the earliest time that it may be, so it may miss what the user has seen",
        module: "spanner/commit_wait.rs",
        old: "        let at = at.unwrap_or(ctx.clock().latest);",
        new: "        let at = at.unwrap_or(ctx.clock().earliest);",
        subject: "commit-wait",
        breaks: "transactions::external_consistency",
    },
    Twin {
        name: "snapshot-left-parked",
        bug: "forgets the snapshots that waited for an update when it commits",
        module: "spanner/commit_wait.rs",
        old: "        for (reader, question) in std::mem::take(&mut self.parked) {
            self.on_read(reader, question, ctx);
        }
",
        new: "        self.parked.clear();
",
        subject: "commit-wait",
        breaks: "registers::termination_without_crash",
    },
    Twin {
        name: "spanner-no-read-locks",
        bug: "locks what it writes, but not what it reads",
        module: "spanner/small.rs",
        old: "    both || reads(one, other) || reads(other, one)",
        new: "    both",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "spanner-reads-before-it-locks",
        bug: "reads its own replica first, and then locks what it will write",
        module: "spanner/small.rs",
        old: "        self.updates.insert(tx, Update { shards, ..Update::default() });
    }

    /// It has its locks at that shard. When it has all of them, phase 1: asks for votes.
    fn on_locked(&mut self, here: Shard, tx: Age, read: Read, ctx: &mut Context<Self>) {
        let Some(update) = self.updates.get_mut(&tx) else { return };
        update.read.extend(read);",
        new: "        let there = |key: &Key| self.shards[&shard(*key)].versions.read(Time::MAX, [*key]);
        let read = reads.iter().flat_map(there).collect();
        self.updates.insert(tx, Update { shards, read, ..Update::default() });
    }

    fn on_locked(&mut self, here: Shard, tx: Age, read: Read, ctx: &mut Context<Self>) {
        let Some(update) = self.updates.get_mut(&tx) else { return };",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "spanner-locks-free-at-the-vote",
        bug: "a transaction that has voted yes holds its locks no more",
        module: "spanner/small.rs",
        old: "*age < tx || it.state != State::Waits;",
        new: "it.state == State::Holds || *age < tx && it.state == State::Waits;",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "spanner-shows-what-is-prepared",
        bug: "writes when it votes; another shard may vote no",
        module: "spanner/small.rs",
        old: "        part.state = State::Prepared(self.last);",
        new: "        part.state = State::Prepared(self.last);
        self.versions.write(self.last, &part.writes);",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "spanner-one-vote-is-enough",
        bug: "commits as soon as one shard has voted yes",
        module: "spanner/small.rs",
        old: "        if update.votes.len() == update.shards.len() {",
        new: "        if update.votes.len() == 1 {",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "spanner-nobody-is-wounded",
        bug: "whoever is older waits, too: two can wait for each other",
        module: "spanner/small.rs",
        old: "it.state == State::Holds && conflict(it, part);",
        new: "it.state == State::Holds && it.reads.len() > 100 && conflict(it, part);",
        subject: "small-spanner",
        breaks: "registers::termination_without_crash",
    },
    Twin {
        name: "spanner-locks-kept-by-the-wounded",
        bug: "a transaction that lost its locks at one shard keeps those at the other",
        module: "spanner/small.rs",
        old: "            Self::tell(&update.shards, &Command::End(tx, None), ctx);
",
        new: "",
        subject: "small-spanner",
        breaks: "registers::termination_without_crash",
    },
    Twin {
        name: "spanner-no-wait",
        bug: "commits at once, and does not wait for its own timestamp",
        module: "spanner/small.rs",
        old: "            ctx.set_timer(Waited(tx), wait..wait + 1);",
        new: "            let _ = wait;
            Self::tell(&update.shards, &Command::End(tx, Some(update.at)), ctx);",
        subject: "small-spanner",
        breaks: "transactions::stamped_while_open",
    },
    Twin {
        name: "spanner-snapshot-of-the-newest",
        bug: "a snapshot reads the newest version of each key",
        module: "spanner/small.rs",
        old: "versions.read(*at, [key]);",
        new: "versions.read(Time::MAX.max(*at), [key]);",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
    Twin {
        name: "spanner-snapshot-past-the-prepared",
        bug: "a snapshot does not wait for a transaction that has voted with an earlier timestamp",
        module: "spanner/small.rs",
        old: "            State::Prepared(prepared) => prepared > at,",
        new: "            State::Prepared(prepared) => prepared > 0,",
        subject: "small-spanner",
        breaks: "transactions::in_timestamp_order",
    },
];
