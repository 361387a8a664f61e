//! Shared texts.

use super::maps::{Changes, changes};
use super::{Ground, PARAMETERS, hunts, scenes};
use crate::draw::Style;
use crate::layer::Layer;
use crate::runs::shared_data::shared_label;
use crate::service::{AtLeast, Edit, SharedText};
use crate::spec::shared_text;
use crate::stack::Stack;
use crate::subject::{Parameters, Property, Subject};

/// A shared text over what it uses.
pub fn text<U>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<SharedText>>,
    upper: fn(u32) -> U,
) -> Subject
where
    U: Layer<Implements = SharedText, Uses: Ground>,
    <<U::Uses as Ground>::Stack as Layer>::Implements: AtLeast<U::Uses>,
{
    let nodes = move |p: &Parameters| {
        let node = upper(p.nodes()).over(<U::Uses as Ground>::stack(p.nodes()));
        vec![node; p.nodes() as usize]
    };
    Subject::new::<Stack<U, <U::Uses as Ground>::Stack>>(
        name, title, PARAMETERS, promises, nodes, workload,
    )
    .with_hunts(scenes, hunts)
    .with_style(Style { label: shared_label, width: 36, ..Style::default() })
}

/// Letters, no two of them alike, near the beginning; two edits in five delete.
fn workload(parameters: &Parameters) -> Result<Changes<Edit>, String> {
    const ROOM: u64 = 3;
    let changes_a_node = parameters.get("changes");
    changes(parameters, |node, i, draw| {
        let number = u64::from(node.0) * changes_a_node + i;
        let value = match number {
            0..26 => u64::from('a') + number,
            _ => 0x4E00 + number,
        };
        let value = u32::try_from(value).ok().and_then(char::from_u32).unwrap_or('?');
        match draw(5) {
            0 | 1 => Edit::Delete { index: draw(2) },
            _ => Edit::Insert { index: draw(ROOM), value },
        }
    })
}

/// Of texts whose characters have identifiers.
pub fn identified() -> Vec<Property<SharedText>> {
    vec![
        property!(
            Liveness,
            shared_text::convergence,
            "in the end all correct nodes show the same text"
        ),
        own_edits(),
        property!(
            Liveness,
            shared_text::nothing_lost,
            "in the end all is there that was inserted and not deleted, and nothing that was deleted"
        ),
        property!(
            Safety,
            shared_text::one_order,
            "two characters never change places, at any node"
        ),
    ]
}

fn own_edits() -> Property<SharedText> {
    property!(
        Safety,
        shared_text::own_edits,
        "an edit does, where it is made and at once, what was asked for"
    )
}

/// Of texts whose edits are put in one order.
pub fn ordered() -> Vec<Property<SharedText>> {
    vec![
        property!(
            Liveness,
            shared_text::convergence_without_crash,
            "in the end all nodes show the same text, if nobody crashes"
        ),
        own_edits(),
    ]
}
