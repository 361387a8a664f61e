//! Texts: every order of small histories, fractions, positions, the errata of the lecture's text CRDT.

use distsys::crdt::fugue::Change;
use distsys::crdt::{Fraction, Fugue, Indexed, text};
use distsys::node::NodeId;
use distsys::node::names::{A, B};
use distsys::service::Edit;
use distsys::sim::random::{Draws, Purpose, below, draws};
use distsys::transform::{Operation, transform};

#[test]
fn halfway_is_exact() {
    let (mut p1, p2) = (Fraction::ZERO, Fraction::one());
    let mut told = Vec::new();
    for _ in 0..4 {
        p1 = Fraction::halfway(&p1, &p2);
        told.push(p1.to_string());
    }
    assert_eq!(told, ["0.5", "0.75", "0.875", "0.9375"]);
    // 1,000 characters typed at the end, and 1,000 at the beginning.
    let mut last = Fraction::halfway(&Fraction::ZERO, &p2);
    let mut first = last.clone();
    for _ in 0..1_000 {
        let (later, earlier) =
            (Fraction::halfway(&last, &p2), Fraction::halfway(&Fraction::ZERO, &first));
        assert!(last < later && later < p2 && Fraction::ZERO < earlier && earlier < first);
        (first, last) = (earlier, later);
    }
}

/// As measured for the page: what a float of 64 bits does.
#[test]
fn a_float_runs_out_after_52_characters_at_the_end_and_1074_at_the_beginning() {
    let mut p = 0.5_f64;
    let mut appended = 0;
    while (p + 1.0) / 2.0 != p && (p + 1.0) / 2.0 < 1.0 {
        p = (p + 1.0) / 2.0;
        appended += 1;
    }
    let mut p = 1.0_f64;
    let mut prepended = 0;
    while p / 2.0 > 0.0 {
        p /= 2.0;
        prepended += 1;
    }
    assert_eq!((appended, prepended), (52, 1_074));
}

#[test]
fn there_is_always_a_position_between_two() {
    for seed in 0..if thorough() { 2_000 } else { 100 } {
        let mut draw = draws(seed, Purpose::Workload, 0, 0);
        let mut all = vec![vec![(Fraction::ZERO, None)], vec![(Fraction::one(), None)]];
        for number in 0..60 {
            // Two nodes that have not heard of each other insert at the same place.
            let place = below(&mut draw, all.len() as u64 - 1) as usize;
            let new = |node| text::between(&all[place], &all[place + 1], Some((node, number)));
            let (one, other) = (new(A), new(B));
            assert!(all[place] < one && one < other && other < all[place + 1], "seed {seed}");
            all.splice(place + 1..=place, [one, other]);
        }
    }
}

/// All operations on a text of so many characters, at a node.
fn operations(length: usize, node: NodeId, value: char) -> Vec<Operation> {
    let inserts = (0..=length).map(|i| Operation::Insert(i, value, node));
    inserts.chain((0..length).map(Operation::Delete)).chain([Operation::Nothing]).collect()
}

