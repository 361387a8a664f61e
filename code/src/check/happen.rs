//! What an event does in the checker: the handler runs on a copy, and its effects are carried out.

use crate::check::{
    Action, Envelope, Explorable, Explored, Host, Input, Packets, Shared, Situation, Steps,
};
use crate::layer::*;
use crate::service::{Deliver, SendTo};
use crate::sim::step::{Event, step};
use crate::sim::trace::{Record, Trace, What};
use std::collections::VecDeque;
use std::sync::Arc;

/// What a handler did, before anything of it is carried out.
pub(super) struct Outcome<N: Layer> {
    pub(super) state: N,
    pub(super) effects: VecDeque<Effect<N>>,
    pub(super) env: Env,
}

impl<N: Explorable> Explored<N> {
    /// The situation to which the action leads.
    pub(super) fn after(&self, now: &Situation<N>, action: &Action<N>) -> Situation<N> {
        let mut next = Situation { steps: Steps(now.steps.0 + 1), ..now.clone() };
        match action {
            Action::Event { node, input, answers, crash } => {
                let choices = Choices::enumerated(answers.clone());
                let outcome = self.outcome(now, *node, input, choices);
                self.happen(&mut next, *node, input, outcome, *crash);
            }
            Action::Crash(node) => Self::crash(&mut next, *node),
            Action::Lose(envelope) => self.take_out(&mut next, envelope),
        }
        next
    }

    /// Carries out what came of `input`; if `crash` says so, the node crashes when that many
    /// effects are done.
    pub(super) fn happen(
        &self,
        now: &mut Situation<N>,
        node: NodeId,
        input: &Input<N>,
        outcome: Outcome<N>,
        crash: Option<u32>,
    ) {
        let Outcome { state, mut effects, env } = outcome;
        let mut host = now.hosts[node].with(Some(state));
        let mut news = News { node, cause: None, records: Vec::new() };
        match input {
            Input::Start => {}
            Input::Request(ordinal) => {
                let request = self.requests[*ordinal as usize].1.clone();
                news.see(What::Request { ordinal: *ordinal, request });
                news.cause = Some(now.seen.records.len() as u64);
                host.requests += 1;
            }
            Input::Receive(envelope) => self.take_out(now, envelope),
            Input::Timeout(timer) => {
                host.timers.remove(timer);
                now.timeouts = now.timeouts.map(|left| left - 1);
            }
            Input::Recover => news.see(What::Recover),
        }
        effects.truncate(carried_out(&effects, crash));
        for effect in effects {
            match effect {
                Effect::Request(SendTo { to, msg: packet }) => {
                    self.send(now, Envelope { from: node, to, packet });
                }
                effect => host.carry_out(effect, &mut news),
            }
        }
        if crash.is_some() {
            host.crash(&mut news);
        }
        now.hosts[node] = Shared::new(host);
        now.endless = now.endless.or(env.endless.then_some(node));
        news.add_to(&mut now.seen);
    }

    /// A node crashes between two events.
    fn crash(now: &mut Situation<N>, node: NodeId) {
        let mut host = now.hosts[node].with(None);
        let mut news = News { node, cause: None, records: Vec::new() };
        host.crash(&mut news);
        now.hosts[node] = Shared::new(host);
        news.add_to(&mut now.seen);
    }

    fn send(&self, now: &mut Situation<N>, envelope: Envelope<N::Packet>) {
        if self.packets == Packets::Reliable || now.packets.count(&envelope) == 0 {
            Arc::make_mut(&mut now.packets).insert(envelope);
            now.sent = now.sent.map(|sent| sent + 1);
        }
    }

    /// A packet arrives: unless the network may repeat it, it is under way no longer.
    fn take_out(&self, now: &mut Situation<N>, envelope: &Envelope<N::Packet>) {
        if self.packets == Packets::Reliable {
            Arc::make_mut(&mut now.packets).remove(envelope);
        }
    }

