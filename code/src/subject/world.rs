//! A world of which only the words are known: every value is text.

use crate::facts::Fact;
use crate::layer::Service;
use crate::node::{NodeId, Time};
use crate::sim::erased::{AnyValue, Erased};
use crate::sim::fault::in_order;
use crate::sim::hand::{Hand, Move, PendingEvent};
use crate::sim::trace::{Text, Trace};
use crate::sim::{Mutator, Script, World};
use crate::spec::{Kind, Violation};
use crate::subject::{Promise, Property, Run, Workload};

/// A run under somebody's hand, whatever the algorithm.
pub trait AnyWorld {
    /// What can happen next, by the time at which it is due.
    fn pending(&self) -> Vec<PendingEvent>;
    /// Makes a move, or says what is wrong with it and changes nothing.
    fn play(&mut self, action: Move) -> Result<(), String>;
    /// Takes the last move back; false if there is none.
    fn step_back(&mut self) -> bool;
    /// The moves made so far.
    fn moves(&self) -> &[Move];
    /// Lets all that is pending happen until that time.
    fn finish(&mut self, until: Time) -> Result<(), String>;
    /// From now on, `finish` is in error as soon as the trace has more records than this.
    fn limit(&mut self, records: usize);
    /// How many records the trace has.
    fn records(&self) -> usize;
    /// The true time.
    fn now(&self) -> Time;
    /// What has happened so far.
    fn trace(&self) -> Trace<Text>;
    /// What can be observed of a node.
    fn facts(&self, node: NodeId) -> Vec<Fact>;
    /// The whole state of a node, as text; `None` while it is down.
    fn state(&self, node: NodeId) -> Option<String>;
    /// The promises, each with where it is broken. Liveness is judged only if the run is `over`.
    fn verdicts(&self, over: bool) -> Vec<(Promise, Option<Violation>)>;
    /// Where the promise of that name is broken, as in `verdicts`.
    fn breaks(&self, promise: &str, over: bool) -> Option<Violation>;
    /// How many requests the workload has, those left out included.
    fn requests(&self) -> u32;
    /// When the last request or fault comes that is planned.
    fn planned(&self) -> Time;
    /// How many indications the nodes have given.
    fn delivered(&self) -> u64;
}

/// Judges a trace: each promise of those that are to be judged, with where it is broken.
pub(crate) struct Judge(Box<Judging>);

type Judging =
    dyn Fn(&Trace<Erased>, &dyn Fn(&Promise) -> bool) -> Vec<(Promise, Option<Violation>)>;

impl Judge {
    /// By these properties.
    pub(crate) fn of<S: Service>(properties: Vec<Property<S>>) -> Self {
        Judge(Box::new(move |trace, is_judged| {
            let judged: Vec<_> = properties.iter().filter(|it| is_judged(&it.promise)).collect();
            if judged.is_empty() {
                return Vec::new();
            }
            let trace = trace.of_service();
            judged.iter().map(|it| (it.promise, (it.check)(&trace).err())).collect()
        }))
    }
}

pub(crate) struct Opened {
    hand: Hand<Erased>,
    judge: Judge,
    requests: u32,
    planned: Time,
}

impl Opened {
    pub(crate) fn new(
        run: &Run,
        nodes: Vec<Erased>,
        workload: Workload<Erased>,
        judge: Judge,
        mutator: Option<Mutator<AnyValue>>,
    ) -> Self {
        let plan = run.plan(nodes.len() as u32);
        let requests = workload.len() as u32;
        let last_fault = in_order(&plan).last().map(|(at, _)| *at);
        let planned = workload.iter().map(|(at, ..)| *at).chain(last_fault).max().unwrap_or(0);
        // The faults come after the requests of the same moment.
        let script = Script { faults: None, ..run.script.clone() };
        let mut world = World::new(run.seed, nodes).with_menu(&run.menu()).with_script(script);
        world.mutator = mutator;
        for (at, node, request) in workload {
            world.request_at(at, node, request);
        }
        for (at, fault) in plan {
            world.fault_at(at, fault);
        }
        Opened { hand: Hand::new(world), judge, requests, planned }
    }
}

impl Opened {
    /// The verdicts on those promises, if it is time to judge them.
    fn judged(
        &self,
        over: bool,
        which: impl Fn(&Promise) -> bool,
    ) -> Vec<(Promise, Option<Violation>)> {
        let Some(trace) = &self.hand.world().trace else { return Vec::new() };
        let is_time = |promise: &Promise| over || promise.kind == Kind::Safety;
        (self.judge.0)(trace, &|promise| is_time(promise) && which(promise))
    }
}

impl AnyWorld for Opened {
    fn pending(&self) -> Vec<PendingEvent> {
        self.hand.pending()
    }
    fn play(&mut self, action: Move) -> Result<(), String> {
        self.hand.play(action)
    }
    fn step_back(&mut self) -> bool {
        self.hand.step_back()
    }
    fn moves(&self) -> &[Move] {
        self.hand.moves()
    }
    fn finish(&mut self, until: Time) -> Result<(), String> {
        self.hand.finish(until)
    }
    fn limit(&mut self, records: usize) {
        self.hand.limit(records);
    }
    fn records(&self) -> usize {
        self.hand.world().trace.as_ref().map_or(0, |trace| trace.records.len())
    }
    fn now(&self) -> Time {
        self.hand.world().now()
    }
    fn trace(&self) -> Trace<Text> {
        self.hand.world().trace().text()
    }
    fn facts(&self, node: NodeId) -> Vec<Fact> {
        self.hand.facts(node)
    }
    fn state(&self, node: NodeId) -> Option<String> {
        self.hand.world().node(node).map(|state| format!("{state:#?}"))
    }
    fn verdicts(&self, over: bool) -> Vec<(Promise, Option<Violation>)> {
        self.judged(over, |_| true)
    }
    fn breaks(&self, promise: &str, over: bool) -> Option<Violation> {
        let judged = self.judged(over, |it| it.name == promise);
        judged.into_iter().find_map(|(_, violation)| violation)
    }
    fn requests(&self) -> u32 {
        self.requests
    }
    fn planned(&self) -> Time {
        self.planned
    }
    fn delivered(&self) -> u64 {
        self.hand.world().delivered()
    }
}
