//! Leaving out one request together with all that it led to: what comes later on the same link
//! then has a lower number.

use super::trials::{Broken, Trials};
use crate::node::NodeId;
use crate::sim::event::{EventId, PacketId};
use crate::sim::script::Script;
use crate::sim::trace::{Text, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// With more requests than this it is not worth while yet.
const FEW: usize = 50;

/// Single requests, with the names of packets and timers set right.
pub(super) fn requests(trials: &mut Trials) {
    if trials.requests().len() > FEW {
        return;
    }
    for request in trials.requests().into_iter().rev() {
        let Some(Broken { trace, .. }) = trials.broken() else { return };
        let mut candidate = Gone::with(request, &trace).renumber(&trials.best.script);
        candidate.without.insert(request);
        trials.smaller_script(candidate);
    }
}

/// What would be gone without a request.
#[derive(Default)]
struct Gone {
    packets: BTreeMap<(NodeId, NodeId), Vec<u64>>,
    timers: BTreeMap<(NodeId, String), Vec<u64>>,
}

impl Gone {
    fn with(request: u32, trace: &Trace<Text>) -> Self {
        let (mut gone, mut led_to) = (Gone::default(), BTreeSet::new());
        for (index, record) in (0..).zip(&trace.records) {
            let is_it = matches!(record.what, What::Request { ordinal, .. } if ordinal == request);
            if !is_it && !record.cause.is_some_and(|cause| led_to.contains(&cause)) {
                continue;
            }
            led_to.insert(index);
            match &record.what {
                What::Send { id, .. } => {
                    gone.packets.entry((id.from, id.to)).or_default().push(id.ordinal);
                }
                What::SetTimer { timer, ordinal, .. } => {
                    let timer = (record.node, timer.clone());
                    gone.timers.entry(timer).or_default().push(*ordinal);
                }
                _ => {}
            }
        }
        gone
    }

    fn renumber(&self, script: &Script) -> Script {
        let events = |event: &EventId| self.event(event);
        Script {
            fates: renamed(&script.fates, |packet| self.packet(*packet)),
            forged: renamed(&script.forged, |packet| self.packet(*packet)),
            torn: renamed(&script.torn, events),
            crashes: renamed(&script.crashes, events),
            choices: renamed(&script.choices, events),
            timers: renamed(&script.timers, events),
            ..script.clone()
        }
    }

    fn event(&self, event: &EventId) -> Option<EventId> {
        match event {
            EventId::Packet(packet) => self.packet(*packet).map(EventId::Packet),
            EventId::Timer { node, timer, ordinal } => {
                let gone = self.timers.get(&(*node, timer.clone()));
                let ordinal = lower(*ordinal, gone)?;
                Some(EventId::Timer { node: *node, timer: timer.clone(), ordinal })
            }
            _ => Some(event.clone()),
        }
    }

    fn packet(&self, packet: PacketId) -> Option<PacketId> {
        let gone = self.packets.get(&(packet.from, packet.to));
        Some(PacketId { ordinal: lower(packet.ordinal, gone)?, ..packet })
    }
}

/// The ordinal once these are gone; `None` if it is one of them.
fn lower(ordinal: u64, gone: Option<&Vec<u64>>) -> Option<u64> {
    let gone = gone.map(Vec::as_slice).unwrap_or_default();
    let before = gone.iter().filter(|&&other| other < ordinal).count() as u64;
    (!gone.contains(&ordinal)).then_some(ordinal - before)
}

fn renamed<K: Ord, T: Clone>(
    decided: &BTreeMap<K, T>,
    name: impl Fn(&K) -> Option<K>,
) -> BTreeMap<K, T> {
    decided.iter().filter_map(|(key, what)| Some((name(key)?, what.clone()))).collect()
}
