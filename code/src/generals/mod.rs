//! Generals who must act together: two with messengers that may be captured, and several of whom
//! some are traitors.

pub mod oral;
pub mod rules;
pub mod sale;
pub mod strategy;
pub mod two;

pub use oral::OralMessages;
pub use sale::Trade;
pub use two::General;

use crate::layer::{Never, NodeId, Service};
use crate::service::AtLeast;
use serde::{Deserialize, Serialize};

/// What a general may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Plan {
    /// It attacks.
    Attack,
    /// It stays away.
    Retreat,
}

/// The node is decided: it does this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Decide(pub Plan);

/// The first general, or the commander of several.
pub const FIRST: NodeId = NodeId(0);
/// The second general of two.
pub const SECOND: NodeId = NodeId(1);

/// Two generals decide on the same, without being asked.
#[derive(Clone, Copy, Debug)]
pub struct JointAttack;
impl Service for JointAttack {
    type Request = Never;
    type Indication = Decide;
}
impl AtLeast<JointAttack> for JointAttack {
    fn request(request: Never) -> Never {
        request
    }
    fn indication(indication: Decide) -> Decide {
        indication
    }
}

/// A commander is asked for a plan; all honest generals decide on the same, and on the commander's
/// if the commander is honest.
#[derive(Clone, Copy, Debug)]
pub struct Command;
impl Service for Command {
    type Request = Plan;
    type Indication = Decide;
}
impl AtLeast<Command> for Command {
    fn request(request: Plan) -> Plan {
        request
    }
    fn indication(indication: Decide) -> Decide {
        indication
    }
}

// ANCHOR: report
/// What one general tells another: the commander is the first of the path, and who tells
/// it is the last. `[A, C]` with Attack: "A said to me, C: Attack".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Report {
    /// Through whom it came.
    pub path: Path,
    /// What the commander is said to have said.
    pub plan: Plan,
}

/// Who told whom, from the commander on.
pub type Path = Vec<NodeId>;
// ANCHOR_END: report

/// Sells goods for money.
#[derive(Clone, Copy, Debug)]
pub struct Sale;
impl Service for Sale {
    type Request = Order;
    type Indication = Done;
}
impl AtLeast<Sale> for Sale {
    fn request(request: Order) -> Order {
        request
    }
    fn indication(indication: Done) -> Done {
        indication
    }
}

/// The number of an order.
pub type Number = u32;

/// A customer orders at the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Order {
    /// Each order has another.
    pub number: Number,
    /// It will turn out that the goods are sold out.
    pub sold_out: bool,
}

/// What was done about an order, in the world outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Done {
    /// The payments service took the money.
    Charged(Number),
    /// The payments service gave it back.
    Refunded(Number),
    /// The shop sent the goods.
    Dispatched(Number),
    /// The shop told the customer that nothing will come.
    CalledOff(Number),
}
