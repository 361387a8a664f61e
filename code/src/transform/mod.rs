//! Operational transformation: an edit made elsewhere is rewritten until it fits the text here.

pub mod operation;
pub mod server_order;

pub use operation::{Operation, transform};
pub use server_order::ServerOrder;
