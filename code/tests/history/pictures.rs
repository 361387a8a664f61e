//! Histories as pictures and in words.

use crate::broken::{run, verdict};
use distsys::draw::history::{Place, figure, svg, text, window};
use distsys::history::linearizability::{Budget, OperationOf, Verdict, explain};
use distsys::history::objects::{CasCall, CasRegister, CasReturn, Register};
use distsys::history::{Moment, Operation, linearizable};
use distsys::service::OpId;
use tests::golden;
use tests::toys::quorum::Reads;

type Cas = CasRegister<u8>;

/// An operation of a client, from one moment to another if it returned.
fn operation(
    client: u32,
    call: CasCall<u8>,
    result: Option<CasReturn<u8>>,
    invoked: u64,
    returned: Option<u64>,
) -> OperationOf<Cas> {
    let at = |position| Moment { position, at: position };
    let op = OpId { client, number: invoked };
    Operation { op, node: None, call, result, invoked: at(invoked), returned: returned.map(at) }
}

fn write(client: u32, value: u8, from: u64, to: u64) -> OperationOf<Cas> {
    operation(client, CasCall::Write(value), Some(CasReturn::Written), from, Some(to))
}

fn read(client: u32, value: u8, from: u64, to: u64) -> OperationOf<Cas> {
    operation(client, CasCall::Read, Some(CasReturn::Read(value)), from, Some(to))
}

fn cas(client: u32, from: u8, to: u8, swaps: bool, times: (u64, u64)) -> OperationOf<Cas> {
    let call = CasCall::Cas { from, to };
    operation(client, call, Some(CasReturn::Swapped(swaps)), times.0, Some(times.1))
}

/// A write is under way; one client sees it, and later another does not.
fn stale_read() -> Vec<OperationOf<Cas>> {
    vec![write(1, 1, 1, 54), read(2, 1, 2, 21), read(3, 0, 27, 46)]
}

fn drawn(name: &str, object: &Cas, operations: &[OperationOf<Cas>]) {
    let verdict = linearizable(object, operations, Budget::default());
    let window = window(object, operations, &verdict);
    golden::check(&format!("{name}.svg"), &svg(&window));
    golden::check(&format!("{name}.html"), &figure(name, &window.title, &window));
    golden::check(&format!("{name}.txt"), &text(&window));
}

#[test]
fn a_read_of_a_value_that_another_client_saw_replaced_is_drawn() {
    drawn("history-stale-read", &Cas::holding(0), &stale_read());
}

#[test]
fn operations_of_four_nodes_are_drawn() {
    let operations = [
        read(2, 1, 70, 230),
        write(4, 0, 100, 380),
        write(1, 1, 150, 410),
        read(3, 1, 175, 325),
        cas(2, 1, 2, true, (270, 530)),
        read(3, 2, 375, 525),
        cas(4, 0, 3, false, (450, 750)),
        read(1, 4, 575, 725),
        cas(3, 2, 4, true, (650, 890)),
        read(2, 2, 785, 935),
    ];
    let any = Cas::holding_one_of(vec![0, 1, 2, 3, 4]);
    drawn("history-four-nodes", &any, &operations);
    let Verdict::NotLinearizable(rejection) = linearizable(&any, &operations, Budget::default())
    else {
        panic!("2 is overwritten by 4, which was read before")
    };
    assert_eq!(rejection.operation, 9, "the last read");
    assert!(matches!(
        linearizable(&any, &operations[..9], Budget::default()),
        Verdict::Linearizable(_)
    ));
}

#[test]
fn a_linearizable_history_is_drawn_with_its_points() {
    let pending = operation(3, CasCall::Write(2), None, 30, None);
    let operations =
        [write(1, 1, 1, 40), read(2, 1, 2, 20), pending, read(2, 2, 45, 50), read(1, 2, 46, 60)];
    drawn("history-in-order", &Cas::holding(0), &operations);
}

