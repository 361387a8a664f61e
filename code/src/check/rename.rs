//! Other names for nodes, wherever they occur in a value.
//!
//! Only a search in which nodes are [alike](super::Explored::alike) needs this; algorithms and
//! their pages do not.

use crate::beside::Beside;
use crate::check::{Bag, Envelope, Explorable, Host, Shared, Situation};
use crate::layer::*;
use crate::service::{AtLeast, Broadcast, Deliver, FairLossLink, Invoke, OpId, Return, SendTo};
use crate::sim::trace::{Record, Trace, What};
use crate::stack::{Either, Stack};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::sync::Arc;

/// A new name for each node, or the same name for several nodes.
#[derive(Clone, Debug)]
pub struct Renaming {
    names: Vec<NodeId>,
    /// The requests of each node, in order, by their ordinals.
    requests: Arc<Vec<Vec<u32>>>,
}

impl Renaming {
    /// Node `i` becomes `names[i]`. Nodes beyond keep their names.
    pub fn new(names: Vec<NodeId>) -> Self {
        Renaming { names, requests: Arc::default() }
    }
    pub(super) fn with_requests(self, requests: &Arc<Vec<Vec<u32>>>) -> Self {
        Renaming { requests: requests.clone(), ..self }
    }
    /// The new name of the node.
    pub fn of(&self, node: NodeId) -> NodeId {
        self.names.get(node.0 as usize).copied().unwrap_or(node)
    }
    /// What stands at the node's new place is its n-th request too.
    fn request(&self, node: NodeId, ordinal: u32) -> u32 {
        let at = |node: NodeId| self.requests.get(node.0 as usize);
        let place = at(node).and_then(|all| all.iter().position(|&other| other == ordinal));
        let Some(place) = place else { return ordinal };
        let named = at(self.of(node)).and_then(|all| all.get(place).copied());
        named.unwrap_or(u32::MAX - place as u32)
    }
}

/// A value in which nodes can get other names.
///
/// It must be the same value but for the names: `x.rename(a).rename(b)` is `x.rename(b after a)`.
/// Several nodes may get one name, and what is kept in order of names must not depend on the old
/// order then: the collections here take care of that. The default is for values without names.
pub trait Rename: Clone {
    /// The same with other names.
    fn rename(&self, _names: &Renaming) -> Self {
        self.clone()
    }
}

macro_rules! without_names {
    ($($type:ty),*) => { $(impl Rename for $type {})* };
}
without_names!((), bool, char, u8, u16, u32, u64, i8, i16, i32, i64, String, &'static str);
without_names!(Never, OpId, Choice, Fact);

impl Rename for NodeId {
    fn rename(&self, names: &Renaming) -> Self {
        names.of(*self)
    }
}
impl<T: Rename> Rename for Option<T> {
    fn rename(&self, names: &Renaming) -> Self {
        self.as_ref().map(|value| value.rename(names))
    }
}
impl<T: Rename> Rename for Vec<T> {
    fn rename(&self, names: &Renaming) -> Self {
        self.iter().map(|value| value.rename(names)).collect()
    }
}
impl<T: Rename + Ord> Rename for BTreeSet<T> {
    fn rename(&self, names: &Renaming) -> Self {
        self.iter().map(|value| value.rename(names)).collect()
    }
}
impl<K: Rename + Ord, V: Rename + Hash> Rename for BTreeMap<K, V> {
    /// Of entries that get the same key, one is kept, whatever their order was.
    fn rename(&self, names: &Renaming) -> Self {
        let mut renamed = BTreeMap::<K, V>::new();
        for (key, value) in self {
            let (key, value) = (key.rename(names), value.rename(names));
            let greater = |other: &V| super::shared::hash(other) >= super::shared::hash(&value);
            if !renamed.get(&key).is_some_and(greater) {
                renamed.insert(key, value);
            }
        }
        renamed
    }
}
impl<T: Rename + Hash> Rename for PerNode<T> {
    /// The entries of the nodes go to their new places.
    fn rename(&self, names: &Renaming) -> Self {
        let mut entries: Vec<_> =
            self.iter().map(|(node, value)| (names.of(node), value.rename(names))).collect();
        entries.sort_by_cached_key(|(node, value)| (*node, super::shared::hash(value)));
        PerNode(entries.into_iter().map(|(_, value)| value).collect())
    }
}
impl<T: Rename + Ord + Hash> Rename for Bag<T> {
    fn rename(&self, names: &Renaming) -> Self {
        let each =
            |(item, count): (&T, u32)| std::iter::repeat_n(item.rename(names), count as usize);
        self.iter().flat_map(each).collect()
    }
}
impl<T: Rename + Hash> Rename for Shared<T> {
    fn rename(&self, names: &Renaming) -> Self {
        Shared::new(T::rename(self, names))
    }
}
impl<T: Rename> Rename for Arc<T> {
    fn rename(&self, names: &Renaming) -> Self {
        Arc::new(T::rename(self, names))
    }
}

macro_rules! tuples {
    ($(($($name:ident $place:tt),*);)*) => {
        $(impl<$($name: Rename),*> Rename for ($($name,)*) {
            fn rename(&self, names: &Renaming) -> Self {
                ($(self.$place.rename(names),)*)
            }
        })*
    };
}
tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}

