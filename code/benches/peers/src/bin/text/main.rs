//! A recording of how a text was written, replayed by our sequence CRDT and by those that applications use.

mod contestants;
#[path = "../../../../replay/made.rs"]
mod made;

use benches::{Section, Wanted, by_turns, nanos};
use contestants::CONTESTANTS;
use distsys::formats::editing::Recording;
use std::io::Read;

const OURS: &str = "ours";

fn main() -> Result<(), String> {
    let file = std::env::args().skip_while(|it| it != "--recording").nth(1);
    let (recording, whose) = match &file {
        Some(file) => (read(file)?, "automerge-paper, the keystrokes of a paper"),
        None => (made::recording(), "a made-up recording of the size and kind of automerge-paper"),
    };
    let recording = &recording;
    let contestants = CONTESTANTS.iter().map(|&(name, replay)| {
        let measure = move || {
            let (spent, text) = nanos(|| replay(recording));
            assert_eq!(text, recording.end_content, "{name} ends in the right text");
            spent / 1e6
        };
        (name, Box::new(measure) as Box<dyn FnMut() -> f64>)
    });
    let figures = by_turns("ms", 5, contestants.collect());
    let about = format!(
        "{} edits, replayed on one thread: {whose}. Each program makes all edits as one user, in one transaction where that is \
         the quickest, keeps what it would have to tell others, and is asked for the text in the end, which is compared.",
        recording.edits()
    );
    let command = "cd code/benches/peers && cargo run --release --bin text -- --recording automerge-paper.json.gz --record";
    let mut section = Section::new(&about, command, figures);
    let loro = "loro 1.17";
    section.claim("takes no longer than loro", OURS, loro, Wanted::AtMost(1.0));
    section.finish("text")
}

/// Reads a recording, plain or gzipped.
fn read(file: &str) -> Result<Recording, String> {
    let mut bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        let read = flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain);
        read.map_err(|error| format!("{file}: {error}"))?;
        bytes = plain;
    }
    Recording::read(&bytes).map_err(|error| format!("{file}: {error}"))
}
