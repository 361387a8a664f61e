// Twins of Physical clocks, chapter 3.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "clocks", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[];

const TWINS: &[Twin] = &[];
