//! Two layers side by side, and the ports through which a layer uses both.

use crate::layer::*;
use crate::service::{AtLeast, Deliver, FairLossLink, SendTo};
use crate::stack::{Either, Queue};
use std::marker::PhantomData;

/// Two services side by side.
#[derive(Clone, Debug)]
pub struct Both<A, B>(PhantomData<(A, B)>);

impl<A: Service, B: Service> Service for Both<A, B> {
    type Request = Either<A::Request, B::Request>;
    type Indication = Either<A::Indication, B::Indication>;
}

/// Two layers side by side on one wire: each packet says which of the two it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Beside<A: Layer, B: Layer> {
    /// The first layer.
    pub first: A,
    /// The second layer.
    pub second: B,
    firsts: Queue<A>,
    seconds: Queue<B>,
}

impl<A, B, X: Value, Y: Value> Beside<A, B>
where
    A: Layer<Uses = FairLossLink<X>>,
    B: Layer<Uses = FairLossLink<Y>>,
{
    /// `first` beside `second`.
    pub fn new(first: A, second: B) -> Self {
        Beside { first, second, firsts: Queue::default(), seconds: Queue::default() }
    }

    /// Runs a handler of the first layer and passes its effects on.
    fn in_first(&mut self, ctx: &mut Context<Self>, handle: impl FnOnce(&mut A, &mut Context<A>)) {
        handle(&mut self.first, &mut Context::new(ctx.env, &mut self.firsts.0));
        self.pass_on(ctx);
    }

    /// Runs a handler of the second layer and passes its effects on.
    fn in_second(&mut self, ctx: &mut Context<Self>, handle: impl FnOnce(&mut B, &mut Context<B>)) {
        handle(&mut self.second, &mut Context::new(ctx.env, &mut self.seconds.0));
        self.pass_on(ctx);
    }

    fn pass_on(&mut self, ctx: &mut Context<Self>) {
        use Either::{First, Second};
        for effect in self.firsts.0.drain(..) {
            match effect {
                Effect::Request(SendTo { to, msg }) => ctx.request(SendTo { to, msg: First(msg) }),
                Effect::Indicate(indication) => ctx.indicate(First(indication)),
                Effect::Store(change) => ctx.store(First(change)),
                Effect::SetTimer(timer, after) => ctx.set_timer(First(timer), after),
                Effect::CancelTimer(timer) => ctx.cancel_timer(First(timer)),
            }
        }
        for effect in self.seconds.0.drain(..) {
            match effect {
                Effect::Request(SendTo { to, msg }) => ctx.request(SendTo { to, msg: Second(msg) }),
                Effect::Indicate(indication) => ctx.indicate(Second(indication)),
                Effect::Store(change) => ctx.store(Second(change)),
                Effect::SetTimer(timer, after) => ctx.set_timer(Second(timer), after),
                Effect::CancelTimer(timer) => ctx.cancel_timer(Second(timer)),
            }
        }
    }
}

impl<A, B, X: Value, Y: Value> Layer for Beside<A, B>
where
    A: Layer<Uses = FairLossLink<X>>,
    B: Layer<Uses = FairLossLink<Y>>,
{
    type Implements = Both<A::Implements, B::Implements>;
    type Uses = FairLossLink<Either<X, Y>>;
    type Timer = Either<A::Timer, B::Timer>;
    type Stable = (A::Stable, B::Stable);
    const MODEL: Model = A::MODEL.meet(B::MODEL);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.in_first(ctx, A::on_start);
        self.in_second(ctx, B::on_start);
    }
    fn on_request(&mut self, request: Request<Self::Implements>, ctx: &mut Context<Self>) {
        match request {
            Either::First(request) => {
                self.in_first(ctx, |first, ctx| first.on_request(request, ctx));
            }
            Either::Second(request) => {
                self.in_second(ctx, |second, ctx| second.on_request(request, ctx));
            }
        }
    }
    fn on_receive(&mut self, packet: Deliver<Either<X, Y>>, ctx: &mut Context<Self>) {
        let from = packet.from;
        match packet.msg {
            Either::First(msg) => {
                self.in_first(ctx, |first, ctx| first.on_receive(Deliver { from, msg }, ctx));
            }
            Either::Second(msg) => {
                self.in_second(ctx, |second, ctx| second.on_receive(Deliver { from, msg }, ctx));
            }
        }
    }
    fn on_timeout(&mut self, timer: Self::Timer, ctx: &mut Context<Self>) {
        match timer {
            Either::First(timer) => self.in_first(ctx, |first, ctx| first.on_timeout(timer, ctx)),
            Either::Second(timer) => {
                self.in_second(ctx, |second, ctx| second.on_timeout(timer, ctx));
            }
        }
    }
    fn on_recovery(fresh: Self, stable: Self::Stable, ctx: &mut Context<Self>) -> Self {
        let (mut firsts, mut seconds) = (Queue::default(), Queue::default());
        let mut beside = Beside {
            first: A::on_recovery(fresh.first, stable.0, &mut Context::new(ctx.env, &mut firsts.0)),
            second: B::on_recovery(
                fresh.second,
                stable.1,
                &mut Context::new(ctx.env, &mut seconds.0),
            ),
            firsts,
            seconds,
        };
        beside.pass_on(ctx);
        beside
    }
    fn facts(&self) -> Vec<Fact> {
        let mut facts = self.first.facts();
        facts.extend(self.second.facts());
        facts
    }
}

