//! Recordings of how people wrote a text, in the JSON format of
//! [editing-traces](https://github.com/josephg/editing-traces), replayed with a sequence CRDT.
//!
//! A recording has the text at its start and at its end, and transactions, each a list of patches: at a position, so many
//! characters are deleted and these are inserted. Positions count Unicode code points. Other keys, such as times, are skipped.

use crate::crdt::Indexed;
use crate::crdt::fugue::Change;
use crate::node::NodeId;
use crate::service::Edit;
use serde::Deserialize;
use std::fmt;

/// A recording.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recording {
    /// The text before the first edit.
    pub start_content: String,
    /// The text after the last.
    pub end_content: String,
    /// The edits, as they were made together.
    pub txns: Vec<Transaction>,
}

/// Edits that were made together.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Transaction {
    /// They are made one after the other.
    pub patches: Vec<Patch>,
}

/// One edit: where, how many characters go, and which come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Patch(pub u64, pub u64, pub String);

/// What came of replaying a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// How many edits were made.
    pub edits: u64,
    /// How many characters were inserted.
    pub inserted: u64,
    /// How many characters were deleted.
    pub deleted: u64,
}

/// Why a recording cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// An edit is about characters that are not there.
    Edit {
        /// Its number among all, from 1.
        number: u64,
        /// What it asks for.
        patch: Patch,
        /// How many characters the text has.
        length: u64,
    },
    /// The text at the end is another one.
    End {
        /// The first character that differs, counted from 0.
        at: u64,
        /// How many characters the text has …
        length: u64,
        /// … and how many it should have.
        expected: u64,
    },
}

impl Recording {
    /// Reads a recording. The error says where it is none.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(json).map_err(|error| format!("this is no editing trace: {error}"))
    }

    /// How many edits it has.
    pub fn edits(&self) -> u64 {
        self.patches().count() as u64
    }

    fn patches(&self) -> impl Iterator<Item = &Patch> {
        self.txns.iter().flat_map(|txn| &txn.patches)
    }

    // ANCHOR: replay
    /// Makes every edit, one character after the other, as `me`; `tell` is told of each change that others would be told.
    pub fn replay(
        &self,
        text: &mut Indexed,
        me: NodeId,
        mut tell: impl FnMut(Change),
    ) -> Result<Replayed, Misfit> {
        let mut replayed = Replayed::default();
        let start = Patch(0, 0, self.start_content.clone());
        for (number, patch) in (0..).zip(std::iter::once(&start).chain(self.patches())) {
            let Patch(position, deleted, inserted) = patch;
            // How long the text was before this edit.
            let had = |gone: u64, come: u64, text: &Indexed| text.len() + gone - come;
            let misfit = |length| Misfit::Edit { number, patch: patch.clone(), length };
            for gone in 0..*deleted {
                let change = text.edit(Edit::Delete { index: *position }, me);
                tell(change.ok_or_else(|| misfit(had(gone, 0, text)))?);
                replayed.deleted += 1;
            }
            for (come, value) in (0..).zip(inserted.chars()) {
                let index = position.saturating_add(come);
                let change = text.edit(Edit::Insert { index, value }, me);
                tell(change.ok_or_else(|| misfit(had(*deleted, come, text)))?);
                replayed.inserted += 1;
            }
            replayed.edits = number;
        }
        self.compare(&text.text())?;
        Ok(replayed)
    }
    // ANCHOR_END: replay

    fn compare(&self, text: &str) -> Result<(), Misfit> {
        if text == self.end_content {
            return Ok(());
        }
        let same = text.chars().zip(self.end_content.chars()).take_while(|(a, b)| a == b).count();
        let [length, expected] = [text, &self.end_content].map(|text| text.chars().count() as u64);
        Err(Misfit::End { at: same as u64, length, expected })
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Misfit::Edit { number, patch: Patch(position, deleted, inserted), length } => write!(
                f,
                "edit {number} deletes {deleted} and inserts {} characters at {position}, which does not fit the text: it \
                 had {length} characters then",
                inserted.chars().count()
            ),
            Misfit::End { at, length, expected } => write!(
                f,
                "the edits lead to a text of {length} characters, endContent has {expected}; the first that differs is \
                 character {at}, counted from 0"
            ),
        }
    }
}

impl std::error::Error for Misfit {}
