//! Exercise 20: is this history linearizable? Decided twice: by following all that may have happened from return to
//! return, and by the checker.

use distsys::draw::history::{svg, text, window};
use distsys::history::linearizability::{Budget, Verdict};
use distsys::history::objects::{CasCall, CasRegister, CasReturn};
use distsys::history::{Moment, Operation, Sequential, linearizable};
use distsys::node::names::{A, B, C, D};
use distsys::service::{NodeId, OpId};
use lexopt::{Arg, Parser};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

type Op = Operation<CasCall<u8>, CasReturn<u8>>;

// ANCHOR: history
/// The history of the exercise: who, what, what came of it, and from when to when, in hundredths.
fn history() -> Vec<Op> {
    let get = |value| (CasCall::Read, CasReturn::Read(value));
    let set = |value| (CasCall::Write(value), CasReturn::Written);
    let cas = |from, to, swapped| (CasCall::Cas { from, to }, CasReturn::Swapped(swapped));
    [
        (A, set(1), 150, 410),
        (A, get(4), 575, 725),
        (B, get(1), 70, 230),
        (B, cas(1, 2, true), 270, 530),
        (B, get(2), 785, 935),
        (C, get(1), 175, 325),
        (C, get(2), 375, 525),
        (C, cas(2, 4, true), 650, 890),
        (D, set(0), 100, 380),
        (D, cas(0, 3, false), 450, 750),
    ]
    .map(|(node, (call, result), from, to)| operation(node, call, result, from, to))
    .to_vec()
}
// ANCHOR_END: history

fn operation(node: NodeId, call: CasCall<u8>, result: CasReturn<u8>, from: u64, to: u64) -> Op {
    let at = |position| Moment { position, at: position };
    let op = OpId { client: node.0 + 1, number: from };
    let (result, node, returned) = (Some(result), Some(node), Some(at(to)));
    Operation { op, node, call, result, invoked: at(from), returned }
}

// ANCHOR: follow
/// What may be the case at some moment: what is in x, and which of the open operations have taken
/// effect already.
type Configuration = (u8, BTreeSet<usize>);

/// All that may be the case once `returning` has returned, if this may have been before it.
fn after(
    object: &CasRegister<u8>,
    history: &[Op],
    before: &BTreeSet<Configuration>,
    open: &BTreeSet<usize>,
    returning: usize,
) -> BTreeSet<Configuration> {
    let (mut reached, mut new) = (before.clone(), before.clone());
    // Any open operation may take effect now, if its result fits what is in x.
    while let Some((state, done)) = new.pop_first() {
        for &next in open.difference(&done) {
            let Op { call, result, .. } = &history[next];
            for state in object.apply(&state, call, result.as_ref()) {
                let configuration = (state, done.iter().copied().chain([next]).collect());
                if reached.insert(Configuration::clone(&configuration)) {
                    new.insert(configuration);
                }
            }
        }
    }
    // What returns must have taken effect.
    reached.retain(|(_, done)| done.contains(&returning));
    let returned = |(state, mut done): Configuration| {
        done.remove(&returning);
        (state, done)
    };
    reached.into_iter().map(returned).collect()
}
// ANCHOR_END: follow

fn main() -> ExitCode {
    match exercise() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

const HELP: &str = "\
Exercise 20: is this history linearizable?

Options:
  --svg FILE       draw the history, and the order that explains its longest part, into FILE
  --help           this text
Exit status: 0, or 2 if the options make no sense.";

/// Where to draw the history, if anywhere; `Err` holds what is wrong with the options.
fn options() -> Result<Option<PathBuf>, lexopt::Error> {
    let mut file = None;
    let mut parser = Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("svg") => file = Some(PathBuf::from(parser.value()?)),
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                std::process::exit(0);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(file)
}

fn exercise() -> Result<ExitCode, String> {
    let file = options().map_err(|error| error.to_string())?;
    let (object, history) = (CasRegister::holding_one_of(vec![0, 1, 2, 3, 4]), history());
    follow(&object, &history);
    let verdict = linearizable(&object, &history, Budget::default());
    let window = window(&object, &history, &verdict);
    println!("\nWhat the checker says\n\n{}", text(&window));
    if let Verdict::NotLinearizable(rejection) = &verdict {
        let mut rest = history.clone();
        let misfit = rest.remove(rejection.operation);
        let verdict = linearizable(&object, &rest, Budget::default());
        let fits = matches!(verdict, Verdict::Linearizable(_));
        let without = if fits { "linearizable" } else { "not linearizable either" };
        println!("Without {}: {without}.", name(&object, &misfit));
    }
    if let Some(file) = file {
        let name = file.display();
        std::fs::write(&file, svg(&window)).map_err(|e| format!("cannot write {name}: {e}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes through the returns, in order, and prints what may be in x after each.
fn follow(object: &CasRegister<u8>, history: &[Op]) {
    println!("From return to return, what may be in x, and what may have taken effect early\n");
    let mut open = BTreeSet::new();
    let mut now: BTreeSet<Configuration> =
        object.initial().into_iter().map(|state| (state, BTreeSet::new())).collect();
    for (time, index, returns) in events(history) {
        if !returns {
            open.insert(index);
            continue;
        }
        now = after(object, history, &now, &open, index);
        open.remove(&index);
        let name = name(object, &history[index]);
        println!("{}.{:02}  {name} returns", time / 100, time % 100);
        for (state, done) in &now {
            let early: Vec<_> = done.iter().map(|&it| self::name(object, &history[it])).collect();
            let early = if early.is_empty() { "nothing".to_string() } else { early.join(", ") };
            println!("        x = {state}, early: {early}");
        }
        if now.is_empty() {
            println!("        nothing fits");
        }
    }
}

/// The calls and returns, in order of time.
fn events(history: &[Op]) -> Vec<(u64, usize, bool)> {
    let both = |(index, it): (usize, &Op)| {
        let returned = it.returned.map_or(u64::MAX, |returned| returned.position);
        [(it.invoked.position, index, false), (returned, index, true)]
    };
    let mut events: Vec<_> = history.iter().enumerate().flat_map(both).collect();
    events.sort_unstable();
    events
}

/// An operation in words, with its node.
fn name(object: &CasRegister<u8>, operation: &Op) -> String {
    let words = object.words(&operation.call, operation.result.as_ref());
    operation.node.map_or_else(|| words.clone(), |node| format!("{node}: {words}"))
}
