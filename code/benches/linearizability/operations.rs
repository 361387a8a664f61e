//! The operations of a log, as a checker takes them.

use distsys::formats::{Datum, Event, Kind, Log};
use distsys::history::objects::{CasCall, CasReturn, MapCall, MapReturn};
use distsys::history::{Moment, Operation};
use distsys::service::OpId;
use std::collections::BTreeMap;

/// The operations of a register with compare-and-swap; `None` is nil.
pub(crate) type OfRegister = Vec<Operation<CasCall<Option<i64>>, CasReturn<Option<i64>>>>;
/// The operations of a map of texts.
pub(crate) type OfMap = Vec<Operation<MapCall<String, String>, MapReturn<String>>>;

/// Reads the log of a register.
pub(crate) fn of_register(log: &Log) -> OfRegister {
    let call = |event: &Event| match (event.f.as_str(), event.value.pair()) {
        ("read", _) => CasCall::Read,
        ("cas", Some((from, to))) => CasCall::Cas { from: int(from), to: int(to) },
        _ => CasCall::Write(int(&event.value)),
    };
    let result = |event: &Event| match event.f.as_str() {
        "read" => (event.kind == Kind::Ok).then(|| CasReturn::Read(int(&event.value))),
        "cas" => Some(CasReturn::Swapped(event.kind == Kind::Ok)),
        _ => Some(CasReturn::Written),
    };
    operations(log, call, result)
}

/// Reads the log of a map.
pub(crate) fn of_map(log: &Log) -> OfMap {
    let call = |event: &Event| {
        let key = event.key.as_ref().map_or(String::new(), text);
        match event.f.as_str() {
            "get" => MapCall::Get(key),
            "put" => MapCall::Put(key, text(&event.value)),
            _ => MapCall::Append(key, text(&event.value)),
        }
    };
    let result = |event: &Event| match event.f.as_str() {
        "get" => Some(MapReturn::Got(text(&event.value))),
        _ => Some(MapReturn::Done),
    };
    operations(log, call, result)
}

fn operations<C, T>(
    log: &Log,
    call: impl Fn(&Event) -> C,
    result: impl Fn(&Event) -> Option<T>,
) -> Vec<Operation<C, T>> {
    let mut open = BTreeMap::new();
    let mut operations: Vec<Operation<C, T>> = Vec::new();
    for (event, position) in log.events.iter().zip(0..) {
        let now = Moment { position, at: position };
        match event.kind {
            Kind::Invoke => {
                open.insert(event.process, operations.len());
                operations.push(Operation {
                    op: OpId { client: event.process, number: position },
                    node: None,
                    call: call(event),
                    result: None,
                    invoked: now,
                    returned: None,
                });
            }
            Kind::Ok | Kind::Fail => {
                if let Some(index) = open.remove(&event.process) {
                    operations[index].result = result(event);
                    operations[index].returned = Some(now);
                }
            }
            Kind::Info => {}
        }
    }
    operations
}

fn int(value: &Datum) -> Option<i64> {
    match value {
        Datum::Int(value) => Some(*value),
        _ => None,
    }
}

fn text(value: &Datum) -> String {
    match value {
        Datum::Text(text) => text.clone(),
        _ => String::new(),
    }
}