#[test]
fn what_took_effect_earlier_is_not_drawn_as_open() {
    // A pending write is seen, then more is read than is shown, and then the first value again.
    let reads = (0..12).map(|i| read(2, 1, 10 * i + 2, 10 * i + 3));
    let pending = operation(1, CasCall::Write(1), None, 1, None);
    let later = operation(4, CasCall::Write(2), None, 1, None);
    let history: Vec<_> =
        [pending, later].into_iter().chain(reads).chain([read(3, 0, 500, 501)]).collect();
    let verdict = linearizable(&Cas::holding(0), &history, Budget::default());
    let window = window(&Cas::holding(0), &history, &verdict);
    let place = |client| window.bars.iter().find(|bar| bar.client == client).unwrap().place;
    assert_eq!([place(1), place(4), place(3)], [Place::Earlier, Place::Open, Place::Nowhere]);
    let (svg, text) = (svg(&window), text(&window));
    assert!(svg.contains("write 1 → ?: took effect earlier, never returned"), "{svg}");
    assert!(svg.contains("write 2 → ?: may or may not take effect, never returned"), "{svg}");
    assert!(svg.contains("A dot without a number took effect before them."), "{svg}");
    assert!(text.contains("client 1    ├─●──"), "{text}");
}

#[test]
fn a_run_of_a_register_without_write_back_is_drawn() {
    let found = (0..).map(|seed| run(Reads::WithoutWriteBack, seed)).find_map(|history| {
        let verdict = verdict(&history);
        matches!(verdict, Verdict::NotLinearizable(_)).then_some((history, verdict))
    });
    let (history, verdict) = found.unwrap();
    let window = window(&Register::holding(0), &history.operations, &verdict);
    let caption =
        "Clients of a register with quorums whose reads do not write back what they return.";
    golden::check("history-no-write-back.html", &figure("history-no-write-back", caption, &window));
    golden::check("history-no-write-back.txt", &text(&window));
}

#[test]
fn operations_that_are_alike_take_effect_one_by_one() {
    // While all three writes are open, 1 is read, then 0, then 1 again.
    let operations = [
        write(1, 1, 1, 50),
        write(2, 1, 2, 60),
        write(3, 0, 3, 70),
        read(4, 1, 10, 11),
        read(4, 0, 20, 21),
        read(4, 1, 30, 31),
    ];
    let verdict = linearizable(&Cas::holding(5), &operations, Budget::default());
    assert!(matches!(verdict, Verdict::Linearizable(_)), "{verdict:?}");
    // A third time would take a third write of 1.
    let more = [read(4, 0, 40, 41), read(4, 1, 42, 43)];
    let operations: Vec<_> = operations.into_iter().chain(more).collect();
    let verdict = linearizable(&Cas::holding(5), &operations, Budget::default());
    assert!(matches!(verdict, Verdict::NotLinearizable(_)), "{verdict:?}");
}

#[test]
fn what_is_not_decided_is_drawn_too() {
    let operations = stale_read();
    let none = Budget { steps: 0, bytes: 0 };
    let verdict = linearizable(&Cas::holding(0), &operations, none);
    assert!(matches!(verdict, Verdict::NotDecided(_)), "{verdict:?}");
    let words = explain(&Cas::holding(0), &operations, &verdict);
    assert!(words.starts_with("not decided"), "{words}");
    assert!(text(&window(&Cas::holding(0), &operations, &verdict)).contains("read → 0"));
}

#[test]
fn labels_from_outside_cannot_break_a_picture() {
    let evil = Register::holding("<script>".to_string());
    let call = distsys::history::objects::RegisterCall::Write("</svg>\n\n\u{1b}[0m&".to_string());
    let at = |position| Moment { position, at: 0 };
    let operation = Operation {
        op: OpId { client: 0, number: 0 },
        node: None,
        call,
        result: None,
        invoked: at(u64::MAX),
        returned: None,
    };
    let verdict = linearizable(&evil, std::slice::from_ref(&operation), Budget::default());
    let window = window(&evil, &[operation], &verdict);
    let picture = svg(&window);
    assert_eq!(picture.matches("</svg>").count(), 1, "{picture}");
    assert!(!text(&window).contains('\u{1b}'));
}