/// Names the ports of a layer that uses two services side by side, each with what is asked of it.
/// The ports may be of any messages: `pub Ports<M> uses` and so on.
///
/// It makes a service whose requests and indications are enums with a variant for each port, `From`
/// for each, and lets every pair of services that are at least as strong stand below. There may be
/// three ports: then a pair stands below whose second is a pair.
///
/// ```
/// use distsys::ports;
/// use distsys::service::{Broadcast, ReliableLink, SendTo, TotalOrderBroadcast};
/// ports! {
///     /// Links for questions, a total order for votes.
///     pub Ports uses
///         Link(SendTo<&'static str>): ReliableLink<&'static str>,
///         Order(Broadcast<u32>): TotalOrderBroadcast<u32>;
///     asks Ask, hears Hear
/// }
/// ```
// The words are given beside the service, because `From` of a type that the compiler must look up
// in a trait might overlap with `From<T> for T`, as far as it can tell.
#[macro_export]
macro_rules! ports {
    (
        $(#[$doc:meta])*
        pub $ports:ident $(<$m:ident>)? uses
            $one:ident($ask_first:ty): $first:ty,
            $two:ident($ask_second:ty): $second:ty;
        asks $ask:ident, hears $hear:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $ports $(<$m>(std::marker::PhantomData<$m>))?;
        /// A request, named by its port.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $ask $(<$m>)? {
            /// To the first port.
            $one($ask_first),
            /// To the second port.
            $two($ask_second),
        }
        /// An indication, named by its port.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $hear $(<$m: $crate::layer::Value>)? {
            /// From the first port.
            $one($crate::layer::Indication<$first>),
            /// From the second port.
            $two($crate::layer::Indication<$second>),
        }
        impl $(<$m: $crate::layer::Value>)? $crate::layer::Service for $ports $(<$m>)? {
            type Request = $ask $(<$m>)?;
            type Indication = $hear $(<$m>)?;
        }
        impl $(<$m>)? From<$ask_first> for $ask $(<$m>)? {
            fn from(request: $ask_first) -> Self {
                $ask::$one(request)
            }
        }
        impl $(<$m>)? From<$ask_second> for $ask $(<$m>)? {
            fn from(request: $ask_second) -> Self {
                $ask::$two(request)
            }
        }
        impl<$($m: $crate::layer::Value,)? A, B> $crate::service::AtLeast<$ports $(<$m>)?>
            for $crate::beside::Both<A, B>
        where
            A: $crate::service::AtLeast<$first>,
            B: $crate::service::AtLeast<$second>,
        {
            fn request(request: $ask $(<$m>)?) -> $crate::layer::Request<Self> {
                match request {
                    $ask::$one(request) => $crate::stack::Either::First(A::request(request)),
                    $ask::$two(request) => $crate::stack::Either::Second(B::request(request)),
                }
            }
            fn indication(
                indication: $crate::layer::Indication<Self>,
            ) -> $hear $(<$m>)? {
                match indication {
                    $crate::stack::Either::First(indication) => $hear::$one(A::indication(indication)),
                    $crate::stack::Either::Second(indication) => $hear::$two(B::indication(indication)),
                }
            }
        }
    };
    (
        $(#[$doc:meta])*
        pub $ports:ident uses
            $one:ident($ask_first:ty): $first:ty,
            $two:ident($ask_second:ty): $second:ty,
            $three:ident($ask_third:ty): $third:ty;
        asks $ask:ident, hears $hear:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $ports;
        /// A request, named by its port.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $ask {
            /// To the first port.
            $one($ask_first),
            /// To the second port.
            $two($ask_second),
            /// To the third port.
            $three($ask_third),
        }
        /// An indication, named by its port.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $hear {
            /// From the first port.
            $one($crate::layer::Indication<$first>),
            /// From the second port.
            $two($crate::layer::Indication<$second>),
            /// From the third port.
            $three($crate::layer::Indication<$third>),
        }
        impl $crate::layer::Service for $ports {
            type Request = $ask;
            type Indication = $hear;
        }
        impl From<$ask_first> for $ask {
            fn from(request: $ask_first) -> Self {
                $ask::$one(request)
            }
        }
        impl From<$ask_second> for $ask {
            fn from(request: $ask_second) -> Self {
                $ask::$two(request)
            }
        }
        impl<A, B, C> $crate::service::AtLeast<$ports>
            for $crate::beside::Both<A, $crate::beside::Both<B, C>>
        where
            A: $crate::service::AtLeast<$first>,
            B: $crate::service::AtLeast<$second>,
            C: $crate::service::AtLeast<$third>,
        {
            fn request(request: $ask) -> $crate::layer::Request<Self> {
                use $crate::stack::Either::{First, Second};
                match request {
                    $ask::$one(request) => First(A::request(request)),
                    $ask::$two(request) => Second(First(B::request(request))),
                    $ask::$three(request) => Second(Second(C::request(request))),
                }
            }
            fn indication(indication: $crate::layer::Indication<Self>) -> $hear {
                use $crate::stack::Either::{First, Second};
                match indication {
                    First(indication) => $hear::$one(A::indication(indication)),
                    Second(First(indication)) => $hear::$two(B::indication(indication)),
                    Second(Second(indication)) => $hear::$three(C::indication(indication)),
                }
            }
        }
    };
}
pub use ports;

/// Two services side by side can stand in for two that are each no stronger.
impl<A, B, C, D> AtLeast<Both<C, D>> for Both<A, B>
where
    A: AtLeast<C>,
    B: AtLeast<D>,
    C: Service,
    D: Service,
{
    fn request(request: Request<Both<C, D>>) -> Request<Self> {
        match request {
            Either::First(request) => Either::First(A::request(request)),
            Either::Second(request) => Either::Second(B::request(request)),
        }
    }
    fn indication(indication: Indication<Self>) -> Indication<Both<C, D>> {
        match indication {
            Either::First(indication) => Either::First(A::indication(indication)),
            Either::Second(indication) => Either::Second(B::indication(indication)),
        }
    }
}