    /// Runs the node's handler for `input` on a copy of its state.
    pub(super) fn outcome(
        &self,
        now: &Situation<N>,
        node: NodeId,
        input: &Input<N>,
        choices: Choices,
    ) -> Outcome<N> {
        let host = &now.hosts[node];
        let fresh = || self.nodes[node.0 as usize].clone();
        let event = match input {
            Input::Start => Event::Start,
            Input::Request(place) => Event::Request(self.requests[*place as usize].1.clone()),
            Input::Receive(Envelope { from, packet, .. }) => {
                Event::Receive(Deliver { from: *from, msg: packet.clone() })
            }
            Input::Timeout(timer) => Event::Timeout(timer.clone()),
            Input::Recover => Event::Recover(host.stable.clone()),
        };
        let state = host.state.clone().unwrap_or_else(fresh);
        Outcome::of(state, event, Env::new(node, self.clock, choices))
    }
}

impl<N: Explorable> Situation<N> {
    /// Whether what could happen a moment ago still can.
    pub(super) fn admits(&self, node: NodeId, input: &Input<N>) -> bool {
        self.endless.is_none()
            && match input {
                Input::Timeout(timer) => self.hosts[node].timers.contains(timer),
                _ => true,
            }
    }
}

impl<N: Explorable> Host<N> {
    /// The same but for its state.
    fn with(&self, state: Option<N>) -> Self {
        let (stable, timers) = (self.stable.clone(), self.timers.clone());
        Host { state, stable, timers, requests: self.requests, crashes: self.crashes }
    }
    fn carry_out(&mut self, effect: Effect<N>, news: &mut News<N>) {
        match effect {
            Effect::Request(_) => {}
            Effect::Indicate(indication) => news.see(What::Deliver { indication }),
            Effect::Store(change) => self.stable.apply(change),
            Effect::SetTimer(timer, _) => {
                self.timers.insert(timer);
            }
            Effect::CancelTimer(timer) => {
                self.timers.remove(&timer);
            }
        }
    }
    /// After how many effects is not recorded: what is left of them says it all.
    fn crash(&mut self, news: &mut News<N>) {
        self.state = None;
        self.timers.clear();
        self.crashes += 1;
        let what = What::CRASH;
        news.records.push(Record { at: 0, node: news.node, cause: news.cause, what });
    }
}

/// What is seen in one event.
struct News<N: Explorable> {
    node: NodeId,
    /// The record of the event itself, which led to a crash within it.
    cause: Option<u64>,
    records: Vec<Record<N>>,
}

impl<N: Explorable> News<N> {
    fn see(&mut self, what: What<N>) {
        self.records.push(Record { at: 0, node: self.node, cause: None, what });
    }
    fn add_to(self, seen: &mut Shared<Trace<N>>) {
        if !self.records.is_empty() {
            let mut trace = Trace::clone(seen);
            trace.records.extend(self.records);
            *seen = Shared::new(trace);
        }
    }
}

impl<N: Layer> Outcome<N> {
    fn of(mut state: N, event: Event<N>, mut env: Env) -> Self {
        let mut effects = VecDeque::new();
        step(&mut state, event, &mut env, &mut effects);
        Outcome { state, effects, env }
    }
}

/// How many of the effects are carried out before the crash, if there is one.
fn carried_out<N: Layer>(effects: &VecDeque<Effect<N>>, crash: Option<u32>) -> usize {
    let start = crash.and_then(|steps| starts_of_steps(effects).get(steps as usize).copied());
    start.unwrap_or(effects.len())
}

/// Before which effects a crash makes a difference: stores that follow one another are one step.
pub(super) fn starts_of_steps<N: Layer>(effects: &VecDeque<Effect<N>>) -> Vec<usize> {
    let store = |i: usize| matches!(effects[i], Effect::Store(_));
    (0..effects.len()).filter(|&i| i == 0 || !(store(i - 1) && store(i))).collect()
}
