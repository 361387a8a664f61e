//! Effects keep their order across a seam.

use Act::{Ask, Store, Tell};
use Come::{Asked, Heard, Recovered};
use distsys::layer::*;
use tests::toys::reactor::{Act, Come, Reactor, effects};

#[test]
fn requests_keep_their_order_though_the_lower_layer_answers_the_first_at_once() {
    let upper = Reactor(&[(Asked(0), &[Ask(1), Ask(2)]), (Heard(1), &[Ask(3)])]);
    let lower = Reactor(&[(Asked(1), &[Ask(1), Tell(1)])]);
    assert_eq!(effects(upper.over(lower), Asked(0)), "send 1, send 2, send 3");
}

#[test]
fn a_store_of_the_upper_layer_stays_before_its_send() {
    let upper = Reactor(&[(Asked(0), &[Store(1), Ask(2)])]);
    assert_eq!(effects(upper.over(Reactor(&[])), Asked(0)), "store 1, send 2");
}

#[test]
fn a_layer_that_stores_after_it_sends_does_so_also_in_a_stack() {
    let upper = Reactor(&[(Asked(0), &[Ask(1), Store(2)])]);
    assert_eq!(effects(upper.over(Reactor(&[])), Asked(0)), "send 1, store 2");
}

#[test]
fn what_a_request_leads_to_below_comes_before_the_next_effect_above() {
    let upper = Reactor(&[(Asked(0), &[Ask(1), Tell(2)])]);
    let lower = Reactor(&[(Asked(1), &[Store(3), Ask(4)])]);
    assert_eq!(effects(upper.over(lower), Asked(0)), "store 3, send 4, deliver 2");
}

#[test]
fn an_acknowledgement_comes_after_all_that_the_delivery_led_to_above() {
    let upper = Reactor(&[(Heard(1), &[Store(5), Tell(6)])]);
    let lower = Reactor(&[(Heard(0), &[Tell(1), Ask(9)])]);
    assert_eq!(effects(upper.over(lower), Heard(0)), "store 5, deliver 6, send 9");
}

#[test]
fn an_answer_to_a_delivery_is_sent_after_what_the_lower_layer_had_asked_for_already() {
    let upper = Reactor(&[(Heard(1), &[Store(5), Tell(6), Ask(7)])]);
    let lower = Reactor(&[(Heard(0), &[Tell(1), Ask(9)])]);
    assert_eq!(effects(upper.over(lower), Heard(0)), "store 5, deliver 6, send 9, send 7");
}

#[test]
fn a_layer_that_answers_before_it_stores_does_so_also_in_a_stack() {
    let upper = Reactor(&[(Heard(1), &[Ask(7), Store(5)])]);
    let lower = Reactor(&[(Heard(0), &[Tell(1), Ask(9)])]);
    assert_eq!(effects(upper.over(lower), Heard(0)), "send 9, send 7, store 5");
}

const TOP: Reactor =
    Reactor(&[(Heard(2), &[Store(3), Tell(4)]), (Asked(0), &[Store(5), Ask(6), Tell(7)])]);
const MIDDLE: Reactor =
    Reactor(&[(Heard(1), &[Tell(2), Ask(8)]), (Asked(6), &[Ask(10), Store(11), Ask(12)])]);
const BOTTOM: Reactor =
    Reactor(&[(Heard(0), &[Tell(1), Ask(9)]), (Asked(10), &[Ask(13), Ask(14)])]);

#[test]
fn three_layers_keep_the_order_of_what_comes_from_below() {
    let order = "store 3, deliver 4, send 9, send 8";
    assert_eq!(effects(TOP.over(MIDDLE.over(BOTTOM)), Heard(0)), order);
    assert_eq!(effects(TOP.over(MIDDLE).over(BOTTOM), Heard(0)), order);
}

#[test]
fn three_layers_keep_the_order_of_what_comes_from_above() {
    let order = "store 5, store 11, send 13, send 14, send 12, deliver 7";
    assert_eq!(effects(TOP.over(MIDDLE.over(BOTTOM)), Asked(0)), order);
    assert_eq!(effects(TOP.over(MIDDLE).over(BOTTOM), Asked(0)), order);
}

#[test]
fn a_recovering_layer_below_speaks_before_the_one_above() {
    let upper = Reactor(&[(Recovered, &[Ask(1), Tell(2)])]);
    let lower = Reactor(&[(Recovered, &[Store(3), Ask(4)]), (Asked(1), &[Ask(5)])]);
    assert_eq!(effects(upper.over(lower), Recovered), "store 3, send 4, send 5, deliver 2");
}
