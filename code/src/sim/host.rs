//! What the simulator keeps for each node: its state, its disk, its clock and its timers.

use crate::facts::Fact;
use crate::node::Time;
use crate::sim::Node;
use crate::sim::agenda::Agenda;
use crate::sim::clock::LocalClock;
use crate::sim::pending::{CrashPoint, Pending};
use crate::sim::random::number_of;

/// One node of a world.
#[derive(Clone, Debug)]
pub(crate) struct Host<N: Node> {
    /// The node as it was first built.
    pub(crate) fresh: N,
    /// Its state; `None` while it is down.
    pub(crate) state: Option<N>,
    pub(crate) stable: N::Stable,
    pub(crate) clock: LocalClock,
    /// What came while the node was paused, each with the time at which it was due; `None` if it is
    /// not.
    pub(crate) missed: Option<Vec<(Time, Pending<N>)>>,
    /// The node takes no part in this run, or no part any more.
    pub(crate) absent: bool,
    /// The next event crashes the node, here.
    pub(crate) crash_within: Option<CrashPoint>,
    /// How much longer its packets and timers take.
    pub(crate) lag: Time,
    /// It is Byzantine.
    pub(crate) traitor: bool,
    pub(crate) facts: Vec<Fact>,
    timers: Vec<Timer<N>>,
}

/// A timer that was set at least once.
#[derive(Clone, Debug)]
struct Timer<N: Node> {
    name: N::Timer,
    /// The number that its name has in draws.
    number: u32,
    /// How often it has been set.
    ordinal: u64,
    running: bool,
}

impl<N: Node> Host<N> {
    pub(crate) fn new(node: N) -> Self {
        Host {
            state: Some(node.clone()),
            fresh: node,
            stable: N::Stable::default(),
            clock: LocalClock::default(),
            missed: None,
            absent: false,
            crash_within: None,
            lag: 0,
            traitor: false,
            facts: Vec::new(),
            timers: Vec::new(),
        }
    }

    /// Starts the timer, anew if it is running; returns its number, and how often it has been set.
    pub(crate) fn set_timer(&mut self, name: &N::Timer) -> (u32, u64) {
        let position = self.timers.iter().position(|timer| timer.name == *name);
        let position = position.unwrap_or_else(|| {
            let number = number_of(name);
            self.timers.push(Timer { name: name.clone(), number, ordinal: 0, running: false });
            self.timers.len() - 1
        });
        let timer = &mut self.timers[position];
        timer.running = true;
        timer.ordinal += 1;
        (timer.number, timer.ordinal)
    }

    /// Stops the timer; says whether it was running.
    pub(crate) fn stop_timer(&mut self, name: &N::Timer) -> bool {
        let timer = self.timers.iter_mut().find(|timer| timer.name == *name);
        timer.is_some_and(|timer| std::mem::take(&mut timer.running))
    }

    /// Whether this setting of the timer is still the one that counts.
    pub(crate) fn is_running(&self, name: &N::Timer, ordinal: u64) -> bool {
        let is_it =
            |timer: &Timer<N>| timer.name == *name && timer.ordinal == ordinal && timer.running;
        self.timers.iter().any(is_it)
    }

    /// Loses memory and timers; what had come during a pause goes back on the agenda, to find
    /// nobody at home.
    pub(crate) fn crash(&mut self, agenda: &mut Agenda<Pending<N>>) {
        self.state = None;
        self.crash_within = None;
        self.facts.clear();
        for timer in &mut self.timers {
            timer.running = false;
        }
        self.resume(agenda);
    }

    /// Ends a pause; says whether there was one. What was due first comes first, and before all
    /// that is due now.
    pub(crate) fn resume(&mut self, agenda: &mut Agenda<Pending<N>>) -> bool {
        let Some(missed) = self.missed.take() else { return false };
        for (due, pending) in missed {
            agenda.enter(due, pending);
        }
        true
    }
}
