//! Broken twins of the algorithms: one realistic bug each, and the property that must reject it.
//!
//! A twin is a patch ([`Twin`]): a text that stands once in an algorithm, and what stands there
//! instead. The build script makes the patched modules; a patch that fits nowhere or twice fails
//! the build.

mod twins;

pub use twins::{HARMLESS, Place, TOPICS, Topic, Twin};

use distsys::layer::{MILLIS, NodeId};
use distsys::model::Nodes;
use distsys::sim::{Fate, FaultMenu, Network, PacketId, Script};
use distsys::subject::{Report, Run, Subject, Systematic, Variation, Variations, search, smallest};

/// The patched modules, each under the name of its twin.
#[allow(missing_docs, unused, clippy::all, clippy::pedantic)]
pub mod broken {
    use distsys::link;
    use distsys::subject::*;
    include!(concat!(env!("OUT_DIR"), "/zoo.rs"));

    /// The subject made of the twin of that name.
    pub(super) fn subject(name: &str) -> Option<distsys::subject::Subject> {
        open(name)
    }
}

/// All twins.
pub fn twins() -> impl Iterator<Item = &'static Twin> {
    TOPICS.iter().flat_map(|topic| topic.twins)
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
        twins().find(|twin| twin.name == name).ok_or_else(|| {
            let names: Vec<_> = twins().map(|twin| twin.name).collect();
            format!("there is no twin {name:?}; the zoo has {}", names.join(", "))
        })
    }

    /// The subject in which the twin stands in the original's place.
    pub fn subject(&self) -> Result<Subject, String> {
        broken::subject(self.name).ok_or_else(|| format!("the twin {} was not built", self.name))
    }

    /// The first run, among those of [`Subject::hunts`] with the first `seeds` seeds each, in which the twin
    /// breaks the property that it must break.
    pub fn hunt(&self, seeds: u64) -> Result<Option<(Run, Report)>, String> {
        self.hunt_from(0, seeds)
    }

    /// As [`hunt`](Twin::hunt), with so many seeds from this one on.
    pub fn hunt_from(&self, first: u64, seeds: u64) -> Result<Option<(Run, Report)>, String> {
        let subject = self.subject()?;
        for seed in first..first + seeds {
            for run in subject.hunts() {
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

    /// The first run that breaks the property among the systematic changes of the
    /// [scenes](Subject::scenes) of the subject, fewest changes first, at most `most` of each scene.
    pub fn hunt_by_changes(&self, changes: u32, most: usize) -> Result<Hunt, String> {
        let subject = self.subject()?;
        let scenes = subject.scenes();
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
    /// message, or of two, or of two of which the second overtakes the first. None where nobody
    /// can say how many messages there are.
    fn hunt_by_crashes(&self, subject: &Subject) -> Result<Option<Run>, String> {
        let has_messages = subject.parameters.iter().any(|it| it.name == "messages");
        if subject.model.nodes != Nodes::CrashRecovery || !has_messages {
            return Ok(None);
        }
        let known = |name: &&&str| subject.parameters.iter().any(|it| it.name == **name);
        let Some(how_many) = ["messages", "calls"].iter().find(known) else { return Ok(None) };
        let calm = FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) };
        let run = |number| Run::new(subject, 0).with(how_many, number).with_faults(calm.clone());
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
