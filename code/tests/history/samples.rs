//! Small random histories of each object: some of them as a correct object would have made them, some with a wrong
//! result.

use distsys::history::linearizability::OperationOf;
use distsys::history::objects::*;
use distsys::history::{Moment, Operation, Sequential};
use distsys::layer::Value;
use distsys::service::OpId;
use distsys::sim::random::{Draws, Purpose, below, draws};
use std::hash::{Hash, Hasher};

/// An object of which there are samples. It is written once more here, plainly, so that an error in the object does not
/// explain itself.
pub(crate) trait Sample: Sequential {
    /// Everything that the object remembers.
    type Memory: Default;
    /// Asks for something.
    fn call(draws: &mut Draws) -> Self::Call;
    /// Does it.
    fn run(memory: &mut Self::Memory, call: &Self::Call, draws: &mut Draws) -> Self::Return;
    /// A result that the call may have, at some time or other.
    fn guess(call: &Self::Call, draws: &mut Draws) -> Self::Return;
}

/// A history of a few operations of up to four clients. A client whose operation is never answered is replaced by another.
pub(crate) fn sample<S: Sample>(seed: u64, most: u64) -> Vec<OperationOf<S>> {
    let mut draws = draws(seed, Purpose::Workload, 0, 0);
    let count = 1 + below(&mut draws, most);
    let wrong = below(&mut draws, 4);
    let mut run = Run::<S> { operations: Vec::new(), memory: S::Memory::default(), draws };
    // Of each client: which operation is open, and whether it has taken effect.
    let mut clients = vec![None; 2 + below(&mut run.draws, 3) as usize];
    for position in 0.. {
        let client = below(&mut run.draws, clients.len() as u64) as usize;
        let client = &mut clients[client];
        let is_enough = run.operations.len() as u64 == count;
        *client = match *client {
            None if is_enough => None,
            None => Some(run.ask(position)),
            Some((index, false)) if below(&mut run.draws, 8) > 0 => Some(run.take_effect(index)),
            Some((index, took_effect)) => {
                run.end(index, took_effect, position);
                None
            }
        };
        if is_enough && clients.iter().all(Option::is_none) {
            break;
        }
    }
    for _ in 0..wrong {
        let operation = &mut run.operations[below(&mut run.draws, count) as usize];
        if operation.result.is_some() {
            operation.result = Some(S::guess(&operation.call, &mut run.draws));
        }
    }
    run.operations
}

/// A history being made.
struct Run<S: Sample> {
    operations: Vec<OperationOf<S>>,
    memory: S::Memory,
    draws: Draws,
}

impl<S: Sample> Run<S> {
    fn ask(&mut self, position: u64) -> (usize, bool) {
        let index = self.operations.len();
        self.operations.push(Operation {
            op: OpId { client: index as u32, number: 0 },
            node: None,
            call: S::call(&mut self.draws),
            result: None,
            invoked: Moment { position, at: position / 3 },
            returned: None,
        });
        (index, false)
    }
    fn take_effect(&mut self, index: usize) -> (usize, bool) {
        let operation = &mut self.operations[index];
        operation.result = Some(S::run(&mut self.memory, &operation.call, &mut self.draws));
        (index, true)
    }
    /// Returns, or never does.
    fn end(&mut self, index: usize, took_effect: bool, position: u64) {
        let operation = &mut self.operations[index];
        if took_effect && below(&mut self.draws, 6) > 0 {
            operation.returned = Some(Moment { position, at: position / 3 });
        } else {
            operation.result = None;
        }
    }
}

impl Sample for Register<u8> {
    type Memory = u8;
    fn call(draws: &mut Draws) -> RegisterCall<u8> {
        match below(draws, 2) {
            0 => RegisterCall::Read,
            _ => RegisterCall::Write(below(draws, 3) as u8),
        }
    }
    fn run(memory: &mut u8, call: &RegisterCall<u8>, _: &mut Draws) -> RegisterReturn<u8> {
        match call {
            RegisterCall::Read => RegisterReturn::Read(*memory),
            RegisterCall::Write(value) => {
                *memory = *value;
                RegisterReturn::Written
            }
        }
    }
    fn guess(call: &RegisterCall<u8>, draws: &mut Draws) -> RegisterReturn<u8> {
        match call {
            RegisterCall::Read => RegisterReturn::Read(below(draws, 3) as u8),
            RegisterCall::Write(_) => RegisterReturn::Written,
        }
    }
}

