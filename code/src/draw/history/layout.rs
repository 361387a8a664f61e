//! Where everything stands in a picture of a history.

use super::{Bar, Place, Window};
use std::collections::BTreeMap;

/// The sizes of things: of an SVG in pixels, of text in characters.
pub(super) struct Metrics {
    /// How wide a text is.
    pub(super) width: fn(&str) -> i32,
    /// Between two events.
    pub(super) step: i32,
    /// Between two points at which operations take effect.
    pub(super) point: i32,
    /// Between a label and the next.
    pub(super) gap: i32,
}

/// A picture of a history.
pub(super) struct Layout {
    /// The clients, a row each.
    pub(super) clients: Vec<u32>,
    /// The bars.
    pub(super) bars: Vec<Placed>,
    /// How far to the right it goes.
    pub(super) width: i32,
}

/// A bar in its place.
pub(super) struct Placed {
    pub(super) row: usize,
    pub(super) start: i32,
    pub(super) end: i32,
    /// Where it takes effect, and as the how-manieth, if it is one of those that have a number.
    pub(super) point: Option<(i32, Option<u32>)>,
}

impl Layout {
    pub(super) fn of(window: &Window, metrics: &Metrics) -> Self {
        let mut clients: Vec<u32> = window.bars.iter().map(|bar| bar.client).collect();
        clients.sort_unstable();
        clients.dedup();
        let rows: BTreeMap<u32, usize> =
            clients.iter().zip(0..).map(|(client, row)| (*client, row)).collect();
        let columns = columns(window, metrics);
        // What is open for ever goes on to the end, and all labels must fit.
        let ends = window.bars.iter().map(|bar| columns[&bar.invoked] + label(bar, metrics));
        let last = columns.values().copied().max().unwrap_or(0) + metrics.step;
        let width = ends.max().unwrap_or(0).max(last);
        let place = |bar: &Bar| Placed {
            row: rows[&bar.client],
            start: columns[&bar.invoked],
            end: bar.returned.map_or(width, |returned| columns[&returned]),
            point: match bar.place {
                Place::Before(position, number) => {
                    let after = behind(window, position, number);
                    Some((columns[&position] - after * metrics.point, Some(number)))
                }
                Place::Earlier => Some((columns[&bar.invoked] + metrics.point / 2, None)),
                Place::Nowhere | Place::Open => None,
            },
        };
        Layout { bars: window.bars.iter().map(place).collect(), clients, width }
    }
}

/// How wide the label of a bar is, with the gap behind it.
fn label(bar: &Bar, metrics: &Metrics) -> i32 {
    (metrics.width)(&bar.label) + metrics.gap
}

/// How many operations take effect before the same event but not before this one, itself included.
fn behind(window: &Window, position: u64, number: u32) -> i32 {
    let points = window.bars.iter().filter(|bar| match bar.place {
        Place::Before(other, after) => other == position && after >= number,
        _ => false,
    });
    points.count() as i32
}

/// Where every event stands: in order, with room for points before it and for the labels of what
/// the same client did before.
fn columns(window: &Window, metrics: &Metrics) -> BTreeMap<u64, i32> {
    let mut columns = BTreeMap::new();
    for bar in &window.bars {
        columns.insert(bar.invoked, 0);
        columns.extend(bar.returned.map(|returned| (returned, 0)));
        if let Place::Before(position, _) = bar.place {
            columns.insert(position, 0);
        }
    }
    // Up to where the last label of each client goes.
    let mut taken = BTreeMap::new();
    let mut x = 0;
    for (&position, column) in &mut columns {
        let is_misfit = |bar: &&Bar| bar.place == Place::Nowhere && bar.returned == Some(position);
        let points =
            behind(window, position, 0) + window.bars.iter().filter(is_misfit).count() as i32;
        x += metrics.step + points * metrics.point;
        for bar in window.bars.iter().filter(|bar| bar.invoked == position) {
            x = x.max(taken.get(&bar.client).copied().unwrap_or(0));
            taken.insert(bar.client, x + label(bar, metrics));
        }
        *column = x;
    }
    columns
}
