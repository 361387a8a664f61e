//! The contract between algorithms and runtimes: layers, and the context they act through.
//!
//! A layer is one algorithm. Its handlers change its own state and ask for effects; a runtime (the
//! simulator, the model checker, sockets, the browser) carries the effects out. Nothing else
//! happens.

pub use crate::choices::{Choice, Choices};
pub use crate::facts::Fact;
pub use crate::model::{Links, Model, Nodes, Timing};
pub use crate::node::{MICROS, MILLIS, NodeId, PerNode, Reading, SECONDS, Time, names};
use crate::service::{AtLeast, Broadcast, Deliver, SendTo};
pub use crate::stable::{Stable, log_tears};
use crate::stack::Stack;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::Range;

/// A plain value: it can be copied, compared, hashed and printed.
pub trait Value: Clone + Debug + Eq + Hash + 'static {}
impl<T: Clone + Debug + Eq + Hash + 'static> Value for T {}

/// What one layer offers the layer above: what may be asked of it, and what it tells in return.
pub trait Service: 'static {
    /// Asked of the service, from above.
    type Request: Value;
    /// Told by the service, upwards.
    type Indication: Value;
}
/// What may be asked of the service `S`.
pub type Request<S> = <S as Service>::Request;
/// What the service `S` tells in return.
pub type Indication<S> = <S as Service>::Indication;

/// One algorithm, written against the service below it.
pub trait Layer: Value {
    /// The service that this algorithm provides.
    type Implements: Service;
    /// The service that it is built on.
    type Uses: Service;
    /// The names of its timers.
    type Timer: Value;
    /// What it keeps on stable storage; `()` if nothing.
    type Stable: Stable;
    /// The system model under which it keeps its promises.
    const MODEL: Model;

    /// On initialisation.
    fn on_start(&mut self, _ctx: &mut Context<Self>) {}
    /// On a request from the layer above.
    fn on_request(&mut self, request: Request<Self::Implements>, ctx: &mut Context<Self>);
    /// On an indication from the layer below.
    fn on_receive(&mut self, indication: Indication<Self::Uses>, ctx: &mut Context<Self>);
    /// On the end of a timer that was set.
    fn on_timeout(&mut self, _timer: Self::Timer, _ctx: &mut Context<Self>) {}
    /// On recovery from a crash: the node's new state, from `fresh` (the node as it was first
    /// built, which knows nothing of its past) and from what `stable` storage kept. `on_start` is
    /// not called again.
    fn on_recovery(fresh: Self, stable: Self::Stable, ctx: &mut Context<Self>) -> Self;

    /// What may be observed of the state from outside, for properties and pictures. No layer reads
    /// it.
    fn facts(&self) -> Vec<Fact> {
        Vec::new()
    }
    /// This layer on top of `lower`, which must implement a service at least as strong as the one
    /// used here.
    fn over<L: Layer>(self, lower: L) -> Stack<Self, L>
    where
        L::Implements: AtLeast<Self::Uses>,
    {
        Stack::new(self, lower)
    }
}

/// The steps of what the layer `L` keeps.
pub type Change<L> = <<L as Layer>::Stable as Stable>::Change;

/// What the layer `L` asks of the service below it.
pub type Asks<L> = Request<<L as Layer>::Uses>;
/// What the layer `L` tells the layer above it.
pub type Tells<L> = Indication<<L as Layer>::Implements>;
/// What the layer `L` is asked from above.
pub type Asked<L> = Request<<L as Layer>::Implements>;

/// What cannot be: the type of what a layer never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Never {}
/// A layer without timers.
pub type NoTimer = Never;

/// What a handler asked for. A runtime carries effects out in order, and may crash before any of
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Effect<L: Layer> {
    /// Ask something of the service below.
    Request(Asks<L>),
    /// Tell something to the layer above.
    Indicate(Tells<L>),
    /// Change what is on stable storage, before any later effect.
    Store(Change<L>),
    /// Set a timer to a span of local monotonic time within the range; replaces the timer of that
    /// name.
    SetTimer(L::Timer, Range<Time>),
    /// Cancel the timer of that name, if it is set.
    CancelTimer(L::Timer),
}

/// What a runtime lends to a node for one event.
#[derive(Clone, Debug)]
pub struct Env {
    /// The node's name.
    pub me: NodeId,
    /// Its clocks.
    pub clock: Reading,
    /// Its free choices.
    pub choices: Choices,
    /// Set when layers of this node kept each other busy without end: the run is in error.
    pub endless: bool,
}

impl Env {
    /// For an event at `me` when its clocks say `clock`.
    pub fn new(me: NodeId, clock: Reading, choices: Choices) -> Self {
        Env { me, clock, choices, endless: false }
    }
}

/// The world as one handler sees it: who am I, what do my clocks say, and what shall happen next.
pub struct Context<'a, L: Layer> {
    /// The name of this node.
    pub me: NodeId,
    pub(crate) env: &'a mut Env,
    pub(crate) effects: &'a mut VecDeque<Effect<L>>,
}

impl<'a, L: Layer> Context<'a, L> {
    /// A context whose effects are added to `effects`. Only a runtime needs it.
    pub fn new(env: &'a mut Env, effects: &'a mut VecDeque<Effect<L>>) -> Self {
        Context { me: env.me, env, effects }
    }
    /// What this node's clocks said when the event came.
    pub fn clock(&self) -> Reading {
        self.env.clock
    }
    /// A free choice among `0..n`, for algorithms that toss coins. `n` must not be 0.
    pub fn choose(&mut self, n: u32) -> u32 {
        self.env.choices.choose(n)
    }
    /// Ask something of the service below.
    pub fn request(&mut self, request: Request<L::Uses>) {
        self.effects.push_back(Effect::Request(request));
    }
    /// Tell something to the layer above.
    pub fn indicate(&mut self, indication: Indication<L::Implements>) {
        self.effects.push_back(Effect::Indicate(indication));
    }
    /// Send `msg` to the node `to`, over the link below.
    pub fn send<M>(&mut self, to: NodeId, msg: impl Into<M>)
    where
        Request<L::Uses>: From<SendTo<M>>,
    {
        self.request(SendTo { to, msg: msg.into() }.into());
    }
    /// Broadcast `msg` to all nodes, over the broadcast below.
    pub fn broadcast<M>(&mut self, msg: impl Into<M>)
    where
        Request<L::Uses>: From<Broadcast<M>>,
    {
        self.request(Broadcast { msg: msg.into() }.into());
    }
    /// Deliver `msg`, which came from the node `from`, to the layer above.
    pub fn deliver<M>(&mut self, from: NodeId, msg: M)
    where
        Indication<L::Implements>: From<Deliver<M>>,
    {
        self.indicate(Deliver { from, msg }.into());
    }
    /// Change what is on stable storage, before any later effect.
    pub fn store(&mut self, change: Change<L>) {
        self.effects.push_back(Effect::Store(change));
    }
    /// Set `timer` to a span of local time within `after`, in nanoseconds; replaces the timer of
    /// that name.
    pub fn set_timer(&mut self, timer: L::Timer, after: Range<Time>) {
        self.effects.push_back(Effect::SetTimer(timer, after));
    }
    /// Cancel `timer`, if it is set.
    pub fn cancel_timer(&mut self, timer: L::Timer) {
        self.effects.push_back(Effect::CancelTimer(timer));
    }
}
