//! Histories of objects: linearizability and sequential consistency.

use crate::Judgement;
use crate::options::{Model, Options};
use distsys::formats::words::{Reading, Words, contents, has_keys, operations};
use distsys::formats::{Datum, FormatError, Log};
use distsys::history::linearizability::{Budget, Verdict, explain, linearizable};
use distsys::history::objects::{CasRegister, Counter, Each, Queue, Register};

/// Judges the history as one of the object that was named, or of many such with keys.
pub(crate) fn judge(log: &Log, options: &Options) -> Result<Judgement, FormatError> {
    match options.model {
        Model::Register => one_or_each(Register::holding(Datum::Nil), log, options),
        Model::CasRegister => one_or_each(CasRegister::holding(Datum::Nil), log, options),
        Model::Queue => one_or_each(Queue::default(), log, options),
        Model::Counter => one_or_each(Counter, log, options),
        _ => of(&contents(log), log, options),
    }
}

fn one_or_each<O: Words>(
    object: O,
    log: &Log,
    options: &Options,
) -> Result<Judgement, FormatError> {
    if has_keys(log) {
        of(&Each::<Datum, O>::of(object), log, options)
    } else {
        of(&object, log, options)
    }
}

fn of<O: Words>(object: &O, log: &Log, options: &Options) -> Result<Judgement, FormatError> {
    let reading = operations(object, log)?;
    Ok(linearizability(object, &reading, options))
}

fn linearizability<O: Words>(
    object: &O,
    Reading { operations, lines }: &Reading<O::Call, O::Return>,
    options: &Options,
) -> Judgement {
    let steps = options.budget.unwrap_or(Budget::default().steps);
    let verdict = linearizable(object, operations, Budget { steps, ..Budget::default() });
    let mut words = explain(object, operations, &verdict);
    if let Verdict::NotLinearizable(rejection) = &verdict {
        words += &format!("The operation begins in line {}.\n", lines[rejection.operation]);
    }
    let verdict = match verdict {
        Verdict::Linearizable(_) => Some(true),
        Verdict::NotLinearizable(_) => Some(false),
        Verdict::NotDecided(_) => None,
    };
    Judgement { words, verdict, svg: None }
}
