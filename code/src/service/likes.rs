//! The service of section 5.1: a post that people like, on some server far away.

use crate::layer::Service;
use crate::node::NodeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

// ANCHOR: post
/// What can be done to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Act {
    /// One more: f(f(x)) is not f(x).
    Increment,
    /// This person likes it: f(f(x)) = f(x), that is, idempotent.
    Like(char),
    /// And not any more: idempotent too.
    Unlike(char),
}

/// A post.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Post {
    /// How many likes it has, where they are only counted.
    pub count: u64,
    /// Who likes it, where that is known; the number of likes is the size of the set.
    pub likers: BTreeSet<char>,
}

impl Post {
    /// Does it.
    pub fn apply(&mut self, act: Act) {
        match act {
            Act::Increment => self.count += 1,
            Act::Like(person) => _ = self.likers.insert(person),
            Act::Unlike(person) => _ = self.likers.remove(&person),
        }
    }
}
// ANCHOR_END: post

/// What is told of likes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LikesEvent {
    /// At a client: what it was asked for has this number, and is going to be done.
    Asked(u64),
    /// At a server: the request of that client with that number was done, and this is the post now.
    Did(NodeId, u64, Post),
    /// At somebody who watches: this is the post now.
    Sees(Post),
}

/// A post with likes.
#[derive(Clone, Copy, Debug)]
pub struct Likes;
impl Service for Likes {
    type Request = Act;
    type Indication = LikesEvent;
}
