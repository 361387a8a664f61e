//! Consensus and total order broadcast, each made of the other (section 6.1).

mod from_total_order;
mod to_total_order;

pub use from_total_order::FromTotalOrder;
pub use to_total_order::{Proposal, ToTotalOrder};
