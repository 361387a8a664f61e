//! One layer on top of another, itself a layer: the only place where two layers meet.

use crate::layer::*;
use crate::service::AtLeast;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The layer `upper` on top of the layer `lower`. Built by [`Layer::over`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stack<U: Layer, L: Layer> {
    /// Stands on `lower`.
    pub upper: U,
    /// Stands on what the stack stands on.
    pub lower: L,
    up: Queue<U>,
    down: Queue<L>,
}

/// How many effects two layers may make of one event before the run ends in an error.
pub const ENDLESS: u32 = 1 << 20;

/// One of the two layers.
#[derive(Clone, Copy)]
enum Side {
    Upper,
    Lower,
}

impl<U, L> Stack<U, L>
where
    U: Layer,
    L: Layer,
    L::Implements: AtLeast<U::Uses>,
{
    /// `upper` on top of `lower`.
    pub fn new(upper: U, lower: L) -> Self {
        Stack { upper, lower, up: Queue::default(), down: Queue::default() }
    }

    /// Runs a handler of the upper layer, then carries its effects across the seam.
    fn in_upper(&mut self, ctx: &mut Context<Self>, handle: impl FnOnce(&mut U, &mut Context<U>)) {
        handle(&mut self.upper, &mut Context::new(ctx.env, &mut self.up.0));
        self.settle(Side::Upper, ctx);
    }

    /// Runs a handler of the lower layer, then carries its effects across the seam.
    fn in_lower(&mut self, ctx: &mut Context<Self>, handle: impl FnOnce(&mut L, &mut Context<L>)) {
        handle(&mut self.lower, &mut Context::new(ctx.env, &mut self.down.0));
        self.settle(Side::Lower, ctx);
    }

    /// Carries effects across the seam until both layers are quiet.
    ///
    /// Each layer's effects keep their order. As far as that allows, all that an effect leads to in
    /// the other layer comes before the next effect: as if the layers called each other, but no
    /// handler is entered while it runs.
    fn settle(&mut self, mut turn: Side, ctx: &mut Context<Self>) {
        for _ in 0..ENDLESS {
            if ctx.env.endless || (self.up.0.is_empty() && self.down.0.is_empty()) {
                break;
            }
            turn = match turn {
                Side::Upper => self.settle_upper(ctx),
                Side::Lower => self.settle_lower(ctx),
            };
        }
        ctx.env.endless |= !self.up.0.is_empty() || !self.down.0.is_empty();
        self.up.0.clear();
        self.down.0.clear();
    }

    /// Carries out the next effect of the upper layer; says whose turn it is then.
    fn settle_upper(&mut self, ctx: &mut Context<Self>) -> Side {
        let Some(effect) = self.up.0.pop_front() else { return Side::Lower };
        match effect {
            Effect::Request(request) => {
                let request = <L::Implements as AtLeast<U::Uses>>::request(request);
                self.lower.on_request(request, &mut Context::new(ctx.env, &mut self.down.0));
                return Side::Lower;
            }
            Effect::Indicate(indication) => ctx.indicate(indication),
            Effect::Store(change) => ctx.store(Either::First(change)),
            Effect::SetTimer(timer, after) => ctx.set_timer(Either::First(timer), after),
            Effect::CancelTimer(timer) => ctx.cancel_timer(Either::First(timer)),
        }
        Side::Upper
    }

    /// Carries out the next effect of the lower layer; says whose turn it is then.
    fn settle_lower(&mut self, ctx: &mut Context<Self>) -> Side {
        let Some(effect) = self.down.0.pop_front() else { return Side::Upper };
        match effect {
            Effect::Request(request) => ctx.request(request),
            Effect::Indicate(indication) => {
                let indication = <L::Implements as AtLeast<U::Uses>>::indication(indication);
                self.upper.on_receive(indication, &mut Context::new(ctx.env, &mut self.up.0));
                return Side::Upper;
            }
            Effect::Store(change) => ctx.store(Either::Second(change)),
            Effect::SetTimer(timer, after) => ctx.set_timer(Either::Second(timer), after),
            Effect::CancelTimer(timer) => ctx.cancel_timer(Either::Second(timer)),
        }
        Side::Lower
    }
}

impl<U, L> Layer for Stack<U, L>
where
    U: Layer,
    L: Layer,
    L::Implements: AtLeast<U::Uses>,
{
    type Implements = U::Implements;
    type Uses = L::Uses;
    type Timer = Either<U::Timer, L::Timer>;
    type Stable = (U::Stable, L::Stable);
    const MODEL: Model = U::MODEL.meet(L::MODEL);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.in_lower(ctx, L::on_start);
        self.in_upper(ctx, U::on_start);
    }
    fn on_request(&mut self, request: Request<U::Implements>, ctx: &mut Context<Self>) {
        self.in_upper(ctx, |upper, ctx| upper.on_request(request, ctx));
    }
    fn on_receive(&mut self, indication: Indication<L::Uses>, ctx: &mut Context<Self>) {
        self.in_lower(ctx, |lower, ctx| lower.on_receive(indication, ctx));
    }
    fn on_timeout(&mut self, timer: Self::Timer, ctx: &mut Context<Self>) {
        match timer {
            Either::First(timer) => self.in_upper(ctx, |upper, ctx| upper.on_timeout(timer, ctx)),
            Either::Second(timer) => self.in_lower(ctx, |lower, ctx| lower.on_timeout(timer, ctx)),
        }
    }
    fn on_recovery(fresh: Self, stable: Self::Stable, ctx: &mut Context<Self>) -> Self {
        let (mut up, mut down) = (Queue::default(), Queue::default());
        let lower = L::on_recovery(fresh.lower, stable.1, &mut Context::new(ctx.env, &mut down.0));
        let upper = U::on_recovery(fresh.upper, stable.0, &mut Context::new(ctx.env, &mut up.0));
        let mut stack = Stack { upper, lower, up, down };
        stack.settle(Side::Lower, ctx);
        stack
    }
    fn facts(&self) -> Vec<Fact> {
        let mut facts = self.upper.facts();
        facts.extend(self.lower.facts());
        facts
    }
}

/// One of two: a timer, a message or a change that belongs to the first or to the second layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Either<A, B> {
    /// The upper layer's, or the left one's.
    First(A),
    /// The lower layer's, or the right one's.
    Second(B),
}

impl<A, B> Either<A, B> {
    /// The first layer's, if it is.
    pub fn first(&self) -> Option<&A> {
        match self {
            Either::First(first) => Some(first),
            Either::Second(_) => None,
        }
    }
    /// The second layer's, if it is.
    pub fn second(&self) -> Option<&B> {
        match self {
            Either::First(_) => None,
            Either::Second(second) => Some(second),
        }
    }
}

/// Effects on their way across a seam. Between events it is empty, so it is no part of the state:
/// all queues are equal. It is kept only so that its memory is used again.
pub(crate) struct Queue<L: Layer>(pub(crate) VecDeque<Effect<L>>);

impl<L: Layer> Default for Queue<L> {
    fn default() -> Self {
        Queue(VecDeque::new())
    }
}
impl<L: Layer> Clone for Queue<L> {
    fn clone(&self) -> Self {
        Queue::default()
    }
}
impl<L: Layer> PartialEq for Queue<L> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<L: Layer> Eq for Queue<L> {}
impl<L: Layer> Hash for Queue<L> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
impl<L: Layer> fmt::Debug for Queue<L> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("_")
    }
}
