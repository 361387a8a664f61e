//! Two generals.

use distsys::draw::Style;
use distsys::generals::strategy::{Plans, Strategy, Tally, confirmations, search, senders, views};
use distsys::generals::two::STEP;
use distsys::generals::{Decide, FIRST, General, Plan, SECOND};
use distsys::layer::names::{A, B};
use distsys::layer::{MILLIS, NodeId};
use distsys::runs::generals::{answer_lost, question_lost};
use distsys::sim::{Fate, PacketId, Script, Trace, What, World};
use distsys::spec::{generals, view::view};
use tests::golden;

// Scripts.

#[test]
fn the_first_general_sees_the_same_whether_question_or_answer_is_lost() {
    let (one, other) = (answer_lost(), question_lost());
    assert_eq!(view(&one, A), view(&other, A));
    assert_ne!(view(&one, B), view(&other, B));
    // Times and labels are those of the lecture.
    let sent = |trace: &Trace<_>| {
        let sends = trace.records.iter().filter_map(|record| match &record.what {
            What::Send { packet, .. } => Some((record.at / MILLIS, record.node, *packet)),
            _ => None,
        });
        sends.collect::<Vec<_>>()
    };
    assert_eq!(sent(&one), [(0, A, "attack 10 Nov?"), (15, B, "10 Nov agreed")]);
    assert_eq!(sent(&other), [(0, A, "attack 10 Nov?")]);
    assert_eq!(one.delivered(B), [(A, "attack 10 Nov?")]);
    assert_eq!((one.delivered(A).len(), other.delivered(B).len()), (0, 0));
}

/// Plays a strategy in a run in which these messages come and the others are lost.
fn play(strategy: &Strategy, come: u32) -> Trace<General> {
    let mut sent = [0; 2];
    let mut fates = std::collections::BTreeMap::new();
    for (number, from) in (1..).zip(&strategy.senders) {
        let views = views(&strategy.senders, come);
        if !strategy.sends.contains(&(number, views.sent[number as usize - 1].clone())) {
            continue;
        }
        sent[from.0 as usize] += 1;
        let id = PacketId {
            from: *from,
            to: NodeId(1 - from.0),
            ordinal: sent[from.0 as usize],
            copy: 0,
        };
        if come >> (number - 1) & 1 == 0 {
            fates.insert(id, Fate::Lost);
        }
    }
    let script = Script { fates, ..Script::calm() };
    let nodes = vec![General::new(strategy.clone()); 2];
    let mut world = World::new(0, nodes).with_script(script);
    world.run().unwrap();
    world.trace()
}

fn decisions(trace: &Trace<General>) -> Vec<(NodeId, Plan)> {
    let decided = trace.records.iter().filter_map(|record| match record.what {
        What::Deliver { indication: Decide(plan) } => Some((record.node, plan)),
        _ => None,
    });
    decided.collect()
}

#[test]
fn one_general_attacks_alone_when_the_last_confirmation_is_lost() {
    let strategy = confirmations(3);
    let plans = Plans::new(&strategy.senders);
    let come = plans.failure(plans.number(&strategy)).unwrap();
    assert_eq!(come, 0b011, "messages 1 and 2 come, 3 does not");
    let trace = play(&strategy, come);
    assert_eq!(decisions(&trace), [(A, Plan::Attack), (B, Plan::Retreat)]);
    assert!(generals::agreement(&trace).is_err());
    let names = vec!["G1".to_string(), "G2".to_string()];
    let style = Style { names, ..distsys::subject::generals::style() };
    let caption = "Propose, agree, confirm: found by the search. The confirmation is lost. G1 has got all that it waits for and \
                   attacks; G2 has not.";
    golden::check_run("two-generals-alone", caption, &trace.text(), &style);
}

// Checks: every strategy, in every run.

#[test]
fn the_simulator_does_what_the_search_says() {
    for senders in senders(2) {
        let plans = Plans::new(&senders);
        for number in 0..1 << plans.bits() {
            let strategy = plans.strategy(number);
            assert_eq!(plans.number(&strategy), number);
            let Some(come) = plans.failure(number) else { continue };
            assert!(generals::agreement(&play(&strategy, come)).is_err(), "{strategy:?}");
        }
    }
}

#[test]
fn every_strategy_with_few_messages_fails_or_needs_none() {
    let mut table = "| messages | strategies | their runs | one attacks alone | nobody ever attacks | both attack in any case | the rest |\n\
                     | --- | --- | --- | --- | --- | --- | --- |\n"
        .to_string();
    let mut row = |name: String, tally: Tally| {
        let Tally { strategies, runs, one_alone, never, always, solutions } = tally;
        assert_eq!(one_alone + never + always + solutions, strategies);
        assert_eq!(solutions, 0);
        let cells = [strategies, runs, one_alone, never, always, solutions].map(thousands);
        table += &format!("| {name} | {} |\n", cells.join(" | "));
    };
    for k in 0..=3 {
        row(k.to_string(), search(k, false));
    }
    row("4, all sent".to_string(), search(4, true));
    golden::check("two-generals-search.md", &table);
}

/// `1,234,567`.
fn thousands(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1_000), number % 1_000),
    }
}

#[test]
fn between_all_and_nothing_each_run_is_like_the_next_for_one_general() {
    for k in 1..=8 {
        for senders in senders(k) {
            for last in 1..=k {
                let (with, without) = ((1 << last) - 1, (1 << (last - 1)) - 1);
                let sender = senders[last as usize - 1].0 as usize;
                let (with, without) = (views(&senders, with), views(&senders, without));
                assert_eq!(with.last[sender], without.last[sender]);
                assert_ne!(with.last[1 - sender], without.last[1 - sender]);
            }
        }
    }
}

#[test]
fn a_strategy_that_worked_would_be_counted() {
    // Where nothing is ever lost, propose and attack works: the count of solutions can rise.
    let strategy = confirmations(1);
    let trace = play(&strategy, 1);
    assert_eq!(decisions(&trace), [(A, Plan::Attack), (B, Plan::Attack)]);
    assert_eq!(generals::agreement(&trace), Ok(()));
    assert_eq!(strategy.senders, [FIRST]);
    assert_eq!(SECOND, B);
    assert_eq!(STEP, 20 * MILLIS);
    // And where it is lost, the first attacks alone.
    assert!(generals::agreement(&play(&strategy, 0)).is_err());
}
