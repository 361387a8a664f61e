//! Single-decree Paxos as Stateright's actors: the protocol of its example `paxos`, which explores as many states. The
//! clients are those that come with Stateright.

use stateright::Expectation;
use stateright::actor::register::{RegisterActor, RegisterMsg};
use stateright::actor::{Actor, ActorModel, Id, Network, Out, majority, model_peers};
use stateright::semantics::LinearizabilityTester;
use stateright::semantics::register::Register;
use stateright::util::{HashableHashMap, HashableHashSet};
use std::borrow::Cow;

type Round = (u32, Id);
type Proposal = (u64, Id, char);
type Accepted = Option<(Round, Proposal)>;
type Msg = RegisterMsg<u64, char, Phase>;
type History = LinearizabilityTester<Id, Register<char>>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Prepare(Round),
    Prepared(Round, Accepted),
    Accept(Round, Proposal),
    Accepted(Round),
    Decided(Round, Proposal),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    round: Round,
    proposal: Option<Proposal>,
    prepares: HashableHashMap<Id, Accepted>,
    accepts: HashableHashSet<Id>,
    accepted: Accepted,
    is_decided: bool,
}

#[derive(Clone)]
pub struct Paxos {
    peers: Vec<Id>,
}

/// The servers, then the clients.
pub fn system(servers: usize, clients: usize) -> ActorModel<RegisterActor<Paxos>, (), History> {
    let server = |i| RegisterActor::Server(Paxos { peers: model_peers(i, servers) });
    let client = RegisterActor::Client { put_count: 1, server_count: servers };
    ActorModel::new((), LinearizabilityTester::new(Register('\0')))
        .actors((0..servers).map(server))
        .actors(std::iter::repeat_n(client, clients))
        .init_network(Network::new_unordered_nonduplicating([]))
        .property(Expectation::Always, "linearizable", |_, state| {
            state.history.serialized_history().is_some()
        })
        .record_msg_in(RegisterMsg::record_returns)
        .record_msg_out(RegisterMsg::record_invocations)
}

impl Actor for Paxos {
    type Msg = Msg;
    type State = Server;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, _: Id, _: &Option<()>, _: &mut Out<Self>) -> Server {
        Server {
            round: (0, Id::from(0)),
            proposal: None,
            prepares: HashableHashMap::default(),
            accepts: HashableHashSet::default(),
            accepted: None,
            is_decided: false,
        }
    }

    fn on_msg(&self, me: Id, server: &mut Cow<Server>, from: Id, msg: Msg, out: &mut Out<Self>) {
        if server.is_decided {
            if let (RegisterMsg::Get(request), Some((_, (_, _, value)))) = (msg, server.accepted) {
                out.send(from, RegisterMsg::GetOk(request, value));
            }
            return;
        }
        match msg {
            RegisterMsg::Put(request, value) if server.proposal.is_none() => {
                let server = server.to_mut();
                server.proposal = Some((request, from, value));
                server.round = (server.round.0 + 1, me);
                server.prepares = HashableHashMap::default();
                server.prepares.insert(me, server.accepted);
                server.accepts = HashableHashSet::default();
                out.broadcast(&self.peers, &RegisterMsg::Internal(Phase::Prepare(server.round)));
            }
            RegisterMsg::Internal(phase) => self.on_phase(me, server, from, phase, out),
            _ => {}
        }
    }
}

impl Paxos {
    fn on_phase(
        &self,
        me: Id,
        server: &mut Cow<Server>,
        from: Id,
        phase: Phase,
        out: &mut Out<Self>,
    ) {
        let majority = majority(self.peers.len() + 1);
        let send = |phase| RegisterMsg::Internal(phase);
        match phase {
            Phase::Prepare(round) if server.round < round => {
                server.to_mut().round = round;
                out.send(from, send(Phase::Prepared(round, server.accepted)));
            }
            Phase::Prepared(round, accepted) if server.round == round => {
                let server = server.to_mut();
                server.prepares.insert(from, accepted);
                if server.prepares.len() == majority {
                    let latest = server.prepares.values().max().copied().flatten();
                    let proposal = latest.map(|(_, proposal)| proposal).or(server.proposal);
                    let Some(proposal) = proposal else { return };
                    (server.proposal, server.accepted) = (Some(proposal), Some((round, proposal)));
                    server.accepts.insert(me);
                    out.broadcast(&self.peers, &send(Phase::Accept(round, proposal)));
                }
            }
            Phase::Accept(round, proposal) if server.round <= round => {
                let server = server.to_mut();
                (server.round, server.accepted) = (round, Some((round, proposal)));
                out.send(from, send(Phase::Accepted(round)));
            }
            Phase::Accepted(round) if server.round == round => {
                let server = server.to_mut();
                server.accepts.insert(from);
                if server.accepts.len() == majority
                    && let Some(proposal) = server.proposal
                {
                    server.is_decided = true;
                    out.broadcast(&self.peers, &send(Phase::Decided(round, proposal)));
                    out.send(proposal.1, RegisterMsg::PutOk(proposal.0));
                }
            }
            Phase::Decided(round, proposal) => {
                let server = server.to_mut();
                (server.round, server.accepted) = (round, Some((round, proposal)));
                server.is_decided = true;
            }
            _ => {}
        }
    }
}
