//! The answers to `ctx.choose`: recorded ones first, then new ones.

use crate::sim::random::{Draws, Purpose, below, draws};
use serde::{Deserialize, Serialize};

/// Where a handler's free choices come from. A runtime sets it up; a handler sees only
/// `ctx.choose`.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// The answers given so far, each below its bound.
    answers: Vec<Choice>,
    next: usize,
    source: Source,
}

/// Where an answer comes from when the recorded ones are used up.
#[derive(Clone, Debug, Default)]
enum Source {
    /// Always 0: a model checker starts to enumerate there.
    #[default]
    Zero,
    /// Not drawn from yet: most events choose nothing, and need no generator.
    Seed { seed: u64, place: u64, ordinal: u64 },
    /// Random.
    Draws(Draws),
}

/// One answer of `ctx.choose(bound)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    /// How many answers were possible.
    pub bound: u32,
    /// The one given, less than `bound`.
    pub answer: u32,
}

impl Choices {
    /// Draws every answer, as [`draws`] does for this place and ordinal.
    pub fn drawn(seed: u64, place: u64, ordinal: u64) -> Self {
        Choices { source: Source::Seed { seed, place, ordinal }, ..Choices::default() }
    }
    /// Gives these answers first.
    pub fn after(self, recorded: Vec<Choice>) -> Self {
        Choices { answers: recorded, ..self }
    }
    /// Gives the `prefix` of answers, then 0 for ever: how a model checker starts to enumerate.
    pub fn enumerated(prefix: Vec<Choice>) -> Self {
        Choices { answers: prefix, ..Choices::default() }
    }
    /// The next answer, below `bound`.
    pub(crate) fn choose(&mut self, bound: u32) -> u32 {
        assert!(bound > 0, "ctx.choose(0): there is nothing to choose from");
        let recorded = self.answers.get(self.next);
        // A recorded answer to another question is none, and neither is what follows it.
        if recorded.is_none_or(|choice| choice.bound != bound || choice.answer >= bound) {
            let answer = self.source.next(bound);
            self.answers.truncate(self.next);
            self.answers.push(Choice { bound, answer });
        }
        self.next += 1;
        self.answers[self.next - 1].answer
    }
    /// All answers given in this event.
    pub fn answers(&self) -> &[Choice] {
        &self.answers[..self.next]
    }
    /// The answers to try next, in the order of counting; `None` after the last.
    ///
    /// Re-running a handler with each in turn goes through all its possible outcomes.
    pub fn successor(&self) -> Option<Vec<Choice>> {
        let mut answers = self.answers().to_vec();
        while let Some(Choice { bound, answer }) = answers.pop() {
            if answer + 1 < bound {
                answers.push(Choice { bound, answer: answer + 1 });
                return Some(answers);
            }
        }
        None
    }
}

impl Source {
    fn next(&mut self, bound: u32) -> u32 {
        if let Source::Seed { seed, place, ordinal } = *self {
            *self = Source::Draws(draws(seed, Purpose::Choice, place, ordinal));
        }
        match self {
            Source::Draws(draws) => below(draws, u64::from(bound)) as u32,
            _ => 0,
        }
    }
}
