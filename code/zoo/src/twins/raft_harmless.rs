// Changes of Raft that look like slips, and break nothing: at worst they are slower.

use super::raft::PLACES;
use super::{Topic, Twin};

/// The topic. What its twins "break" is nothing.
pub(super) const TOPIC: Topic = Topic { name: "raft-harmless", places: PLACES, twins: TWINS };

const TWINS: &[Twin] = &[
    Twin {
        name: "raft-acknowledged-at-first",
        bug: "takes followers to have acknowledged its whole log when it is elected: it commits that only together with something new, and by then they have",
        module: "raft/vote.rs",
        old: "            self.acked_length[node] = 0;",
        new: "            self.acked_length[node] = self.length();",
        subject: "raft",
        breaks: "",
    },
    Twin {
        name: "raft-says-yes-once",
        bug: "does not repeat its vote when the same candidate asks again: if the answer was lost, the next term will do",
        module: "raft/vote.rs",
        old: "let free = self.voted_for.is_none_or(|node| node == c_id);",
        new: "let free = self.voted_for.is_none();",
        subject: "raft",
        breaks: "",
    },
    Twin {
        name: "raft-leader-ignores-higher-term",
        bug: "goes on leading when an answer names a higher term: whoever has that term will stand for election",
        module: "raft/commit.rs",
        old: "        } else if term > self.current_term {",
        new: "        } else if term > self.current_term && self.current_role != Role::Leader {",
        subject: "raft",
        breaks: "",
    },
];
