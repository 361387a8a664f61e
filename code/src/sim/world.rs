//! The world of a run: nodes, the network between them, and what is still to come.

use crate::layer::*;
use crate::service::Deliver;
use crate::sim::Node;
use crate::sim::adversary::Adversary;
use crate::sim::agenda::Agenda;
use crate::sim::clock::LocalClock;
use crate::sim::event::PacketId;
use crate::sim::fault::Fault;
use crate::sim::forge::{Forging, Mutator};
use crate::sim::host::Host;
use crate::sim::menu::FaultMenu;
use crate::sim::network::Network;
use crate::sim::pending::{CrashPoint, Decided, Pending};
use crate::sim::script::Script;
use crate::sim::step::Event;
use crate::sim::synchrony::Synchrony;
use crate::sim::trace::{Loss, Record, Trace, What};
use std::collections::{BTreeMap, VecDeque};

/// A run under way.
#[derive(Clone, Debug)]
pub struct World<N: Node> {
    /// What the network does to packets about which the script says nothing.
    pub network: Network,
    /// Links that differ from the rest of the network.
    pub links_apart: BTreeMap<(NodeId, NodeId), Network>,
    /// What an adversary on the links does to packets about which the script says nothing.
    pub forging: Forging,
    /// How it changes them; without one it cannot.
    pub mutator: Option<Mutator<N::Packet>>,
    /// By when packets arrive that do.
    pub synchrony: Synchrony,
    /// What is decided about this run.
    pub script: Script,
    pub(crate) hosts: Vec<Host<N>>,
    pub(crate) agenda: Agenda<Pending<N>>,
    pub(crate) trace: Option<Trace<N>>,
    pub(crate) seed: u64,
    pub(crate) now: Time,
    pub(crate) links: Vec<Link>,
    requests: u32,
    faults: u32,
    pub(crate) delivered: u64,
    /// The number of each client's next operation.
    pub(crate) clients: BTreeMap<u32, u64>,
    pub(crate) endless: Option<NodeId>,
    /// How many copies of a packet were made by hand.
    pub(crate) copies: BTreeMap<PacketId, u32>,
    pub(crate) adversary: Option<Box<dyn Adversary<N::Packet>>>,
    pub(crate) effects: VecDeque<Effect<N>>,
    /// What is being written to stable storage; empty between effects, kept for its memory.
    pub(crate) batch: Vec<Change<N>>,
}

/// One directed link.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Link {
    /// How many packets were sent.
    pub(crate) sent: u64,
    /// How many cuts are in force.
    pub(crate) cuts: u32,
}

/// Why a run cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// Two layers of this node kept each other busy without end.
    Endless(NodeId),
    /// Events were still happening after this many.
    TooManyEvents(u64),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            RunError::Endless(node) => write!(
                f,
                "two layers of node {node} keep each other busy without end: each request of the upper one makes the \
                 lower one deliver, and each delivery makes the upper one ask again"
            ),
            RunError::TooManyEvents(events) => write!(
                f,
                "the run is not over after {events} events: is there a message or a timer that always leads to another?"
            ),
        }
    }
}

impl std::error::Error for RunError {}

