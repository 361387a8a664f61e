//! What must hold of every input, whatever it is: each function takes one and panics if something is
//! wrong. The fuzzer calls them, and so does a test (code/tests/formats/fuzz.rs).

#![allow(unreachable_pub, reason = "a crate of its own for the fuzzer, a module for the test")]

use distsys::consistency::sequential;
use distsys::draw::{Style, shiviz, svg, terminal, transcript};
use distsys::formats::words::{Reading, Words, contents, operations, transactions};
use distsys::formats::{Datum, Event, Format, Log};
use distsys::history::linearizability::{Budget, explain, linearizable};
use distsys::history::objects::{CasRegister, Counter, Each, Queue, Register};
use distsys::sim::{Text, Trace};
use distsys::subject::{Run, subjects};
use distsys::txn::{Level, Store, check, explain as explain_transactions};

/// A history in EDN.
pub fn edn(input: &[u8]) {
    history(input, Format::Edn);
}

/// A history in a log.
pub fn log(input: &[u8]) {
    history(input, Format::Log);
}

/// A history in JSON lines.
pub fn json(input: &[u8]) {
    history(input, Format::Json);
}

/// What can be read can be written, and then says the same; what cannot has a line.
fn history(input: &[u8], format: Format) {
    let lines = 1 + input.iter().filter(|&&byte| byte == b'\n').count() as u64;
    match Log::read(input, Some(format)) {
        Err(error) => assert!((1..=lines).contains(&error.line), "{error}"),
        Ok(log) => {
            assert!(log.events.iter().all(|event| (1..=lines).contains(&event.line)));
            assert!(log.events.is_sorted_by_key(|event| event.line));
            for format in [Format::Edn, Format::Log, Format::Json] {
                written(&log, format);
            }
            judged(&log);
        }
    }
}

fn written(log: &Log, format: Format) {
    let text = log.write(format);
    let again = Log::read(text.as_bytes(), Some(format));
    let again = again.unwrap_or_else(|error| panic!("{format}: {error} of\n{text}"));
    if format == Format::Log {
        // A log has no place for keys, and what failed has no value in it that could be relied on.
        assert_eq!(again.events.len(), log.events.len(), "{text}");
    } else {
        let plain = |log: &Log| {
            let events = log.events.iter().map(|event| Event { line: 0, ..event.clone() });
            events.collect::<Vec<_>>()
        };
        assert_eq!(plain(&again), plain(log), "{text}");
    }
    assert_eq!(again.write(format), text);
}

/// Whatever model it is taken for, a history has a verdict, or a line that does not fit.
fn judged(log: &Log) {
    let empty = Datum::Nil;
    judged_as(&Register::holding(empty.clone()), log);
    judged_as(&Each::<Datum, _>::of(CasRegister::holding(empty)), log);
    judged_as(&Queue::default(), log);
    judged_as(&Counter, log);
    judged_as(&contents(log), log);
    for store in [Store::Lists, Store::Registers] {
        if let Ok(read) = transactions(store, log) {
            let verdict = check(store, Level::StrictSerializable, &read.transactions, 10_000);
            let _ = verdict.map(|verdict| {
                explain_transactions(store, "fine", &verdict, |index| index.to_string())
            });
        }
    }
}

fn judged_as<O: Words>(object: &O, log: &Log) {
    if let Ok(Reading { operations, .. }) = operations(object, log) {
        let verdict = linearizable(object, &operations, Budget { steps: 10_000, bytes: 1 << 20 });
        let _ = explain(object, &operations, &verdict);
        let _ = sequential(object, &operations, Budget { steps: 1_000, bytes: 1 << 20 });
    }
}

/// A run, as `--replay FILE` reads it.
pub fn run(input: &[u8]) {
    let Ok(run) = serde_json::from_slice::<Run>(input) else { return };
    let text = serde_json::to_string(&run).expect("a run can be written");
    assert_eq!(serde_json::from_str::<Run>(&text).expect("and read again"), run);
    if let Some(subject) = subjects().into_iter().find(|subject| subject.name == run.subject) {
        let _ = run.report(&subject);
    }
}

/// A trace.
pub fn trace(input: &[u8]) {
    let Ok(trace) = serde_json::from_slice::<Trace<Text>>(input) else { return };
    let text = serde_json::to_string(&trace).expect("a trace can be written");
    assert_eq!(serde_json::from_str::<Trace<Text>>(&text).expect("and read again"), trace);
    let style = Style::default();
    let _ = (svg(&trace, &style), terminal(&trace, false, &style));
    let _ = (transcript(&trace, &style), shiviz(&trace, &style));
}
