use distsys::layer::{Context, Layer, Model, NoTimer, Nodes, Timing};
use distsys::link::{Fifo, SeqNo};
use distsys::service::{Deliver, FairLossLink, SendTo};

/// What the network gives, passed on as it is: a fair-loss link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Bare;

impl Layer for Bare {
    type Implements = FairLossLink<(&'static str, SeqNo)>;
    type Uses = FairLossLink<(&'static str, SeqNo)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);
    fn on_request(&mut self, packet: SendTo<(&'static str, SeqNo)>, ctx: &mut Context<Self>) {
        ctx.request(packet);
    }
    fn on_receive(&mut self, packet: Deliver<(&'static str, SeqNo)>, ctx: &mut Context<Self>) {
        ctx.indicate(packet);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

// ANCHOR: main
fn main() {
    // `Bare` passes on what the network gives it: a fair-loss link.
    let node = Fifo::<&'static str>::new(2).over(Bare);
    println!("{node:?}");
}
// ANCHOR_END: main
