//! Free choices: recorded, drawn or enumerated.

use distsys::layer::*;
use distsys::node::names::A;
use distsys::sim::step::{Event, step};
use distsys::sim::{EventId, Script, What, World};
use std::collections::{BTreeSet, VecDeque};
use tests::toys::puppet::{Do, Puppet, Told, told};

/// Lets a puppet throw coins with these choices; returns what it told and the choices as they are then.
fn throw_coins(choices: Choices) -> (Vec<u32>, Choices) {
    let (mut puppet, mut effects) = (Puppet::default(), VecDeque::new());
    let mut env = Env::new(A, Reading::default(), choices);
    step(&mut puppet, Event::Request(vec![Do::ThrowCoins]), &mut env, &mut effects);
    let told = effects.into_iter().map(|effect| match effect {
        Effect::Indicate(Told::Chose(answer)) => answer,
        other => panic!("a puppet that throws coins only says what came: {other:?}"),
    });
    (told.collect(), env.choices)
}

#[test]
fn enumeration_reaches_every_outcome_of_a_variable_number_of_choices_once() {
    let (mut outcomes, mut next) = (Vec::new(), Some(Vec::new()));
    while let Some(prefix) = next {
        let (outcome, choices) = throw_coins(Choices::enumerated(prefix));
        outcomes.push(outcome);
        next = choices.successor();
        assert!(outcomes.len() <= 7, "there are 1 + 2 + 4 outcomes: {outcomes:?}");
    }
    let expected: [&[u32]; 7] =
        [&[0], &[1, 0], &[1, 1], &[2, 0, 0], &[2, 0, 1], &[2, 1, 0], &[2, 1, 1]];
    assert_eq!(outcomes, expected);
}

#[test]
fn recorded_answers_are_given_again_before_new_ones() {
    let recorded = vec![Choice { bound: 3, answer: 2 }, Choice { bound: 2, answer: 1 }];
    let (outcome, _) = throw_coins(Choices::enumerated(recorded));
    assert_eq!(outcome, [2, 1, 0]);
}

#[test]
fn drawn_answers_can_be_recorded_and_replayed() {
    for event in 0..100 {
        let (outcome, choices) = throw_coins(Choices::drawn(7, 0, event));
        let (again, _) = throw_coins(Choices::enumerated(choices.answers().to_vec()));
        assert_eq!(outcome, again);
    }
}

#[test]
fn drawn_answers_are_reproducible_and_reach_every_outcome() {
    let draw = |event| throw_coins(Choices::drawn(7, 0, event)).0;
    assert!((0..200).all(|event| draw(event) == draw(event)));
    assert_eq!((0..200).map(draw).collect::<BTreeSet<_>>().len(), 7);
}

#[test]
fn a_recorded_answer_to_another_question_is_not_given() {
    let recorded = vec![Choice { bound: 9, answer: 2 }, Choice { bound: 2, answer: 1 }];
    let (outcome, choices) = throw_coins(Choices::enumerated(recorded));
    assert_eq!(outcome, [0]);
    assert_eq!(choices.answers(), [Choice { bound: 3, answer: 0 }]);
}

#[test]
fn the_trace_tells_what_was_chosen() {
    let mut world = World::new(5, Puppet::troupe(1));
    for at in 0..50 {
        world.request_at(at, A, vec![Do::ThrowCoins]);
    }
    world.run().expect("ends");
    let records = world.trace().records;
    let recorded = records.iter().filter_map(|record| match &record.what {
        What::Choose { choice } => Some(choice.answer),
        _ => None,
    });
    let made = told(&world, A).into_iter().map(|(_, told)| match told {
        Told::Chose(answer) => answer,
        other => panic!("{other:?}"),
    });
    assert_eq!(recorded.collect::<Vec<_>>(), made.collect::<Vec<_>>());
    let causes = records.iter().filter(|record| matches!(record.what, What::Choose { .. }));
    assert!(causes.into_iter().all(|choice| choice.cause.is_some()));
}

#[test]
fn a_script_gives_recorded_answers_to_one_event_and_shifts_no_other() {
    let chosen = |script: Script| {
        let mut world = World::new(5, Puppet::troupe(1)).with_script(script);
        for at in 0..20 {
            world.request_at(at, A, vec![Do::ThrowCoins]);
        }
        world.run().expect("ends");
        let records = world.trace().records;
        let choices = records.iter().filter_map(|record| match &record.what {
            What::Choose { choice } => Some((record.at, choice.answer)),
            _ => None,
        });
        choices.collect::<Vec<_>>()
    };
    let drawn = chosen(Script::default());
    let recorded = [(3, 2), (2, 1), (2, 1)];
    let recorded = recorded.map(|(bound, answer)| Choice { bound, answer }).to_vec();
    let choices = [(EventId::Request(7), recorded)].into();
    let scripted = chosen(Script { choices, ..Script::default() });
    let at = |time, choices: &[(Time, u32)]| {
        choices.iter().filter(|(at, _)| *at == time).map(|(_, answer)| *answer).collect::<Vec<_>>()
    };
    assert_eq!(at(7, &scripted), [2, 1, 1]);
    for time in (0..20).filter(|&time| time != 7) {
        assert_eq!(at(time, &scripted), at(time, &drawn), "at {time}");
    }
}
