//! `cargo book replay`: replays a recording of how a text was written.

use crate::told;
use distsys::crdt::Indexed;
use distsys::formats::editing::Recording;
use distsys::node::NodeId;
use flate2::read::MultiGzDecoder;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;

const HELP: &str = "\
Replays a recording of how a text was written, with the sequence CRDT of section 8.1.

cargo book replay FILE     FILE is JSON in the format of editing-traces, or that compressed by gzip

Exit status: 0 if the edits lead to the text that the recording says, 1 if an edit does not fit or the text is another
one, 2 if there is nothing to replay.";

/// The status if there is nothing to replay.
const NOTHING: u8 = 2;
/// So many bytes may a recording have, once it is decompressed: 256 MiB.
const BYTES: u64 = 256 << 20;

/// Does what the arguments ask, the name of the program first; returns the exit status. A clock tells how many milliseconds
/// have passed.
pub fn replay(
    arguments: impl IntoIterator<Item = OsString>,
    clock: impl Fn() -> f64,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().skip(1).collect();
    let file = match arguments.as_slice() {
        [help] if help == "--help" || help == "-h" => return told(out, &format!("{HELP}\n"), 0),
        [file] => Path::new(file),
        _ => {
            return told(
                err,
                &format!("error: it takes the name of one file\n\n{HELP}\n"),
                NOTHING,
            );
        }
    };
    let recording = match read(file) {
        Ok(recording) => recording,
        Err(error) => {
            return told(err, &format!("error: {}: {error}\n", file.display()), NOTHING);
        }
    };
    let (mut text, start) = (Indexed::new(), clock());
    let replayed = recording.replay(&mut text, NodeId(0), |_| ());
    let took = clock() - start;
    match replayed {
        Ok(replayed) => {
            let words = format!(
                "{} edits, {} characters inserted and {} deleted, in {took:.1} ms: the text is the one that was recorded, {} \
                 characters\n",
                replayed.edits,
                replayed.inserted,
                replayed.deleted,
                text.len()
            );
            told(out, &words, 0)
        }
        Err(misfit) => told(out, &format!("{misfit}\n"), 1),
    }
}

/// Reads the file, decompressed if need be.
fn read(file: &Path) -> Result<Recording, String> {
    let mut bytes = Vec::new();
    let open = std::fs::File::open(file).map_err(|error| error.to_string())?;
    open.take(BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        let mut decoder = MultiGzDecoder::new(bytes.as_slice()).take(BYTES + 1);
        decoder.read_to_end(&mut plain).map_err(|error| format!("cannot decompress: {error}"))?;
        bytes = plain;
    }
    if bytes.len() as u64 > BYTES {
        return Err(format!("it has more than {} MiB", BYTES >> 20));
    }
    Recording::read(&bytes)
}
