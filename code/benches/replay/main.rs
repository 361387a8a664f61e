//! A recording of how a text was written, replayed by the sequence CRDT: one of the size and kind of that of a paper.

mod made;

use benches::{Section, by_turns, nanos};
use distsys::crdt::Indexed;
use distsys::formats::editing::Recording;
use distsys::node::NodeId;

fn main() -> Result<(), String> {
    let mut recordings = vec![("one that is made up", made::recording())];
    if let Some(file) = std::env::args().skip_while(|it| it != "--recording").nth(1) {
        let bytes = std::fs::read(&file).map_err(|error| format!("{file}: {error}"))?;
        recordings.push(("a real one", Recording::read(&bytes)?));
    }
    let mut contestants: Vec<benches::measure::Contestant> = Vec::new();
    for (name, recording) in &recordings {
        let edits = recording.edits();
        let told = format!("{edits} edits, {name}");
        println!("{told}");
        contestants.push((*name, Box::new(move || nanos(|| replay(recording)).0 / 1e6)));
    }
    let section = Section::new(
        "Replaying a recording of how a text was written, character by character, on one thread: 259,778 edits that are made \
         up to be like those of a paper, and if there is a file, those in it. Each edit leads to a change that others could be \
         told; in the end the text is compared.",
        "cargo bench --manifest-path code/Cargo.toml -p benches --bench replay -- --record",
        by_turns("ms", 7, contestants),
    );
    section.finish("replay")
}

/// Replays it, and counts the changes.
fn replay(recording: &Recording) -> u64 {
    let mut changes = 0;
    let replayed = recording.replay(&mut Indexed::new(), NodeId(0), |_| changes += 1);
    assert!(replayed.is_ok(), "{replayed:?}");
    changes
}
