// Twins of the remote calls of chapter 1.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "rpc", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "rpc/call.rs",
        subject: "remote-call",
        made_by: "rpc::plain({name}, |tries, apart| {twin}::Rpc::new().with_tries(tries).with_retry_after(apart))",
    },
    Place {
        module: "rpc/call.rs",
        subject: "remote-call-once",
        made_by: "rpc::once({name}, rpc::Room::Enough, distsys::rpc::Dedup::new, |tries, apart| {twin}::Rpc::new().with_tries(tries).with_retry_after(apart))",
    },
    Place {
        module: "rpc/dedup.rs",
        subject: "remote-call-once",
        made_by: "rpc::once({name}, rpc::Room::Enough, {twin}::Dedup::new, rpc::requests)",
    },
    Place {
        module: "rpc/dedup.rs",
        subject: "remote-call-once-little-room",
        made_by: "rpc::once({name}, rpc::Room::Little, {twin}::Dedup::new, rpc::requests)",
    },
    Place {
        module: "rpc/connection.rs",
        subject: "shared-connection-by-order",
        made_by: "rpc::connection({name}, |till| {twin}::Connection::new(till, {twin}::Matching::ByOrder))",
    },
    Place {
        module: "rpc/connection.rs",
        subject: "shared-connection-by-number",
        made_by: "rpc::connection({name}, |till| {twin}::Connection::new(till, {twin}::Matching::ByNumber))",
    },
    Place {
        module: "rpc/framing.rs",
        subject: "framed-link",
        made_by: "rpc::framed({name}, |n| {twin}::Framed::<String, distsys::rpc::Typed>::new(n, 20))",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "rpc-any-answer",
        bug: "takes whatever answer comes for the answer to the call under way",
        module: "rpc/call.rs",
        old: "if (incarnation, number) == (self.incarnation, self.number) {",
        new: "let _ = (incarnation, number); {",
        subject: "remote-call",
        breaks: "rpc::no_creation",
    },
    Twin {
        name: "rpc-same-incarnation",
        bug: "counts from 1 again after a crash, and does not say so: an answer to its former life passes for a new one",
        module: "rpc/call.rs",
        old: "Rpc { incarnation: restarts.0 + 1, ..fresh }",
        new: "let _ = restarts; fresh",
        subject: "remote-call",
        breaks: "rpc::no_creation",
    },
    Twin {
        name: "rpc-restarts-in-memory",
        bug: "does not store that it has come back: after a second crash its numbers are old ones",
        module: "rpc/call.rs",
        old: "        ctx.store(Restarted);\n",
        new: "",
        subject: "remote-call-once",
        breaks: "rpc::termination_if_server_up",
    },
    Twin {
        name: "rpc-call-still-open",
        bug: "does not note that the call is over: the second copy of an answer ends it again",
        module: "rpc/call.rs",
        old: "if let Some((Call { op, .. }, _)) = self.pending.take() {",
        new: "if let Some((Call { op, .. }, _)) = self.pending.clone() {\n            if self.waiting.len() > 0 { self.pending = None; }",
        subject: "remote-call",
        breaks: "rpc::one_answer",
    },
    Twin {
        name: "rpc-one-try",
        bug: "sets the timer for the first try only: if the second is lost too, it waits for ever",
        module: "rpc/call.rs",
        old: "            ctx.set_timer(Retry, self.retry_after..self.retry_after + 1);",
        new: "            if *tried <= 1 { ctx.set_timer(Retry, self.retry_after..self.retry_after + 1); }",
        subject: "remote-call",
        breaks: "rpc::termination",
    },
    Twin {
        name: "rpc-number-from-content",
        bug: "makes the number of a call out of its arguments: the second of two equal calls passes for a retry",
        module: "rpc/call.rs",
        old: "            self.number += 1;",
        new: "            self.number = format!(\"{:?}\", call.args).bytes().map(u64::from).sum();",
        subject: "remote-call-once",
        breaks: "rpc::no_creation",
    },
    Twin {
        name: "dedup-table-in-memory",
        bug: "keeps its table in memory: after a crash it does again what it had done",
        module: "rpc/dedup.rs",
        old: "        self.table.apply(step.clone());
        ctx.store(step);",
        new: "        let _ = ctx;
        self.table.apply(step);",
        subject: "remote-call-once",
        breaks: "rpc::at_most_once",
    },
    Twin {
        name: "dedup-stores-when-done",
        bug: "writes a call down when the work is done, not when it begins: a crash in between does it twice",
        module: "rpc/dedup.rs",
        old: "            self.store(Step::Started(caller), ctx);",
        new: "            self.table.apply(Step::Started(caller));",
        subject: "remote-call-once",
        breaks: "rpc::at_most_once",
    },
    Twin {
        name: "dedup-only-the-last",
        bug: "takes everything for new but the number that it saw last: a late copy of an older request is executed again",
        module: "rpc/dedup.rs",
        old: "last.is_none_or(|last| caller > last)",
        new: "last.is_none_or(|last| caller != last)",
        subject: "remote-call-once",
        breaks: "rpc::at_most_once",
    },
    Twin {
        name: "dedup-silent",
        bug: "drops a repeated request, and says nothing: if the first answer was lost, the client never hears of it",
        module: "rpc/dedup.rs",
        old: "            ctx.request(Exchange::Reply { caller, result });
        }
    }
    // ANCHOR_END: called",
        new: "            let _ = result;
        }
    }
    // ANCHOR_END: called",
        subject: "remote-call-once",
        breaks: "rpc::termination_if_server_up",
    },
    Twin {
        name: "dedup-impatient",
        bug: "says that nobody knows what came of the call, although the work is still under way",
        module: "rpc/dedup.rs",
        old: "} else if last == Some(caller) && !self.running.contains(&caller) {",
        new: "} else if last == Some(caller) {",
        subject: "remote-call-once",
        breaks: "rpc::result",
    },
    Twin {
        name: "dedup-forgets-the-number",
        bug: "forgets the number together with the result when it has no more room: a retry passes for a new call",
        module: "rpc/dedup.rs",
        old: "            Step::Forgotten(client) => self.results.retain(|(other, _)| *other != client),",
        new: "            Step::Forgotten(client) => {
                self.results.retain(|(other, _)| *other != client);
                self.last.remove(&client);
            }",
        subject: "remote-call-once-little-room",
        breaks: "rpc::at_most_once",
    },
    Twin {
        name: "dedup-result-not-kept",
        bug: "stores that a call was done but not what came of it",
        module: "rpc/dedup.rs",
        old: "                self.results.push_back((caller.client, result));",
        new: "                let _ = result;",
        subject: "remote-call-once",
        breaks: "rpc::result",
    },
    Twin {
        name: "dedup-any-life",
        bug: "looks at the number only, not at the incarnation: a client that has come back counts as one with old requests",
        module: "rpc/dedup.rs",
        old: "last.is_none_or(|last| caller > last)",
        new: "last.is_none_or(|last| caller.number > last.number)",
        subject: "remote-call-once",
        breaks: "rpc::termination_if_server_up",
    },
    Twin {
        name: "connection-as-they-come",
        bug: "answers as soon as it can, although the client goes by the order",
        module: "rpc/connection.rs",
        old: "                None if self.matching == Matching::ByOrder => break,
",
        new: "",
        subject: "shared-connection-by-order",
        breaks: "rpc::no_creation",
    },
    Twin {
        name: "connection-one-at-a-time",
        bug: "sends one answer when a piece of work is done, not all that can go",
        module: "rpc/connection.rs",
        old: "                    answered.push(id);
",
        new: "                    answered.push(id);
                    break;
",
        subject: "shared-connection-by-order",
        breaks: "rpc::termination_if_nobody_crashes",
    },
    Twin {
        name: "connection-newest-first",
        bug: "takes an answer for that to its newest request",
        module: "rpc/connection.rs",
        old: "let oldest = of_server.next().map(|(&(_, oldest), _)| oldest);",
        new: "let oldest = of_server.next_back().map(|(&(_, oldest), _)| oldest);",
        subject: "shared-connection-by-order",
        breaks: "rpc::no_creation",
    },
    Twin {
        name: "connection-no-number-in-answer",
        bug: "answers as soon as it can, and leaves the number out of the answer",
        module: "rpc/connection.rs",
        old: "Message::Response(job.number, result.clone())",
        new: "Message::Response(None, result.clone())",
        subject: "shared-connection-by-number",
        breaks: "rpc::no_creation",
    },
    Twin {
        name: "framing-piece-is-message",
        bug: "forgets what is left of a piece when a message ends in it, as if each piece began a message",
        module: "rpc/framing.rs",
        old: "        self.bytes.drain(..HEADER + length);",
        new: "        self.bytes.clear();",
        subject: "framed-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "framing-one-message-a-piece",
        bug: "looks for one message in a piece, where there may be several",
        module: "rpc/framing.rs",
        old: "Ok(Some(Ok(text))) if let Ok(msg) = F::unmarshal(&text) => ctx.deliver(from, msg),",
        new: "Ok(Some(Ok(text))) if let Ok(msg) = F::unmarshal(&text) => { ctx.deliver(from, msg); return; }",
        subject: "framed-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "framing-length-of-all",
        bug: "takes the length for that of the whole frame, its own four bytes included",
        module: "rpc/framing.rs",
        old: "self.bytes.drain(..HEADER + length);",
        new: "self.bytes.drain(..length);",
        subject: "framed-link",
        breaks: "reliable_link::delivery",
    },
];
