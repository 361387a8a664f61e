//! A picture of a history for a terminal.

use super::layout::{Layout, Metrics, Placed};
use super::{Bar, Place, Window};

const METRICS: Metrics =
    Metrics { width: |text| text.chars().count() as i32, step: 2, point: 4, gap: 2 };

/// The window as text: of each client a line of labels and one of bars, and below them the verdict
/// in words.
///
/// `├──●2──┤` is an operation that takes effect as the second of those shown, `├●───┤` one that took
/// effect before them, `├┄┄╳┄┄┤` one that cannot be placed; `├───▸` never returned.
pub fn text(window: &Window) -> String {
    let layout = Layout::of(window, &METRICS);
    let names: Vec<String> =
        layout.clients.iter().map(|client| format!("client {client}  ")).collect();
    let left = names.iter().map(String::len).max().unwrap_or(0);
    let mut out = String::new();
    for (row, name) in names.iter().enumerate() {
        let mut labels = vec![' '; layout.width as usize + 1];
        let mut bars = labels.clone();
        let of_row = window.bars.iter().zip(&layout.bars).filter(|(_, placed)| placed.row == row);
        for (bar, placed) in of_row {
            write(&mut labels, placed.start, &bar.label);
            draw(&mut bars, bar, placed);
        }
        let line = |name: &str, cells: Vec<char>| {
            let cells: String = cells.into_iter().collect();
            format!("{name:left$}{}\n", cells.trim_end())
        };
        out += line("", labels).trim_end();
        out += "\n";
        out += &line(name, bars);
    }
    out + "\n" + &window.why
}

fn draw(cells: &mut [char], bar: &Bar, placed: &Placed) {
    let is_nowhere = bar.place == Place::Nowhere;
    let line = if is_nowhere { '┄' } else { '─' };
    for x in placed.start..=placed.end {
        write(cells, x, &line.to_string());
    }
    write(cells, placed.start, "├");
    write(cells, placed.end, if bar.returned.is_some() { "┤" } else { "▸" });
    if is_nowhere {
        write(cells, i32::midpoint(placed.start, placed.end), "╳");
    }
    if let Some((x, number)) = placed.point {
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        write(cells, x, &format!("●{number}"));
    }
}

fn write(cells: &mut [char], x: i32, text: &str) {
    for (cell, c) in cells.iter_mut().skip(x.max(0) as usize).zip(text.chars()) {
        *cell = if c.is_control() { ' ' } else { c };
    }
}