#[test]
fn both_ways_round_two_transformed_operations_give_the_same_text() {
    let mut pairs = 0;
    for length in 0..=6 {
        let text: Vec<char> = "abcdef".chars().take(length).collect();
        for one in operations(length, A, 'x') {
            for other in operations(length, B, 'y') {
                let way = |first: Operation, second: Operation| {
                    let mut text = text.clone();
                    first.apply(&mut text);
                    transform(second, first).apply(&mut text);
                    text
                };
                assert_eq!(way(one, other), way(other, one), "{one:?} and {other:?} on {text:?}");
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, 560);
}

#[test]
fn the_examples_of_the_lecture_are_transformed_as_there() {
    let (one, other) = (Operation::Insert(2, 'D', B), Operation::Insert(0, 'A', A));
    assert_eq!(transform(one, other), Operation::Insert(3, 'D', B));
    assert_eq!(transform(other, one), other);
}

fn thorough() -> bool {
    std::env::var_os("DISTSYS_THOROUGH").is_some()
}

/// What the nodes type, and the order in which each hears of the others.
struct Typing {
    nodes: Vec<(Fugue, Indexed)>,
    /// What each node has been told, or told the others: how many changes of each.
    known: Vec<Vec<usize>>,
    /// The changes of each, with what had to be known before.
    made: Vec<Vec<(Vec<usize>, Change)>>,
}

impl Typing {
    fn new(n: usize) -> Self {
        let nodes = (0..n).map(|_| (Fugue::new(), Indexed::new())).collect();
        Typing { nodes, known: vec![vec![0; n]; n], made: vec![Vec::new(); n] }
    }
    fn edit(&mut self, node: usize, edit: Edit) {
        let me = NodeId(node as u32);
        let (plain, indexed) = &mut self.nodes[node];
        let change = plain.change(edit, me);
        assert_eq!(change, indexed.edit(edit, me));
        let Some(change) = change else { return };
        plain.apply(change);
        self.made[node].push((self.known[node].clone(), change));
        self.known[node][node] += 1;
    }
    /// Tells `to` of the next change of `from`, if there is one and it may.
    fn tell(&mut self, from: usize, to: usize) -> bool {
        let Some(&(ref deps, change)) = self.made[from].get(self.known[to][from]) else {
            return false;
        };
        if from == to || deps.iter().zip(&self.known[to]).any(|(dep, known)| dep > known) {
            return false;
        }
        let (plain, indexed) = &mut self.nodes[to];
        plain.apply(change);
        indexed.apply(change);
        self.known[to][from] += 1;
        true
    }
    fn finish(&mut self) {
        let n = self.nodes.len();
        while (0..n * n).any(|pair| self.tell(pair / n, pair % n)) {}
    }
}

fn random_edit(draw: &mut Draws, length: u64) -> Edit {
    match below(draw, 3) {
        0 if length > 0 => Edit::Delete { index: below(draw, length) },
        1 => Edit::Insert { index: length, value: '+' },
        _ => Edit::Insert {
            index: below(draw, length + 1),
            value: char::from(b'a' + below(draw, 26) as u8),
        },
    }
}

#[test]
fn the_index_agrees_with_the_algorithm_whoever_types_and_in_whatever_order_they_hear_of_it() {
    for seed in 0..if thorough() { 3_000 } else { 150 } {
        let mut draw = draws(seed, Purpose::Workload, 0, 0);
        let mut typing = Typing::new(3);
        for _ in 0..120 {
            let (node, other) = (below(&mut draw, 3) as usize, below(&mut draw, 3) as usize);
            if below(&mut draw, 2) == 0 {
                typing.tell(node, other);
            } else {
                let length = typing.nodes[node].1.len();
                typing.edit(node, random_edit(&mut draw, length));
            }
            let (plain, indexed) = &typing.nodes[node];
            assert_eq!(plain.text(), indexed.text(), "seed {seed}");
        }
        typing.finish();
        let text = typing.nodes[0].0.text();
        for (plain, indexed) in &typing.nodes {
            assert_eq!((plain.text(), indexed.text()), (text.clone(), text.clone()), "seed {seed}");
        }
    }
}

/// Two nodes type a word each at the same place: forwards, or each letter before the last one.
fn two_words(forwards: [bool; 2]) -> String {
    let mut typing = Typing::new(2);
    for (node, word) in ["milk", "eggs"].iter().enumerate() {
        for (i, value) in (0..).zip(word.chars()) {
            let (index, value) = match forwards[node] {
                true => (i, value),
                false => (0, word.chars().rev().nth(i as usize).unwrap()),
            };
            typing.edit(node, Edit::Insert { index, value });
        }
    }
    typing.finish();
    assert_eq!(typing.nodes[0].0.text(), typing.nodes[1].1.text());
    typing.nodes[0].0.text()
}

#[test]
fn two_words_typed_at_one_place_stand_one_after_the_other_in_a_sequence() {
    for forwards in [[true, true], [true, false], [false, true], [false, false]] {
        let text = two_words(forwards);
        assert!(["milkeggs", "eggsmilk"].contains(&text.as_str()), "{forwards:?}: {text}");
    }
}

#[test]
fn two_words_typed_at_one_place_are_mixed_by_positions() {
    let word = |node: NodeId, word: &str| {
        let (mut before, end) = (vec![(Fraction::ZERO, None)], vec![(Fraction::one(), None)]);
        let mut placed = Vec::new();
        for (number, value) in (0..).zip(word.chars()) {
            before = text::between(&before, &end, Some((node, number)));
            placed.push((before.clone(), value));
        }
        placed
    };
    let mut all = [word(A, "milk"), word(B, "eggs")].concat();
    all.sort();
    assert_eq!(all.into_iter().map(|(_, value)| value).collect::<String>(), "meiglgks");
}
