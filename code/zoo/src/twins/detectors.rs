// Twins of failure detectors.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "detectors", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[];

const TWINS: &[Twin] = &[];
