//! Nodes of which only the service is known: the simulator is compiled once for all that implement it.
//!
//! Packets, timers, changes and states are values whose type is forgotten. They are printed, compared
//! and hashed as what they are, so a run of an erased node is, word for word, the run of the node.

use crate::layer::*;
use crate::service::{Deliver, FairLossLink, SendTo};
use crate::sim::Node;
use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// A node that implements `S`; nothing else is known of it.
pub struct Erased<S: Service>(Box<dyn AnyNode<S>>);

impl<S: Service> Erased<S> {
    /// Forgets what the node is.
    pub(crate) fn new<N: Node + Layer<Implements = S>>(node: N) -> Self {
        Erased(Box::new(Host { node, effects: Scratch::default() }))
    }
}

/// A packet, a timer or a change whose type is forgotten.
#[derive(Clone)]
pub struct AnyValue(Rc<dyn Erase>);

impl AnyValue {
    /// Forgets what the value is.
    pub(crate) fn new<T: Value>(value: T) -> Self {
        AnyValue(Rc::new(value))
    }
    /// The value, if it is a `T`.
    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        self.0.any().downcast_ref()
    }
    /// The value, which only nodes of the type that made it are given.
    fn take<T: Value>(self) -> T {
        let value = self.0.any_rc().downcast().expect("a node gets back what it made");
        Rc::unwrap_or_clone(value)
    }
}

/// What every value can do, whatever its type.
trait Erase: Any + fmt::Debug {
    fn any(&self) -> &dyn Any;
    fn any_rc(self: Rc<Self>) -> Rc<dyn Any>;
    fn equals(&self, other: &dyn Any) -> bool;
    fn hash_into(&self, hasher: &mut dyn Hasher);
}

impl<T: Value> Erase for T {
    fn any(&self) -> &dyn Any {
        self
    }
    fn any_rc(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
    fn hash_into(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }
}

/// What an [`Erased`] node can do.
trait AnyNode<S: Service>: Erase {
    fn copy(&self) -> Box<dyn AnyNode<S>>;
    fn start(&mut self, ctx: &mut Context<Erased<S>>);
    fn request(&mut self, request: S::Request, ctx: &mut Context<Erased<S>>);
    fn receive(&mut self, from: NodeId, packet: AnyValue, ctx: &mut Context<Erased<S>>);
    fn timeout(&mut self, timer: AnyValue, ctx: &mut Context<Erased<S>>);
    fn recover(self: Box<Self>, stable: AnyStable, ctx: &mut Context<Erased<S>>) -> Erased<S>;
    fn observe(&self) -> Vec<Fact>;
}

/// A node, with room for what its handlers ask for.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Host<N: Node> {
    node: N,
    effects: Scratch<N>,
}

impl<N: Node> fmt::Debug for Host<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.node.fmt(f)
    }
}

type Scratch<N> = crate::stack::Queue<N>;

impl<N: Node> Host<N> {
    /// Runs a handler, and hands on what it asks for.
    fn handle(
        &mut self,
        ctx: &mut Context<Erased<N::Implements>>,
        handler: impl FnOnce(&mut N, &mut Context<N>),
    ) {
        handler(&mut self.node, &mut Context::new(ctx.env, &mut self.effects.0));
        hand_on(&mut self.effects.0, ctx);
    }
}

fn hand_on<N: Node>(effects: &mut VecDeque<Effect<N>>, ctx: &mut Context<Erased<N::Implements>>) {
    ctx.effects.extend(effects.drain(..).map(|effect| match effect {
        Effect::Request(SendTo { to, msg }) => {
            Effect::Request(SendTo { to, msg: AnyValue::new(msg) })
        }
        Effect::Indicate(indication) => Effect::Indicate(indication),
        Effect::Store(change) => Effect::Store(AnyChange(Rc::new(Step::<N::Stable>(change)))),
        Effect::SetTimer(timer, after) => Effect::SetTimer(AnyValue::new(timer), after),
        Effect::CancelTimer(timer) => Effect::CancelTimer(AnyValue::new(timer)),
    }));
}

