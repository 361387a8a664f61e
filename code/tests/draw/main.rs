//! Pictures of runs: nothing overlaps, nothing is left out, and nothing in a run can break the page around it.

mod pages;
mod pen;
mod placing;
mod plot;
mod random;
mod runs;
mod words;
