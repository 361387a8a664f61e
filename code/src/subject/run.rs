//! A run as a value, how it went, and the search for runs that go wrong.

use crate::layer::SECONDS;
use crate::model::{Model, Nodes, Timing};
use crate::node::Time;
use crate::sim::fault::{self, Fault};
use crate::sim::marks::{Marks, marks};
use crate::sim::menu::{FaultMenu, survivors};
use crate::sim::network::Network;
use crate::sim::script::{Fate, Script};
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
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameters: BTreeMap<String, u64>,
    /// What may go wrong.
    #[serde(default, skip_serializing_if = "is_default")]
    pub faults: FaultMenu,
    /// How it ends.
    #[serde(default, skip_serializing_if = "Heal::is_of_all")]
    pub heal: Heal,
    /// What is decided.
    #[serde(default, skip_serializing_if = "is_default")]
    pub script: Script,
    /// What decides the rest.
    #[serde(default, skip_serializing_if = "is_default")]
    pub seed: u64,
}

/// What is left when the faults are over. Liveness is judged after that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Heal {
    /// All nodes, but for those that do not come back.
    #[default]
    All,
    /// A random bare majority; the rest crashes for good.
    Majority,
}

impl Heal {
    /// Both.
    pub const BOTH: [Heal; 2] = [Heal::All, Heal::Majority];

