//! Raft in runs that are played by hand: those of the lecture, those of the page with their logs, and exercise 18.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod beyond;
mod exercise;
mod lecture;
mod pictures;
mod roles;
