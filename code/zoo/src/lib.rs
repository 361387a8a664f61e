//! Broken twins of the algorithms: one realistic bug each, and the property that must reject it.
//!
//! A twin is a patch ([`Twin`]): a text that stands once in an algorithm, and what stands there
//! instead. The build script makes the patched modules; a patch that fits nowhere or twice fails
//! the build.

mod twins;

pub use twins::{TWINS, Twin};

use distsys::layer::{MILLIS, NodeId, SECONDS};
use distsys::link;
use distsys::model::Nodes;
use distsys::sim::{Delay, Fate, FaultMenu, Network, PacketId, Partitions, Script};
use distsys::subject::{
    Report, Run, Subject, Systematic, Variation, Variations, links, search, smallest,
};

/// The patched modules, each under the name of its twin.
#[allow(missing_docs, unused, clippy::all, clippy::pedantic)]
pub mod broken {
    use super::{link, links};
    include!(concat!(env!("OUT_DIR"), "/zoo.rs"));

    /// The subject made of the twin of that name.
    pub(super) fn subject(name: &str) -> Option<distsys::subject::Subject> {
        open(name)
    }
}

/// What came of trying systematic changes.
#[derive(Clone, Debug)]
pub struct Hunt {
    /// The first run that breaks the property.
    pub found: Option<Variation>,
    /// How many runs were tried.
    pub tried: usize,
    /// Whether some were not tried.
    pub cut_off: bool,
}

impl Twin {
    /// The twin of that name. The error lists the names.
    pub fn named(name: &str) -> Result<&'static Twin, String> {
        TWINS.iter().find(|twin| twin.name == name).ok_or_else(|| {
            let names: Vec<_> = TWINS.iter().map(|twin| twin.name).collect();
            format!("there is no twin {name:?}; the zoo has {}", names.join(", "))
        })
    }

    /// The subject in which the twin stands in the original's place.
    pub fn subject(&self) -> Result<Subject, String> {
        broken::subject(self.name).ok_or_else(|| format!("the twin {} was not built", self.name))
    }

    /// The first run, among those of [`hunts`] with the first `seeds` seeds each, in which the twin
    /// breaks the property that it must break.
    pub fn hunt(&self, seeds: u64) -> Result<Option<(Run, Report)>, String> {
        self.hunt_from(0, seeds)
    }

    /// As [`hunt`](Twin::hunt), with so many seeds from this one on.
    pub fn hunt_from(&self, first: u64, seeds: u64) -> Result<Option<(Run, Report)>, String> {
        let subject = self.subject()?;
        for seed in first..first + seeds {
            for run in hunts(&subject) {
                let breaks = |report: &Report| report.breaks(self.breaks).is_some();
                if let Some(found) = search(&subject, &run, [seed], breaks)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// The smallest run found in which the twin breaks its property, starting from this one, and
    /// from crashes at every possible point of a short run.
    pub fn smallest(&self, run: &Run) -> Result<(Run, Report), String> {
        let subject = self.subject()?;
        let mut best = smallest(&subject, run, self.breaks)?;
        if let Some(run) = self.hunt_by_crashes(&subject)? {
            let other = smallest(&subject, &run, self.breaks)?;
            if other.1.trace.records.len() < best.1.trace.records.len() {
                best = other;
            }
        }
        Ok(best)
    }

    /// The first run that breaks the property among the systematic changes of the [`scenes`] of the
    /// subject, fewest changes first, at most `most` of each scene.
    pub fn hunt_by_changes(&self, changes: u32, most: usize) -> Result<Hunt, String> {
        let subject = self.subject()?;
        let scenes = scenes(&subject);
        let systematic = Systematic::of(&subject, changes).at_most(most);
        let variations = scenes.iter().map(|run| systematic.of_run(&subject, run));
        let mut variations: Vec<_> = variations.collect();
        let mut next_ones: Vec<Option<Variation>> = vec![None; scenes.len()];
        let mut tried = 0;
        for level in 0..=changes as usize {
            for (scene, waiting) in variations.iter_mut().zip(&mut next_ones) {
                while let Some(next) = waiting.take().map(Ok).or_else(|| scene.next()) {
                    let next = next?;
                    if next.changes.len() > level {
                        *waiting = Some(next);
                        break;
                    }
                    tried += 1;
                    if next.run.broken(&subject)?.contains(&self.breaks) {
                        return Ok(Hunt { found: Some(next), tried, cut_off: false });
                    }
                }
            }
        }
        let cut_off = variations.iter().any(Variations::cut_off);
        Ok(Hunt { found: None, tried, cut_off })
    }

    /// The first run with one crash, at any point of a short run, that breaks the property: of one
    /// message, or of two, or of two of which the second overtakes the first.
    fn hunt_by_crashes(&self, subject: &Subject) -> Result<Option<Run>, String> {
        if subject.model.nodes != Nodes::CrashRecovery {
            return Ok(None);
        }
        let calm = FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) };
        let run =
            |messages| Run::new(subject, 0).with("messages", messages).with_faults(calm.clone());
        let first = PacketId { from: NodeId(0), to: NodeId(1), ordinal: 1, copy: 0 };
        let late = Script {
            fates: [(first, Fate::After(vec![100 * MILLIS]))].into(),
            ..Script::default()
        };
        for run in [run(1), run(2), run(2).with_script(late)] {
            for next in Systematic::crashes(1, 500 * MILLIS).of_run(subject, &run) {
                let run = next?.run;
                if run.broken(subject)?.contains(&self.breaks) {
                    return Ok(Some(run));
                }
            }
        }
        Ok(None)
    }
}

