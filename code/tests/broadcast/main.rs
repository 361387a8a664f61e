//! Broadcasts.
