// Twins of the transactions of section 8.2.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "transactions", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[Place {
    module: "spanner/commit_wait.rs",
    subject: "commit-wait",
    made_by: "transactions::commit_wait({name}, |nodes| {twin}::CommitWait::new(nodes))",
}];

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
];
