//! `cargo book replay`: what it says, and its exit status.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

/// Writes `ab`, and deletes the `a`.
const RECORDING: &str = r#"{"startContent": "", "endContent": "b", "txns": [
    {"time": "2021-11-09T09:50:17Z", "patches": [[0, 0, "ab"]]},
    {"patches": [[0, 1, ""]]}]}"#;

/// What the command says of a file with these bytes, what it complains of, and its exit status.
fn replay(name: &str, bytes: &[u8]) -> (String, String, u8) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, bytes).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["replay".into(), file.into_os_string()];
    let status = judge::replay(arguments, || 0.0, &mut out, &mut err);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), status)
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_recording_is_replayed_plain_and_gzipped() {
    let said = "2 edits, 2 characters inserted and 1 deleted, in 0.0 ms: the text is the one that was recorded, 1 characters\n";
    let expected = (said.to_string(), String::new(), 0);
    assert_eq!(replay("plain.json", RECORDING.as_bytes()), expected);
    assert_eq!(replay("gzipped.json.gz", &gzipped(RECORDING.as_bytes())), expected);
    // Files that were compressed apart and put together, as gzip allows.
    let (head, tail) = RECORDING.as_bytes().split_at(40);
    assert_eq!(replay("two.json.gz", &[gzipped(head), gzipped(tail)].concat()), expected);
}

#[test]
fn an_edit_that_does_not_fit_is_named_by_its_number() {
    let (out, _, status) = replay("misfit.json", RECORDING.replace("[0, 1,", "[2, 1,").as_bytes());
    assert_eq!(
        (out.starts_with("edit 2 deletes 1 and inserts 0 characters at 2"), status),
        (true, 1),
        "{out}"
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_the_reason() {
    let cut = gzipped(RECORDING.as_bytes());
    for (name, bytes, reason) in [
        ("cut.json.gz", &cut[..cut.len() / 2], "cannot decompress"),
        ("none.json", b"{}".as_slice(), "this is no editing trace"),
    ] {
        let (_, err, status) = replay(name, bytes);
        assert_eq!((err.contains(reason), status), (true, 2), "{err}");
    }
}
