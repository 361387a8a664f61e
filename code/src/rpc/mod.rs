//! Remote procedure calls: from bytes on a connection to a call that is executed at most once.

pub mod call;
pub mod connection;
pub mod dedup;
pub mod framing;
pub mod payments;
pub mod stub;

pub use call::Rpc;
pub use connection::{Connection, Matching};
pub use dedup::Dedup;
pub use framing::{Decoder, Framed, frame};
pub use payments::Payments;
pub use stub::{Format, Procedure, Stub, Typed};
