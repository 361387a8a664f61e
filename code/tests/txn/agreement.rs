//! The checker agrees with brute force on many small histories.

use crate::brute::{History, carry_out, holds};
use distsys::txn::{Action, Level, Outcome, STEPS, Store, Transaction, Verdict, check};
use std::collections::BTreeMap;
use tests::golden;

/// Draws that are the same in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// A history: transactions that are carried out in turn, action by action or one by one, some of
/// which read what was there a while ago.
fn sample(store: Store, draws: &mut Draws) -> History {
    let number = 3 + draws.below(3);
    let interleaved = draws.below(2) == 0;
    let staleness = draws.below(4);
    let mut history: History = (0..number).map(|_| empty(draws)).collect();
    let mut lengths: Vec<u64> = (0..number).map(|_| 1 + draws.below(3)).collect();
    let mut states: States = vec![BTreeMap::new()];
    let (mut clock, mut who) = (0, 0);
    while lengths.iter().any(|&left| left > 0) {
        if interleaved || lengths[who] == 0 {
            who = draws.below(number) as usize;
        }
        let Some(left) = lengths[who].checked_sub(1) else { continue };
        lengths[who] = left;
        if history[who].actions.is_empty() {
            history[who].invoked = clock;
        }
        let action = action(store, staleness, &mut states, draws);
        history[who].actions.push(action);
        clock += 1 + draws.below(2);
        history[who].returned = Some(clock).filter(|_| left == 0);
    }
    for transaction in &mut history {
        if transaction.outcome == Outcome::Unknown {
            transaction.returned = None;
            transaction.actions.retain(|action| matches!(action, Action::Write(..)));
        }
    }
    history
}

/// What was under each key after each write.
type States = Vec<BTreeMap<u8, Vec<u32>>>;

/// A write of a new value, or a read, perhaps of what was there some writes ago.
fn action(store: Store, staleness: u64, states: &mut States, draws: &mut Draws) -> Action<u8, u32> {
    let key = draws.below(2) as u8;
    if draws.below(2) == 0 {
        let write = Action::Write(key, states.len() as u32);
        let alone = Transaction { actions: vec![write.clone()], ..empty(&mut Draws(0)) };
        let state = states.last().unwrap().clone();
        states.push(carry_out(store, &alone, state).unwrap());
        write
    } else {
        let back = if draws.below(2) == 0 { draws.below(staleness + 1) as usize } else { 0 };
        let state = &states[states.len() - 1 - back.min(states.len() - 1)];
        Action::Read(key, state.get(&key).cloned().unwrap_or_default())
    }
}

fn empty(draws: &mut Draws) -> Transaction<u8, u32> {
    let outcome = match draws.below(12) {
        0 => Outcome::Aborted,
        1 => Outcome::Unknown,
        _ => Outcome::Committed,
    };
    Transaction { actions: Vec::new(), outcome, invoked: 0, returned: None }
}

/// Compares verdicts, and carries out every order that the checker gives.
fn agrees(store: Store, level: Level) {
    let thorough = std::env::var_os("DISTSYS_THOROUGH").is_some();
    let samples = if thorough { 1_000_000 } else { 10_000 };
    let mut draws = Draws(1);
    let mut fine = 0;
    for _ in 0..samples {
        let history = sample(store, &mut draws);
        let expected = holds(store, level, &history);
        match check(store, level, &history, STEPS).unwrap() {
            Verdict::Serializable(order) => {
                assert!(expected, "{store:?} {level:?} {history:#?}");
                let mut state = BTreeMap::new();
                for index in order {
                    state = carry_out(store, &history[index], state).expect("the order fits");
                }
                fine += 1;
            }
            Verdict::NotSerializable(anomaly) => {
                assert!(!expected, "{store:?} {level:?} {anomaly:?} {history:#?}");
            }
            Verdict::NotDecided(_) => panic!("so few are decided"),
        }
    }
    // Neither verdict is rare.
    assert!((samples / 5..samples * 4 / 5).contains(&fine), "{fine} of {samples} are fine");
    if !thorough {
        let name = format!("agreement-{store:?}-{level:?}").to_lowercase();
        let level =
            if level == Level::Serializable { "serializable" } else { "strictly serializable" };
        let store = if store == Store::Lists { "lists" } else { "registers" };
        let text = format!("{store}, {level}: {samples} histories compared, {fine} of them are\n");
        golden::check(&format!("{name}.txt"), &text);
    }
}

#[test]
fn lists_serializable() {
    agrees(Store::Lists, Level::Serializable);
}

#[test]
fn lists_strictly_serializable() {
    agrees(Store::Lists, Level::StrictSerializable);
}

#[test]
fn registers_serializable() {
    agrees(Store::Registers, Level::Serializable);
}

#[test]
fn registers_strictly_serializable() {
    agrees(Store::Registers, Level::StrictSerializable);
}
