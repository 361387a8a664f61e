//! Marks: which of the situations that a menu of faults is about really came about in a run.
//!
//! A test that passes says little if what it is about never happened. A mark is the name of a
//! situation; [`marks`] counts them in a trace. (The idea is TigerBeetle's, whose tests demand that
//! certain lines are reached.)

use crate::facts::Fact;
use crate::node::{NodeId, SECONDS, Time};
use crate::sim::event::PacketId;
use crate::sim::forge::Forgery;
use crate::sim::trace::{Loss, Record, Terms, Trace, Undone, What};
use std::collections::{BTreeMap, BTreeSet};

/// How often each situation came about; those that did not are left out.
pub type Marks = BTreeMap<&'static str, u64>;

macro_rules! situations {
    ($($name:ident $text:literal $about:literal;)*) => {
        $(#[doc = $about] pub const $name: &str = $text;)*
        /// All situations, each with what it means.
        pub const SITUATIONS: &[(&str, &str)] = &[$(($text, $about)),*];
    };
}

situations! {
    LOST "packet lost" "The network lost a packet.";
    DUPLICATE "duplicate received" "A copy of a packet arrived after the packet.";
    DUPLICATE_AFTER_DELIVERY "duplicate after delivery" "A copy arrived of a packet whose arrival had led to a delivery.";
    LATE_DUPLICATE "late duplicate" "A copy arrived after later packets of its link.";
    STALE_DUPLICATE "stale duplicate" "A copy arrived more than a second after the packet.";
    OVERTAKEN "packet overtaken" "A packet arrived after a later one of its link.";
    HELD_UP "packet held up" "A packet was under way ten times as long as half of all packets at most.";
    CUT "packet lost to a cut" "A packet was sent on a link that was cut.";
    ONE_WAY "one direction cut" "A link was cut while its other direction was open.";
    BOTH_WAYS "both directions cut" "A link was cut while its other direction was cut, too.";
    UNHEARD "node cannot send" "All links from a node were cut, and some link to it was open.";
    DEAF "node cannot receive" "All links to a node were cut, and some link from it was open.";
    FLAPPING "link cut again" "A link was cut a third time or more.";
    CRASH "crash" "A node crashed between two events.";
    CRASH_WITHIN "crash within an event" "A node crashed before it had carried out all effects of an event.";
    STORE_LOST "crash before a store" "What a node was about to write to stable storage was lost.";
    STORED_NOT_SENT "crash between store and send" "A node had written to stable storage what it could not tell any more.";
    DELIVERED_NOT_STORED "crash between deliver and store" "A node had delivered what it could not write down any more.";
    TORN_WRITE "torn write" "Only the beginning of what a node was writing was written.";
    RECOVERY "recovery" "A node came back.";
    CRASH_IN_RECOVERY "crash in recovery" "A node crashed while it was coming back.";
    FORMER_LIFE "packet to a former life" "A packet arrived whose receiver had crashed since it was sent.";
    LAST_WORDS "packet from a former life" "A packet arrived whose sender had crashed since it was sent.";
    LOST_AT_DEAD "packet to a dead node" "A packet came to a node that was down.";
    PAUSE "pause" "A node stopped for a while.";
    ZOMBIE "packet after a pause" "A node that had paused sent something as it went on.";
    SLOW "slow node" "A node became slow.";
    CLOCK "wrong clock" "A clock was off or drifted.";
    CLOCK_STEP "clock step" "A clock jumped.";
    TAMPERED "tampered packet received" "A packet arrived that was not what its sender had sent.";
    SPOOFED "spoofed packet received" "A packet arrived that named another sender than its own.";
    TRAITOR "packet from a traitor" "A packet of a Byzantine node arrived.";
    AIMED "fault aimed at the leader" "A fault struck a node because it led.";
    LEADER_CRASHED "leader crashed" "A node crashed that said it led.";
    TWO_LEADERS "two leaders at once" "Two nodes said that they led.";
    STALE_REPLY "stale reply to a re-elected leader" "A packet arrived at a leader that had led in an earlier term when it was sent.";
}

/// Counts the situations of a run.
pub fn marks<V: Terms>(trace: &Trace<V>) -> Marks {
    let mut watcher = Watcher { usual: usual(trace), ..Watcher::default() };
    let mut now = 0;
    for (index, record) in (0..).zip(&trace.records) {
        if record.at > now {
            watcher.judge_cuts(trace.nodes);
            now = record.at;
        }
        watcher.watch(index, record, trace);
    }
    watcher.judge_cuts(trace.nodes);
    watcher.marks
}

/// How long the packet is under way that half of all packets are faster than.
fn usual<V: Terms>(trace: &Trace<V>) -> Time {
    let mut sent = BTreeMap::new();
    let mut times = Vec::new();
    for record in &trace.records {
        match record.what {
            What::Send { id, .. } => {
                sent.insert(id, record.at);
            }
            What::Receive { id, .. } => {
                times.extend(sent.get(&id).map(|at| record.at.saturating_sub(*at)));
            }
            _ => {}
        }
    }
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or(0)
}

/// What was seen of a run so far.
#[derive(Default)]
struct Watcher {
    marks: Marks,
    usual: Time,
    packets: BTreeMap<PacketId, Packet>,
    /// The highest number received on each link.
    newest: BTreeMap<(NodeId, NodeId), u64>,
    cut: BTreeSet<(NodeId, NodeId)>,
    /// The links that were cut in this very moment.
    just_cut: BTreeSet<(NodeId, NodeId)>,
    cuts: BTreeMap<(NodeId, NodeId), u64>,
    /// How often each node has crashed.
    lives: BTreeMap<NodeId, u64>,
    /// Nodes that lead, and in which term.
    leaders: BTreeMap<NodeId, u64>,
    traitors: BTreeSet<NodeId>,
    started: BTreeSet<NodeId>,
    /// When nodes went on that had paused.
    resumed: BTreeMap<NodeId, Time>,
}

/// What is known about a packet and its copies.
#[derive(Clone, Copy, Default)]
struct Packet {
    sent: Time,
    received: Option<Time>,
    /// The lives of sender and receiver when it was sent.
    lives: (u64, u64),
    /// The term in which its receiver led then.
    led: Option<u64>,
    delivered: bool,
    forgery: Forgery,
}

impl Watcher {
    fn see(&mut self, mark: &'static str) {
        *self.marks.entry(mark).or_default() += 1;
    }

    fn see_if(&mut self, mark: &'static str, seen: bool) {
        if seen {
            self.see(mark);
        }
    }

    fn watch<V: Terms>(&mut self, index: u64, record: &Record<V>, trace: &Trace<V>) {
        let node = record.node;
        match &record.what {
            What::Send { id, .. } => self.send(*id, record.at),
            What::Forge { id, forgery, .. } => {
                self.packets.entry(*id).or_default().forgery = *forgery;
            }
            What::Lose { why: Loss::Network | Loss::Dropped, .. } => self.see(LOST),
            What::Lose { why: Loss::Cut, .. } => self.see(CUT),
            What::Lose { why: Loss::Down, .. } => self.see(LOST_AT_DEAD),
            What::Receive { id, .. } => self.receive(*id, record.at),
            What::Deliver { .. } => {
                let cause = record.cause.and_then(|cause| trace.records.get(cause as usize));
                if let Some(What::Receive { id, .. }) = cause.map(|cause| &cause.what) {
                    self.packets.entry(original(*id)).or_default().delivered = true;
                }
            }
            What::Start => {
                self.started.insert(node);
            }
            // A node that takes no part is down from the start: that is no crash.
            What::Crash { .. } if !self.started.contains(&node) => {}
            What::Crash { after_effects, undone } => {
                self.crash(node, after_effects.is_some());
                self.undone(undone, index, record, trace);
            }
            What::Recover => self.see(RECOVERY),
            What::Pause => self.see(PAUSE),
            What::Resume => {
                self.resumed.insert(node, record.at);
            }
            What::Cut { to } => self.cut_link(node, *to),
            What::Heal { to } => {
                self.cut.remove(&(node, *to));
            }
            what => self.watch_changes(node, record.at, what),
        }
    }

    /// What changes in a node, and not by an event.
    fn watch_changes<V: Terms>(&mut self, node: NodeId, at: Time, what: &What<V>) {
        match what {
            What::Slow { lag } => self.see_if(SLOW, *lag > 0),
            What::Clock { .. } => self.see(if at == 0 { CLOCK } else { CLOCK_STEP }),
            What::Betray => {
                self.traitors.insert(node);
            }
            What::Aim => self.see(AIMED),
            What::Facts { facts } => self.facts(node, facts),
            _ => {}
        }
    }

    fn send(&mut self, id: PacketId, at: Time) {
        let life = |node| self.lives.get(&node).copied().unwrap_or(0);
        let packet = Packet {
            sent: at,
            lives: (life(id.from), life(id.to)),
            led: self.leaders.get(&id.to).copied(),
            ..Packet::default()
        };
        self.see_if(ZOMBIE, self.resumed.get(&id.from) == Some(&at));
        self.packets.insert(id, packet);
    }

    fn receive(&mut self, id: PacketId, at: Time) {
        let packet = self.packets.get(&original(id)).copied().unwrap_or_default();
        let link = (id.from, id.to);
        let newest = self.newest.get(&link).copied().unwrap_or(0);
        self.newest.insert(link, newest.max(id.ordinal));
        let life = |node| self.lives.get(&node).copied().unwrap_or(0);
        let lives = (life(id.from), life(id.to));
        if let Some(first) = packet.received {
            self.see(DUPLICATE);
            self.see_if(DUPLICATE_AFTER_DELIVERY, packet.delivered);
            self.see_if(LATE_DUPLICATE, newest > id.ordinal);
            self.see_if(STALE_DUPLICATE, at - first > SECONDS);
        } else {
            self.see_if(OVERTAKEN, newest > id.ordinal);
            self.see_if(HELD_UP, at - packet.sent > 10 * self.usual);
        }
        self.see_if(LAST_WORDS, packet.lives.0 < lives.0);
        self.see_if(FORMER_LIFE, packet.lives.1 < lives.1);
        self.see_if(TAMPERED, packet.forgery.tampered.is_some());
        self.see_if(SPOOFED, packet.forgery.sender.is_some());
        self.see_if(TRAITOR, self.traitors.contains(&id.from));
        let leads = self.leaders.get(&id.to).copied();
        self.see_if(STALE_REPLY, leads.is_some() && packet.led.is_some() && packet.led < leads);
        self.packets.entry(original(id)).or_default().received.get_or_insert(at);
    }

    fn crash(&mut self, node: NodeId, within: bool) {
        self.see(if within { CRASH_WITHIN } else { CRASH });
        *self.lives.entry(node).or_default() += 1;
        let led = self.leaders.remove(&node).is_some();
        self.see_if(LEADER_CRASHED, led);
    }

    /// What the node had done in the event in which it crashed, and what it had not.
    fn undone<V: Terms>(
        &mut self,
        undone: &[Undone],
        index: u64,
        record: &Record<V>,
        trace: &Trace<V>,
    ) {
        let Some(event) = record.cause else { return };
        let within = trace.records.get(event as usize..index as usize).unwrap_or_default();
        let did = |is_it: fn(&What<V>) -> bool| {
            within.iter().any(|r| r.cause == Some(event) && is_it(&r.what))
        };
        let left = |effect| undone.contains(&effect);
        let torn = left(Undone::TornStore);
        let stored = did(|what| matches!(what, What::Store { .. })) && !torn;
        let delivered = did(|what| matches!(what, What::Deliver { .. }));
        let recovering = matches!(trace.records[event as usize].what, What::Recover);
        self.see_if(CRASH_IN_RECOVERY, recovering);
        self.see_if(STORE_LOST, left(Undone::Store));
        self.see_if(STORED_NOT_SENT, left(Undone::Send) && stored);
        self.see_if(DELIVERED_NOT_STORED, left(Undone::Store) && delivered);
        self.see_if(TORN_WRITE, torn);
    }

    fn cut_link(&mut self, from: NodeId, to: NodeId) {
        self.cut.insert((from, to));
        self.just_cut.insert((from, to));
        let cuts = self.cuts.entry((from, to)).or_default();
        *cuts += 1;
        let again = *cuts > 2;
        self.see_if(FLAPPING, again);
    }

    /// What sort of partition came about by the cuts of one moment, now that all are made.
    fn judge_cuts(&mut self, nodes: u32) {
        if self.just_cut.is_empty() {
            return;
        }
        let cut = std::mem::take(&mut self.just_cut);
        for &(from, to) in &cut {
            let both = self.cut.contains(&(to, from));
            self.see_if(ONE_WAY, !both);
            self.see_if(BOTH_WAYS, both && (from < to || !cut.contains(&(to, from))));
        }
        for node in NodeId::all(nodes) {
            let others = || NodeId::all(nodes).filter(|&other| other != node);
            let open = |from, to| !self.cut.contains(&(from, to));
            let (out, into) =
                (others().any(|other| open(node, other)), others().any(|other| open(other, node)));
            let sends = cut.iter().any(|(from, _)| *from == node);
            let receives = cut.iter().any(|(_, to)| *to == node);
            self.see_if(UNHEARD, sends && !out && into);
            self.see_if(DEAF, receives && !into && out);
        }
    }

    fn facts(&mut self, node: NodeId, facts: &[Fact]) {
        if !facts.iter().any(Fact::is_leader) {
            self.leaders.remove(&node);
            return;
        }
        let term = facts.iter().find_map(Fact::term).unwrap_or(0);
        let led = self.leaders.insert(node, term).is_some();
        let several = self.leaders.len() > 1;
        self.see_if(TWO_LEADERS, several && !led);
    }
}

fn original(id: PacketId) -> PacketId {
    PacketId { copy: 0, ..id }
}
