//! Helpers for tests.

pub mod golden;
pub mod toys;
