//! Searching for runs that go wrong, other than at random: every small change of a run, and from a
//! run that goes wrong to a small one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod changes;
mod smallest;
