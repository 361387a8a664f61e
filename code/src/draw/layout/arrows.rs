//! Where packets go: from where to where each arrow is drawn.

use super::measure::{LINE, Point};
use super::rows::Rows;
use super::shapes::Frame;
use super::{Arrow, Tip};
use crate::draw::story::{End, Flight};
use crate::sim::trace::Loss;

/// The arrow of a packet, if both its ends are drawn.
pub(super) fn arrow(frame: &Frame, rows: &Rows, flight: &Flight) -> Option<Arrow> {
    let (x, to_x) = (frame.column(flight.id.from)?, frame.column(flight.id.to)?);
    let from = Point::at(x, *rows.y.get(&flight.sent)?);
    let direction = (to_x - x).signum();
    let node = flight.id.from.0 as usize;
    let next = if direction < 0 { node.checked_sub(1)? } else { node + 1 };
    let near = frame.columns.get(next).map_or(60, |next| (next - x).abs());
    // A packet that does not arrive goes part of its way, as steep as one that might.
    let fall = 26
        + 14 * flight.id.from.0.abs_diff(flight.id.to.0).min(9) as i32
        + LINE * flight.id.copy.min(9) as i32;
    let part = |on_way: i32| {
        Point::at(x + direction * on_way, from.y + fall * on_way / (to_x - x).abs().max(60))
    };
    let (to, end, tip) = match flight.end {
        End::Received(end) => (Point::at(to_x, *rows.y.get(&end)?), Some(end), Tip::Head),
        End::Lost(end, Loss::Down) => (Point::at(to_x, *rows.y.get(&end)?), Some(end), Tip::Cross),
        End::Lost(end, _) => {
            let at = frame.lost_in(end).map_or(near * 2 / 3, |at| (at - x).abs());
            (part(at), Some(end), Tip::Cross)
        }
        End::Open => (part(near * 2 / 3), None, Tip::Open),
    };
    let quiet = (frame.style.quiet)(flight.packet);
    let loops = if direction == 0 { frame.side(flight.id.from) } else { 0 };
    let (index, copy) = (flight.began, flight.id.copy > 0);
    Some(Arrow { index, end, from, to, tip, copy, quiet, loops })
}
