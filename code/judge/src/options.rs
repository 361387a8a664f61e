//! What can be asked for.

use distsys::formats::Format;
use lexopt::{Arg, Parser, ValueExt as _};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

const HELP: &str = "\
Says whether a history, as Jepsen or Maelstrom stored it, is what a consistency model promises.

Usage: cargo book check FILE --model MODEL [OPTION…]

FILE holds the history; `-` is the standard input.

  --model MODEL          what the operations were asked of:
                         register, cas-register, map, queue, counter: one object, or many with a key each;
                         list-append, rw-register: a database with transactions, as Elle checks it
  --consistency NAME     what was promised:
                         linearizable (default) or sequential, of any object;
                         causal, read-your-writes or monotonic-reads, of registers;
                         serializable (default) or strict-serializable, of transactions
  --format FORMAT        how FILE is written: edn, log or json; shows itself as a rule
  --svg OUT.svg          draws operations around the one that has no place, or a cycle of transactions
  --budget N             gives up after N steps (default 50000000)
  --help                 this text

Exit status: 0 if the promise was kept, 1 if not, 2 if the budget did not suffice to tell, 3 if FILE cannot
be read, with line and reason, or if the options make no sense.

Examples:

  cargo book check history.edn --model cas-register
  cargo book check history.edn --model list-append --consistency strict-serializable
";

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) file: PathBuf,
    pub(crate) model: Model,
    pub(crate) consistency: Consistency,
    pub(crate) format: Option<Format>,
    pub(crate) svg: Option<PathBuf>,
    pub(crate) budget: Option<u64>,
}

/// What to do.
pub(crate) enum Answer {
    Check(Options),
    Help(String),
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),* }
        impl $name {
            const ALL: &[$name] = &[$($name::$variant),*];
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str(match self { $($name::$variant => $text),* })
            }
        }
    };
}

names! {
    /// What the operations were asked of.
    Model {
        Register = "register",
        CasRegister = "cas-register",
        Map = "map",
        Queue = "queue",
        Counter = "counter",
        ListAppend = "list-append",
        RwRegister = "rw-register",
    }
}

names! {
    /// What was promised.
    Consistency {
        Linearizable = "linearizable",
        Sequential = "sequential",
        Causal = "causal",
        ReadYourWrites = "read-your-writes",
        MonotonicReads = "monotonic-reads",
        Serializable = "serializable",
        StrictSerializable = "strict-serializable",
    }
}

names! {
    /// How the file is written.
    FormatName { Edn = "edn", Log = "log", Json = "json" }
}

impl Model {
    /// The promises that can be checked; the first is meant where none is named.
    fn promises(self) -> &'static [Consistency] {
        use Consistency::*;
        match self {
            Model::ListAppend | Model::RwRegister => &[Serializable, StrictSerializable],
            Model::Register => &[Linearizable, Sequential, Causal, ReadYourWrites, MonotonicReads],
            _ => &[Linearizable, Sequential],
        }
    }
}

impl Options {
    pub(crate) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Answer, lexopt::Error> {
        let mut parser = Parser::from_iter(arguments);
        let (mut file, mut model, mut consistency) = (None, None, None);
        let (mut format, mut svg, mut budget) = (None, None, None);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Value(name) if file.is_none() => file = Some(PathBuf::from(name)),
                Arg::Long("model") => model = Some(named(Model::ALL, &mut parser)?),
                Arg::Long("consistency") => {
                    consistency = Some(named(Consistency::ALL, &mut parser)?);
                }
                Arg::Long("format") => format = Some(named(FormatName::ALL, &mut parser)?),
                Arg::Long("svg") => svg = Some(PathBuf::from(parser.value()?)),
                Arg::Long("budget") => budget = Some(parser.value()?.parse()?),
                Arg::Short('h') | Arg::Long("help") => return Ok(Answer::Help(HELP.to_string())),
                other => return Err(other.unexpected()),
            }
        }
        let file = file.ok_or("say which file to check; `-` is the standard input")?;
        let model = model.ok_or_else(|| format!("say --model {}", list(Model::ALL)))?;
        let consistency = consistency.unwrap_or(model.promises()[0]);
        if !model.promises().contains(&consistency) {
            let promises = list(model.promises());
            return Err(format!("with --model {model}, --consistency takes {promises}").into());
        }
        let format = format.and_then(|name: FormatName| Format::named(&name.to_string()));
        Ok(Answer::Check(Options { file, model, consistency, format, svg, budget }))
    }
}

/// The one of these that the next value names.
fn named<T: Copy + fmt::Display>(all: &[T], parser: &mut Parser) -> Result<T, lexopt::Error> {
    let name = parser.value()?.string()?;
    let found = all.iter().find(|one| one.to_string() == name).copied();
    found.ok_or_else(|| format!("there is no `{name}`: it takes {}", list(all)).into())
}

/// All of them, with `or` before the last.
fn list<T: fmt::Display>(all: &[T]) -> String {
    let names: Vec<String> = all.iter().map(T::to_string).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}
