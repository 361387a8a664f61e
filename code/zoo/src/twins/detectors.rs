// Twins of failure detectors.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "detectors", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "detector/heartbeat.rs",
        subject: "failure-detector-perfect",
        made_by: "detectors::perfect({name}, {twin}::Heartbeats::new)",
    },
    Place {
        module: "detector/heartbeat.rs",
        subject: "failure-detector",
        made_by: "detectors::eventually_perfect({name}, {twin}::Heartbeats::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "detector-only-the-way",
        bug: "waits for a period and the longest way of a packet, as if nodes never stood still",
        module: "detector/heartbeat.rs",
        old: "let patience = self.timeout[node] + 1;",
        new: "let patience = self.timeout[node].min(self.period + 200 * MILLIS) + 1;",
        subject: "failure-detector-perfect",
        breaks: "failure_detector::strong_accuracy",
    },
    Twin {
        name: "detector-one-heartbeat",
        bug: "says once that it is alive, and never again",
        module: "detector/heartbeat.rs",
        old: "        ctx.set_timer(Timer::Beat, self.period..self.period + 1);\n",
        new: "",
        subject: "failure-detector-perfect",
        breaks: "failure_detector::strong_accuracy",
    },
    Twin {
        name: "detector-waits-once-heard",
        bug: "waits only for nodes from which something has come before",
        module: "detector/heartbeat.rs",
        old: "        for node in self.others(ctx.me) {
            self.wait_for(node, ctx);
        }
",
        new: "",
        subject: "failure-detector-perfect",
        breaks: "failure_detector::strong_completeness",
    },
    Twin {
        name: "detector-any-heartbeat",
        bug: "takes a heartbeat of one node for a sign of life of all",
        module: "detector/heartbeat.rs",
        old: "        self.wait_for(from, ctx);",
        new: "        for node in self.others(ctx.me) {
            self.wait_for(node, ctx);
        }",
        subject: "failure-detector-perfect",
        breaks: "failure_detector::strong_completeness",
    },
    Twin {
        name: "detector-says-it-again",
        bug: "goes on waiting for a node that it suspects, and suspects it again",
        module: "detector/heartbeat.rs",
        old: "                ctx.indicate(Suspicion::Suspect(node));",
        new: "                ctx.indicate(Suspicion::Suspect(node));
                self.wait_for(node, ctx);",
        subject: "failure-detector-perfect",
        breaks: "failure_detector::turns",
    },
    Twin {
        name: "detector-never-restores",
        bug: "never takes a suspicion back",
        module: "detector/heartbeat.rs",
        old: "            ctx.indicate(Suspicion::Restore(from));",
        new: "            self.suspected.insert(from);",
        subject: "failure-detector",
        breaks: "failure_detector::eventual_strong_accuracy",
    },
    Twin {
        name: "detector-fixed-timeout",
        bug: "waits as long as ever after a false suspicion",
        module: "detector/heartbeat.rs",
        old: "            self.timeout[from] += self.growth;\n",
        new: "",
        subject: "failure-detector",
        breaks: "failure_detector::eventual_strong_accuracy",
    },
    Twin {
        name: "detector-no-second-look",
        bug: "does not wait for a node any more that it has suspected once",
        module: "detector/heartbeat.rs",
        old: "            ctx.indicate(Suspicion::Restore(from));
        }
        self.wait_for(from, ctx);",
        new: "            ctx.indicate(Suspicion::Restore(from));
        } else {
            self.wait_for(from, ctx);
        }",
        subject: "failure-detector",
        breaks: "failure_detector::strong_completeness",
    },
];
