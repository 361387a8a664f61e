//! What a logical clock offers, whichever it is: a timestamp for every event.

use crate::layer::{Context, Effect, Env, Layer, NodeId, Reading, Service, Value};
use crate::service::{AtLeast, Deliver, FairLossLink, SendTo};
use crate::sim::step::{Event, step};
use crate::spec::causality;
use crate::spec::executions::in_time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::marker::PhantomData;

// ANCHOR: service
/// What can be done at a node with a clock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<M> {
    /// Something that concerns no other node.
    Local,
    /// Send `msg` to the node `to`.
    Send {
        /// The destination.
        to: NodeId,
        /// What to send.
        msg: M,
    },
}

/// What happened at a node, and the timestamp of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamped<T, M> {
    /// The timestamp.
    pub time: T,
    /// What happened.
    pub event: Happened<M>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Happened<M> {
    /// Something that concerned no other node.
    Local,
    /// `msg` was sent to the node `to`.
    Sent {
        /// The destination.
        to: NodeId,
        /// What was sent.
        msg: M,
    },
    /// `msg` was received from the node `from`.
    Received {
        /// The sender.
        from: NodeId,
        /// What was received.
        msg: M,
    },
}

/// Messages `M` from node to node, and a timestamp `T` for every event.
#[derive(Clone, Debug)]
pub struct Timestamps<T, M>(PhantomData<(T, M)>);

impl<T: Value, M: Value> Service for Timestamps<T, M> {
    type Request = Step<M>;
    type Indication = Stamped<T, M>;
}
// ANCHOR_END: service

impl<T: fmt::Debug, M: fmt::Debug> fmt::Debug for Stamped<T, M> {
    /// Without nesting, so that pictures find the message in it.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut text = f.debug_struct("Stamped");
        text.field("time", &self.time);
        match &self.event {
            Happened::Local => text.field("event", &Word("Local")),
            Happened::Sent { to, msg } => {
                text.field("event", &Word("Sent")).field("to", to).field("msg", msg)
            }
            Happened::Received { from, msg } => {
                text.field("event", &Word("Received")).field("from", from).field("msg", msg)
            }
        };
        text.finish()
    }
}

/// A word that is printed without quotes.
struct Word(&'static str);
impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<T: Value, M: Value> AtLeast<Timestamps<T, M>> for Timestamps<T, M> {
    fn request(request: Step<M>) -> Step<M> {
        request
    }
    fn indication(indication: Stamped<T, M>) -> Stamped<T, M> {
        indication
    }
}

impl<M> From<SendTo<M>> for Step<M> {
    fn from(SendTo { to, msg }: SendTo<M>) -> Self {
        Step::Send { to, msg }
    }
}

/// The timestamps that these clocks, one for each node, give to the events of an execution.
///
/// `None` if the execution cannot happen.
pub fn stamp<C, T>(mut clocks: Vec<C>, events: &[causality::Event]) -> Option<Vec<T>>
where
    C: Layer<Implements = Timestamps<T, ()>, Uses = FairLossLink<(T, ())>>,
    T: Value,
{
    // Who receives a message does not matter to its sender's clock.
    let anybody = NodeId(0);
    let mut sent: BTreeMap<usize, T> = BTreeMap::new();
    let mut times: Vec<Option<T>> = vec![None; events.len()];
    for index in in_time(events)? {
        let causality::Event { node, received } = events[index];
        let event = match received {
            Some(send) => Event::Receive(Deliver {
                from: events[send].node,
                msg: (sent.get(&send)?.clone(), ()),
            }),
            None if events.iter().any(|other| other.received == Some(index)) => {
                Event::Request(Step::Send { to: anybody, msg: () })
            }
            None => Event::Request(Step::Local),
        };
        let mut env = Env::new(node, Reading::default(), crate::choices::Choices::default());
        let mut effects = VecDeque::new();
        step(clocks.get_mut(node.0 as usize)?, event, &mut env, &mut effects);
        for effect in effects {
            match effect {
                Effect::Request(SendTo { msg: (time, ()), .. }) => {
                    sent.insert(index, time);
                }
                Effect::Indicate(Stamped { time, .. }) => times[index] = Some(time),
                _ => {}
            }
        }
    }
    times.into_iter().collect()
}

/// A link for an algorithm that does not know of timestamps: its messages are stamped all the same.
///
/// **Implements** [`FairLossLink`]. **Uses** [`Timestamps`]. With it, any algorithm that stands on a
/// link can be given a clock: `algorithm.over(Unaware::new()).over(Vector::new(n))`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unaware<T, M> {
    types: PhantomData<(T, M)>,
}

impl<T, M> Unaware<T, M> {
    /// For any number of nodes.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        Unaware { types: PhantomData }
    }
}

// ANCHOR: unaware
impl<T: Value, M: Value> Layer for Unaware<T, M> {
    type Implements = FairLossLink<M>;
    type Uses = Timestamps<T, M>;
    type Timer = crate::layer::NoTimer;
    type Stable = ();
    const MODEL: crate::model::Model = crate::layer::Model::any_links(
        crate::layer::Nodes::CrashRecovery,
        crate::layer::Timing::Asynchronous,
    );

    /// The algorithm sends a message.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        ctx.send(to, msg);
    }

    /// Something was stamped. Only what was received concerns the algorithm.
    fn on_receive(&mut self, stamped: Stamped<T, M>, ctx: &mut Context<Self>) {
        if let Happened::Received { from, msg } = stamped.event {
            ctx.deliver(from, msg);
        }
    }

    /// There is nothing to remember.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
// ANCHOR_END: unaware
