//! Two generals: every strategy with few messages, and the run in which it fails.
//!
//! There are k messages at most, one after the other, and a strategy says who may send each. A
//! message tells all that its sender knows: whoever wants to say less can have it ignored. What a
//! general does depends on what it knows, and that is only which messages have come to it, and what
//! was in them. So a strategy is a table: for each message and everything that its sender may know by
//! then, whether it is sent; and for each general and everything that it may know in the end, whether
//! it attacks.
//!
//! Source: notes, section 2.1; Gray, "Notes on data base operating systems" (1978), section 5.8.3.3.1.

use crate::generals::{FIRST, SECOND};
use crate::layer::NodeId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: view
/// What a general knows: which messages have come, by their numbers from 1, and what their sender
/// knew when it sent them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct View(pub BTreeMap<u32, View>);

/// What two generals do.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Strategy {
    /// Who may send each message.
    pub senders: Vec<NodeId>,
    /// The messages that are sent, by their numbers and what the sender knows then.
    pub sends: BTreeSet<(u32, View)>,
    /// Who attacks, knowing what.
    pub attacks: BTreeSet<(NodeId, View)>,
}
// ANCHOR_END: view

/// Everything that may happen when these are the senders.
#[derive(Clone, Debug)]
pub struct Plans {
    senders: Vec<NodeId>,
    /// What a strategy must say of messages, …
    sends: Vec<(u32, View)>,
    /// … and of attacks.
    attacks: Vec<(NodeId, View)>,
    runs: Vec<Run>,
}

/// A run, in terms of the bits of a strategy: those of messages are the lowest, those of attacks
/// follow.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Which messages come: message 1 is the lowest bit.
    come: u32,
    /// What must be sent for them to come.
    sent: u64,
    /// Whether each general attacks.
    attack: [u64; 2],
}

/// How strategies fare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub strategies: u64,
    /// How many runs of them were looked at.
    pub runs: u64,
    /// In some run of these, one general attacks alone.
    pub one_alone: u64,
    /// In no run of these does anybody attack.
    pub never: u64,
    /// These attack in every run, also where no message has come: they need none.
    pub always: u64,
    /// These attack together in some runs, and together do not in others.
    pub solutions: u64,
}

impl Plans {
    /// For these senders.
    pub fn new(senders: &[NodeId]) -> Self {
        let k = senders.len() as u32;
        let mut plans = Plans {
            senders: senders.to_vec(),
            sends: Vec::new(),
            attacks: Vec::new(),
            runs: Vec::new(),
        };
        let played: Vec<_> = (0..1 << k).map(|come| (come, views(senders, come))).collect();
        for (_, views) in &played {
            let sends = views.sent.iter().cloned();
            plans.sends.extend((1..).zip(sends));
            let [first, second] = views.last.clone();
            plans.attacks.extend([(FIRST, first), (SECOND, second)]);
        }
        plans.sends.sort();
        plans.sends.dedup();
        plans.attacks.sort();
        plans.attacks.dedup();
        plans.runs = played.iter().map(|(come, views)| plans.run(*come, views)).collect();
        plans
    }

    /// How many bits a strategy has.
    pub fn bits(&self) -> usize {
        self.sends.len() + self.attacks.len()
    }

    fn run(&self, come: u32, views: &Views) -> Run {
        let place = |found: Result<usize, usize>| found.unwrap_or_else(|place| place);
        let send = |(number, view): (u32, &View)| {
            1 << place(self.sends.binary_search(&(number, view.clone())))
        };
        let attack = |general: NodeId| {
            let view = views.last[general.0 as usize].clone();
            1 << (self.sends.len() + place(self.attacks.binary_search(&(general, view))))
        };
        let comes = |(number, _): &(u32, &View)| come >> (number - 1) & 1 == 1;
        let sent =
            (1..).zip(&views.sent).filter(comes).map(send).fold(0, |all, bit: u64| all | bit);
        Run { come, sent, attack: [attack(FIRST), attack(SECOND)] }
    }

    // ANCHOR: judge
    /// The run in which one attacks alone, if there is one: which messages come in it.
    pub fn failure(&self, strategy: u64) -> Option<u32> {
        let possible = |run: &&Run| strategy & run.sent == run.sent;
        let alone = |run: &&Run| {
            let [first, second] = run.attack.map(|bit| strategy & bit != 0);
            first != second
        };
        self.runs.iter().filter(possible).find(alone).map(|run| run.come)
    }

    /// Looks at every run of every strategy.
    pub fn search(&self) -> Tally {
        self.tally(0..1 << self.bits())
    }

