//! Verdicts in words.

use super::{Lack, OperationOf, Point, Rejection, Undecided, Verdict, VerdictOf};
use crate::history::Sequential;

/// How many operations of an order are named.
const MOST_NAMED: usize = 12;

/// The verdict in words, for people: a first line that says it, then why, and for a rejection an
/// order of what came before.
pub fn explain<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    verdict: &VerdictOf<S>,
) -> String {
    match verdict {
        Verdict::Linearizable(order) => {
            let (all, placed) = (operations.len(), order.len());
            match all - placed {
                0 => format!("linearizable: all {all} operations can be placed in one order\n"),
                left => format!(
                    "linearizable: {placed} of {all} operations can be placed in one order; {left} others never returned and need not have taken effect\n"
                ),
            }
        }
        Verdict::NotLinearizable(rejection) => {
            why_not(object, operations, rejection)
                + "All that returned before it can be explained, for example by this order:\n"
                + &order_in_words(object, operations, &rejection.order)
        }
        Verdict::NotDecided(undecided) => not_decided(undecided),
    }
}

/// The same without the order.
pub fn summarise<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    verdict: &VerdictOf<S>,
) -> String {
    match verdict {
        Verdict::NotLinearizable(rejection) => why_not(object, operations, rejection),
        _ => explain(object, operations, verdict),
    }
}

fn why_not<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    rejection: &Rejection<S::Key, S::State>,
) -> String {
    let misfit = name(object, &operations[rejection.operation]);
    let why = match rejection.states.as_slice() {
        [] if rejection.longest => "Its result is in the way of what returned before it.".to_string(),
        [] => "What others return later leaves no place for it (perhaps more can be explained; the budget did not suffice to find out).".to_string(),
        [state] => format!("Just before it returns, the state can only be {state:?}; it fits no earlier one since its call either."),
        states => {
            let states: Vec<String> = states.iter().map(|state| format!("{state:?}")).collect();
            format!("Just before it returns, the state can only be one of {}; it fits no earlier one since its call either.", states.join(", "))
        }
    };
    format!("not linearizable: there is no place for {misfit}\n{why}\n")
}

/// The end of the order, an operation a line.
fn order_in_words<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    order: &[Point],
) -> String {
    let skipped = order.len().saturating_sub(MOST_NAMED);
    let mut text = match skipped {
        0 => String::new(),
        1 => "  … 1 operation before\n".to_string(),
        _ => format!("  … {skipped} operations before\n"),
    };
    for point in &order[skipped..] {
        text += &format!("  {}\n", name(object, &operations[point.operation]));
    }
    if order.is_empty() {
        text += "  (none)\n";
    }
    text
}

/// An operation and whose it is.
pub(crate) fn name<S: Sequential>(object: &S, operation: &OperationOf<S>) -> String {
    let words = object.words(&operation.call, operation.result.as_ref());
    format!("`{words}` of client {}", operation.op.client)
}

fn not_decided<K: std::fmt::Debug>(undecided: &Undecided<K>) -> String {
    let keys = &undecided.keys;
    let shown: Vec<String> = keys.iter().take(MOST_NAMED).map(|key| format!("{key:?}")).collect();
    let more = match keys.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let of = match shown.as_slice() {
        [one] if one == "()" => String::new(),
        _ => format!(" for {}{more}; all other keys are linearizable", shown.join(", ")),
    };
    undecided.lack.explain(&of)
}

impl Lack {
    /// That a check was not decided for this reason, in words, and what to do about it; `of` goes on
    /// with the first sentence.
    pub fn explain(self, of: &str) -> String {
        let (lack, advice) = match self {
            Lack::Steps => ("steps", "Allow more with a larger budget."),
            Lack::Bytes => ("memory", "More steps would not help: check a shorter history."),
        };
        format!("not decided: the budget of {lack} was used up{of}\n{advice}\n")
    }
}
