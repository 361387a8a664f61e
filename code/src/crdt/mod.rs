//! Replicated data that needs no agreement: all changes commute, or all states can be merged.

pub mod fraction;
pub mod fugue;
pub mod indexed;
pub mod multi_value_map;
pub mod operation_map;
pub mod state_map;
pub mod text;

pub use fraction::Fraction;
pub use fugue::Fugue;
pub use indexed::Indexed;
pub use multi_value_map::MultiValueMap;
pub use operation_map::OperationMap;
pub use state_map::StateMap;
pub use text::Text;

use crate::node::NodeId;

/// When something was done: a time, and by whom, so that no two are equal. The later one is the greater.
pub type Timestamp = (u64, NodeId);
