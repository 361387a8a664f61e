//! Histories, and the checker of linearizability: against brute force, and against registers that are broken.
#![allow(clippy::unwrap_used, reason = "what fails here is a failed test")]

mod agreement;
mod broken;
mod brute;
mod limits;
mod pictures;
mod samples;
