//! The words of registers, queues and counters.

use super::{Said, Words};
use crate::formats::Datum;
use crate::history::objects::{
    CasCall, CasRegister, CasReturn, Counter, CounterCall, CounterReturn, Queue, QueueCall,
    QueueReturn, Register, RegisterCall, RegisterReturn,
};

impl Words for Register<Datum> {
    fn call(&self, said: Said) -> Result<RegisterCall<Datum>, String> {
        match said.f {
            "read" => Ok(RegisterCall::Read),
            "write" => written(said).map(RegisterCall::Write),
            f => Err(unknown(f, "a register", "read and write")),
        }
    }

    fn result(
        &self,
        call: &RegisterCall<Datum>,
        said: Said,
    ) -> Result<RegisterReturn<Datum>, String> {
        Ok(match call {
            RegisterCall::Read => RegisterReturn::Read(content(said)?),
            RegisterCall::Write(_) => RegisterReturn::Written,
        })
    }
}

impl Words for CasRegister<Datum> {
    fn call(&self, said: Said) -> Result<CasCall<Datum>, String> {
        match said.f {
            "read" => Ok(CasCall::Read),
            "write" => written(said).map(CasCall::Write),
            "cas" => {
                let (from, to) = from_to(said.value)?;
                Ok(CasCall::Cas { from, to })
            }
            f => Err(unknown(f, "a register with compare-and-swap", "read, write and cas")),
        }
    }

    fn result(&self, call: &CasCall<Datum>, said: Said) -> Result<CasReturn<Datum>, String> {
        Ok(match call {
            CasCall::Read => CasReturn::Read(content(said)?),
            CasCall::Write(_) => CasReturn::Written,
            CasCall::Cas { .. } => CasReturn::Swapped(true),
        })
    }
}

impl Words for Queue<Datum> {
    fn call(&self, said: Said) -> Result<QueueCall<Datum>, String> {
        match said.f {
            "enqueue" => {
                something(said.f, said.value, "an empty queue")?;
                Ok(QueueCall::Enqueue(said.value.clone()))
            }
            "dequeue" => Ok(QueueCall::Dequeue),
            f => Err(unknown(f, "a queue", "enqueue and dequeue")),
        }
    }

    fn result(&self, call: &QueueCall<Datum>, said: Said) -> Result<QueueReturn<Datum>, String> {
        Ok(match call {
            QueueCall::Enqueue(_) => QueueReturn::Enqueued,
            QueueCall::Dequeue if *said.value == Datum::Nil => QueueReturn::Dequeued(None),
            QueueCall::Dequeue => QueueReturn::Dequeued(Some(said.value.clone())),
        })
    }
}

impl Words for Counter {
    fn call(&self, said: Said) -> Result<CounterCall, String> {
        match said.f {
            "read" => Ok(CounterCall::Read),
            "add" => number(said.value).map(CounterCall::Add),
            f => Err(unknown(f, "a counter", "read and add")),
        }
    }

    fn result(&self, call: &CounterCall, said: Said) -> Result<CounterReturn, String> {
        match call {
            CounterCall::Read => number(said.value).map(CounterReturn::Read),
            CounterCall::Add(_) => Ok(CounterReturn::Added),
        }
    }
}

/// What to say of an operation that an object does not have.
pub(super) fn unknown(f: &str, object: &str, has: &str) -> String {
    format!("{object} has no operation {f}, only {has}: is it another model?")
}

/// The two values of a compare-and-swap.
pub(super) fn from_to(value: &Datum) -> Result<(Datum, Datum), String> {
    let pair = value.pair().map(|(from, to)| (from.clone(), to.clone()));
    pair.ok_or_else(|| format!("the value of cas is [from to], not {}", value.shown()))
}

/// What is written to a register.
fn written(said: Said) -> Result<Datum, String> {
    something(said.f, said.value, NEVER)?;
    content(said)
}

/// What the nil of a register stands for.
pub(super) const NEVER: &str = "a register never written";

/// Refuses nil where it stands for something else.
pub(super) fn something(f: &str, value: &Datum, nil: &str) -> Result<(), String> {
    match value {
        Datum::Nil => Err(format!("{f} has no value: nil stands for {nil}")),
        _ => Ok(()),
    }
}

/// What a register holds.
fn content(Said { f, key, value }: Said) -> Result<Datum, String> {
    match (key, value) {
        (None, Datum::List(_)) => {
            let value = value.shown();
            Err(format!("a register holds one value, and {f} has {value}: is it another model?"))
        }
        _ => Ok(value.clone()),
    }
}

fn number(value: &Datum) -> Result<i64, String> {
    match value {
        Datum::Int(number) => Ok(*number),
        other => Err(format!("a counter counts in numbers of 64 bits, not in {}", other.shown())),
    }
}
