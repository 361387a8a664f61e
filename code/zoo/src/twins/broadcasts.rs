// Twins of Broadcasts, sections 4.2 and 4.3.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "broadcasts", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[];

const TWINS: &[Twin] = &[];
