//! Subjects: algorithms with their parameters and promises, and worlds of them behind one type.
//!
//! Exercises, tool, graders and labs know algorithms only through this module.

/// A promise, and the function of `spec` that judges it.
macro_rules! property {
    ($kind:ident, $module:ident::$name:ident, $says:expr) => {
        $crate::subject::Property {
            promise: $crate::subject::Promise {
                name: concat!(stringify!($module), "::", stringify!($name)),
                says: $says,
                kind: $crate::spec::Kind::$kind,
            },
            check: $module::$name,
        }
    };
}

#[cfg(feature = "auth")]
pub mod authenticated;
pub mod broadcasts;
pub mod clocks;
pub mod commit;
pub mod consensus;
pub mod detectors;
mod fits;
pub mod generals;
pub mod links;
pub mod logical;
#[cfg(feature = "par")]
mod par;
pub mod quorums;
pub mod raft;
pub mod registers;
pub mod replicated;
pub mod rpc;
mod run;
pub mod shared_data;
mod smallest;
pub mod spanner;
pub mod stores;
mod systematic;
mod tally;
pub mod transactions;
mod world;

use crate::draw::Style;
use crate::layer::{Asked, Service, Value};
use crate::model::Model;
use crate::node::{NodeId, Time};
use crate::sim::erased::{AnyValue, Erased, Words};
use crate::sim::random::Draws;
use crate::sim::trace::Trace;
use crate::sim::{Mutator, Node, Script};
use crate::spec::{Kind, Verdict};
use serde::{Deserialize, Serialize};
use std::any::TypeId;
use std::collections::BTreeMap;

#[cfg(feature = "par")]
pub use par::search_in_parallel;
pub use run::{Heal, Report, Run, search};
pub use smallest::{Smallest, shrink, smallest};
pub use systematic::{Change, Systematic, Variation, Variations, crash_points};
pub use tally::Tally;
pub use world::AnyWorld;
use world::{Judge, Opened};

/// A number that can be chosen for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it is if nobody says.
    pub default: u64,
    /// The least that it can be.
    pub least: u64,
    /// The most that it can be.
    pub most: u64,
}

/// Parameters with their values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Parameters(pub BTreeMap<String, u64>);

impl Parameters {
    /// The value of a parameter that the subject has; 0 for any other.
    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }
    /// The number of nodes.
    pub fn nodes(&self) -> u32 {
        self.get("nodes") as u32
    }
}

/// A promise, as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// The name of the property in `spec`.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// When it can be judged.
    pub kind: Kind,
}

/// A promise of the service `S`, with the function that judges it.
pub struct Property<S: Service> {
    /// The promise.
    pub promise: Promise,
    /// The function of `spec`.
    pub check: fn(&Trace<Words<S>>) -> Verdict,
}

/// What is asked of the nodes in a run: when, of which node, and what.
pub type Workload<N> = Vec<(Time, NodeId, Asked<N>)>;

/// Builds the world of a run.
type Open = dyn Fn(&Run, &Parameters, Option<Mutator<AnyValue>>) -> Result<Box<dyn AnyWorld>, String>
    + Send
    + Sync;

/// How many requests a run has.
type Requests = dyn Fn(&Parameters) -> Result<u32, String> + Send + Sync;

/// Some runs of a subject.
type Runs = fn(&Subject) -> Vec<Run>;

/// An algorithm that can be run.
pub struct Subject {
    /// Its name, for commands and addresses.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The model under which it keeps its promises.
    pub model: Model,
    /// What can be chosen.
    pub parameters: &'static [Parameter],
    /// What it promises.
    pub promises: Vec<Promise>,
    /// How its runs are drawn.
    pub style: Style,
    requests: Box<Requests>,
    /// What its nodes send.
    packet: TypeId,
    /// What adversaries make of it, if anybody said so.
    mutator: Option<Mutator<AnyValue>>,
    scenes: Runs,
    hunts: Runs,
    open: Box<Open>,
}

