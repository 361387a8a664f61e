//! Recordings of how texts were written.

use distsys::crdt::{Fugue, Indexed};
use distsys::formats::editing::{Misfit, Patch, Recording, Transaction};
use distsys::node::names::A;
use distsys::sim::random::{Purpose, below, draws};

fn recording(start: &str, end: &str, patches: &[(u64, u64, &str)]) -> Recording {
    let patch = |&(at, deleted, inserted): &(u64, u64, &str)| Patch(at, deleted, inserted.into());
    Recording {
        start_content: start.into(),
        end_content: end.into(),
        txns: patches.iter().map(|it| Transaction { patches: vec![patch(it)] }).collect(),
    }
}

#[test]
fn positions_count_code_points() {
    let json = r#"{"startContent":"aé🦀","endContent":"a→b🦀","using":"x","txns":[
        {"time":"now","patches":[[1,1,"→"],[2,0,"b"]],"agent":3}]}"#;
    let recording = Recording::read(json.as_bytes()).unwrap();
    let mut changes = Vec::new();
    let mut text = Indexed::new();
    let replayed = recording.replay(&mut text, A, |change| changes.push(change)).unwrap();
    assert_eq!((replayed.edits, replayed.inserted, replayed.deleted), (2, 5, 1));
    // Others, who are told of the changes, come to the same text, with the index and without.
    let (mut plain, mut other) = (Fugue::new(), Indexed::new());
    for change in changes {
        plain.apply(change);
        other.apply(change);
    }
    assert_eq!([plain.text(), other.text()], [text.text(), text.text()]);
}

#[test]
fn a_recording_that_does_not_fit_its_own_text_is_refused_with_the_number_of_the_edit() {
    let replay = |recording: &Recording| recording.replay(&mut Indexed::new(), A, |_| ());
    for (patches, number, length) in [
        (&[(0, 0, "x"), (5, 0, "y")][..], 2, 4),
        (&[(1, 3, "")], 1, 3),
        (&[(0, 3, ""), (0, 0, "é"), (0, 2, "")], 3, 1),
        (&[(u64::MAX, 0, "xy")], 1, 3),
    ] {
        let misfit = replay(&recording("abc", "abc", patches)).unwrap_err();
        assert!(
            matches!(misfit, Misfit::Edit { number: n, length: l, .. } if (n, l) == (number, length)),
            "{misfit:?}"
        );
        assert!(misfit.to_string().starts_with(&format!("edit {number} ")), "{misfit}");
    }
    let misfit = replay(&recording("abc", "axc!", &[])).unwrap_err();
    assert_eq!(misfit, Misfit::End { at: 1, length: 3, expected: 4 });
    assert!(Recording::read(b"[]").unwrap_err().starts_with("this is no editing trace"));
}

#[test]
fn a_long_recording_ends_in_the_text_that_plain_editing_gives() {
    for seed in 0..3 {
        let mut draw = draws(seed, Purpose::Workload, 0, 0);
        let (mut text, mut patches, mut at) = (Vec::new(), Vec::new(), 0);
        for _ in 0..3_000 {
            let length = text.len() as u64;
            if below(&mut draw, 20) == 0 {
                at = below(&mut draw, length + 1);
            }
            let deleted = below(&mut draw, 3).min(length - at) * below(&mut draw, 2);
            let come = below(&mut draw, 4) as usize;
            let inserted: String = ['é', 'x', '🦀', 'y'][..come].iter().collect();
            text.splice(at as usize..(at + deleted) as usize, inserted.chars());
            patches.push(Transaction { patches: vec![Patch(at, deleted, inserted)] });
            at += come as u64;
        }
        let end_content = text.into_iter().collect();
        let recording = Recording { start_content: String::new(), end_content, txns: patches };
        assert!(recording.replay(&mut Indexed::new(), A, |_| ()).is_ok(), "seed {seed}");
    }
}
