//! Who replays a recording, each in its own way. All positions are those of characters, and the recordings are plain ASCII.

use automerge::transaction::Transactable;
use automerge::{AutoCommit, ObjType, ROOT, ReadDoc};
use diamond_types::list::ListCRDT;
use distsys::crdt::Indexed;
use distsys::formats::editing::{Patch, Recording};
use distsys::node::NodeId;
use loro::LoroDoc;
use yrs::{Doc, GetString, Text, Transact};

/// Replays a recording and returns the text.
type Replay = fn(&Recording) -> String;

/// Their names and what they do.
pub const CONTESTANTS: [(&str, Replay); 6] = [
    ("ours", ours),
    ("ours, and a second node that is told", told),
    ("loro 1.17", loro),
    ("diamond-types 1.0", diamond_types),
    ("automerge 0.7", automerge),
    ("yrs 0.28", yrs),
];

fn patches(recording: &Recording) -> impl Iterator<Item = (usize, usize, &str)> {
    let patches = recording.txns.iter().flat_map(|txn| &txn.patches);
    patches.map(|Patch(at, gone, come)| (*at as usize, *gone as usize, come.as_str()))
}

fn ours(recording: &Recording) -> String {
    let mut text = Indexed::new();
    let mut told = Vec::new();
    let replayed = recording.replay(&mut text, NodeId(0), |change| told.push(change));
    replayed.expect("the recording fits");
    text.text()
}

fn told(recording: &Recording) -> String {
    let (mut text, mut other) = (Indexed::new(), Indexed::new());
    let replayed = recording.replay(&mut text, NodeId(0), |change| other.apply(change));
    replayed.expect("the recording fits");
    other.text()
}

fn loro(recording: &Recording) -> String {
    let doc = LoroDoc::new();
    let text = doc.get_text("text");
    text.insert(0, &recording.start_content).expect("the recording fits");
    for (at, gone, come) in patches(recording) {
        if gone > 0 {
            text.delete(at, gone).expect("the recording fits");
        }
        if !come.is_empty() {
            text.insert(at, come).expect("the recording fits");
        }
    }
    doc.commit();
    text.to_string()
}

fn diamond_types(recording: &Recording) -> String {
    let mut text = ListCRDT::new();
    let me = text.get_or_create_agent_id("me");
    text.insert(me, 0, &recording.start_content);
    for (at, gone, come) in patches(recording) {
        if gone > 0 {
            text.delete_without_content(me, at..at + gone);
        }
        if !come.is_empty() {
            text.insert(me, at, come);
        }
    }
    text.branch.content().to_string()
}

fn automerge(recording: &Recording) -> String {
    let mut doc = AutoCommit::new();
    let text = doc.put_object(ROOT, "text", ObjType::Text).expect("a new document");
    doc.splice_text(&text, 0, 0, &recording.start_content).expect("the recording fits");
    for (at, gone, come) in patches(recording) {
        doc.splice_text(&text, at, gone as isize, come).expect("the recording fits");
    }
    doc.commit();
    doc.text(&text).expect("there is a text")
}

/// A transaction for each edit: what is deleted is put together only when a transaction ends, and all in one takes many
/// times as long.
fn yrs(recording: &Recording) -> String {
    let doc = Doc::new();
    let text = doc.get_or_insert_text("text");
    text.insert(&mut doc.transact_mut(), 0, &recording.start_content);
    for (at, gone, come) in patches(recording) {
        let mut txn = doc.transact_mut();
        if gone > 0 {
            text.remove_range(&mut txn, at as u32, gone as u32);
        }
        if !come.is_empty() {
            text.insert(&mut txn, at as u32, come);
        }
    }
    text.get_string(&doc.transact())
}
