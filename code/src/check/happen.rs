//! What an event does in the checker: the handler runs on a copy, and its effects are carried out.

use crate::check::{Action, Envelope, Explorable, Explored, Host, Input, Packets, Situation};
use crate::layer::*;
use crate::service::{Deliver, SendTo};
use crate::sim::step::{Event, step};
use crate::sim::trace::{Record, What};
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
        let mut next = now.clone();
        match action {
            Action::Event { node, input, answers, crash } => {
                let choices = Choices::enumerated(answers.clone());
                let outcome = self.outcome(now, *node, input, choices);
                self.happen(&mut next, *node, input, outcome, *crash);
            }
            Action::Crash(node) => next.crash(*node, None),
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
        let mut cause = None;
        match input {
            Input::Start => {}
            Input::Request(ordinal) => {
                let request = self.requests[*ordinal as usize].1.clone();
                cause = Some(now.see(node, None, What::Request { ordinal: *ordinal, request }));
            }
            Input::Receive(envelope) => self.take_out(now, envelope),
            Input::Timeout(timer) => {
                now.host(node).timers.remove(timer);
                now.timeouts = now.timeouts.map(|left| left - 1);
            }
            Input::Recover => {
                now.see(node, None, What::Recover);
            }
        }
        now.host(node).state = Some(state);
        now.endless = now.endless.or(env.endless.then_some(node));
        if let Some(steps) = crash
            && let Some(&start) = starts_of_steps(&effects).get(steps as usize)
        {
            effects.truncate(start);
        }
        effects.into_iter().for_each(|effect| self.carry_out(now, node, effect));
        if crash.is_some() {
            now.crash(node, cause);
        }
    }

    fn carry_out(&self, now: &mut Situation<N>, node: NodeId, effect: Effect<N>) {
        match effect {
            Effect::Request(SendTo { to, msg: packet }) => {
                let envelope = Envelope { from: node, to, packet };
                if self.packets == Packets::Reliable || !now.packets.contains_key(&envelope) {
                    *Arc::make_mut(&mut now.packets).entry(envelope).or_default() += 1;
                }
            }
            Effect::Indicate(indication) => {
                now.see(node, None, What::Deliver { indication });
            }
            Effect::Store(change) => now.host(node).stable.apply(change),
            Effect::SetTimer(timer, _) => {
                now.host(node).timers.insert(timer);
            }
            Effect::CancelTimer(timer) => {
                now.host(node).timers.remove(&timer);
            }
        }
    }

    /// A packet arrives: unless the network may repeat it, it is under way no longer.
    fn take_out(&self, now: &mut Situation<N>, envelope: &Envelope<N::Packet>) {
        if self.packets == Packets::Reliable
            && let packets = Arc::make_mut(&mut now.packets)
            && let Some(count) = packets.get_mut(envelope)
        {
            *count -= 1;
            packets.retain(|_, count| *count > 0);
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
        Outcome::of(host.state.clone().unwrap_or_else(fresh), node, event, choices)
    }
}

impl<N: Explorable> Situation<N> {
    /// How often such a thing was seen at the node.
    pub(super) fn count(&self, node: NodeId, is_counted: impl Fn(&What<N>) -> bool) -> usize {
        let counted = |record: &&Record<N>| record.node == node && is_counted(&record.what);
        self.seen.records.iter().filter(counted).count()
    }
    /// Whether what could happen a moment ago still can.
    pub(super) fn admits(&self, node: NodeId, input: &Input<N>) -> bool {
        self.endless.is_none()
            && match input {
                Input::Timeout(timer) => self.hosts[node].timers.contains(timer),
                _ => true,
            }
    }

    /// After how many effects is not recorded: what is left of them says it all.
    fn crash(&mut self, node: NodeId, cause: Option<u64>) {
        self.host(node).state = None;
        self.host(node).timers.clear();
        self.see(node, cause, What::CRASH);
    }
    fn host(&mut self, node: NodeId) -> &mut Host<N> {
        Arc::make_mut(&mut self.hosts[node])
    }
    /// Adds to what was seen; returns the place of the record there.
    fn see(&mut self, node: NodeId, cause: Option<u64>, what: What<N>) -> u64 {
        let records = &mut Arc::make_mut(&mut self.seen).records;
        records.push(Record { at: 0, node, cause, what });
        records.len() as u64 - 1
    }
}

impl<N: Layer> Outcome<N> {
    fn of(mut state: N, node: NodeId, event: Event<N>, choices: Choices) -> Self {
        let mut env = Env::new(node, Reading::default(), choices);
        let mut effects = VecDeque::new();
        step(&mut state, event, &mut env, &mut effects);
        Outcome { state, effects, env }
    }
}

/// Before which effects a crash makes a difference: stores that follow one another are one step.
pub(super) fn starts_of_steps<N: Layer>(effects: &VecDeque<Effect<N>>) -> Vec<usize> {
    let store = |i: usize| matches!(effects[i], Effect::Store(_));
    (0..effects.len()).filter(|&i| i == 0 || !(store(i - 1) && store(i))).collect()
}