impl<V: Value + From<u8>> Sample for CasRegister<V> {
    type Memory = u8;
    fn call(draws: &mut Draws) -> CasCall<V> {
        let value = |draws: &mut Draws| V::from(below(draws, 3) as u8);
        match below(draws, 3) {
            0 => CasCall::Read,
            1 => CasCall::Write(value(draws)),
            _ => CasCall::Cas { from: value(draws), to: value(draws) },
        }
    }
    fn run(memory: &mut u8, call: &CasCall<V>, _: &mut Draws) -> CasReturn<V> {
        // What it remembers is the number of which the value is made.
        let number = |value: &V| (0..3).find(|number| V::from(*number) == *value).unwrap();
        match call {
            CasCall::Read => CasReturn::Read((*memory).into()),
            CasCall::Write(value) => {
                *memory = number(value);
                CasReturn::Written
            }
            CasCall::Cas { from, to } => {
                let swaps = *memory == number(from);
                if swaps {
                    *memory = number(to);
                }
                CasReturn::Swapped(swaps)
            }
        }
    }
    fn guess(call: &CasCall<V>, draws: &mut Draws) -> CasReturn<V> {
        match call {
            CasCall::Read => CasReturn::Read((below(draws, 3) as u8).into()),
            CasCall::Write(_) => CasReturn::Written,
            CasCall::Cas { .. } => CasReturn::Swapped(below(draws, 2) == 0),
        }
    }
}

/// A value whose hash says nothing: all are equal by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blind(u8);

impl From<u8> for Blind {
    fn from(value: u8) -> Self {
        Blind(value)
    }
}

impl Hash for Blind {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Sample for Map<u8, String> {
    type Memory = [String; 2];
    fn call(draws: &mut Draws) -> MapCall<u8, String> {
        let key = below(draws, 2) as u8;
        match below(draws, 5) {
            0 | 1 => MapCall::Get(key),
            2 => MapCall::Put(key, letter(draws)),
            3 => MapCall::Append(key, letter(draws)),
            _ => MapCall::Cas { key, from: letter(draws), to: letter(draws) },
        }
    }
    fn run(
        memory: &mut [String; 2],
        call: &MapCall<u8, String>,
        _: &mut Draws,
    ) -> MapReturn<String> {
        match call {
            MapCall::Get(key) => return MapReturn::Got(memory[usize::from(*key)].clone()),
            MapCall::Put(key, value) => memory[usize::from(*key)] = value.clone(),
            MapCall::Append(key, value) => memory[usize::from(*key)].push_str(value),
            MapCall::Cas { key, from, to } => {
                let there = &mut memory[usize::from(*key)];
                let swaps = there == from;
                if swaps {
                    *there = to.clone();
                }
                return MapReturn::Swapped(swaps);
            }
        }
        MapReturn::Done
    }
    fn guess(call: &MapCall<u8, String>, draws: &mut Draws) -> MapReturn<String> {
        match call {
            MapCall::Get(_) => {
                let length = below(draws, 3);
                MapReturn::Got((0..length).map(|_| letter(draws)).collect())
            }
            MapCall::Put(..) | MapCall::Append(..) => MapReturn::Done,
            MapCall::Cas { .. } => MapReturn::Swapped(below(draws, 2) == 0),
        }
    }
}

fn letter(draws: &mut Draws) -> String {
    ["a", "b"][below(draws, 2) as usize].to_string()
}

impl Sample for Queue<u8> {
    type Memory = Vec<u8>;
    fn call(draws: &mut Draws) -> QueueCall<u8> {
        match below(draws, 2) {
            0 => QueueCall::Dequeue,
            _ => QueueCall::Enqueue(below(draws, 4) as u8),
        }
    }
    fn run(memory: &mut Vec<u8>, call: &QueueCall<u8>, _: &mut Draws) -> QueueReturn<u8> {
        match call {
            QueueCall::Enqueue(value) => {
                memory.push(*value);
                QueueReturn::Enqueued
            }
            QueueCall::Dequeue if memory.is_empty() => QueueReturn::Dequeued(None),
            QueueCall::Dequeue => QueueReturn::Dequeued(Some(memory.remove(0))),
        }
    }
    fn guess(call: &QueueCall<u8>, draws: &mut Draws) -> QueueReturn<u8> {
        match call {
            QueueCall::Enqueue(_) => QueueReturn::Enqueued,
            QueueCall::Dequeue => {
                QueueReturn::Dequeued((below(draws, 4) > 0).then(|| below(draws, 4) as u8))
            }
        }
    }
}

impl Sample for Counter {
    type Memory = i64;
    fn call(draws: &mut Draws) -> CounterCall {
        match below(draws, 2) {
            0 => CounterCall::Read,
            _ => CounterCall::Add(below(draws, 4) as i64 - 1),
        }
    }
    fn run(memory: &mut i64, call: &CounterCall, _: &mut Draws) -> CounterReturn {
        match call {
            CounterCall::Read => CounterReturn::Read(*memory),
            CounterCall::Add(amount) => {
                *memory += amount;
                CounterReturn::Added
            }
        }
    }
    fn guess(call: &CounterCall, draws: &mut Draws) -> CounterReturn {
        match call {
            CounterCall::Read => CounterReturn::Read(below(draws, 5) as i64 - 1),
            CounterCall::Add(_) => CounterReturn::Added,
        }
    }
}

/// A learner's own object, and one that is free to choose: a bag from which one takes, blindly, anything that is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bag;

impl Sequential for Bag {
    type Call = QueueCall<u8>;
    type Return = QueueReturn<u8>;
    /// How many of each value.
    type State = [u8; 3];
    type Key = ();