    fn is_of_all(&self) -> bool {
        *self == Heal::All
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
    /// How long the run went on, in simulated time, after the last request and the last fault …
    pub went_on: Time,
    /// … and how long it would have at most, if something had been delivered now and then: what is
    /// promised to happen has to happen within that.
    pub bound: Time,
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
    /// Which situations came about, and how often.
    pub fn marks(&self) -> Marks {
        marks(&self.trace)
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
            heal: Heal::All,
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

    /// With this end.
    pub fn with_heal(self, heal: Heal) -> Self {
        Run { heal, ..self }
    }
    /// The run with each of its ends: with both, if they differ and the script does not say what
    /// goes wrong.
    pub fn endings(&self, nodes: u32) -> Vec<Run> {
        if self.script.faults.is_some() || self.script.calm || nodes < 3 {
            return vec![self.clone()];
        }
        Heal::BOTH.map(|heal| self.clone().with_heal(heal)).to_vec()
    }

    /// What this run gets of its menu.
    pub fn menu(&self) -> FaultMenu {
        if self.script.calm {
            let (network, synchrony) = (Network::calm(), self.faults.synchrony);
            return FaultMenu { network, synchrony, until: 0, ..FaultMenu::default() };
        }
        self.faults.for_seed(self.seed)
    }

    /// Whether messages are changed in this run, which needs somebody to say how.
    pub(crate) fn tampers(&self) -> bool {
        let forged = self.script.forged.values().any(|forgery| forgery.tampered.is_some());
        let faults = fault::in_order(self.script.faults.as_deref().unwrap_or_default());
        let betrays = faults.iter().any(|(_, fault)| matches!(fault, Fault::Betray(_)));
        forged || self.faults.tampers() || betrays
    }

    /// The faults of this run, each with its time: those of the script, or else what menu, seed and
    /// end give; none if the script is calm.
    pub fn plan(&self, nodes: u32) -> Vec<(Time, Fault)> {
        if let Some(faults) = &self.script.faults {
            return faults.clone();
        }
        if self.script.calm {
            return Vec::new();
        }
        let mut plan = self.menu().plan(self.seed, nodes);
        if self.heal == Heal::Majority {
            let order = survivors(self.seed, nodes);
            plan.push((self.faults.until, Fault::LeaveMajority(order)));
        }
        plan
    }

    /// The model in which the run takes place.
    pub fn model(&self, nodes: u32) -> Model {
        let (menu, faults) = (self.menu(), self.plan(nodes));
        let synchrony = menu.synchrony;
        let timing = if fault::keeps(&faults, synchrony) {
            synchrony.timing()
        } else {
            Timing::Asynchronous
        };
        let script = Script { faults: Some(faults), ..self.script.clone() };
        script.model().join(Model { links: menu.links(), nodes: Nodes::CrashStop, timing })
    }

    /// Runs to the end and judges it. Says what about the run does not fit the subject.
    ///
    /// The end is when nothing more is to come, or when nothing has been delivered for so long
    /// after all requests and faults that nothing will be (see [`Run::patience`]).
    pub fn report(&self, subject: &Subject) -> Result<Report, String> {
        let nodes = subject.parameters(&self.parameters)?.nodes();
        let mut world = subject.open(self)?;
        let error = self.finish(&mut *world).err();
        let (healed, bound) = self.end(&*world);
        Ok(Report {
            trace: world.trace(),
            verdicts: world.verdicts(error.is_none()),
            promised: self.promised(subject, nodes),
            went_on: world.now().saturating_sub(healed),
            bound,
            error,
        })
    }

    /// The promises that the run breaks, by their names. As a [`report`](Run::report), but without
    /// a trace as text, which costs more than the run: for searches over many.
    pub fn broken(&self, subject: &Subject) -> Result<Vec<&'static str>, String> {
        let mut world = subject.open(self)?;
        let over = self.finish(&mut *world).is_ok();
        let broken = world.verdicts(over).into_iter().filter(|(_, violation)| violation.is_some());
        Ok(broken.map(|(promise, _)| promise.name).collect())
    }

    /// Whether the run stays within the model that the algorithm is made for.
    pub(crate) fn promised(&self, subject: &Subject, nodes: u32) -> bool {
        subject.model.covers(self.model(nodes)) && fault::keeps_clocks(&self.plan(nodes))
    }

    /// When the last request and the last fault are over, and how long the run goes on at most
    /// after that.
    fn end(&self, world: &dyn AnyWorld) -> (Time, Time) {
        let healed = world.planned().max(self.menu().until);
        (healed, self.patience().saturating_mul(1 + u64::from(world.requests())))
    }

    /// A run in which nothing has been delivered for so long, in simulated time, is over: ten
    /// seconds; in proportion longer where few packets get through, and by a packet's way there and
    /// back.
    pub fn patience(&self) -> Time {
        let network = self.menu().network;
        let through = 1_000_000 - u64::from(network.loss.0.min(900_000));
        let times = self.script.fates.values().flat_map(|fate| match fate {
            Fate::Lost => &[],
            Fate::After(times) | Fate::At(times) => times.as_slice(),
        });
        let longest = times.copied().max().unwrap_or(0).max(network.delay.longest());
        10 * SECONDS * 1_000_000 / through + 2 * longest
    }

    /// Lets everything happen until the run is over.
    pub(crate) fn finish(&self, world: &mut dyn AnyWorld) -> Result<(), String> {
        let (healed, bound) = self.end(world);
        let latest = healed.saturating_add(bound);
        let mut end = healed;
        let patience = self.patience();
        loop {
            let delivered = world.delivered();
            end = end.saturating_add(patience).min(latest);
            world.finish(end)?;
            if world.pending().is_empty() || world.delivered() == delivered || end == latest {
                return Ok(());
            }
        }
    }
}

/// The first run with one of these seeds, and with either end, whose report is `wanted`, such as one
/// that breaks a promise.
pub fn search(
    subject: &Subject,
    run: &Run,
    seeds: impl IntoIterator<Item = u64>,
    wanted: impl Fn(&Report) -> bool,
) -> Result<Option<(Run, Report)>, String> {
    for seed in seeds {
        let found = with_either_end(subject, &run.with_seed(seed), &wanted)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// This run with the first of the ends, or without one, with which its report is `wanted`.
pub(super) fn with_either_end(
    subject: &Subject,
    run: &Run,
    wanted: impl Fn(&Report) -> bool,
) -> Result<Option<(Run, Report)>, String> {
    let nodes = subject.parameters(&run.parameters)?.nodes();
    for run in run.endings(nodes) {
        let report = run.report(subject)?;
        if wanted(&report) {
            return Ok(Some((run, report)));
        }
    }
    Ok(None)
}
