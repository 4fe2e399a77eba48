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
//!   values and give values: no clock, no I/O, no SQL; time, random numbers and secrets come in as arguments.
//!   [`desk::decide()`] gives a [`desk::Decision`]: its [`desk::decision::Evidence`] says why, its
//!   [`desk::decision::Effects`] what follows. Effects know no mail, so that a mail that is given up (`desk/delivery`), a
//!   timer or a page can have them, too.
//! - `template`: the wording of mails that go out. `retry`: attempt -> when next, or give up.
//! - `imap`, `smtp`, `dns`, [`store`]: one kind of I/O each; they never import each other. async-imap is named only in
//!   `imap`, lettre's transports only in `smtp`, mail-auth only in `dns` (keys of DKIM signatures), SQL and rusqlite only
//!   in `store`. `net` is what connections share.
//! - [`letters`]: every mail that leaves, one file a kind. [`letters::write()`] words and composes what effects plan;
//!   [`letters::queue`] is the only way into the outbox.
//! - `ingest`, `deliver`: from intake row to applied decision; from outbox row to SMTP and back. [`service`]: spawns, wakes,
//!   reloads, stops. [`config`]: raw, then checked; it builds [`desk::Policy`] and the edges' settings, and neither the
//!   desk nor an edge imports it.
//! - [`cli`]: one file per subcommand. `sandbox`: the loopback servers of `buzon demo` and the fault tests.
//!
//! Imports point one way: `cli -> service -> ingest, deliver -> letters -> config -> imap | smtp | dns | store ->
//! template, retry -> desk -> mail`. A module may skip floors on the way down and never goes up; `tests/architecture.rs`
//! holds this, and that no function is longer than 70 lines.
//!
//! # One message, eight steps
//!
//! 1. The poller wakes (IDLE, or its interval), compares UIDVALIDITY, and fetches UIDs past the cursor in batches bounded by
//!    count and octets.
//! 2. The store writes the raw octets *and* moves the cursor in one transaction. Only then is the mail flagged, moved or
//!    deleted on the server.
//! 3. `ingest` takes pending rows, oldest first, in groups that share a commit.
//! 4. [`mail::InboundMail::parse`] never fails: it gives a mail and its defects, its whole text and, beside it, what its
//!    sender newly wrote (`mail/reply_text`).
//! 5. [`mail::class`] says who speaks: a person, an auto-reply, a machine, a list, a bounce, ourselves.
//! 6. The store answers one [`desk::known::Question`] from one consistent view: copies, tickets, contact, limits.
//! 7. [`desk::decide()`] decides (for a mail of an agent's: `desk/decide/agent`), under a ticket number that is reserved for
//!    it, and [`letters`] writes, composes and compresses what goes out: all of it on a worker, outside of any transaction.
//! 8. One transaction asks the question again. Where the answer is the same, [`store::Tx::apply`] writes the effects down
//!    and the letters are queued; else the mail is decided upon anew. The decision is stored with its evidence, so that
//!    `explain` can show why. `deliver` is woken.
//!
//! The writer's thread executes statements and nothing else. Jobs that have gathered share a transaction; when one of them
//! fails all are run again, each in a savepoint. A mail that goes out is kept once for all of its recipients, and but for
//! the messages of a ticket nothing but its text stays once it is sent.
//!
//! A panic in steps 4 to 7 is caught: the mail is tried three times, then quarantined with its octets, and the queue goes
//! on. What a stop or a kill can repeat is at most sixteen mails, each with its Message-ID unchanged.
//!
//! # Where to add
//!
//! | what | where |
//! | --- | --- |
//! | the wording of a mail, or a language | `config/templates/<language>/`; no Rust |
//! | a new kind of mail | `letters/<kind>.rs`, its context in `template/<kind>.rs`, a variant of [`desk::decision::MailKind`], its template folders, a snapshot |
//! | an agent command | a variant of [`desk::command::AgentCommand`] and [`desk::command::CommandName`], its arguments in `desk/command/argument`, its effect in `desk/decide/agent/commands`, a line under `[commands]` in each `phrases.toml` |
//! | a reason to hold an agent's mail | a variant of [`desk::held::HeldReason`], where it is found in `desk/decide/agent/proof`, its `what` and `mend` in each `phrases.toml` |
//! | a config key | a field in its section of [`config`], a line in `config/buzon.sample.toml` |
//! | a subcommand | a file in [`cli`] and a variant of [`cli::Command`] |
//! | a table or column | a new file in `migrations/` (never edit one that has landed), its SQL in [`store`] |

pub mod cli;
pub mod config;

pub mod mail;

pub mod desk;

pub(crate) mod retry;
pub(crate) mod template;

pub(crate) mod dns;
pub(crate) mod imap;
pub(crate) mod net;
pub(crate) mod smtp;
pub mod store;

pub mod letters;

pub(crate) mod deliver;
pub(crate) mod ingest;
pub mod service;

#[cfg(feature = "sandbox")]
pub mod sandbox;
