//! The space-time view for a terminal: a line an event, arrows between the columns, words beside them.
//!
//! Every packet on its way has a track of its own between two columns, so that one arrow can be told from another and an
//! overtaking shows as a crossing.

mod grid;

use self::grid::Grid;
use super::Style;
use super::story::{Story, Times};
use super::transcript::Teller;
use crate::sim::trace::{Text, Trace, What};

/// Draws the run with box characters. Whether colours are wanted is for the caller to know: only it knows where this
/// will be printed.
pub fn terminal(trace: &Trace<Text>, colour: bool, style: &Style) -> String {
    let story = Story::of(trace);
    let times = Times::of(trace);
    let teller = Teller { story: &story, style, times };
    let wide = trace.records.iter().map(|record| times.ms(record.at).len()).max().unwrap_or(0);
    let mut grid = Grid::new(&story, style);
    let mut text = format!("{:wide$}  {}\n", "", grid.header()).trim_end().to_string() + "\n";
    for (index, record) in trace.records.iter().enumerate() {
        let line = grid.step(&story, index);
        let Some(words) = teller.tell(index) else { continue };
        let ink = if colour { ink(&teller, index) } else { "" };
        let time = times.ms(record.at);
        text += &format!("{time:>wide$}  {}  {}\n", line.paint(ink), paint(&plain(&words), ink));
    }
    text
}

/// The same in characters that every terminal has, without colours.
pub fn ascii(trace: &Trace<Text>, style: &Style) -> String {
    terminal(trace, false, style).chars().map(plainest).collect()
}

fn plainest(c: char) -> char {
    match c {
        '│' => '|',
        '┊' => ':',
        '─' | '–' => '-',
        '├' | '┤' | '╭' | '╮' | '╰' | '╯' | '┼' => '+',
        '▶' => '>',
        '◀' => '<',
        '╳' | '✖' => 'x',
        '●' => '*',
        '○' => 'o',
        '■' => '#',
        '△' => '^',
        '∞' => '8',
        '…' => '~',
        c if c.is_ascii() => c,
        _ => '?',
    }
}

/// Text that cannot command a terminal: without control characters.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The text in this ink; no ink, no change.
fn paint(text: &str, ink: &str) -> String {
    if ink.is_empty() { text.to_string() } else { format!("{ink}{text}\x1b[0m") }
}

/// The ANSI colour of what happened.
fn ink(teller: &Teller, index: usize) -> &'static str {
    const FAINT: &str = "\x1b[2m";
    let faint = |packet: &str| (teller.style.quiet)(packet);
    match &teller.story.trace.records[index].what {
        What::Send { packet, .. } | What::Receive { packet, .. } if faint(packet) => FAINT,
        What::Receive { .. } if teller.story.held_until(index).is_some() => "\x1b[33m",
        What::Send { .. } | What::Receive { .. } | What::Duplicate { .. } => "\x1b[36m",
        What::Deliver { .. } => "\x1b[1;32m",
        What::Lose { .. } | What::Crash { .. } | What::Endless | What::Cut { .. } => "\x1b[31m",
        What::Store { .. } => "\x1b[34m",
        What::Recover | What::Heal { .. } => "\x1b[32m",
        What::Timeout { .. } | What::Choose { .. } | What::Pause | What::Resume => "\x1b[35m",
        _ => "",
    }
}