    fn initial(&self) -> impl IntoIterator<Item = [u8; 3]> {
        [[0; 3]]
    }
    fn apply(
        &self,
        state: &[u8; 3],
        call: &QueueCall<u8>,
        result: Option<&QueueReturn<u8>>,
    ) -> impl IntoIterator<Item = [u8; 3]> {
        let with = |value: u8, change: i8| {
            let mut next = *state;
            next[usize::from(value)] = next[usize::from(value)].checked_add_signed(change)?;
            Some(next)
        };
        match (call, result) {
            (QueueCall::Enqueue(value), _) => vec![with(*value, 1)],
            (QueueCall::Dequeue, Some(QueueReturn::Dequeued(Some(value)))) => {
                vec![with(*value, -1)]
            }
            (QueueCall::Dequeue, Some(_)) => vec![(*state == [0; 3]).then_some([0; 3])],
            (QueueCall::Dequeue, None) if *state == [0; 3] => vec![Some([0; 3])],
            (QueueCall::Dequeue, None) => (0..3).map(|value| with(value, -1)).collect(),
        }
        .into_iter()
        .flatten()
    }
    fn key(&self, _: &QueueCall<u8>) {}
}

impl Sample for Bag {
    type Memory = Vec<u8>;
    fn call(draws: &mut Draws) -> QueueCall<u8> {
        match below(draws, 2) {
            0 => QueueCall::Dequeue,
            _ => QueueCall::Enqueue(below(draws, 3) as u8),
        }
    }
    fn run(memory: &mut Vec<u8>, call: &QueueCall<u8>, draws: &mut Draws) -> QueueReturn<u8> {
        match call {
            QueueCall::Enqueue(value) => {
                memory.push(*value);
                QueueReturn::Enqueued
            }
            QueueCall::Dequeue if memory.is_empty() => QueueReturn::Dequeued(None),
            QueueCall::Dequeue => {
                let index = below(draws, memory.len() as u64) as usize;
                QueueReturn::Dequeued(Some(memory.swap_remove(index)))
            }
        }
    }
    fn guess(call: &QueueCall<u8>, draws: &mut Draws) -> QueueReturn<u8> {
        match call {
            QueueCall::Enqueue(_) => QueueReturn::Enqueued,
            QueueCall::Dequeue => {
                QueueReturn::Dequeued((below(draws, 4) > 0).then(|| below(draws, 3) as u8))
            }
        }
    }
}