impl<A: Rename, B: Rename> Rename for Either<A, B> {
    fn rename(&self, names: &Renaming) -> Self {
        match self {
            Either::First(first) => Either::First(first.rename(names)),
            Either::Second(second) => Either::Second(second.rename(names)),
        }
    }
}

macro_rules! fields {
    ($($name:ident<$param:ident> { $($field:ident),* })*) => {
        $(impl<$param: Rename> Rename for $name<$param> {
            fn rename(&self, names: &Renaming) -> Self {
                $name { $($field: self.$field.rename(names)),* }
            }
        })*
    };
}
fields! {
    SendTo<M> { to, msg }
    Broadcast<M> { msg }
    Deliver<M> { from, msg }
    Invoke<C> { op, call }
    Return<T> { op, result }
    Envelope<P> { from, to, packet }
}

impl<U: Layer + Rename, L: Layer + Rename> Rename for Stack<U, L>
where
    L::Implements: AtLeast<U::Uses>,
{
    fn rename(&self, names: &Renaming) -> Self {
        Stack::new(self.upper.rename(names), self.lower.rename(names))
    }
}
impl<A: Rename, B: Rename, X: Value, Y: Value> Rename for Beside<A, B>
where
    A: Layer<Uses = FairLossLink<X>>,
    B: Layer<Uses = FairLossLink<Y>>,
{
    fn rename(&self, names: &Renaming) -> Self {
        Beside::new(self.first.rename(names), self.second.rename(names))
    }
}

/// A node of which everything can get other names.
pub trait Renamable:
    Explorable<
        Packet: Rename,
        Timer: Rename,
        Stable: Rename,
        Implements: Service<Request: Rename, Indication: Rename>,
    > + Rename
{
}
impl<N> Renamable for N where
    N: Explorable<
            Packet: Rename,
            Timer: Rename,
            Stable: Rename,
            Implements: Service<Request: Rename, Indication: Rename>,
        > + Rename
{
}

impl<N: Renamable> Rename for Host<N> {
    fn rename(&self, names: &Renaming) -> Self {
        Host {
            state: self.state.rename(names),
            stable: self.stable.rename(names),
            timers: self.timers.rename(names),
            ..*self
        }
    }
}
impl<N: Renamable> Rename for Trace<N> {
    fn rename(&self, names: &Renaming) -> Self {
        let renamed = |record: &Record<N>| Record {
            node: record.node.rename(names),
            what: match &record.what {
                What::Request { ordinal, request } => What::Request {
                    ordinal: names.request(record.node, *ordinal),
                    request: request.rename(names),
                },
                What::Deliver { indication } => {
                    What::Deliver { indication: indication.rename(names) }
                }
                // Crashes and recoveries: the checker records nothing else.
                other => other.clone(),
            },
            ..*record
        };
        Trace { records: self.records.iter().map(renamed).collect(), ..*self }
    }
}
impl<N: Renamable> Rename for Situation<N> {
    fn rename(&self, names: &Renaming) -> Self {
        Situation {
            hosts: self.hosts.rename(names),
            packets: self.packets.rename(names),
            seen: self.seen.rename(names),
            endless: self.endless.rename(names),
            class: None,
            ..*self
        }
    }
}