    /// Looks at every run of every strategy in which all messages are sent, whatever the sender
    /// knows.
    pub fn search_talkative(&self) -> Tally {
        let all_sent = (1 << self.sends.len()) - 1;
        let attacks = 0..1 << self.attacks.len();
        self.tally(attacks.map(|attacks: u64| attacks << self.sends.len() | all_sent))
    }

    fn tally(&self, strategies: impl Iterator<Item = u64>) -> Tally {
        let mut tally = Tally::default();
        for strategy in strategies {
            tally.strategies += 1;
            let (mut together, mut apart, mut neither) = (0, 0, 0);
            for run in self.runs.iter().filter(|run| strategy & run.sent == run.sent) {
                match run.attack.map(|bit| strategy & bit != 0) {
                    [true, true] => together += 1,
                    [false, false] => neither += 1,
                    _ => apart += 1,
                }
            }
            tally.runs += together + apart + neither;
            match (together, apart, neither) {
                (_, 1.., _) => tally.one_alone += 1,
                (0, ..) => tally.never += 1,
                (.., 0) => tally.always += 1,
                _ => tally.solutions += 1,
            }
        }
        tally
    }
    // ANCHOR_END: judge

    /// The number of a strategy.
    pub fn number(&self, strategy: &Strategy) -> u64 {
        let sends = (0..).zip(&self.sends).filter(|(_, send)| strategy.sends.contains(send));
        let first = self.sends.len() as u32;
        let attacks = (first..).zip(&self.attacks);
        let attacks = attacks.filter(|(_, attack)| strategy.attacks.contains(attack));
        sends.map(|(bit, _)| bit).chain(attacks.map(|(bit, _)| bit)).map(|bit: u32| 1 << bit).sum()
    }

    /// The strategy of this number.
    pub fn strategy(&self, number: u64) -> Strategy {
        let is_set = |bit: usize| number >> bit & 1 == 1;
        let sends = self.sends.iter().enumerate().filter(|(bit, _)| is_set(*bit));
        let attacks = self.attacks.iter().enumerate();
        let attacks = attacks.filter(|(bit, _)| is_set(self.sends.len() + bit));
        Strategy {
            senders: self.senders.clone(),
            sends: sends.map(|(_, send)| send.clone()).collect(),
            attacks: attacks.map(|(_, attack)| attack.clone()).collect(),
        }
    }
}

/// How all strategies with at most `k` messages fare: `k` in all, by whoever it may be.
pub fn search(k: u32, talkative: bool) -> Tally {
    let all = senders(k).map(|senders| match talkative {
        true => Plans::new(&senders).search_talkative(),
        false => Plans::new(&senders).search(),
    });
    all.fold(Tally::default(), |sum, one| Tally {
        strategies: sum.strategies + one.strategies,
        runs: sum.runs + one.runs,
        one_alone: sum.one_alone + one.one_alone,
        never: sum.never + one.never,
        always: sum.always + one.always,
        solutions: sum.solutions + one.solutions,
    })
}

/// All ways to choose the senders of `k` messages.
pub fn senders(k: u32) -> impl Iterator<Item = Vec<NodeId>> {
    let general = |second: bool| if second { SECOND } else { FIRST };
    (0..1_u32 << k).map(move |bits| (0..k).map(|bit| general(bits >> bit & 1 == 1)).collect())
}

/// What everyone knows in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views {
    /// What the sender of each message knows then.
    pub sent: Vec<View>,
    /// What each general knows in the end.
    pub last: [View; 2],
}

/// What everyone knows when these messages come and the others do not.
pub fn views(senders: &[NodeId], come: u32) -> Views {
    let mut views = Views { sent: Vec::new(), last: [View::default(), View::default()] };
    for (number, sender) in (1..).zip(senders) {
        let sent = views.last[sender.0 as usize].clone();
        views.sent.push(sent.clone());
        if come >> (number - 1) & 1 == 1 {
            views.last[1 - sender.0 as usize].0.insert(number, sent);
        }
    }
    views
}

/// Propose, agree, confirm, and so on, `k` messages in turns: each is sent by whoever has got the one
/// before, and each general attacks if it has got all that should come to it.
pub fn confirmations(k: u32) -> Strategy {
    let senders: Vec<_> = [FIRST, SECOND].into_iter().cycle().take(k as usize).collect();
    let all = views(&senders, (1 << k) - 1);
    let [first, second] = all.last;
    Strategy {
        sends: (1..).zip(all.sent).collect(),
        attacks: [(FIRST, first), (SECOND, second)].into(),
        senders,
    }
}
