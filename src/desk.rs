//! What the help desk does with a mail. Pure: the clock, fresh keys and what the store knows come in as values.

pub mod contact;
pub mod decision;
pub mod event;
pub mod known;
pub mod policy;
pub mod provider;
pub mod ticket;
pub mod token;

pub use decision::Decision;
pub use known::Known;
pub use policy::Policy;
pub use ticket::{Ticket, TicketKey, TicketNumber, TicketStatus};
