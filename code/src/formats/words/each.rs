//! The words of independent objects.

use super::{Said, Words};
use crate::formats::{Datum, Event, Kind, Log};
use crate::history::objects::Each;

impl<O: Words> Words for Each<Datum, O> {
    fn call(&self, said: Said) -> Result<Self::Call, String> {
        let (key, said) = split(said)?;
        Ok((key.clone(), self.object().call(said)?))
    }

    fn result(&self, (key, call): &Self::Call, said: Said) -> Result<Self::Return, String> {
        let (same, said) = split(said)?;
        if key != same {
            return Err(format!("this is of the key {}, not {}", same.shown(), key.shown()));
        }
        self.object().result(call, said)
    }
}

/// The key of an operation, and what is said besides.
pub(super) fn split(said: Said<'_>) -> Result<(&Datum, Said<'_>), String> {
    let value = said.value;
    match (said.key, value.pair()) {
        (Some(key), _) => Ok((key, said)),
        (None, Some((key, value))) => Ok((key, Said { key: Some(key), value, ..said })),
        (None, None) => {
            let (f, value) = (said.f, value.shown());
            Err(format!("a value is [key value] here, but that of {f} is {value}"))
        }
    }
}

/// Whether the operations of a register, a queue or a counter are those of many, each with a key:
/// as the first of them that can tell.
pub fn has_keys(log: &Log) -> bool {
    let tell = |event: &Event| {
        let nested = |value: &Datum| value.pair().is_some_and(|(_, inner)| inner.pair().is_some());
        match event.f.as_str() {
            _ if event.kind != Kind::Invoke => None,
            _ if event.key.is_some() => Some(true),
            "cas" => Some(nested(&event.value)),
            _ => Some(event.value.pair().is_some()),
        }
    };
    log.events.iter().find_map(tell).unwrap_or(false)
}
