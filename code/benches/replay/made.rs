//! A recording that is made up: typing with corrections, and now and then a jump to another place.

use distsys::formats::editing::{Patch, Recording, Transaction};
use distsys::sim::random::{Purpose, below, draws};

/// As many edits as the recording of a paper has that CRDTs are often measured with …
const EDITS: u64 = 259_778;
/// … about three in ten of them deletions, like there, most of them one after the other.
const DELETED: u64 = 30;

/// The recording.
pub(crate) fn recording() -> Recording {
    let mut draw = draws(8, Purpose::Workload, 0, 0);
    let (mut text, mut txns): (Vec<char>, Vec<Transaction>) = (Vec::new(), Vec::new());
    let (mut at, mut left, mut deleting) = (0, 0, false);
    for _ in 0..EDITS {
        if left == 0 {
            // Something new: elsewhere, one time in six; else goes on here.
            if below(&mut draw, 6) == 0 {
                at = below(&mut draw, text.len() as u64 + 1);
            }
            deleting = below(&mut draw, 100) < DELETED;
            left = 1 + below(&mut draw, 24);
        }
        left -= 1;
        let patch = match deleting && at > 0 {
            true => {
                at -= 1;
                text.remove(at as usize);
                Patch(at, 1, String::new())
            }
            false => {
                let value = char::from(b'a' + below(&mut draw, 26) as u8);
                text.insert(at as usize, value);
                at += 1;
                Patch(at - 1, 0, value.into())
            }
        };
        txns.push(Transaction { patches: vec![patch] });
    }
    Recording { start_content: String::new(), end_content: text.into_iter().collect(), txns }
}
