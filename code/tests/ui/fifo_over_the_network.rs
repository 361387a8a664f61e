use distsys::link::Fifo;
use distsys::sim::World;

fn main() {
    let node = Fifo::<&str>::new(2);
    World::new(1, vec![node.clone(), node]);
}
