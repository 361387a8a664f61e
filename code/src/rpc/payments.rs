//! The payments service: a procedure that charges a card.

use crate::layer::*;
use crate::rpc::Procedure;
use serde::{Deserialize, Serialize};

// ANCHOR: types
/// What `process_payment` is called with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PaymentRequest {
    /// The card to charge.
    pub card: Card,
    /// How much, in the smallest unit of the currency: 399 for £3.99.
    pub amount: u64,
    /// In which currency.
    pub currency: Currency,
}

/// A payment card.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Card {
    /// Its number.
    pub number: String,
    /// The month in which it expires, as in "10/2024".
    pub expires: String,
    /// The code on its back.
    pub cvc: String,
}

/// A currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Currency {
    /// Pounds sterling.
    GBP,
    /// US dollars.
    USD,
}

/// What came of a payment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PaymentStatus {
    /// Whether the card was charged.
    pub success: bool,
    /// The number of the transaction, if it was.
    pub transaction: Option<u64>,
    /// Why not, if it was not.
    pub error: Option<String>,
}
// ANCHOR_END: types

impl PaymentRequest {
    /// The payment of the lecture: £3.99 from the card 1234 5678 8765 4321.
    pub fn example() -> Self {
        let (number, expires, cvc) = ("1234 5678 8765 4321", "10/2024", "123");
        let card = Card { number: number.into(), expires: expires.into(), cvc: cvc.into() };
        PaymentRequest { card, amount: 399, currency: Currency::GBP }
    }
}

// ANCHOR: service
/// The payments service: remembers what it has charged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Payments {
    takes: Time,
    charged: Vec<PaymentRequest>,
}

impl Payments {
    /// A service that takes so long for a payment.
    pub const fn new(takes: Time) -> Self {
        Payments { takes, charged: Vec::new() }
    }
    /// What it has charged, in order.
    pub fn charged(&self) -> &[PaymentRequest] {
        &self.charged
    }

    /// Charges a card.
    pub fn process_payment(&mut self, request: &PaymentRequest) -> PaymentStatus {
        if request.amount == 0 {
            let error = Some("there is nothing to pay".to_string());
            return PaymentStatus { success: false, transaction: None, error };
        }
        self.charged.push(request.clone());
        let transaction = Some(self.charged.len() as u64);
        PaymentStatus { success: true, transaction, error: None }
    }
}

impl Procedure for Payments {
    type Args = PaymentRequest;
    type Result = PaymentStatus;
    fn takes(&self, _: &PaymentRequest) -> Time {
        self.takes
    }
    fn execute(&mut self, request: &PaymentRequest) -> PaymentStatus {
        self.process_payment(request)
    }
}
// ANCHOR_END: service
