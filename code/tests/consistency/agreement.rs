//! The checkers agree with brute force on many small histories.

use crate::brute::{Accesses, Guarantee, is_causal, is_sequential, keeps};
use crate::{operations, registers};
use distsys::consistency::{
    Access, Ambiguous, Sequence, Verdict, What, causal, monotonic_reads, read_your_writes,
    sequential,
};
use distsys::history::linearizability::{Budget, linearizable};
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

/// A few clients that write, and read what was there some writes ago, or is yet to come.
fn sample(draws: &mut Draws) -> Vec<Access<u8, u32>> {
    let (clients, keys) = (1 + draws.below(3), 1 + draws.below(2));
    let staleness = 1 + draws.below(4);
    let number = 3 + draws.below(6);
    let mut values = [0_u32; 2];
    let mut gone = [false; 4];
    let mut accesses = Vec::new();
    for value in 1..=number as u32 {
        let (client, key) = (draws.below(clients) as usize, draws.below(keys) as usize);
        if gone[client] {
            continue;
        }
        let what = match draws.below(16) {
            0 => What::MaybeWrite(value),
            1..=5 => What::Write(value),
            _ => {
                let back = draws.below(staleness) as u32;
                What::Read(Some(values[key].saturating_sub(back)).filter(|value| *value > 0))
            }
        };
        // Who does not know what became of a write does nothing any more.
        gone[client] = matches!(what, What::MaybeWrite(_));
        if let What::Write(value) | What::MaybeWrite(value) = what {
            values[key] = value;
        }
        accesses.push(Access { client: client as u32, key: key as u8, what });
    }
    repaired(accesses, draws)
}

/// Reads of values that were never written to that key become reads of one that was, mostly.
fn repaired(mut accesses: Vec<Access<u8, u32>>, draws: &mut Draws) -> Vec<Access<u8, u32>> {
    let mut written: BTreeMap<u8, Vec<u32>> = BTreeMap::new();
    for access in &accesses {
        if let What::Write(value) | What::MaybeWrite(value) = access.what {
            written.entry(access.key).or_default().push(value);
        }
    }
    for access in &mut accesses {
        let all = written.get(&access.key).map(Vec::as_slice).unwrap_or_default();
        if let What::Read(Some(value)) = access.what
            && !all.contains(&value)
            && draws.below(64) > 0
        {
            let any = draws.below(all.len() as u64 + 1) as usize;
            access.what = What::Read(all.get(any).copied());
        }
    }
    accesses
}

/// Compares verdicts.
fn agrees(name: &str, check: impl Fn(&Accesses) -> bool, brute: impl Fn(&Accesses) -> bool) {
    let thorough = std::env::var_os("DISTSYS_THOROUGH").is_some();
    let samples = if thorough { 1_000_000 } else { 20_000 };
    let mut draws = Draws(1);
    let mut kept = 0;
    for _ in 0..samples {
        let accesses = sample(&mut draws);
        let expected = brute(&accesses);
        assert_eq!(check(&accesses), expected, "{accesses:#?}");
        kept += u32::from(expected);
    }
    // Neither verdict is rare.
    assert!((samples / 10..samples * 19 / 20).contains(&kept), "{kept} of {samples} are kept");
    if !thorough {
        let text = format!("{name}: {samples} histories compared, the promise is kept in {kept}\n");
        golden::check(&format!("agreement-{}.txt", name.replace(' ', "-")), &text);
    }
}

fn is_kept(verdict: Result<Verdict, Ambiguous<u8, u32>>) -> bool {
    match verdict.unwrap() {
        Verdict::Kept => true,
        Verdict::Broken(steps) => {
            assert!(!steps.is_empty());
            false
        }
        Verdict::NotDecided(_) => panic!("so few are decided"),
    }
}

#[test]
fn sequential_consistency() {
    let check = |accesses: &Accesses| {
        let operations = operations(accesses);
        match sequential(&registers(), &operations, Budget::default()) {
            Sequence::Sequential(order) => {
                follows(accesses, &order);
                true
            }
            Sequence::NotSequential(_) => false,
            Sequence::NotDecided(_) => panic!("so few are decided"),
        }
    };
    agrees("sequential consistency", check, is_sequential);
}

/// Whether the order is one: in turn, and every read sees the last write.
fn follows(accesses: &Accesses, order: &[usize]) {
    let mut state: BTreeMap<u8, u32> = BTreeMap::new();
    let mut last: BTreeMap<u32, usize> = BTreeMap::new();
    for &index in order {
        let Access { client, key, what } = &accesses[index];
        assert!(last.insert(*client, index).is_none_or(|before| before < index));
        match what {
            What::Read(value) => assert_eq!(state.get(key).copied(), *value),
            What::Write(value) | What::MaybeWrite(value) => drop(state.insert(*key, *value)),
        }
    }
    let left = (0..accesses.len()).filter(|index| !order.contains(index));
    assert!(left.into_iter().all(|index| matches!(accesses[index].what, What::MaybeWrite(_))));
}

#[test]
fn causal_consistency() {
    agrees(
        "causal consistency",
        |accesses| is_kept(causal(accesses, Budget::default().steps)),
        is_causal,
    );
}

#[test]
fn reads_of_own_writes() {
    let brute = |accesses: &Accesses| keeps(accesses, Guarantee::Writes);
    agrees("read your writes", |accesses| is_kept(read_your_writes(accesses)), brute);
}

#[test]
fn reads_that_do_not_go_back() {
    let brute = |accesses: &Accesses| keeps(accesses, Guarantee::Reads);
    agrees("monotonic reads", |accesses| is_kept(monotonic_reads(accesses)), brute);
}

/// Linearizable, sequential, causal: each implies the next, and causal both guarantees to sessions.
#[test]
fn stronger_models_imply_weaker_ones() {
    let mut draws = Draws(7);
    // How often the weaker model holds where the stronger does not: no two are the same.
    let mut apart = [0; 4];
    for _ in 0..20_000 {
        let accesses = sample(&mut draws);
        let (one_by_one, budget) = (operations(&accesses), Budget::default());
        let linear = linearizable(&registers(), &one_by_one, budget);
        let is_linear =
            matches!(linear, distsys::history::linearizability::Verdict::Linearizable(_));
        let order = sequential(&registers(), &one_by_one, budget);
        let is_sequential = matches!(order, Sequence::Sequential(_));
        let is_causal = is_kept(causal(&accesses, budget.steps));
        let is_monotonic = is_kept(monotonic_reads(&accesses));
        let reads_writes = is_kept(read_your_writes(&accesses));
        let implied = [
            (is_linear, is_sequential),
            (is_sequential, is_causal),
            (is_causal, is_monotonic),
            (is_causal, reads_writes),
        ];
        for ((stronger, weaker), apart) in implied.into_iter().zip(&mut apart) {
            assert!(weaker || !stronger, "{accesses:#?}");
            *apart += u32::from(weaker && !stronger);
        }
    }
    assert!(apart.iter().all(|&apart| apart > 20), "{apart:?}");
}
