//! Every rule by which a lieutenant could decide, when the commander has spoken and the lieutenants
//! have told each other what they heard.
//!
//! A lieutenant knows what the commander told it, and what each of the others says that the commander
//! told him. That is all, so whatever it does is a table with an entry for each of those cases. For
//! three and for four generals there are few enough tables to try them all, against everything that
//! one traitor can say.

use crate::generals::Plan;
use crate::generals::Plan::{Attack, Retreat};

/// What a lieutenant was told: by the commander, and by each other lieutenant in order.
pub type Told = Vec<Plan>;

/// A decision for each case: the bit with the number of [`case`] is set for Attack.
pub type Rule = u32;

/// How rules fare against one traitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many choices of rules there were.
    pub tried: u64,
    /// Those that no traitor defeats.
    pub safe: Vec<Vec<Rule>>,
}

/// All choices of a rule for each of two lieutenants: three generals.
pub fn of_three() -> Outcome {
    let pairs = (0..1 << 4).flat_map(|first| (0..1 << 4).map(move |second| vec![first, second]));
    try_all(pairs, 256)
}

/// All rules that three lieutenants could follow, the same for each: four generals.
pub fn of_four() -> Outcome {
    try_all((0..1 << 8).map(|rule| vec![rule; 3]), 256)
}

fn try_all(choices: impl Iterator<Item = Vec<Rule>>, tried: u64) -> Outcome {
    Outcome { tried, safe: choices.filter(|rules| is_safe(rules)).collect() }
}

/// Whether no traitor defeats these rules, one for each lieutenant.
fn is_safe(rules: &[Rule]) -> bool {
    let lieutenants = rules.len();
    // The commander is the traitor: it may tell each what it likes, and they must agree.
    let commander = plans(lieutenants).all(|said| {
        let decisions: Vec<_> =
            (0..lieutenants).map(|me| decide(rules[me], &told(&said, me))).collect();
        decisions.iter().all(|decision| *decision == decisions[0])
    });
    // A lieutenant is: it may report what it likes to each, and they must obey the commander.
    let lieutenant = |traitor: usize, order: Plan| {
        plans(lieutenants).all(|reports| {
            (0..lieutenants).filter(|&me| me != traitor).all(|me| {
                let mut said = vec![order; lieutenants];
                said[traitor] = reports[me];
                decide(rules[me], &told(&said, me)) == order
            })
        })
    };
    commander
        && (0..lieutenants).all(|traitor| [Attack, Retreat].iter().all(|&o| lieutenant(traitor, o)))
}

/// What lieutenant `me` is told, if this is what each says that it was told.
fn told(said: &[Plan], me: usize) -> Told {
    let others = said.iter().enumerate().filter(|(other, _)| *other != me);
    std::iter::once(said[me]).chain(others.map(|(_, &plan)| plan)).collect()
}

fn decide(rule: Rule, told: &Told) -> Plan {
    if rule >> case(told) & 1 == 1 { Attack } else { Retreat }
}

/// The number of a case: one bit for each plan, the commander's word the lowest, set for Attack.
pub fn case(told: &Told) -> u32 {
    (0..).zip(told).map(|(bit, &plan)| u32::from(plan == Attack) << bit).sum()
}

/// All ways to say something to so many.
fn plans(n: usize) -> impl Iterator<Item = Vec<Plan>> {
    let plan = |attack: bool| if attack { Attack } else { Retreat };
    (0..1_u32 << n).map(move |bits| (0..n).map(|bit| plan(bits >> bit & 1 == 1)).collect())
}
