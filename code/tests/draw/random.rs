//! Runs made up from a seed.

use crate::pen::Pen;
use crate::runs::{ack, data};
use distsys::node::{NodeId, Time};
use distsys::sim::event::PacketId;
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::trace::{Loss, Text, Trace, What};

/// A run of up to five nodes with requests, losses, copies, crashes, pauses and cuts where a seed puts them.
pub fn random(seed: u64) -> Trace<Text> {
    let mut draws = draws(seed, Purpose::Workload, 0, 0);
    let mut draw = |bound: u64| below(&mut draws, bound);
    let nodes = 2 + draw(4) as u32;
    let mut pen = Pen::new(nodes);
    let mut flying: Vec<(Time, PacketId)> = Vec::new();
    let mut down = vec![false; nodes as usize];
    let (mut at, steps) = (0, 20 + draw(20));
    for i in 0..=steps {
        // In the end, everything arrives.
        at += if i == steps { 60 } else { draw(6) };
        flying.sort_unstable();
        while let Some(&(due, id)) = flying.first().filter(|(due, _)| *due <= at) {
            flying.remove(0);
            if down[id.to.0 as usize] {
                pen.lose(due, id, Loss::Down);
                continue;
            }
            pen.receive(due, id);
            for _ in 0..draw(3) {
                pen.deliver(due, id.to, id.from, &format!("m{}", draw(20)));
            }
            if i < steps && draw(3) == 0 {
                let ok = pen.send(due, id.to, id.from, &ack(i as u32));
                flying.push((due + 1 + draw(12), ok));
                flying.sort_unstable();
            }
        }
        let (node, to) = (NodeId(draw(nodes.into()) as u32), NodeId(draw(nodes.into()) as u32));
        match draw(12) {
            _ if i == steps => {}
            0 => {
                let state = &mut down[node.0 as usize];
                let crash = What::Crash { after_effects: None };
                pen.root(at, node, if *state { What::Recover } else { crash });
                *state = !*state;
            }
            _ if down[node.0 as usize] => {}
            1 => pen.root(at, node, What::Timeout { timer: "Election".into(), ordinal: i }),
            2 if node != to => pen.root(at, node, What::Cut { to }),
            3 if node != to => pen.root(at, node, What::Heal { to }),
            _ => {
                pen.ask(at, node, to, &format!("m{i}"));
                let id = pen.send(at, node, to, &data(i as u32, &format!("m{i}")));
                match draw(6) {
                    0 => pen.lose(at, id, Loss::Network),
                    1 => {
                        let copy = pen.copy(at, id);
                        flying.extend([(at + 1 + draw(9), id), (at + 1 + draw(30), copy)]);
                    }
                    _ => flying.push((at + 1 + draw(15), id)),
                }
            }
        }
    }
    pen.trace
}
