//! Helpers for tests.

pub mod golden;
pub mod mutants;
pub mod programs;
pub mod toys;
