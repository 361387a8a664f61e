// Twins of the authenticated link.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "authenticated", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[Place {
    module: "link/authenticated.rs",
    subject: "authenticated-link",
    made_by: "authenticated::link({name}, |n, _| {twin}::Authenticated::new(n, {twin}::Key::new([7; 32])))",
}];

const TWINS: &[Twin] = &[
    Twin {
        name: "authenticated-too-late",
        bug: "delivers first, and looks at the seal afterwards",
        module: "link/authenticated.rs",
        old: "        if genuine && self.seen[from].is_new(number) {
            ctx.deliver(from, msg);
        }",
        new: "        if self.seen[from].is_new(number) {
            ctx.deliver(from, msg);
            if !genuine {
                self.seen[from].recent.remove(&number);
            }
        }",
        subject: "authenticated-link",
        breaks: "reliable_link::no_creation",
    },
    Twin {
        name: "authenticated-any-sender",
        bug: "leaves the sender out of what is sealed",
        module: "link/authenticated.rs",
        old: "serde_json::to_vec(&(from, to, number, msg))",
        new: "serde_json::to_vec(&(to, number, msg, from.0 * 0))",
        subject: "authenticated-link",
        breaks: "reliable_link::no_creation",
    },
    Twin {
        name: "authenticated-no-number",
        bug: "does not look at the number: a genuine message is taken as often as it comes",
        module: "link/authenticated.rs",
        old: "if genuine && self.seen[from].is_new(number) {",
        new: "if genuine {",
        subject: "authenticated-link",
        breaks: "reliable_link::no_duplication",
    },
    Twin {
        name: "authenticated-number-first",
        bug: "remembers the number of a message before it knows that the message is genuine",
        module: "link/authenticated.rs",
        old: "if genuine && self.seen[from].is_new(number) {",
        new: "if self.seen[from].is_new(number) && genuine {",
        subject: "authenticated-link",
        breaks: "fair_loss_link::fair_loss",
    },
];
