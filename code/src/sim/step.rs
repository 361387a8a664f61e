//! The pure core: one event at one node, and the effects it asks for. Every runtime is built on it.

use crate::layer::*;
use std::collections::VecDeque;

/// What can come to a node.
#[derive(Clone, Debug)]
pub enum Event<N: Layer> {
    /// The node starts.
    Start,
    /// The application asks for something.
    Request(Request<N::Implements>),
    /// The service below tells something.
    Receive(Indication<N::Uses>),
    /// A timer runs out.
    Timeout(N::Timer),
    /// The node comes back from a crash with what stable storage kept.
    Recover(N::Stable),
}

/// Runs the handler for `event` at `node`, adding to `effects` what it asks for, in order.
///
/// What comes of it depends on the arguments only. For [`Event::Recover`], `node` is the node as it
/// was first built. The changes that the event makes to stable storage follow one another: together
/// they are one step of it, and a crash comes before all of them or after all of them.
pub fn step<N: Layer>(
    node: &mut N,
    event: Event<N>,
    env: &mut Env,
    effects: &mut VecDeque<Effect<N>>,
) {
    let mut ctx = Context::new(env, effects);
    match event {
        Event::Start => node.on_start(&mut ctx),
        Event::Request(request) => node.on_request(request, &mut ctx),
        Event::Receive(indication) => node.on_receive(indication, &mut ctx),
        Event::Timeout(timer) => node.on_timeout(timer, &mut ctx),
        Event::Recover(stable) => *node = N::on_recovery(node.clone(), stable, &mut ctx),
    }
    gather_stores(effects);
}

/// Moves every store up to the first, keeping the order of all else.
fn gather_stores<N: Layer>(effects: &mut VecDeque<Effect<N>>) {
    let is_store = |effect: &Effect<N>| matches!(effect, Effect::Store(_));
    let Some(first) = effects.iter().position(is_store) else { return };
    let effects = &mut effects.make_contiguous()[first..];
    let mut stores = 1;
    for i in 1..effects.len() {
        if is_store(&effects[i]) {
            effects[stores..=i].rotate_right(1);
            stores += 1;
        }
    }
}
