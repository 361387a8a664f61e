//! The algorithms of *Distributed Systems, runnable*, and what runs and checks them.
//!
//! Four things stay apart: a **service** is what is promised, an **algorithm** is how, a **spec**
//! is how the promise is checked, and a **runtime** carries the effects out. `ARCHITECTURE.md` is
//! the map.

pub mod beside;
pub mod broadcast;
#[cfg(feature = "check")]
pub mod check;
pub mod choices;
pub mod clock;
pub mod commit;
pub mod consensus;
pub mod consistency;
pub mod crdt;
pub mod detector;
pub mod draw;
pub mod facts;
#[cfg(feature = "formats")]
pub mod formats;
pub mod generals;
pub mod history;
pub mod layer;
pub mod link;
pub mod model;
pub mod node;
pub mod quorum;
pub mod raft;
pub mod replication;
pub mod rpc;
pub mod runs;
pub mod service;
pub mod sim;
pub mod spanner;
pub mod spec;
pub mod stable;
pub mod stack;
pub mod subject;
pub mod transform;
#[cfg(feature = "txn")]
pub mod txn;
