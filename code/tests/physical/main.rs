//! Physical clocks, and how they are set.
