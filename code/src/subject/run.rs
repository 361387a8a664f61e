//! A run as a value, how it went, and the search for runs that go wrong.

use crate::layer::SECONDS;
use crate::model::Model;
use crate::node::Time;
use crate::sim::fault::{Fault, FaultMenu};
use crate::sim::script::Script;
use crate::sim::trace::{Text, Trace};
use crate::spec::Violation;
use crate::subject::{AnyWorld, Promise, Subject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that a run depends on. The same run gives the same trace, on every machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The version of this format: [`VERSION`](crate::sim::trace::VERSION).
    pub version: u32,
    /// The name of the subject.
    pub subject: String,
    /// Parameters that are not as by default.
    pub parameters: BTreeMap<String, u64>,
    /// What may go wrong.
    pub faults: FaultMenu,
    /// What is decided.
    pub script: Script,
    /// What decides the rest.
    pub seed: u64,
}

/// How a run went.
#[derive(Clone, Debug)]
pub struct Report {
    /// What happened.
    pub trace: Trace<Text>,
    /// The promises, each with where it was broken.
    pub verdicts: Vec<(Promise, Option<Violation>)>,
    /// Whether anything can be promised: the run stayed within the model that the algorithm is made
    /// for.
    pub promised: bool,
    /// Why the run could not be finished, if so.
    pub error: Option<String>,
}

impl Report {
    /// The first promise that was broken.
    pub fn broken(&self) -> Option<(&Promise, &Violation)> {
        self.verdicts.iter().find_map(|(promise, violation)| Some((promise, violation.as_ref()?)))
    }
    /// Where the promise of that name was broken.
    pub fn breaks(&self, name: &str) -> Option<&Violation> {
        let (_, violation) = self.verdicts.iter().find(|(promise, _)| promise.name == name)?;
        violation.as_ref()
    }
}

impl Run {
    /// A run of this subject with this seed, without faults.
    pub fn new(subject: &Subject, seed: u64) -> Self {
        Run {
            version: crate::sim::trace::VERSION,
            subject: subject.name.to_string(),
            parameters: BTreeMap::new(),
            faults: FaultMenu::default(),
            script: Script::default(),
            seed,
        }
    }
    /// With this value for a parameter.
    pub fn with(mut self, parameter: &str, value: u64) -> Self {
        self.parameters.insert(parameter.to_string(), value);
        self
    }
    /// With this menu of faults.
    pub fn with_faults(self, faults: FaultMenu) -> Self {
        Run { faults, ..self }
    }
    /// With this seed.
    pub fn with_seed(&self, seed: u64) -> Self {
        Run { seed, ..self.clone() }
    }

    /// With these decisions.
    pub fn with_script(self, script: Script) -> Self {
        Run { script, ..self }
    }

    /// The faults of this run, each with its time: those of the script, or else what menu and seed
    /// give.
    pub fn plan(&self, nodes: u32) -> Vec<(Time, Fault)> {
        let planned = || self.faults.plan(self.seed, nodes);
        self.script.faults.clone().unwrap_or_else(planned)
    }

    /// The model in which the run takes place.
    pub fn model(&self, nodes: u32) -> Model {
        let network = self.faults.network.model();
        let script = Script { faults: Some(self.plan(nodes)), ..self.script.clone() };
        let model = script.model();
        Model { links: model.links.max(network), ..model }
    }

    /// Runs to the end and judges it. Says what about the run does not fit the subject.
    ///
    /// The end is when nothing more is to come, or when nothing has been delivered for ten seconds
    /// of simulated time after all requests and faults.
    pub fn report(&self, subject: &Subject) -> Result<Report, String> {
        let nodes = subject.parameters(&self.parameters)?.nodes();
        let mut world = subject.open(self)?;
        let error = self.finish(&mut *world).err();
        Ok(Report {
            trace: world.trace(),
            verdicts: world.verdicts(error.is_none()),
            promised: subject.model.covers(self.model(nodes)),
            error,
        })
    }

    fn finish(&self, world: &mut dyn AnyWorld) -> Result<(), String> {
        let mut end = world.planned().max(self.faults.until);
        loop {
            let delivered = world.delivered();
            end = end.saturating_add(10 * SECONDS);
            world.finish(end)?;
            if world.pending().is_empty() || world.delivered() == delivered {
                return Ok(());
            }
        }
    }
}

/// The first run with one of these seeds whose report is `wanted`, such as one that breaks a
/// promise.
pub fn search(
    subject: &Subject,
    run: &Run,
    seeds: impl IntoIterator<Item = u64>,
    wanted: impl Fn(&Report) -> bool,
) -> Result<Option<(Run, Report)>, String> {
    for seed in seeds {
        let run = run.with_seed(seed);
        let report = run.report(subject)?;
        if wanted(&report) {
            return Ok(Some((run, report)));
        }
    }
    Ok(None)
}
