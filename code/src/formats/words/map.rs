//! The words of maps.

use super::each::split;
use super::objects::{from_to, unknown};
use super::{Said, Words};
use crate::formats::{self as event, Datum, Log};
use crate::history::Sequential;
use crate::history::objects::{Map, MapCall, MapReturn};
use crate::history::sequential::Effect;

/// A map of which it is known what it maps to, since `append` means two things.
///
/// A key that nothing was put under has `nil`, and an empty text or list is taken for the same, as
/// stores differ in how they say that there is nothing.
#[derive(Clone, Debug)]
pub struct Contents {
    map: Map<Datum, Datum>,
    kind: Kind,
}

/// What a map maps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Lists, to which elements are appended.
    Lists,
    /// Texts, which grow.
    Texts,
    /// Anything, to which nothing is appended.
    Values,
}

/// The map of a log: of lists if one is put or read, or if something is appended that is no text; of
/// texts if those are appended; or else of any values.
pub fn contents(log: &Log) -> Contents {
    let mut kind = Kind::Values;
    for event in &log.events {
        let value = match event.value.pair() {
            Some((_, inner)) if event.key.is_none() => inner,
            _ => &event.value,
        };
        match (event.f.as_str(), value) {
            ("get" | "read" | "put" | "write", Datum::List(_)) => kind = Kind::Lists,
            ("append", Datum::Text(_)) if kind == Kind::Values => kind = Kind::Texts,
            ("append", Datum::Text(_)) => {}
            ("append", _) if event.kind == event::Kind::Invoke => kind = Kind::Lists,
            _ => {}
        }
    }
    Contents { map: Map::default(), kind }
}

impl Contents {
    /// What `append` appends.
    fn appended(&self, value: &Datum) -> Result<Datum, String> {
        match self.kind {
            Kind::Lists => Ok(Datum::List(vec![value.clone()])),
            Kind::Texts | Kind::Values => self.content(value),
        }
    }

    /// What is under a key.
    fn content(&self, value: &Datum) -> Result<Datum, String> {
        let shown = value.shown();
        match (self.kind, value) {
            (_, Datum::Nil)
            | (Kind::Lists, Datum::List(_))
            | (Kind::Texts, Datum::Text(_))
            | (Kind::Values, _) => Ok(some(value)),
            (Kind::Lists, _) => Err(format!("{shown} is no list, and others are")),
            (Kind::Texts, _) => Err(format!("{shown} is no text, and texts are appended")),
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
