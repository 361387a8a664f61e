use distsys::broadcast::{Causal, Eager};
use distsys::layer::Layer;
use distsys::link::Retransmit;
use distsys::replication::StateMachine;
use distsys::replication::machines::Account;

// ANCHOR: main
fn main() {
    let causal = Causal::new(3).over(Eager::new(3).over(Retransmit::new(3)));
    let node = StateMachine::new(Account { pence: 0 }).over(causal);
    println!("{node:?}");
}
// ANCHOR_END: main
