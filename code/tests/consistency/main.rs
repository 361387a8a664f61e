//! Sequential and causal consistency, read your writes, monotonic reads: by example, and in agreement
//! with brute force.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod agreement;
mod brute;
mod examples;

use distsys::consistency::{Access, What};
use distsys::history::objects::{Each, Register, RegisterCall, RegisterReturn};
use distsys::history::{Moment, Operation};
use distsys::service::OpId;

/// What a client did: `0 w x 1` writes, `0 r x 1` reads, `0 r x` reads nothing, `0 w? x 1` perhaps
/// writes.
fn accesses(text: &str) -> Vec<Access<String, u32>> {
    let access = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let value = words.get(3).map(|value| value.parse().unwrap());
        let what = match words[1] {
            "r" => What::Read(value),
            "w" => What::Write(value.unwrap()),
            _ => What::MaybeWrite(value.unwrap()),
        };
        Access { client: words[0].parse().unwrap(), key: words[2].to_string(), what }
    };
    text.split(", ").map(access).collect()
}

type Registers<K> = Each<K, Register<u32>>;
type Call<K> = (K, RegisterCall<u32>);

/// Registers that hold 0 at first.
fn registers<K>() -> Registers<K> {
    Each::of(Register::holding(0))
}

/// The same as operations of registers, one after the other.
fn operations<K: Clone>(
    accesses: &[Access<K, u32>],
) -> Vec<Operation<Call<K>, RegisterReturn<u32>>> {
    let operation = |(index, access): (u64, &Access<K, u32>)| {
        let (call, result) = match access.what {
            What::Read(value) => {
                (RegisterCall::Read, Some(RegisterReturn::Read(value.unwrap_or(0))))
            }
            What::Write(value) => (RegisterCall::Write(value), Some(RegisterReturn::Written)),
            What::MaybeWrite(value) => (RegisterCall::Write(value), None),
        };
        let at = |position| Moment { position, at: position };
        Operation {
            op: OpId { client: access.client, number: index },
            node: None,
            call: (access.key.clone(), call),
            returned: result.is_some().then(|| at(2 * index + 1)),
            result,
            invoked: at(2 * index),
        }
    };
    (0..).zip(accesses).map(operation).collect()
}
