//! A run that is written down depends on no seed.

use distsys::facts::{LEADER, ROLE};
use distsys::layer::*;
use distsys::link::{Fifo, Retransmit};
use distsys::service::{Deliver, FairLossLink, SendTo};
use distsys::sim::{
    EventId, Fault, FaultMenu, Network, Partitions, Rate, Script, Text, Trace, What, World,
};
use distsys::stack::Stack;
use tests::toys::Chatter;

type Chat = Stack<Stack<Chatter, Fifo<u32>>, Retransmit<(u32, u64)>>;

/// Three nodes that set timers of random length, choose, send and store.
fn chat(seed: u64, script: Script) -> World<Chat> {
    let node = Chatter::new(3, 40).over(Fifo::new(3)).over(Retransmit::new(3));
    let mut world = World::new(seed, vec![node; 3]);
    world.network = Network::fair_loss();
    let mut world = world.with_script(script);
    world.run_until(20_000 * MILLIS).unwrap();
    world
}

/// Fails with the first line in which the traces differ.
fn assert_same(trace: &Trace<Text>, expected: &Trace<Text>) {
    let (trace, expected) = (trace.to_string(), expected.to_string());
    let differ = trace.lines().zip(expected.lines()).find(|(a, b)| a != b);
    assert!(trace == expected, "{differ:?}");
}

#[test]
fn what_is_written_down_happens_again_whatever_the_seed() {
    let menu = FaultMenu {
        partitions: Partitions::symmetric(2),
        crashes: 4,
        recovery: true,
        slow_nodes: 2,
        until: 1_000 * MILLIS,
        ..FaultMenu::default()
    };
    let plan = menu.plan(5, 3);
    let drawn = Script { faults: Some(plan.clone()), ..Script::default() };
    let trace = chat(5, drawn.clone()).trace().text();
    let other = chat(6, drawn.clone()).trace().text();
    assert_ne!(trace, other, "the seed decides a lot");
    let recorded = drawn.recorded(&trace, plan);
    assert!(!recorded.choices.is_empty() && !recorded.timers.is_empty());
    for seed in [5, 6, 7] {
        assert_same(&chat(seed, recorded.clone()).trace().text(), &trace);
    }
    // And without one of its decisions it is another run.
    let mut less = recorded;
    less.timers.pop_first();
    assert_ne!(chat(5, less).trace().text(), trace);
}

/// Throws a coin now and then for a while, and as it comes back: it leads after heads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Thrower {
    leads: bool,
}

impl Thrower {
    fn throw(&mut self, ctx: &mut Context<Self>) {
        self.leads = ctx.choose(2) == 1;
        ctx.send(NodeId((ctx.me.0 + 1) % 3), self.leads);
        if ctx.clock().monotonic < 1_500 * MILLIS {
            ctx.set_timer("throw", 10 * MILLIS..50 * MILLIS);
        }
    }
}

impl Layer for Thrower {
    type Implements = FairLossLink<bool>;
    type Uses = FairLossLink<bool>;
    type Timer = &'static str;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.throw(ctx);
    }
    fn on_request(&mut self, request: SendTo<bool>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }
    fn on_receive(&mut self, indication: Deliver<bool>, ctx: &mut Context<Self>) {
        ctx.indicate(indication);
    }
    fn on_timeout(&mut self, _: &'static str, ctx: &mut Context<Self>) {
        self.throw(ctx);
    }
    fn on_recovery(mut fresh: Self, (): (), ctx: &mut Context<Self>) -> Self {
        fresh.throw(ctx);
        fresh
    }
    fn facts(&self) -> Vec<Fact> {
        if self.leads { vec![Fact::text(ROLE, LEADER)] } else { Vec::new() }
    }
}

fn throws(seed: u64, script: &Script) -> Trace<Text> {
    let mut world = World::new(seed, vec![Thrower::default(); 3]).with_script(script.clone());
    world.run().unwrap();
    world.trace().text()
}

/// The trace of the same run in which nobody aimed.
fn without_aims(trace: &Trace<Text>) -> Trace<Text> {
    let aims = |until: u64| {
        let before = &trace.records[..until as usize];
        before.iter().filter(|record| record.what == What::Aim).count() as u64
    };
    let mut rest = trace.clone();
    rest.records.retain(|record| record.what != What::Aim);
    for record in &mut rest.records {
        record.cause = record.cause.map(|cause| cause - aims(cause));
    }
    rest
}

#[test]
fn what_was_aimed_at_a_leader_is_written_down_as_what_it_became() {
    let (mut aims, mut chosen, mut renamed) = (0, 0, 0);
    for seed in 0..10 {
        let aimed = Rate::percent(50);
        let menu = FaultMenu { crashes: 8, recovery: true, aimed, ..FaultMenu::default() };
        let plan = menu.plan(seed, 3);
        // In every recovery that is not aimed, there is a crash.
        let plain = (0..).zip(&plan).filter(|(_, (_, f))| matches!(f, Fault::Recover(_)));
        let crashes = plain.map(|(number, _)| (EventId::Fault(number), 1)).collect();
        let drawn = Script { faults: Some(plan.clone()), crashes, ..Script::default() };
        let trace = throws(seed, &drawn);
        let recorded = drawn.recorded(&trace, plan);
        for other in [seed, seed + 1, seed + 2] {
            assert_same(&throws(other, &recorded), &without_aims(&trace));
        }
        let again = recorded.recorded(&without_aims(&trace), recorded.faults.clone().unwrap());
        assert_eq!(again, recorded, "there is nothing more to write down");
        aims += trace.records.len() - without_aims(&trace).records.len();
        let of_fault = |event: &&EventId| matches!(event, EventId::Fault(_));
        chosen += recorded.choices.keys().filter(of_fault).count();
        renamed += drawn.crashes.keys().filter(|e| !recorded.crashes.contains_key(e)).count();
    }
    assert!(aims > 10 && chosen > 20 && renamed > 10, "{aims}, {chosen} and {renamed}");
}

#[test]
fn several_faults_aimed_at_once_strike_in_the_order_in_which_they_did() {
    use distsys::node::names::{A, B, C};
    // At the first aim nobody leads any more; each is aimed on as it strikes.
    let fact = |at, node, leads: bool| {
        let facts = if leads { vec![Fact::text(ROLE, LEADER)] } else { Vec::new() };
        (at, node, What::Facts { facts })
    };
    let aims = [fact(0, A, true), (5, C, What::Aim), (7, B, What::Aim), (7, C, What::Aim)];
    let mut trace = Trace::new(3);
    for (at, node, what) in aims {
        trace.records.push(distsys::sim::Record { at, node, cause: None, what });
    }
    let at_leader = |later| Fault::AtLeader(A, later);
    let faults = vec![
        (7, at_leader(vec![(0, Fault::Pause(A)), (9, Fault::Resume(A))])),
        (6, at_leader(vec![(1, at_leader(vec![(1, Fault::Crash(A))]))])),
        (9, Fault::Slow(A, 1)),
        (5, at_leader(vec![(4, Fault::Slow(A, 2))])),
    ];
    let settled = Script::default().settled(&trace, faults).faults.unwrap();
    let expected = [
        (9, Fault::Slow(A, 1)),
        (9, Fault::Slow(C, 2)),
        (7, Fault::Pause(B)),
        (16, Fault::Resume(B)),
        (8, Fault::Crash(C)),
    ];
    assert_eq!(settled, expected);
}
