//! Verdicts in words.

use super::registers::{Access, What};
use super::{Because, Verdict, Why};
use crate::layer::Value;

/// The verdict in words: a first line that says it, then why, a sentence a line. `place` says where
/// an access is to be found, such as its line in a file.
pub fn explain<K: Value, V: Value>(
    promise: &str,
    accesses: &[Access<K, V>],
    verdict: &Verdict,
    place: impl Fn(usize) -> String,
) -> String {
    let told = Told { accesses, place: &place };
    match verdict {
        Verdict::Kept => {
            format!("{promise}: of {} operations none says otherwise\n", accesses.len())
        }
        Verdict::NotDecided(lack) => lack.explain(""),
        Verdict::Broken(steps) => {
            let mut text = format!("not {promise}: these cannot all be\n");
            for step in steps {
                text += &format!("  {}\n", told.sentence(step));
            }
            text
        }
    }
}

struct Told<'a, K, V> {
    accesses: &'a [Access<K, V>],
    place: &'a dyn Fn(usize) -> String,
}

impl<K: Value, V: Value> Told<'_, K, V> {
    fn sentence(&self, Because { accesses, why }: &Because) -> String {
        let client = accesses.first().map_or(0, |&index| self.accesses[index].client);
        match (why, accesses.as_slice()) {
            (Why::InTurn | Why::WroteBefore | Why::ReadBefore, &[first, second]) => {
                let (did, then) = (self.did(first), self.did(second));
                let so = if *why == Why::InTurn { "" } else { ", so the first is older" };
                format!("Client {client} {did}, and then {then}{so}.")
            }
            (Why::Read, &[write, read]) => {
                let (did, by) = (self.did(write), self.accesses[read].client);
                format!("Client {client} {did}; client {by} read it{}.", (self.place)(read))
            }
            (Why::Overwritten, &[older, newer, read]) => {
                let (did, of) = (self.did(older), self.accesses[newer].client);
                let (by, then) = (self.accesses[read].client, self.did(read));
                format!(
                    "Client {client} {did} before client {by} {then}, which client {of} wrote, so the first is older."
                )
            }
            (Why::SawNothing, &[_, read]) => {
                format!("So client {} could not read nothing.", self.accesses[read].client)
            }
            (_, accesses) => {
                let did: Vec<String> = accesses.iter().map(|&index| self.did(index)).collect();
                format!("Client {client} {}, which nobody wrote.", did.join(" and "))
            }
        }
    }

    /// What a client did.
    fn did(&self, index: usize) -> String {
        let Access { key, what, .. } = &self.accesses[index];
        let key = format!("{key:?}");
        let of = |word: &str| if key == "()" { String::new() } else { format!(" {word} {key}") };
        let did = match what {
            What::Read(None) => format!("read nothing{}", of("from")),
            What::Read(Some(value)) => format!("read {value:?}{}", of("from")),
            What::Write(value) | What::MaybeWrite(value) => format!("wrote {value:?}{}", of("to")),
        };
        did + &(self.place)(index)
    }
}
