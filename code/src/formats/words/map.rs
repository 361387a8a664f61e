//! The words of maps.

use super::each::split;
use super::objects::{from_to, unknown};
use super::{Said, Words};
use crate::formats::{Datum, Kind, Log};
use crate::history::objects::{Map, MapCall, MapReturn};
use crate::history::sequential::{Effect, Sequential};

/// A map of which it is known what it maps to, since `append` means two things.
///
/// A key that nothing was put under has `nil`, and an empty text or list is taken for the same, as
/// stores differ in how they say that there is nothing.
#[derive(Clone, Debug)]
pub struct Contents {
    map: Map<Datum, Datum>,
    lists: bool,
}

/// The map of a log: of lists, to which elements are appended, if a list is put or read, or something
/// is appended that is no text; or else of single values, of which texts can grow.
pub fn contents(log: &Log) -> Contents {
    let value = |value: &Datum, has_key: bool| match value.pair() {
        Some((_, inner)) if !has_key => inner.clone(),
        _ => value.clone(),
    };
    let lists = log.events.iter().any(|event| {
        let value = value(&event.value, event.key.is_some());
        match event.f.as_str() {
            "append" if event.kind == Kind::Invoke => !matches!(value, Datum::Text(_)),
            "get" | "read" | "put" | "write" => matches!(value, Datum::List(_)),
            _ => false,
        }
    });
    Contents { map: Map::default(), lists }
}

impl Contents {
    /// What `append` appends.
    fn appended(&self, value: &Datum) -> Result<Datum, String> {
        match value {
            _ if self.lists => Ok(Datum::List(vec![value.clone()])),
            Datum::Text(_) => Ok(some(value)),
            other => Err(format!("{} cannot be appended to a text", other.shown())),
        }
    }

    /// What is under a key.
    fn content(&self, value: &Datum) -> Result<Datum, String> {
        match value {
            Datum::Nil => Ok(Datum::Nil),
            Datum::List(_) if self.lists => Ok(some(value)),
            other if self.lists => Err(format!("{} is no list, and others are", other.shown())),
            Datum::List(_) => Err(format!("{} is a list, and others are not", value.shown())),
            other => Ok(some(other)),
        }
    }
}

/// A value, or nil if it is empty.
fn some(value: &Datum) -> Datum {
    match value {
        Datum::Text(text) if text.is_empty() => Datum::Nil,
        Datum::List(parts) if parts.is_empty() => Datum::Nil,
        value => value.clone(),
    }
}

impl Words for Contents {
    fn call(&self, said: Said) -> Result<Self::Call, String> {
        let (key, said) = split(said)?;
        let key = key.clone();
        match said.f {
            "get" | "read" => Ok(MapCall::Get(key)),
            "put" | "write" => Ok(MapCall::Put(key, self.content(said.value)?)),
            "append" => Ok(MapCall::Append(key, self.appended(said.value)?)),
            "cas" => {
                let (from, to) = from_to(said.value)?;
                Ok(MapCall::Cas { key, from: self.content(&from)?, to: self.content(&to)? })
            }
            f => Err(unknown(f, "a map", "get, put, append and cas")),
        }
    }

    fn result(&self, call: &Self::Call, said: Said) -> Result<Self::Return, String> {
        match call {
            MapCall::Get(key) => {
                let (same, said) = split(said)?;
                if key != same {
                    return Err(format!(
                        "this is of the key {}, not {}",
                        same.shown(),
                        key.shown()
                    ));
                }
                Ok(MapReturn::Got(self.content(said.value)?))
            }
            MapCall::Put(..) | MapCall::Append(..) => Ok(MapReturn::Done),
            MapCall::Cas { .. } => Ok(MapReturn::Swapped(true)),
        }
    }
}

impl Sequential for Contents {
    type Call = MapCall<Datum, Datum>;
    type Return = MapReturn<Datum>;
    type State = Datum;
    type Key = Datum;

    fn initial(&self) -> impl IntoIterator<Item = Datum> {
        self.map.initial()
    }

    fn apply(
        &self,
        state: &Datum,
        call: &Self::Call,
        result: Option<&Self::Return>,
    ) -> impl IntoIterator<Item = Datum> {
        self.map.apply(state, call, result)
    }

    fn key(&self, call: &Self::Call) -> Datum {
        self.map.key(call)
    }

    fn effect(&self, call: &Self::Call, result: Option<&Self::Return>) -> Effect {
        self.map.effect(call, result)
    }

    fn is_within_reach(
        &self,
        state: &Datum,
        call: &Self::Call,
        result: Option<&Self::Return>,
    ) -> bool {
        self.map.is_within_reach(state, call, result)
    }

    fn size(&self, state: &Datum) -> usize {
        self.map.size(state)
    }

    fn words(&self, call: &Self::Call, result: Option<&Self::Return>) -> String {
        self.map.words(call, result)
    }
}
