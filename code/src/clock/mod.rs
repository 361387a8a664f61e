//! Clocks: those that count seconds, and those that count events.
