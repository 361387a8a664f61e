//! Light cones: what an event can have heard of, and who can hear of it.

use super::Played;
use super::causality::played;
use crate::clock::Lamport;
use crate::clock::logical::Step;
use crate::draw::Style;
use crate::layer::names::{A, B, C};
use crate::layer::{MILLIS, NodeId};
use crate::sim::{Fate, PacketId, Script, Trace, World};
use std::fmt::Write;

/// Where the three nodes are: C half-way between A and B. Light takes a unit of time for a unit.
const PLACES: [i32; 3] = [0, 10, 5];
/// The events: their names, where they happen and when.
const EVENTS: [(&str, NodeId, i32); 3] = [("a", A, 0), ("b", B, 0), ("c", C, 8)];
/// One unit of the picture.
const UNIT: u64 = MILLIS;

/// R3.5: the run, in which a and b send light to C, and the sketch.
pub(super) fn light_cones() -> Played {
    Played { picture: Some(picture()), ..Played::new(light().text(), Style::default()) }
}

/// The run: a and b are seen at C as soon as light can be there, and then c happens.
pub fn light() -> Trace<Lamport<&'static str>> {
    let fate = |from: NodeId| {
        let distance = PLACES[from.0 as usize].abs_diff(PLACES[C.0 as usize]);
        let packet = PacketId { from, to: C, ordinal: 1, copy: 0 };
        (packet, Fate::After(vec![u64::from(distance) * UNIT]))
    };
    let script = Script { fates: [fate(A), fate(B)].into(), ..Script::calm() };
    let mut world = World::new(0, vec![Lamport::new(); 3]).with_script(script);
    for (name, node, at) in EVENTS {
        let step = match node {
            C => Step::Local,
            _ => Step::Send { to: C, msg: name },
        };
        world.request_at(u64::from(at.unsigned_abs()) * UNIT, node, step);
    }
    played(world)
}

/// Pixels for a unit.
const SCALE: i32 = 26;
const LEFT: i32 = 96;
const TOP: i32 = 60;
/// How long the cones are drawn.
const LONG: i32 = 10;

/// The sketch: places from left to right, time downwards, and the cone of the future of each event.
fn picture() -> String {
    let (width, height) = (LEFT * 2 + 10 * SCALE, TOP + LONG * SCALE + 40);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"run-svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Light cones\">\n\
         <title>Light cones: c is in the cones of a and b, which are outside each other's</title>\n"
    );
    // Writing to a String cannot fail.
    let _ = writeln!(
        svg,
        "<text class=\"run-time\" x=\"{}\" y=\"22\">place →</text>\n\
         <text class=\"run-time\" transform=\"rotate(90 18 {y})\" x=\"18\" y=\"{y}\">time →</text>",
        width / 2,
        y = TOP + LONG * SCALE / 2
    );
    for (name, node, at) in EVENTS {
        cone(&mut svg, name, node, at);
    }
    svg + "</svg>\n"
}

fn cone(svg: &mut String, name: &str, node: NodeId, at: i32) {
    let (x, y) = (LEFT + PLACES[node.0 as usize] * SCALE, TOP + at * SCALE);
    let to = (LONG - at) * SCALE;
    let (left, right, foot) = (x - to, x + to, y + to);
    let _ = writeln!(
        svg,
        "<path d=\"M{left} {foot}L{x} {y}L{right} {foot}\" style=\"fill: currentColor; fill-opacity: .07; stroke: none\"/>\n\
         <path class=\"run-line\" stroke=\"#888\" d=\"M{left} {foot}L{x} {y}L{right} {foot}\" style=\"fill: none\"/>\n\
         <circle class=\"run-deliver-dot\" style=\"fill: currentColor\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>\n\
         <text class=\"run-name\" x=\"{x}\" y=\"{}\">{name}</text>",
        y - 12
    );
}
