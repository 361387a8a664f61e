//! `cargo book replay`: replays a recording of how a text was written.

#![expect(clippy::disallowed_methods, reason = "it says how long it took")]

use distsys::crdt::Indexed;
use distsys::formats::editing::Recording;
use distsys::node::NodeId;
use flate2::read::MultiGzDecoder;
use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

const HELP: &str = "\
Replays a recording of how a text was written, with the sequence CRDT of section 8.1.

cargo book replay FILE     FILE is JSON in the format of editing-traces, or that compressed by gzip

Exit status: 0 if the edits lead to the text that the recording says, 1 if an edit does not fit or the text is another
one, 2 if there is nothing to replay.";

/// So many bytes may a recording have, once it is decompressed: 256 MiB.
const BYTES: u64 = 256 << 20;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.as_slice() {
        [help] if help == "--help" || help == "-h" => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        [file] => replay(Path::new(file)),
        _ => {
            eprintln!("error: it takes the name of one file\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn replay(file: &Path) -> ExitCode {
    let recording = match read(file) {
        Ok(recording) => recording,
        Err(error) => {
            eprintln!("error: {}: {error}", file.display());
            return ExitCode::from(2);
        }
    };
    let mut text = Indexed::new();
    let (start, mut changes) = (Instant::now(), 0_u64);
    let replayed = recording.replay(&mut text, NodeId(0), |_| changes += 1);
    let took = start.elapsed();
    match replayed {
        Ok(replayed) => {
            println!(
                "{} edits, {} characters inserted and {} deleted, in {:.1} ms: the text is the one that was recorded, {} \
                 characters",
                replayed.edits,
                replayed.inserted,
                replayed.deleted,
                took.as_secs_f64() * 1e3,
                text.len()
            );
            ExitCode::SUCCESS
        }
        Err(misfit) => {
            println!("{misfit}");
            ExitCode::from(1)
        }
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
