// Twins of Generals, chapter 2.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "generals", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[];

const TWINS: &[Twin] = &[];
