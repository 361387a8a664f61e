//! The objects of the course, as sequential specifications.

mod cas_register;
mod counter;
mod each;
mod map;
mod queue;
mod register;
mod registers;

pub use cas_register::{CasCall, CasRegister, CasReturn};
pub use counter::{Counter, CounterCall, CounterReturn};
pub use each::Each;
pub use map::{Append, Map, MapCall, MapReturn};
pub use queue::{Queue, QueueCall, QueueReturn};
pub use register::{Register, RegisterCall, RegisterReturn};
pub use registers::{Holds, KeyedRegisters, OnRegister};
