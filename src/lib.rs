//! buzon, an email-first ticketing gateway: a customer and an agent write mails, and nobody logs in anywhere.
//!
//! One message flows in one direction:
//!
//! ```text
//! IMAP folder -> intake (raw octets, safe on disk) -> decide (pure) -> one transaction -> outbox -> SMTP
//! ```
//!
//! # A pure core, thin edges
//!
//! - [`mail`]: what an e-mail means; imports nothing of the crate. [`desk`]: what the help desk does with it. Both take
//!   values and give values: no clock, no I/O, no SQL; time, random numbers and secrets come in as arguments. Of agents,
//!   [`desk::audience`] says who hears of a ticket, [`desk::command`] reads what they ask for, and [`desk::held`] names
//!   what keeps a mail of theirs from taking effect.
//! - [`template`]: the wording of mails that go out. [`retry`]: attempt -> when next, or give up.
//! - [`imap`], [`smtp`], [`dns`], [`store`]: one kind of I/O each; they never import each other. async-imap is named
//!   only in `imap`, lettre's transports only in `smtp`, mail-auth only in `dns` (keys of DKIM signatures, verified
//!   before [`ingest`] decides), SQL and rusqlite only in `store`. [`net`] is what connections share.
//! - [`notice`]: tells agents of tickets, and the admin of trouble, by mail. [`ingest`], [`deliver`]: from intake row to
//!   applied decision; from outbox row to SMTP and back.
//! - [`service`]: spawns, wakes, reloads, stops. [`config`]: raw, then checked; it builds [`desk::Policy`] and the edges'
//!   settings, and neither the desk nor an edge imports it.
//! - [`cli`]: one file per subcommand. `sandbox`: the loopback servers of `buzon demo` and the fault tests (their
//!   switches only with the feature `faults`, which tests turn on).
//!
//! Imports point one way: `cli -> service -> ingest, deliver -> notice -> config -> imap | smtp | dns | store ->
//! template, retry -> desk -> mail`.
//! A module may skip floors on the way down and never goes up; `tests/architecture.rs` holds this, and that no function
//! is longer than 70 lines.
//!
//! # One message, eight steps
//!
//! 1. [`imap::Poller`] wakes (IDLE, or its interval), compares UIDVALIDITY, and fetches UIDs past the cursor in batches
//!    bounded by count and octets.
//! 2. The store writes the raw octets *and* moves the cursor in one transaction. Only then is the mail flagged, moved or
//!    deleted on the server.
//! 3. [`ingest::Ingest`] takes pending rows, oldest first, in groups that share a commit; a savepoint for each keeps one
//!    bad mail from undoing its neighbours.
//! 4. [`mail::InboundMail::parse`] never fails: it gives a mail and its defects, its whole text and, beside it, what its
//!    sender newly wrote (`mail/reply_text`).
//! 5. [`mail::class`] says who speaks: a person, an auto-reply, a machine, a list, a bounce, ourselves.
//! 6. The store answers one [`desk::known::Question`]: copies, tickets, contact, limits spent.
//! 7. [`desk::decide()`] (for a mail of an agent's: `desk/decide/agent`) gives a [`desk::Decision`]: pure, and stored with
//!    its evidence, so that `explain` can show why.
//! 8. The decision is applied in the same transaction: ticket, message, events, and outbox rows with finished octets.
//!    [`deliver::Deliver`] is woken.
//!
//! A panic in steps 4 to 7 is caught: the mail is tried three times, then quarantined with its octets, and the queue goes
//! on. What a stop or a kill can repeat is at most [`deliver::UNCOMMITTED_OUTCOMES`] mails, each with its Message-ID
//! unchanged.
//!
//! # Where to add
//!
//! | what | where |
//! | --- | --- |
//! | the wording of a mail, or a language | `config/templates/<language>/`; no Rust |
//! | a new kind of mail | [`template`], a variant of [`desk::decision::MailKind`], its template folders, a snapshot, and who composes it: `ingest/apply/letters` or [`notice`] |
//! | an agent command | a variant of [`desk::command::AgentCommand`] and [`desk::command::CommandName`], its arguments in `desk/command/argument`, its effect in `desk/decide/agent/commands`, a line under `[commands]` in each `phrases.toml` |
//! | a reason to hold an agent's mail | a variant of [`desk::held::HeldReason`], where it is found in `desk/decide/agent/proof`, its `what` and `mend` in each `phrases.toml` |
//! | a config key | a field in its section of [`config`], a line in `config/buzon.sample.toml` |
//! | a subcommand | a file in [`cli`] and a variant of [`cli::Command`] |
//! | a table or column | a new file in `migrations/` (never edit one that has landed), its SQL in [`store`] |

pub mod cli;
pub mod config;

pub mod mail;

pub mod desk;

pub mod retry;
pub mod template;

pub mod dns;
pub mod imap;
pub mod net;
pub mod smtp;
pub mod store;

pub mod notice;

pub mod deliver;
pub mod ingest;
pub mod service;

#[cfg(feature = "sandbox")]
pub mod sandbox;
