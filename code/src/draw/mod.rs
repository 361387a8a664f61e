//! Pictures of runs: one trace becomes a space-time diagram, a transcript in words, or a log for other tools.
//!
//! Everything here reads a [`Trace`] of [`Text`] and nothing else, and works in integers, so that the same trace gives
//! the same bytes everywhere.
//!
//! - [`svg()`] and [`figure()`] draw a picture for a page, [`terminal()`] one for a terminal;
//! - [`history`] draws operations of clients, and where they take effect;
//! - [`cycle`] draws what leads to what, until it is where it began;
//! - [`logs`] draws the logs of several nodes side by side;
//! - [`plot`] draws lines over an axis: how something grows or shrinks;
//! - [`transcript()`] tells the run in words;
//! - [`shiviz()`] writes a log for ShiViz.

pub mod cycle;
pub mod figure;
pub mod held;
pub mod hierarchy;
pub mod history;
pub mod label;
pub mod layout;
pub mod logs;
mod never;
pub mod plot;
pub mod shiviz;
pub mod story;
pub mod svg;
pub mod terminal;
pub mod transcript;

pub use crate::sim::trace::{Text, Trace};
pub use figure::figure;
pub use label::label;
pub use plot::Plot;
pub use shiviz::shiviz;
pub use svg::svg;
pub use terminal::terminal;
pub use transcript::transcript;

use crate::node::NodeId;

/// How a run is drawn and told.
#[derive(Clone, Debug)]
pub struct Style {
    /// The title of the picture, for screen readers; if empty, one is made up.
    pub title: String,
    /// The names of the nodes, where letters do not say enough.
    pub names: Vec<String>,
    /// What to write for a request, packet, indication, timer or stored change.
    pub label: fn(&str) -> String,
    /// Which packets are drawn faintly.
    pub quiet: fn(&str) -> bool,
    /// How many characters of a label are drawn. Transcript and tooltips have it in full.
    pub width: usize,
    /// Which details are shown.
    pub show: Show,
}

/// The details of a run that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Show {
    /// Timers that run out.
    pub timers: bool,
    /// What is written to stable storage.
    pub stores: bool,
    /// Free choices.
    pub choices: bool,
    /// What can be observed of a node's state.
    pub facts: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            title: String::new(),
            names: Vec::new(),
            label,
            quiet: |packet| label(packet).starts_with("Ack"),
            width: 28,
            show: Show { timers: true, stores: true, choices: true, facts: false },
        }
    }
}

impl Style {
    /// The name of a node, as it is shown.
    pub fn name(&self, node: NodeId) -> String {
        self.names.get(node.0 as usize).cloned().unwrap_or_else(|| node.to_string())
    }
}
