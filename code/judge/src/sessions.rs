//! Histories of registers: what each client may rely on.

use crate::Judgement;
use crate::objects::budget;
use crate::options::{Consistency, Options};
use distsys::consistency::{
    Access, Ambiguous, Verdict, What, causal, explain, monotonic_reads, read_your_writes,
};
use distsys::formats::words::{Reading, has_keys, operations};
use distsys::formats::{Datum, FormatError, Log};
use distsys::history::objects::{Each, Register, RegisterCall, RegisterReturn};
use distsys::layer::Value;

/// Judges the history as one of a register, or of many with keys.
pub(crate) fn judge(log: &Log, options: &Options) -> Result<Judgement, FormatError> {
    let register = Register::holding(Datum::Nil);
    if has_keys(log) {
        let Reading { operations, lines } = operations(&Each::of(register), log)?;
        let accesses = operations.iter().map(|operation| {
            let (key, call) = &operation.call;
            access(operation.op.client, key.clone(), call, operation.result.as_ref())
        });
        of(options, accesses.zip(lines))
    } else {
        let Reading { operations, lines } = operations(&register, log)?;
        let accesses = operations.iter().map(|operation| {
            access(operation.op.client, (), &operation.call, operation.result.as_ref())
        });
        of(options, accesses.zip(lines))
    }
}

/// What an operation says about a register. A read that never returned says nothing.
fn access<K>(
    client: u32,
    key: K,
    call: &RegisterCall<Datum>,
    result: Option<&RegisterReturn<Datum>>,
) -> Option<Access<K, Datum>> {
    let what = match (call, result) {
        (RegisterCall::Read, Some(RegisterReturn::Read(Datum::Nil))) => What::Read(None),
        (RegisterCall::Read, Some(RegisterReturn::Read(value))) => What::Read(Some(value.clone())),
        (RegisterCall::Read, _) => return None,
        (RegisterCall::Write(value), Some(_)) => What::Write(value.clone()),
        (RegisterCall::Write(value), None) => What::MaybeWrite(value.clone()),
    };
    Some(Access { client, key, what })
}

fn of<K: Value + Ord>(
    options: &Options,
    accesses: impl Iterator<Item = (Option<Access<K, Datum>>, u64)>,
) -> Result<Judgement, FormatError> {
    let told = accesses.filter_map(|(access, line)| Some((access?, line)));
    let (accesses, lines): (Vec<_>, Vec<_>) = told.unzip();
    let (promise, verdict) = match options.consistency {
        Consistency::Causal => ("causally consistent", causal(&accesses, budget(options).steps)),
        Consistency::ReadYourWrites => ("reading what it wrote", read_your_writes(&accesses)),
        _ => ("monotonic in what it reads", monotonic_reads(&accesses)),
    };
    let verdict = verdict.map_err(|Ambiguous { key, value, writes: [first, second] }| {
        let key = format!("{key:?}");
        let to = if key == "()" { String::new() } else { format!(" to {key}") };
        let reason = format!(
            "{value} is written{to} a second time, after line {}: which of them a read saw cannot be told",
            lines[first]
        );
        FormatError::new(lines[second], reason)
    })?;
    let words = explain(promise, &accesses, &verdict, |index| format!(" (line {})", lines[index]));
    let verdict = match verdict {
        Verdict::Kept => Some(true),
        Verdict::Broken(_) => Some(false),
        Verdict::NotDecided(_) => None,
    };
    Ok(Judgement { words, verdict, svg: None })
}
