//! The promises of remote calls (notes, section 1.3, and exercise 3).
//!
//! Where several calls of a client have the same arguments, they are counted.

use crate::layer::Value;
use crate::service::{Call, CallEvent};
use crate::sim::trace::{Terms, Trace};
use crate::spec::Verdict;
use crate::spec::calls::{Asked, Calls, Ended};

// ANCHOR: no_creation
/// No creation: nothing is executed that was not called, and whatever comes back as a result came
/// of executing that very call.
pub fn no_creation<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    for run in &calls.executions {
        if calls.times_called(run.client, run.args, run.place.record) == 0 {
            let what = format!("executed {:?}, which {} had not called", run.args, run.client);
            return Err(run.place.violates(&what, &[]));
        }
    }
    for end in &calls.ended {
        let (Some(call), Ok(result)) = (calls.call(end.op), end.result) else { continue };
        let (client, now) = (call.place.node, end.place.record);
        let answered = calls.times_answered(client, call.args, now);
        let executed = calls.executed(client, call.args, now);
        // One execution for each answer; and this is what came of one.
        if executed.count() <= answered
            || !calls.executed(client, call.args, now).any(|run| run.result == result)
        {
            let what = format!("got {result:?} for {:?}, which did not come of it", call.args);
            return Err(end.place.violates(&what, &[call.place.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: no_creation

// ANCHOR: at_most_once
/// At most once: at any moment, a call has been executed no more often than its client had made it,
/// whatever was retried, and whatever crashed.
pub fn at_most_once<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    for run in &calls.executions {
        let now = run.place.record;
        let called = calls.times_called(run.client, run.args, now);
        let earlier: Vec<_> =
            calls.executed(run.client, run.args, now).map(|run| run.place.record).collect();
        if called > 0 && earlier.len() >= called {
            let what = format!(
                "executed {:?} for {} once more than {} had called it",
                run.args, run.client, run.client
            );
            return Err(run.place.violates(&what, &earlier));
        }
    }
    Ok(())
}
// ANCHOR_END: at_most_once

// ANCHOR: one_answer
/// One answer: no call ends twice, and nothing ends that was not called.
pub fn one_answer<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    for end in &calls.ended {
        let Some(call) = calls.call(end.op) else {
            return Err(end.place.violates("got an answer to what it had not called", &[]));
        };
        let earlier =
            |other: &&Ended<T>| other.op == end.op && other.place.record < end.place.record;
        if let Some(first) = calls.ended.iter().find(earlier) {
            let what = format!("got a second answer to {:?}", call.args);
            return Err(end.place.violates(&what, &[call.place.record, first.place.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: one_answer

// ANCHOR: termination
/// Termination: a call ends, with a result or without one, if its client does not crash.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn termination<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    ends_if(&calls, |call| calls.stays_up(call.place.node, call.place.record))
}
// ANCHOR_END: termination

/// Termination for a client that tries for ever: a call ends if its client does not crash, and the
/// server is up in the end.
///
/// A liveness property.
pub fn termination_if_server_up<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    ends_if(&calls, |call| {
        calls.stays_up(call.place.node, call.place.record) && calls.is_up(call.to)
    })
}

/// Termination for nodes that do not come back: a call ends if neither node crashes.
///
/// A liveness property.
pub fn termination_if_nobody_crashes<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    ends_if(&calls, |call| {
        let record = call.place.record;
        calls.stays_up(call.place.node, record) && calls.stays_up(call.to, record)
    })
}

// ANCHOR: result
/// Result: a call ends with its result, unless the server crashed after the call.
pub fn result<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
{
    let calls = Calls::of(trace);
    for end in &calls.ended {
        if let (Some(call), Err(failure)) = (calls.call(end.op), end.result)
            && !calls.crashes_after(call.to, call.place.record)
        {
            let what =
                format!("got {failure:?} for {:?}, and {} had not crashed", call.args, call.to);
            return Err(end.place.violates(&what, &[call.place.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: result

/// Each call of which `required` holds ends.
fn ends_if<C: Value, T: Value>(
    calls: &Calls<C, T>,
    required: impl Fn(&Asked<C>) -> bool,
) -> Verdict {
    for call in calls.asked.iter().filter(|call| required(call)) {
        let ends = |end: &Ended<T>| end.op == call.op && end.place.record > call.place.record;
        if !calls.ended.iter().any(ends) {
            let (node, args, to) = (call.place.node, call.args, call.to);
            let what =
                format!("called {args:?} at {to}, and the run ended before {node} heard of it");
            return Err(call.place.violates(&what, &[]));
        }
    }
    Ok(())
}
