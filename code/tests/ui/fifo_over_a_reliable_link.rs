//! The twin of the others that compiles.

use distsys::layer::Layer;
use distsys::link::{Fifo, Retransmit};
use distsys::sim::World;

pub(crate) fn main() {
    let node = Fifo::<&str>::new(2).over(Retransmit::new(2));
    World::new(1, vec![node.clone(), node]);
}
