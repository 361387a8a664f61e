use distsys::layer::Layer;
use distsys::link::Fifo;
use tests::toys::Pass;

fn main() {
    // Passes on what a fair-loss link gives it, so it is no better than one.
    let lossy = Pass::<(&str, u64)>::new();
    let _node = Fifo::<&str>::new(2).over(lossy);
}