impl<N: Node> AnyNode<N::Implements> for Host<N> {
    fn copy(&self) -> Box<dyn AnyNode<N::Implements>> {
        Box::new(self.clone())
    }
    fn start(&mut self, ctx: &mut Context<Erased<N::Implements>>) {
        self.handle(ctx, N::on_start);
    }
    fn request(&mut self, request: Asked<N>, ctx: &mut Context<Erased<N::Implements>>) {
        self.handle(ctx, |node, ctx| node.on_request(request, ctx));
    }
    fn receive(
        &mut self,
        from: NodeId,
        packet: AnyValue,
        ctx: &mut Context<Erased<N::Implements>>,
    ) {
        let received = Deliver { from, msg: packet.take() };
        self.handle(ctx, |node, ctx| node.on_receive(received, ctx));
    }
    fn timeout(&mut self, timer: AnyValue, ctx: &mut Context<Erased<N::Implements>>) {
        self.handle(ctx, |node, ctx| node.on_timeout(timer.take(), ctx));
    }
    fn recover(
        mut self: Box<Self>,
        stable: AnyStable,
        ctx: &mut Context<Erased<N::Implements>>,
    ) -> Erased<N::Implements> {
        let stable = stable.0.map_or_else(N::Stable::default, AnyValue::take);
        let mut inner = Context::new(ctx.env, &mut self.effects.0);
        self.node = N::on_recovery(self.node, stable, &mut inner);
        hand_on(&mut self.effects.0, ctx);
        Erased(self)
    }
    fn observe(&self) -> Vec<Fact> {
        self.node.facts()
    }
}

impl<S: Service> Layer for Erased<S> {
    type Implements = S;
    type Uses = FairLossLink<AnyValue>;
    type Timer = AnyValue;
    type Stable = AnyStable;
    /// Nobody asks an erased node: its subject knows the model.
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.0.start(ctx);
    }
    fn on_request(&mut self, request: S::Request, ctx: &mut Context<Self>) {
        self.0.request(request, ctx);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<AnyValue>, ctx: &mut Context<Self>) {
        self.0.receive(from, msg, ctx);
    }
    fn on_timeout(&mut self, timer: AnyValue, ctx: &mut Context<Self>) {
        self.0.timeout(timer, ctx);
    }
    fn on_recovery(fresh: Self, stable: AnyStable, ctx: &mut Context<Self>) -> Self {
        fresh.0.recover(stable, ctx)
    }
    fn facts(&self) -> Vec<Fact> {
        self.0.observe()
    }
}

/// What a node keeps, whose type is forgotten; nothing has been written yet if it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AnyStable(Option<AnyValue>);

impl Stable for AnyStable {
    type Change = AnyChange;
    fn apply(&mut self, change: AnyChange) {
        change.0.apply_to(self);
    }
    fn tears(changes: &[&AnyChange]) -> Vec<u32> {
        changes.first().map(|change| change.0.tears(changes)).unwrap_or_default()
    }
}

/// A step of stable storage whose type is forgotten. It knows what it is a step of.
#[derive(Clone)]
pub struct AnyChange(Rc<dyn AnyStep>);

/// A step of what is kept as `S`.
struct Step<S: Stable>(S::Change);

/// What every step can do, whatever it is a step of.
trait AnyStep {
    fn change(&self) -> &dyn Erase;
    fn apply_to(&self, stable: &mut AnyStable);
    fn tears(&self, all: &[&AnyChange]) -> Vec<u32>;
}

impl<S: Stable> AnyStep for Step<S> {
    fn change(&self) -> &dyn Erase {
        &self.0
    }
    fn apply_to(&self, stable: &mut AnyStable) {
        let mut kept = stable.0.take().map_or_else(S::default, AnyValue::take);
        kept.apply(self.0.clone());
        stable.0 = Some(AnyValue::new(kept));
    }
    fn tears(&self, all: &[&AnyChange]) -> Vec<u32> {
        let all = all.iter().filter_map(|step| step.0.change().any().downcast_ref());
        S::tears(&all.collect::<Vec<_>>())
    }
}

/// Compares, hashes and prints what is erased as what it is.
macro_rules! as_what_it_is {
    ([$($param:ident: $bound:ident)?] $name:ty, $it:ident => $value:expr) => {
        impl$(<$param: $bound>)? PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                let theirs = {
                    let $it = other;
                    $value
                };
                let $it = self;
                $value.equals(theirs.any())
            }
        }
        impl$(<$param: $bound>)? Eq for $name {}
        impl$(<$param: $bound>)? Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                let $it = self;
                $value.hash_into(state);
            }
        }
        impl$(<$param: $bound>)? fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                let $it = self;
                $value.fmt(f)
            }
        }
    };
}
as_what_it_is!([] AnyValue, it => it.0.as_ref());
as_what_it_is!([] AnyChange, it => it.0.change());
as_what_it_is!([S: Service] Erased<S>, it => it.0.as_ref());

impl<S: Service> Clone for Erased<S> {
    fn clone(&self) -> Self {
        Erased(self.0.copy())
    }
}
