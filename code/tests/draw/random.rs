//! Runs made up from a seed.

use crate::pen::Pen;
use crate::runs::{ack, data};
use distsys::node::{NodeId, Time};
use distsys::sim::event::PacketId;
use distsys::sim::random::{Draws, Purpose, below, draws};
use distsys::sim::trace::{Loss, Text, Trace, What};

/// A run of up to five nodes with requests, losses, copies, crashes, timeouts and cuts where a seed puts them.
pub(crate) fn random(seed: u64) -> Trace<Text> {
    let mut draws = draws(seed, Purpose::Workload, 0, 0);
    let nodes = 2 + below(&mut draws, 4) as u32;
    let (flying, down) = (Vec::new(), vec![false; nodes as usize]);
    let mut chance = Chance { pen: Pen::new(nodes), draws, nodes, flying, down };
    let mut at = 0;
    for i in 0..20 + chance.draw(20) {
        at += chance.draw(6);
        chance.arrive(at, true);
        chance.happen(at, i);
    }
    // In the end, everything arrives.
    chance.arrive(at + 60, false);
    chance.pen.trace
}

struct Chance {
    pen: Pen,
    draws: Draws,
    nodes: u32,
    /// The packets on their way, with the times of their arrival.
    flying: Vec<(Time, PacketId)>,
    down: Vec<bool>,
}

impl Chance {
    fn draw(&mut self, bound: u64) -> u64 {
        below(&mut self.draws, bound)
    }

    fn node(&mut self) -> NodeId {
        NodeId(self.draw(self.nodes.into()) as u32)
    }

    /// Has a packet on its way for at most so long.
    fn fly(&mut self, at: Time, most: u64, id: PacketId) {
        let due = at + 1 + self.draw(most);
        self.flying.push((due, id));
    }

    /// Lets arrive what is due; some of it is answered.
    fn arrive(&mut self, now: Time, answer: bool) {
        self.flying.sort_unstable();
        while let Some(&(at, id)) = self.flying.first().filter(|(at, _)| *at <= now) {
            self.flying.remove(0);
            if self.down[id.to.0 as usize] {
                self.pen.lose(at, id, Loss::Down);
                continue;
            }
            self.pen.receive(at, id);
            for _ in 0..self.draw(3) {
                let word = format!("m{}", self.draw(20));
                self.pen.deliver(at, id.to, id.from, &word);
            }
            if answer && self.draw(3) == 0 {
                let ok = self.pen.send(at, id.to, id.from, &ack(id.ordinal as u32));
                self.fly(at, 12, ok);
                self.flying.sort_unstable();
            }
        }
    }

    /// Lets something happen at some node.
    fn happen(&mut self, at: Time, i: u64) {
        let (node, to) = (self.node(), self.node());
        let what = match self.draw(12) {
            0 => {
                let down = &mut self.down[node.0 as usize];
                *down = !*down;
                if *down {
                    What::Crash { after_effects: None, undone: Vec::new() }
                } else {
                    What::Recover
                }
            }
            _ if self.down[node.0 as usize] => return,
            1 => What::Timeout { timer: "Election".into(), ordinal: i },
            2 if node != to => What::Cut { to },
            3 if node != to => What::Heal { to },
            _ => return self.send(at, node, to, i as u32),
        };
        self.pen.root(at, node, what);
    }

    fn send(&mut self, at: Time, from: NodeId, to: NodeId, i: u32) {
        self.pen.ask(at, from, to, &format!("m{i}"));
        let id = self.pen.send(at, from, to, &data(i, &format!("m{i}")));
        match self.draw(6) {
            0 => return self.pen.lose(at, id, Loss::Network),
            1 => {
                let copy = self.pen.copy(at, id);
                self.fly(at, 30, copy);
            }
            _ => {}
        }
        self.fly(at, 15, id);
    }
}