impl Subject {
    /// A subject made of a node, its promises and a workload.
    pub fn new<N: Node>(
        name: &'static str,
        title: &'static str,
        parameters: &'static [Parameter],
        promises: fn() -> Vec<Property<N::Implements>>,
        build: impl Fn(&Parameters) -> Vec<N> + Send + Sync + 'static,
        workload: fn(&Parameters) -> Result<Workload<N>, String>,
    ) -> Self {
        Subject {
            name,
            title,
            model: N::MODEL,
            parameters,
            promises: promises().iter().map(|property| property.promise).collect(),
            style: Style::default(),
            requests: Box::new(move |parameters| Ok(workload(parameters)?.len() as u32)),
            packet: TypeId::of::<N::Packet>(),
            mutator: None,
            scenes: |subject| vec![Run::new(subject, 0).with_script(Script::calm())],
            hunts: |subject| vec![Run::new(subject, 0)],
            open: Box::new(move |run, parameters, mutator| {
                let asked = |(at, node, request)| (at, node, AnyValue::new(request));
                let workload = workload(parameters)?.into_iter().map(asked).collect();
                let nodes = build(parameters).into_iter().map(Erased::new).collect();
                Ok(Box::new(Opened::new(run, nodes, workload, Judge::of(promises()), mutator)))
            }),
        }
    }

    /// With runs drawn like this.
    pub fn with_style(self, style: Style) -> Self {
        Subject { style, ..self }
    }

    /// With messages that adversaries and traitors change like this: `P` is what its nodes send.
    pub fn with_mutator<P: Value>(self, mutator: fn(&P, &mut Draws) -> P) -> Self {
        if TypeId::of::<P>() != self.packet {
            return Subject { mutator: None, ..self };
        }
        let change = move |packet: &AnyValue, draws: &mut Draws| {
            let changed = packet.get().map(|packet| AnyValue::new(mutator(packet, draws)));
            changed.unwrap_or_else(|| packet.clone())
        };
        Subject { mutator: Some(change.into()), ..self }
    }

    /// With these short calm runs, of which all small changes can be tried; and these runs, in which
    /// bugs come to light, all of them within the model of the subject.
    pub fn with_hunts(self, scenes: Runs, hunts: Runs) -> Self {
        Subject { scenes, hunts, ..self }
    }

    /// Short calm runs, of which all small changes can be tried.
    pub fn scenes(&self) -> Vec<Run> {
        (self.scenes)(self)
    }

    /// Runs in which bugs come to light, to be tried with many seeds. All of them stay within the
    /// model, so that a correct algorithm keeps its promises in every one.
    pub fn hunts(&self) -> Vec<Run> {
        (self.hunts)(self)
    }

    /// The parameters of a run of this subject: those given, and the rest as they are by default.
    ///
    /// Says which names or values do not fit.
    pub fn parameters(&self, given: &BTreeMap<String, u64>) -> Result<Parameters, String> {
        let names = || self.parameters.iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
        if let Some(name) =
            given.keys().find(|&name| self.parameters.iter().all(|p| p.name != *name))
        {
            return Err(format!("{} has no parameter {name:?}; it has {}", self.name, names()));
        }
        let mut values = BTreeMap::new();
        for &Parameter { name, default, least, most, .. } in self.parameters {
            let value = given.get(name).copied().unwrap_or(default);
            if value < least || value > most {
                return Err(format!("{name} must be from {least} to {most}, not {value}"));
            }
            values.insert(name.to_string(), value);
        }
        Ok(Parameters(values))
    }

    /// The world of this run, before anything has happened. Says what about the run does not fit.
    pub fn open(&self, run: &Run) -> Result<Box<dyn AnyWorld>, String> {
        let parameters = self.parameters(&run.parameters)?;
        let requests = (self.requests)(&parameters)?;
        run.check(self, parameters.nodes(), requests)?;
        if run.tampers() && self.mutator.is_none() {
            return Err(format!(
                "nobody said how to tamper with the messages of {}: leave out tamper and byzantine",
                self.name
            ));
        }
        (self.open)(run, &parameters, self.mutator.clone())
    }
}

/// All subjects of the notebook.
pub fn subjects() -> Vec<Subject> {
    let all = [
        rpc::subjects,
        links::subjects,
        #[cfg(feature = "auth")]
        authenticated::subjects,
        generals::subjects,
        detectors::subjects,
        clocks::subjects,
        logical::subjects,
        broadcasts::subjects,
        shared_data::subjects,
        quorums::subjects,
        commit::subjects,
        consensus::subjects,
        raft::subjects,
        registers::subjects,
        transactions::subjects,
        spanner::subjects,
        replicated::subjects,
        stores::subjects,
    ];
    all.iter().flat_map(|topic| topic()).collect()
}
