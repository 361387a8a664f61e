//! Nodes whose type is forgotten: for them the simulator is compiled once, whatever they do.
//!
//! Packets, timers, changes, requests and indications are values whose type is forgotten as well. They are printed,
//! compared and hashed as what they are, so a run of an erased node is, word for word, the run of the node.

use crate::layer::*;
use crate::service::{Deliver, FairLossLink, SendTo};
use crate::sim::Node;
use crate::sim::told::Translation;
use crate::sim::trace::{Terms, Trace};
use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::rc::Rc;

/// A node of which nothing is known.
pub struct Erased(Box<dyn AnyNode>);

impl Erased {
    /// Forgets what the node is.
    pub(crate) fn new<N: Node>(node: N) -> Self {
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

/// The service of which nothing is known.
pub struct AnyService;
impl Service for AnyService {
    type Request = AnyValue;
    type Indication = AnyValue;
}

/// The words of a trace of which only the service `S` is known.
pub struct Words<S>(PhantomData<S>);
impl<S: Service> Terms for Words<S> {
    type Request = S::Request;
    type Indication = S::Indication;
    type Packet = AnyValue;
    type Timer = AnyValue;
    type Change = AnyChange;
}

impl Trace<Erased> {
    /// The trace of nodes that are known to implement `S`.
    pub(crate) fn of_service<S: Service>(&self) -> Trace<Words<S>> {
        self.translated::<Words<S>, Words<S>>()
    }
}

impl<S: Service> Translation<Erased, Words<S>> for Words<S> {
    fn request(request: &AnyValue) -> S::Request {
        request.clone().take()
    }
    fn indication(indication: &AnyValue) -> S::Indication {
        indication.clone().take()
    }
    fn packet(packet: &AnyValue) -> AnyValue {
        packet.clone()
    }
    fn timer(timer: &AnyValue) -> AnyValue {
        timer.clone()
    }
    fn change(change: &AnyChange) -> AnyChange {
        change.clone()
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
trait AnyNode: Erase {
    fn copy(&self) -> Box<dyn AnyNode>;
    fn start(&mut self, ctx: &mut Context<Erased>);
    fn request(&mut self, request: AnyValue, ctx: &mut Context<Erased>);
    fn receive(&mut self, from: NodeId, packet: AnyValue, ctx: &mut Context<Erased>);
    fn timeout(&mut self, timer: AnyValue, ctx: &mut Context<Erased>);
    fn recover(self: Box<Self>, stable: AnyStable, ctx: &mut Context<Erased>) -> Erased;
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
    fn handle(&mut self, ctx: &mut Context<Erased>, handler: impl FnOnce(&mut N, &mut Context<N>)) {
        handler(&mut self.node, &mut Context::new(ctx.env, &mut self.effects.0));
        hand_on(&mut self.effects.0, ctx);
    }
}

fn hand_on<N: Node>(effects: &mut VecDeque<Effect<N>>, ctx: &mut Context<Erased>) {
    ctx.effects.extend(effects.drain(..).map(|effect| match effect {
        Effect::Request(SendTo { to, msg }) => {
            Effect::Request(SendTo { to, msg: AnyValue::new(msg) })
        }
        Effect::Indicate(indication) => Effect::Indicate(AnyValue::new(indication)),
        Effect::Store(change) => Effect::Store(AnyChange(Rc::new(Step::<N::Stable>(change)))),
        Effect::SetTimer(timer, after) => Effect::SetTimer(AnyValue::new(timer), after),
        Effect::CancelTimer(timer) => Effect::CancelTimer(AnyValue::new(timer)),
    }));
}

impl<N: Node> AnyNode for Host<N> {
    fn copy(&self) -> Box<dyn AnyNode> {
        Box::new(self.clone())
    }
    fn start(&mut self, ctx: &mut Context<Erased>) {
        self.handle(ctx, N::on_start);
    }
    fn request(&mut self, request: AnyValue, ctx: &mut Context<Erased>) {
        self.handle(ctx, |node, ctx| node.on_request(request.take(), ctx));
    }
    fn receive(&mut self, from: NodeId, packet: AnyValue, ctx: &mut Context<Erased>) {
        let received = Deliver { from, msg: packet.take() };
        self.handle(ctx, |node, ctx| node.on_receive(received, ctx));
    }
    fn timeout(&mut self, timer: AnyValue, ctx: &mut Context<Erased>) {
        self.handle(ctx, |node, ctx| node.on_timeout(timer.take(), ctx));
    }
    fn recover(mut self: Box<Self>, stable: AnyStable, ctx: &mut Context<Erased>) -> Erased {
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

impl Layer for Erased {
    type Implements = AnyService;
    type Uses = FairLossLink<AnyValue>;
    type Timer = AnyValue;
    type Stable = AnyStable;
    /// Nobody asks an erased node: its subject knows the model.
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.0.start(ctx);
    }
    fn on_request(&mut self, request: AnyValue, ctx: &mut Context<Self>) {
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
    ($name:ty, $it:ident => $value:expr) => {
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                let theirs = {
                    let $it = other;
                    $value
                };
                let $it = self;
                $value.equals(theirs.any())
            }
        }
        impl Eq for $name {}
        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                let $it = self;
                $value.hash_into(state);
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                let $it = self;
                $value.fmt(f)
            }
        }
    };
}
as_what_it_is!(AnyValue, it => it.0.as_ref());
as_what_it_is!(AnyChange, it => it.0.change());
as_what_it_is!(Erased, it => it.0.as_ref());

impl Clone for Erased {
    fn clone(&self) -> Self {
        Erased(self.0.copy())
    }
}
