// Twins of Remote calls, chapter 1.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "rpc", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[];

const TWINS: &[Twin] = &[];