impl<N: Node> World<N> {
    /// A world of these nodes, on a reliable network. Nothing has happened yet: each node starts at
    /// time 0.
    pub fn new(seed: u64, nodes: Vec<N>) -> Self {
        let n = nodes.len() as u32;
        let mut agenda = Agenda::new();
        for node in NodeId::all(n) {
            agenda.enter(0, Pending::Start(node));
        }
        World {
            network: Network::reliable(),
            links_apart: BTreeMap::new(),
            forging: Forging::default(),
            mutator: None,
            synchrony: Synchrony::default(),
            script: Script::default(),
            hosts: nodes.into_iter().map(Host::new).collect(),
            agenda,
            trace: Some(Trace::new(n)),
            seed,
            now: 0,
            links: vec![Link::default(); (n * n) as usize],
            requests: 0,
            faults: 0,
            delivered: 0,
            clients: BTreeMap::new(),
            endless: None,
            copies: BTreeMap::new(),
            adversary: None,
            effects: VecDeque::new(),
            batch: Vec::new(),
        }
    }
    /// Without a trace, for speed.
    pub fn untraced(mut self) -> Self {
        self.trace = None;
        self
    }
    /// With this network.
    pub fn with_network(self, network: Network) -> Self {
        World { network, ..self }
    }
    /// With these decisions. Nodes that it calls absent are down all the time; if it is calm, so is
    /// the network.
    ///
    /// # Panics
    ///
    /// If a fault in it names a node that does not exist.
    pub fn with_script(mut self, script: Script) -> Self {
        for node in self.nodes().filter(|node| script.absent.contains(node)) {
            self.hosts[node.0 as usize].absent = true;
            self.crash(node, What::CRASH, None);
        }
        for (at, fault) in script.faults.iter().flatten() {
            self.fault_at(*at, fault.clone());
        }
        let network = if script.calm { Network::calm() } else { self.network };
        World { network, script, ..self }
    }
    /// With what this menu says about network, links and delays. Its faults are a
    /// [`plan`](FaultMenu::plan).
    pub fn with_menu(self, menu: &FaultMenu) -> Self {
        let FaultMenu { network, forging, synchrony, .. } = *menu;
        World { network, forging, synchrony, ..self }
    }
    /// With an adversary that sees every packet.
    pub fn with_adversary(self, adversary: impl Adversary<N::Packet> + 'static) -> Self {
        World { adversary: Some(Box::new(adversary)), ..self }
    }
    /// Gives a node another clock. Only before the run.
    pub fn set_clock(&mut self, node: NodeId, clock: LocalClock) {
        self.hosts[node.0 as usize].clock = clock;
    }

    /// The application at `node` will ask for this, at that time. Returns the number of the
    /// request.
    pub fn request_at(&mut self, at: Time, node: NodeId, request: Asked<N>) -> u32 {
        let ordinal = self.requests;
        self.requests += 1;
        if !self.script.without.contains(&ordinal) {
            self.agenda.enter(at.max(self.now), Pending::Request { node, ordinal, request });
        }
        ordinal
    }
    /// The application at `node` asks for this now.
    pub fn request(&mut self, node: NodeId, request: Asked<N>) -> u32 {
        self.request_at(self.now, node, request)
    }
    /// This fault will happen at that time.
    ///
    /// # Panics
    ///
    /// If it names a node that does not exist.
    pub fn fault_at(&mut self, at: Time, fault: Fault) {
        let problem = self.check(&fault).err().unwrap_or_default();
        assert!(problem.is_empty(), "{problem}");
        let ordinal = self.faults;
        self.faults += 1;
        if let Fault::Clock(node, clock) = fault {
            self.set_clock(node, clock);
            self.record(node, None, || What::Clock { clock });
            return;
        }
        let fault = Pending::Fault { ordinal, fault: Box::new(fault) };
        self.agenda.enter(at.max(self.now), fault);
    }

