//! Clients: the runtime names their operations.

use crate::history::HistoryError;
use crate::layer::*;
use crate::service::{Invoke, OpId, Return};
use crate::sim::trace::What;
use crate::sim::{Node, World};

impl<N, S, C: Value, T: Value> World<N>
where
    N: Node + Layer<Implements = S>,
    S: Service<Request = Invoke<C>, Indication = Return<T>>,
{
    /// The client asks `node` for an operation now; returns its name.
    ///
    /// A client has at most one operation open. One that asked a node that was down, or that
    /// crashed since, waits for ever, as in life it would not know what became of its operation: go
    /// on with another client.
    pub fn invoke(&mut self, client: u32, node: NodeId, call: C) -> Result<OpId, HistoryError> {
        if self.trace.is_none() {
            return Err(HistoryError::Untraced);
        }
        let number = self.clients.get(&client).copied().unwrap_or(0);
        let op = OpId { client, number };
        if node.0 as usize >= self.hosts.len() {
            return Err(HistoryError::NoNode(node));
        }
        if let Some(before) = number.checked_sub(1).map(|number| OpId { client, number })
            && !self.has_returned(before)
        {
            return Err(HistoryError::Open(before, op));
        }
        self.clients.insert(client, number + 1);
        self.request(node, Invoke { op, call });
        Ok(op)
    }

    /// Whether the operation is over. What a client waits for came last as a rule, so it looks from
    /// the end.
    fn has_returned(&self, op: OpId) -> bool {
        let mut records = self.trace.iter().flat_map(|trace| trace.records.iter().rev());
        let news = records.find_map(|record| match &record.what {
            What::Deliver { indication } if indication.op == op => Some(true),
            What::Request { request, .. } if request.op == op => Some(false),
            _ => None,
        });
        news.unwrap_or(false)
    }
}