/// Short calm runs of such a subject, of which all small changes can be tried.
pub fn scenes(subject: &Subject) -> Vec<Run> {
    let calm = Script { calm: true, ..Script::default() };
    let run = Run::new(subject, 0).with("messages", 1).with_script(calm);
    let mut scenes = vec![
        run.clone(),
        run.clone().with("messages", 2),
        run.clone().with("messages", 2).with("window", 1),
        run.clone().with("rounds", 2),
        run.clone().with("rounds", 3),
        run.clone().with("nodes", 3).with("everyone", 1),
    ];
    if has_no_order(subject) {
        scenes.push(run.with("messages", 2).with("words", 1));
    }
    scenes
}

/// Equal messages tell no lies about a link that promises no order.
fn has_no_order(subject: &Subject) -> bool {
    subject.promises.iter().all(|promise| promise.name.starts_with("reliable_link::"))
}

/// Runs in which bugs of such a subject come to light. All of them stay within the model of the
/// subject, so the originals keep their promises in every one.
pub fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let comes_back = subject.model.nodes == Nodes::CrashRecovery;
    let crashes = FaultMenu { crashes: 4, recovery: true, until: SECONDS, ..menu.clone() };
    // Old packets live longer than it takes a node to come back.
    let slow = Network { delay: Delay::HeavyTailed(40 * MILLIS), ..menu.network };
    let quick = FaultMenu { network: slow, crashes: 8, until: 300 * MILLIS, ..crashes.clone() };
    let partition =
        FaultMenu { partitions: Partitions::symmetric(1), pauses: 1, until: SECONDS, ..menu };
    let mut hunts = vec![
        run.clone(),
        run.clone().with("nodes", 3).with("everyone", 1).with("messages", 3),
        run.clone().with("messages", 20).with("window", 2),
        run.clone().with("rounds", 4).with_faults(partition),
    ];
    if comes_back {
        let crashing = run.with("rounds", 4).with("messages", 2).with_faults(crashes);
        hunts.push(crashing.clone().with_faults(quick));
        hunts.push(crashing.clone());
        hunts.push(crashing.with("nodes", 3).with("everyone", 1));
    } else {
        hunts.push(run.with("words", 2));
    }
    if has_no_order(subject) {
        let equal_words = hunts[0].clone().with("words", 2);
        hunts.push(equal_words);
    }
    hunts
}
