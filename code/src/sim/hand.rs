//! A run by hand: one pending event at a time, in any order, with a way back.

use crate::facts::Fact;
use crate::layer::Layer;
use crate::node::{NodeId, Time};
use crate::sim::Node;
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::Fault;
use crate::sim::pending::{Decided, Pending};
use crate::sim::trace::{Loss, What};
use crate::sim::world::{RunError, World};
use serde::{Deserialize, Serialize};

/// One thing that a person at the controls can do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Move {
    /// Let the event that is due next happen.
    Next,
    /// Let this pending event happen now.
    Take(EventId),
    /// Lose this packet.
    Drop(EventId),
    /// Make a second copy of this packet, to arrive right after it.
    Duplicate(EventId),
    /// Let this packet arrive at that time instead.
    Delay(EventId, Time),
    /// Let a fault happen now.
    Fault(Fault),
}

/// A pending event, as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingEvent {
    /// Its name.
    pub id: EventId,
    /// When it is due.
    pub due: Time,
    /// The node it will come to; none for a fault.
    pub node: Option<NodeId>,
    /// What it carries, as text.
    pub what: String,
}

/// A world under somebody's hand.
///
/// It remembers the moves made, so that it can go back: the moves but the last one, from the start,
/// give the state before.
#[derive(Clone, Debug)]
pub struct Hand<N: Node> {
    start: World<N>,
    world: World<N>,
    moves: Vec<Move>,
    most_records: usize,
}

impl<N: Node> Hand<N> {
    /// Takes over this world. The starts of nodes that are due happen at once: they are nobody's
    /// choice.
    pub fn new(mut world: World<N>) -> Self {
        for node in world.nodes() {
            if let Some((due, start)) = world.agenda.take(|item| item.id() == EventId::Start(node))
            {
                // An endless start is met again, and reported, at the first move.
                let _ = world.happen(due, start);
            }
        }
        Hand { start: world.clone(), world, moves: Vec::new(), most_records: usize::MAX }
    }
    /// From now on, [`finish`](Hand::finish) is in error as soon as the trace has more records than
    /// this.
    pub fn limit(&mut self, records: usize) {
        self.most_records = records;
    }
    /// The world as it is now.
    pub fn world(&self) -> &World<N> {
        &self.world
    }
    /// The moves made so far.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }
    /// What can happen next, by the time at which it is due. Timers that were cancelled are not
    /// among it.
    pub fn pending(&self) -> Vec<PendingEvent> {
        let pending = self.world.agenda.iter().filter(|(_, item)| self.world.is_alive(item));
        pending
            .map(|(due, item)| PendingEvent {
                id: item.id(),
                due: due.max(self.world.now()),
                node: item.node(),
                what: item.text(),
            })
            .collect()
    }
    /// Makes a move. Says what is wrong with one that cannot be made, and then changes nothing.
    pub fn play(&mut self, action: Move) -> Result<(), String> {
        self.world.play(&action)?;
        self.moves.push(action);
        Ok(())
    }
    /// Takes the last move back; false if there is none.
    pub fn step_back(&mut self) -> bool {
        if self.moves.pop().is_none() {
            return false;
        }
        self.world = self.start.clone();
        for action in &self.moves {
            // It could be made the first time, from the same state.
            let _ = self.world.play(action);
        }
        true
    }
    /// What can be observed of a node.
    pub fn facts(&self, node: NodeId) -> Vec<Fact> {
        self.world.node(node).map(Layer::facts).unwrap_or_default()
    }
    /// Lets everything that is pending happen in order of time, until the time `until`.
    ///
    /// In error if that takes more than a million events, or more records than the
    /// [`limit`](Hand::limit).
    pub fn finish(&mut self, until: Time) -> Result<(), String> {
        let before = self.moves.len();
        while self.world.next_alive().is_some_and(|due| due <= until) {
            self.play(Move::Next)?;
            if self.world.trace.as_ref().is_some_and(|t| t.records.len() > self.most_records) {
                return Err(format!("the run has more than {} records", self.most_records));
            }
            if self.moves.len() - before == MOST_MOVES {
                return Err(RunError::TooManyEvents(MOST_MOVES as u64).to_string());
            }
        }
        Ok(())
    }
}

