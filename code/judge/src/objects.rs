//! Histories of objects: linearizability and sequential consistency.

use crate::Judgement;
use crate::options::{Consistency, Model, Options};
use distsys::consistency::{Sequence, sequential};
use distsys::draw::history::{svg, window};
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
    Ok(match options.consistency {
        Consistency::Sequential => sequence(object, &reading, options),
        _ => linearizability(object, &reading, options),
    })
}

fn linearizability<O: Words>(
    object: &O,
    Reading { operations, lines }: &Reading<O::Call, O::Return>,
    options: &Options,
) -> Judgement {
    let verdict = linearizable(object, operations, budget(options));
    let mut words = explain(object, operations, &verdict);
    if let Verdict::NotLinearizable(rejection) = &verdict {
        words += &format!("The operation begins in line {}.\n", lines[rejection.operation]);
    }
    let svg = Some(svg(&window(object, operations, &verdict)));
    let verdict = match verdict {
        Verdict::Linearizable(_) => Some(true),
        Verdict::NotLinearizable(_) => Some(false),
        Verdict::NotDecided(_) => None,
    };
    Judgement { words, verdict, svg }
}

pub(crate) fn budget(options: &Options) -> Budget {
    let all = Budget::default();
    Budget { steps: options.budget.unwrap_or(all.steps), ..all }
}

fn sequence<O: Words>(
    object: &O,
    Reading { operations, lines }: &Reading<O::Call, O::Return>,
    options: &Options,
) -> Judgement {
    let (words, verdict) = match sequential(object, operations, budget(options)) {
        Sequence::Sequential(order) => {
            let all = order.len();
            let words =
                format!("sequentially consistent: {all} operations can be put in one order\n");
            (words, Some(true))
        }
        Sequence::NotSequential(rejection) => {
            let (some, all) = (rejection.order.len(), operations.len());
            let mut words = format!(
                "not sequentially consistent: of {all} operations at most {some} can be put in order; then none of these can follow\n"
            );
            for index in rejection.next {
                let operation = &operations[index];
                let told = object.words(&operation.call, operation.result.as_ref());
                let (client, line) = (operation.op.client, lines[index]);
                words += &format!("  `{told}` of client {client} (line {line})\n");
            }
            (words, Some(false))
        }
        Sequence::NotDecided(lack) => (lack.explain(""), None),
    };
    Judgement { words, verdict, svg: None }
}
