//! The service of chapter 6: nodes propose values, and one is decided.

use crate::layer::{Service, Value};
use crate::service::AtLeast;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Which decision it is about. Each is made by itself; they count from 1.
pub type Instance = u64;

/// Proposes `value` for the decision `instance`. A node proposes at most once in each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Propose<V> {
    /// Which decision it is about.
    pub instance: Instance,
    /// What should be decided.
    pub value: V,
}

/// `value` is decided in `instance`, for good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Decide<V> {
    /// Which decision it is.
    pub instance: Instance,
    /// What is decided.
    pub value: V,
}

/// In each instance some nodes propose values, and all nodes decide the same one of them. Nothing
/// is promised of the order in which a node hears of the decisions.
#[derive(Clone, Debug)]
pub struct Consensus<V>(PhantomData<V>);
impl<V: Value> Service for Consensus<V> {
    type Request = Propose<V>;
    type Indication = Decide<V>;
}
impl<V: Value> AtLeast<Consensus<V>> for Consensus<V> {
    fn request(request: Propose<V>) -> Propose<V> {
        request
    }
    fn indication(indication: Decide<V>) -> Decide<V> {
        indication
    }
}