/// How many events a run may have that is finished by hand: each is remembered.
const MOST_MOVES: usize = 1_000_000;

/// The number of the first copy of a packet that somebody makes by hand.
const FIRST_BY_HAND: u32 = 100;

/// A packet that was taken off the agenda.
#[derive(Clone)]
struct UnderWay<P> {
    id: PacketId,
    from: NodeId,
    packet: P,
    cause: Option<u64>,
}

impl<P> UnderWay<P> {
    fn pending<N: Node<Packet = P>>(self) -> Pending<N> {
        let UnderWay { id, from, packet, cause } = self;
        Pending::Packet { id, from, packet, cause }
    }
}

impl<N: Node> World<N> {
    /// Whether a pending event still means something: a cancelled timer does not.
    pub(crate) fn is_alive(&self, pending: &Pending<N>) -> bool {
        match pending {
            Pending::Timer { node, timer, ordinal, .. } => {
                self.hosts[node.0 as usize].is_running(timer, *ordinal)
            }
            _ => true,
        }
    }

    /// When the next event is due that still means something.
    fn next_alive(&mut self) -> Option<Time> {
        loop {
            let (due, item) = self.agenda.peek()?;
            if self.is_alive(item) {
                return Some(due);
            }
            self.agenda.next();
        }
    }

    fn play(&mut self, action: &Move) -> Result<(), String> {
        let told = |error: RunError| error.to_string();
        match action {
            Move::Next => self.step().map_err(told).and_then(|happened| {
                if happened { Ok(()) } else { Err("nothing is pending".to_string()) }
            }),
            Move::Take(id) => {
                let (due, pending) = self.pick(id)?;
                self.happen(due, pending).map_err(told)
            }
            Move::Drop(id) => {
                let (_, UnderWay { id, cause, .. }) = self.pick_packet(id)?;
                self.record(id.from, cause, || What::Lose { id, why: Loss::Dropped });
                Ok(())
            }
            Move::Duplicate(id) => self.duplicate(id),
            Move::Delay(id, until) => {
                let (_, packet) = self.pick_packet(id)?;
                self.agenda.enter((*until).max(self.now()), packet.pending());
                Ok(())
            }
            Move::Fault(fault) => {
                self.check(fault)?;
                self.strike(fault.clone(), Decided::default());
                Ok(())
            }
        }
    }

    fn duplicate(&mut self, id: &EventId) -> Result<(), String> {
        let (due, original) = self.pick_packet(id)?;
        let UnderWay { id, cause, .. } = original;
        // Whatever copies the network made come before those made by hand.
        let copies = self.copies.entry(PacketId { copy: 0, ..id }).or_insert(FIRST_BY_HAND);
        let copy = PacketId { copy: *copies, ..id };
        *copies += 1;
        self.agenda.enter(due, original.clone().pending());
        let cause = self.record(id.from, cause, || What::Duplicate { id: copy }).or(cause);
        self.agenda.enter(due, UnderWay { id: copy, cause, ..original }.pending());
        Ok(())
    }

    /// Takes a pending event off the agenda.
    fn pick(&mut self, id: &EventId) -> Result<(Time, Pending<N>), String> {
        let is_there = self.agenda.iter().any(|(_, item)| item.id() == *id && self.is_alive(item));
        let found = if is_there { self.agenda.take(|item| item.id() == *id) } else { None };
        found.ok_or_else(|| format!("{id} is not pending: it has happened already, or never will"))
    }

    fn pick_packet(&mut self, id: &EventId) -> Result<(Time, UnderWay<N::Packet>), String> {
        if !matches!(id, EventId::Packet(_)) {
            return Err(format!(
                "{id} is not a packet: only packets can be lost, doubled or delayed"
            ));
        }
        match self.pick(id)? {
            (due, Pending::Packet { id, from, packet, cause }) => {
                Ok((due, UnderWay { id, from, packet, cause }))
            }
            _ => Err(format!("{id} is not a packet")),
        }
    }

    /// Whether every node that a fault names exists.
    pub(crate) fn check(&self, fault: &Fault) -> Result<(), String> {
        let n = self.hosts.len();
        match fault.nodes().into_iter().find(|&node| !self.has(node)) {
            Some(node) => Err(format!("there is no node {node}: this run has {n} nodes")),
            None => Ok(()),
        }
    }
}
