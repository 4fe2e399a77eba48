//! What the help desk does with a mail. Pure: the clock, fresh keys and what the store knows come in as values.

pub mod arrival;
pub mod audience;
pub mod clues;
pub mod command;
pub mod contact;
pub mod decide;
pub mod decision;
pub mod delivery;
pub mod event;
pub mod explanation;
pub mod held;
pub mod journal;
pub mod known;
pub mod mark;
pub mod message;
pub(crate) mod names;
pub mod own;
pub mod policy;
pub mod provider;
pub mod report;
pub mod subject;
pub mod thread;
pub mod ticket;
pub mod token;
pub mod trouble;

pub use arrival::Arrival;
pub use clues::Clues;
pub use decide::decide;
pub use decision::Decision;
pub use explanation::Explanation;
pub use known::Known;
pub use policy::Policy;
pub use ticket::{Ticket, TicketKey, TicketNumber, TicketStatus};