    /// The true time.
    pub fn now(&self) -> Time {
        self.now
    }
    /// Whether there is such a node.
    pub(crate) fn has(&self, node: NodeId) -> bool {
        node.0 < self.hosts.len() as u32
    }
    /// The nodes' names.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<N> {
        NodeId::all(self.hosts.len() as u32)
    }
    /// The state of a node; `None` while it is down.
    pub fn node(&self, node: NodeId) -> Option<&N> {
        self.hosts[node.0 as usize].state.as_ref()
    }
    /// What a node has on stable storage.
    pub fn stable(&self, node: NodeId) -> &N::Stable {
        &self.hosts[node.0 as usize].stable
    }
    /// How many indications the nodes have given.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }
    /// What has happened so far; empty for a world without a trace.
    pub fn trace(&self) -> Trace<N> {
        self.trace.clone().unwrap_or_else(|| Trace::new(self.hosts.len() as u32))
    }

    /// Lets the next thing happen; false if nothing is to come.
    pub fn step(&mut self) -> Result<bool, RunError> {
        self.step_by(Time::MAX)
    }
    /// Runs until the time `until` has come.
    pub fn run_until(&mut self, until: Time) -> Result<(), RunError> {
        self.run_all(until)?;
        self.now = self.now.max(until);
        Ok(())
    }
    /// Runs until nothing is to come, for at most an hour of simulated time.
    pub fn run(&mut self) -> Result<(), RunError> {
        self.run_all(self.now.saturating_add(3_600 * SECONDS))
    }

    /// Lets all happen that is due by then.
    fn run_all(&mut self, until: Time) -> Result<(), RunError> {
        let mut events = 0;
        while self.step_by(until)? {
            events += 1;
            if events == MOST_EVENTS {
                return Err(RunError::TooManyEvents(events));
            }
        }
        Ok(())
    }

    /// Lets the next thing happen that is due by then; false if there is none.
    fn step_by(&mut self, until: Time) -> Result<bool, RunError> {
        while let Some((due, pending)) = self.agenda.next_by(until) {
            if self.is_alive(&pending) {
                self.happen(due, pending)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets `pending` happen, now or when it is due, whichever is later.
    pub(crate) fn happen(&mut self, due: Time, pending: Pending<N>) -> Result<(), RunError> {
        self.now = self.now.max(due);
        let host = pending.node().map(|node| &mut self.hosts[node.0 as usize]);
        match (host, &pending) {
            (Some(Host { missed: Some(missed), .. }), _) => missed.push((due, pending)),
            (Some(Host { state: None, .. }), Pending::Packet { id, cause, .. }) => {
                self.record(id.to, *cause, || What::Lose { id: *id, why: Loss::Down });
            }
            (Some(Host { state: None, .. }), _) => {}
            _ => self.act(pending),
        }
        self.endless.map_or(Ok(()), |node| Err(RunError::Endless(node)))
    }

    /// Lets something happen; the node to which it happens is up.
    fn act(&mut self, pending: Pending<N>) {
        let decided = self.decided(&pending);
        match pending {
            Pending::Start(node) => {
                let record = self.record(node, None, || What::Start);
                self.handle(node, Event::Start, decided, record);
            }
            Pending::Request { node, ordinal, request } => {
                let what = || What::Request { ordinal, request: request.clone() };
                let record = self.record(node, None, what);
                self.handle(node, Event::Request(request), decided, record);
            }
            Pending::Packet { id, from, packet, cause } => {
                let what = || What::Receive { id, packet: packet.clone() };
                let record = self.record(id.to, cause, what);
                let event = Event::Receive(Deliver { from, msg: packet });
                self.handle(id.to, event, decided, record);
            }
            Pending::Timer { node, timer, ordinal, cause } => {
                let host = &mut self.hosts[node.0 as usize];
                if host.is_running(&timer, ordinal) {
                    host.stop_timer(&timer);
                    let what = || What::Timeout { timer: timer.clone(), ordinal };
                    let record = self.record(node, cause, what);
                    self.handle(node, Event::Timeout(timer), decided, record);
                }
            }
            Pending::Fault { fault, .. } => self.strike(*fault, decided),
        }
    }

    /// What is decided about an event before it happens: by the script, or else by the seed.
    fn decided(&self, pending: &Pending<N>) -> Decided {
        let (place, ordinal) = pending.place();
        let Script { crashes, torn, choices: recorded, calm, .. } = &self.script;
        let choices = match calm {
            true => Choices::default(),
            false => Choices::drawn(self.seed, place, ordinal),
        };
        if crashes.is_empty() && torn.is_empty() && recorded.is_empty() {
            return Decided { crash: None, choices };
        }
        let id = pending.id();
        let recorded = recorded.get(&id).cloned().unwrap_or_default();
        let after = crashes.get(&id).copied().map(CrashPoint::After);
        let tearing = torn.get(&id).copied().map(CrashPoint::Tearing);
        Decided { crash: after.or(tearing), choices: choices.after(recorded) }
    }

    /// Writes into the trace, if one is kept; returns the index of the new record.
    pub(crate) fn record(
        &mut self,
        node: NodeId,
        cause: Option<u64>,
        what: impl FnOnce() -> What<N>,
    ) -> Option<u64> {
        let trace = self.trace.as_mut()?;
        let index = trace.records.len() as u64;
        let record = Record { at: self.now, node, cause, what: what() };
        trace.records.push(record);
        Some(index)
    }
}

/// A run with more events than this is taken to be without end.
const MOST_EVENTS: u64 = 50_000_000;
