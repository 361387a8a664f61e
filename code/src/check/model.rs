//! What Stateright is told: where runs begin, what can happen next, and where that leads.

use crate::check::happen::starts_of_steps;
use crate::check::{
    Action, Bound, Explorable, Explored, Host, Input, Packets, Shared, Situation, Start, Steps,
};
use crate::layer::*;
use crate::sim::trace::Trace;
use stateright::{Model, Property};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

impl<N: Explorable> Model for Explored<N> {
    type State = Situation<N>;
    type Action = Action<N>;

    fn init_states(&self) -> Vec<Situation<N>> {
        self.starts().into_iter().map(|start| start.situation).collect()
    }

    fn actions(&self, now: &Situation<N>, actions: &mut Vec<Action<N>>) {
        self.possible(now, actions);
        if self.bounds.steps.is_some_and(|most| now.steps.0 >= most) && !actions.is_empty() {
            self.cut_by(Bound::Steps);
            actions.clear();
        }
    }

    fn next_state(&self, now: &Situation<N>, action: Action<N>) -> Option<Situation<N>> {
        let next = self.after(now, &action);
        (next != *now && !self.passes_over(now, &next, &action)).then(|| self.classed(next))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        self.properties.clone()
    }

    fn within_boundary(&self, now: &Situation<N>) -> bool {
        self.is_within(now)
    }
}

impl<N: Explorable> Explored<N> {
    /// All that can happen next, bounds or not.
    pub(super) fn possible(&self, now: &Situation<N>, actions: &mut Vec<Action<N>>) {
        let up = |node: NodeId| now.hosts[node].state.is_some();
        let crashing = now.hosts.nodes().filter(|&node| up(node) && self.may_crash(now, node));
        // First, since of two runs that are equally short the one with the plainer crash is easier
        // to read.
        actions.extend(crashing.map(Action::Crash));
        for (node, input) in self.inputs(now) {
            self.ways(now, node, &input, actions);
        }
        if self.packets == Packets::Reliable {
            let lost = now.packets.values().filter(|envelope| !up(envelope.to)).cloned();
            actions.extend(lost.map(Action::Lose));
        }
    }

    /// Where runs begin: all nodes have started, in every way to choose. None crashes while it
    /// starts: it has nothing to forget yet.
    pub(super) fn beginnings(&self) -> Vec<Start<N>> {
        let host = |node: &N| {
            Shared::new(Host {
                state: Some(node.clone()),
                stable: N::Stable::default(),
                timers: BTreeSet::new(),
                requests: 0,
                crashes: 0,
            })
        };
        let situation = Situation {
            hosts: PerNode(self.nodes.iter().map(host).collect()),
            packets: Arc::default(),
            sent: self.bounds.sent.map(|_| 0),
            timeouts: self.timeouts,
            seen: Shared::new(Trace::new(self.nodes.len() as u32)),
            endless: None,
            steps: Steps(0),
            class: None,
        };
        let mut starts = vec![Start { run: Vec::new(), situation }];
        for node in NodeId::all(self.nodes.len() as u32) {
            let started = |start: &Start<N>| {
                let mut ways = Vec::new();
                self.ways(&start.situation, node, &Input::Start, &mut ways);
                ways.retain(|way| !matches!(way, Action::Event { crash: Some(_), .. }));
                ways.into_iter().map(|way| start.and(self, way)).collect::<Vec<_>>()
            };
            starts = starts.iter().flat_map(started).collect();
        }
        starts
    }

    /// Everything that can come to a node now.
    pub(super) fn inputs(&self, now: &Situation<N>) -> Vec<(NodeId, Input<N>)> {
        let mut inputs = Vec::new();
        if now.endless.is_some() {
            return inputs;
        }
        for (node, host) in now.hosts.iter() {
            if host.state.is_none() {
                inputs.extend(self.recovery.then_some((node, Input::Recover)));
                continue;
            }
            let mut requests = (0..).zip(&self.requests).filter(|(_, (at, _))| *at == node);
            let request = requests.nth(host.requests as usize).map(|(i, _)| Input::Request(i));
            inputs.extend(request.map(|request| (node, request)));
            if now.timeouts != Some(0) {
                let timeouts = host.timers.iter().cloned().map(Input::Timeout);
                inputs.extend(timeouts.map(|timeout| (node, timeout)));
            } else if !host.timers.is_empty() {
                self.cut_by(Bound::Timeouts);
            }
        }
        let up = |to: NodeId| now.hosts[to].state.is_some();
        let received = now.packets.values().filter(|envelope| up(envelope.to));
        inputs.extend(received.map(|envelope| (envelope.to, Input::Receive(envelope.clone()))));
        inputs
    }

    fn may_crash(&self, now: &Situation<N>, node: NodeId) -> bool {
        let in_all = || now.hosts.0.iter().map(|host| host.crashes).sum::<u32>();
        now.endless.is_none()
            && now.hosts[node].crashes < self.crashes[node]
            && self.crashes_in_all.is_none_or(|most| in_all() < most)
    }

    /// All ways in which `input` can go: each way to choose, and with each a crash before each
    /// effect, if one is left.
    fn ways(
        &self,
        now: &Situation<N>,
        node: NodeId,
        input: &Input<N>,
        actions: &mut Vec<Action<N>>,
    ) {
        let mut answers = Some(Vec::new());
        while let Some(prefix) = answers {
            let outcome = self.outcome(now, node, input, Choices::enumerated(prefix));
            let (choices, effects) = (outcome.env.choices, outcome.effects);
            let crashes =
                if self.may_crash(now, node) { self.crashes_in(&effects) } else { Vec::new() };
            let crashes = crashes.into_iter().map(Some);
            actions.extend(std::iter::once(None).chain(crashes).map(|crash| {
                let (input, answers) = (input.clone(), choices.answers().to_vec());
                Action::Event { node, input, answers, crash }
            }));
            answers = choices.successor();
        }
    }

    /// Before which effects a crash makes a difference, counting in steps. Over fair-loss links, it
    /// makes none between two sends: after the second, all can happen that can happen before it,
    /// for packets may be lost.
    fn crashes_in(&self, effects: &VecDeque<Effect<N>>) -> Vec<u32> {
        let lossy = self.packets == Packets::FairLoss;
        let send = |i: usize| matches!(effects[i], Effect::Request(_));
        let between = |i: usize| lossy && i > 0 && send(i - 1) && send(i);
        let starts = (0..).zip(starts_of_steps(effects));
        starts.filter(|(_, start)| !between(*start)).map(|(step, _)| step).collect()
    }

    /// Whether this is left out since the node ignores what it receives: nothing changes but that
    /// the packet is under way no more.
    fn passes_over(&self, now: &Situation<N>, next: &Situation<N>, action: &Action<N>) -> bool {
        !self.ignoring
            && matches!(action, Action::Event { input: Input::Receive(_), .. })
            && next.hosts == now.hosts
            && next.seen == now.seen
            && next.packets.total() < now.packets.total()
    }
}
