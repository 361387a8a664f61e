//! What goes wrong if edits are broadcast as they were asked for.

use crate::layer::*;
use crate::service::{Deliver, Edit, ReliableBroadcast, SharedText, Shows};

/// Makes an edit, wherever it comes from, at the place that it names. The drawing of section 8.1 shows why that does not
/// do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByIndex {
    text: Vec<char>,
}

impl ByIndex {
    /// With this text in it.
    pub fn holding(text: &str) -> Self {
        ByIndex { text: text.chars().collect() }
    }
}

// ANCHOR: layer
impl Layer for ByIndex {
    type Implements = SharedText;
    type Uses = ReliableBroadcast<Edit>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, edit: Edit, ctx: &mut Context<Self>) {
        ctx.broadcast(edit);
    }

    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Edit>, ctx: &mut Context<Self>) {
        let length = self.text.len();
        match msg {
            Edit::Insert { index, value } => self.text.insert(length.min(index as usize), value),
            Edit::Delete { index } if index < length as u64 => {
                self.text.remove(index as usize);
            }
            Edit::Delete { .. } => {}
        }
        ctx.indicate(Shows { text: self.text.iter().collect() });
    }

    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
// ANCHOR_END: layer
