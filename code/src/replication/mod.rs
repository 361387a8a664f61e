//! Replication by broadcast: all replicas do the same, in the same order.

pub mod anti_entropy;
pub mod compare_and_swap;
pub mod local_copy;
pub mod machines;
pub mod merkle;
pub mod primary_backup;
pub mod register;
pub mod retry;
pub mod state_machine;
pub mod timestamped;
pub mod updates;

pub use anti_entropy::AntiEntropy;
pub use compare_and_swap::CompareAndSwap;
pub use local_copy::LocalCopy;
pub use primary_backup::PrimaryBackup;
pub use retry::Retry;
pub use state_machine::StateMachine;
pub use timestamped::{LastWriterWins, MultiValue};
