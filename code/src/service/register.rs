//! The services of chapters 5 and 7: registers, each with a key, on which clients operate.

use crate::layer::{Service, Value};
use crate::service::{AtLeast, Invoke, Return};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// The name of a register.
pub type Key = char;

/// What a client may do with registers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RegisterOp<V> {
    /// What is in it?
    Get(Key),
    /// Put this in it, whatever was there: a blind write.
    Set(Key, V),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RegisterResult<V> {
    /// This was in it; `None` if nothing was ever put there.
    Got(Option<V>),
    /// It is put there.
    Done,
}

/// Registers that can be read and overwritten.
#[derive(Clone, Copy, Debug)]
pub struct Registers<V>(PhantomData<V>);
impl<V: Value> Service for Registers<V> {
    type Request = Invoke<RegisterOp<V>>;
    type Indication = Return<RegisterResult<V>>;
}
impl<V: Value> AtLeast<Registers<V>> for Registers<V> {
    fn request(request: Invoke<RegisterOp<V>>) -> Invoke<RegisterOp<V>> {
        request
    }
    fn indication(indication: Return<RegisterResult<V>>) -> Return<RegisterResult<V>> {
        indication
    }
}

/// What a client may do with registers that know compare-and-swap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SwapOp<V> {
    /// What is in it?
    Get(Key),
    /// Put this in it, whatever was there.
    Set(Key, V),
    /// If `old` is in it, put `new` in it.
    Cas {
        /// The register.
        key: Key,
        /// What must be in it.
        old: Option<V>,
        /// What to put in it.
        new: V,
    },
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SwapResult<V> {
    /// This was in it; `None` if nothing was ever put there.
    Got(Option<V>),
    /// It is put there.
    Done,
    /// Whether the values were swapped.
    Swapped(bool),
}

/// Registers with compare-and-swap.
#[derive(Clone, Copy, Debug)]
pub struct SwapRegisters<V>(PhantomData<V>);
impl<V: Value> Service for SwapRegisters<V> {
    type Request = Invoke<SwapOp<V>>;
    type Indication = Return<SwapResult<V>>;
}
