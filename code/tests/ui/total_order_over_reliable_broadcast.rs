use distsys::broadcast::{Eager, LamportOrder};
use distsys::layer::Layer;
use distsys::link::Retransmit;

// ANCHOR: main
fn main() {
    // Eager broadcast is reliable, but it keeps no order.
    let node = LamportOrder::<&'static str>::new(3).over(Eager::new(3).over(Retransmit::new(3)));
    println!("{node:?}");
}
// ANCHOR_END: main
