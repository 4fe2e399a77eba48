//! Signed tokens: what proves that a mail belongs to a ticket.
//!
//! A token is a purpose, a ticket key and a reference, under HMAC-SHA-256 with the desk secret, in lower-case base32.
//! The check has 128 bits in a Message-ID, 80 in an address and 30 in a subject tag. Only this module knows the layout.

use crate::desk::ticket::{TicketKey, TicketNumber};
use crate::mail::{EmailAddress, MessageId};
use data_encoding::{BASE32_NOPAD_NOCASE, Encoding, Specification};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// The desk secrets: the first signs, each of them verifies.
#[derive(Clone)]
pub struct TokenKeys {
    secrets: Vec<Arc<SecretSlice<u8>>>,
}

/// What a token in an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A customer's replies come here.
    CustomerReply,
    /// One agent's answers come here.
    AgentReply,
    /// One agent's consent to a held mail comes here, once.
    AgentAction,
    /// Delivery reports of one outbox row come here (VERP).
    Bounce,
}

/// A token that was found in an address, and verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressToken {
    /// What it is for.
    pub purpose: Purpose,
    /// The ticket it proves.
    pub key: TicketKey,
    /// Whom or what it was made for.
    pub reference: Reference,
}

/// What a Message-ID of ours names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedId {
    /// The ticket it proves.
    pub key: TicketKey,
    /// The agent to whom alone the mail went; `None` for a mail to customers.
    pub agent: Option<Reference>,
    /// What made it unique.
    pub nonce: u64,
}

/// Bits of a nonce that are random; those above are the milliseconds since 1970 at which the mail was written.
const RANDOM_BITS: u32 = 22;

/// A nonce that tells when its mail was written: by it an answer shows what its writer had seen.
pub fn timed_nonce(now: Timestamp, random: u64) -> u64 {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    (millis << RANDOM_BITS) | (random & ((1 << RANDOM_BITS) - 1))
}

impl SignedId {
    /// When the mail was written, of one to an agent; `None` of an id that only holds a thread together.
    pub fn written_at(&self) -> Option<Timestamp> {
        let millis = i64::try_from(self.nonce >> RANDOM_BITS)
            .ok()
            .filter(|millis| *millis > 0);
        self.agent
            .and(millis)
            .and_then(|millis| Timestamp::from_millisecond(millis).ok())
    }
}

/// Four octets in an address token: a person's mark, or the serial of an outbox row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference(pub [u8; 4]);

/// Octets of check in an address, a Message-ID and the loop header.
const ADDRESS_CHECK: usize = 10;
const ID_CHECK: usize = 16;
/// Base32 letters of check in a subject tag: 30 bits.
const TAG_CHECK: usize = 6;
/// Letters in an address token: its purpose, and 22 octets in base32.
pub const ADDRESS_TOKEN_LENGTH: usize = 37;
/// What every Message-ID of ours starts with, and that of a mail to one agent, which names her too.
const ID_PREFIX: &str = "bz";
const AGENT_ID_PREFIX: &str = "bza";
/// Octets that a Message-ID names: a ticket's key and a nonce; of a mail to an agent also her mark.
const ID_NAMED: usize = 16;
const AGENT_ID_NAMED: usize = 20;

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    // The alphabet is constant and sound; the crate's own upper-case one stands in should it ever not be.
    spec.encoding().unwrap_or(BASE32_NOPAD_NOCASE)
});

impl Purpose {
    fn letter(self) -> char {
        match self {
            Self::CustomerReply => 'c',
            Self::AgentReply => 'a',
            Self::AgentAction => 'x',
            Self::Bounce => 'b',
        }
    }

    fn from_letter(letter: char) -> Option<Self> {
        [Self::CustomerReply, Self::AgentReply, Self::AgentAction, Self::Bounce]
            .into_iter()
            .find(|p| p.letter() == letter)
    }

    /// Whether the token was made for an agent: whoever else holds it gains nothing by it.
    pub fn is_agents(self) -> bool {
        matches!(self, Self::AgentReply | Self::AgentAction)
    }
}

impl TokenKeys {
    /// Keys of which `current` signs and all verify.
    pub fn new(current: SecretSlice<u8>, previous: Vec<SecretSlice<u8>>) -> Self {
        let secrets = std::iter::once(current).chain(previous).map(Arc::new).collect();
        Self { secrets }
    }

    /// The token for an address: goes behind `+`, or stands alone before `@reply_domain`.
    pub fn address_token(&self, purpose: Purpose, key: TicketKey, reference: Reference) -> String {
        let mut octets = key.0.to_be_bytes().to_vec();
        octets.extend(reference.0);
        let check = self.sign(&address_text(purpose, &octets));
        octets.extend(check.iter().take(ADDRESS_CHECK));
        format!("{}{}", purpose.letter(), BASE32.encode(&octets))
    }

    /// Reads a token from the local part of an address: all of it, or what stands behind its last `+`.
    pub fn verify_address(&self, address: &EmailAddress) -> Option<AddressToken> {
        let local = address.local().to_lowercase();
        let token = local.rsplit('+').next()?;
        let mut letters = token.chars();
        let purpose = Purpose::from_letter(letters.next()?)?;
        let octets = BASE32.decode(letters.as_str().as_bytes()).ok()?;
        let (named, check) = octets.split_at_checked(12)?;
        if check.len() != ADDRESS_CHECK || !self.verify(&address_text(purpose, named), check) {
            return None;
        }
        let (key, reference) = named.split_at_checked(8)?;
        Some(AddressToken {
            purpose,
            key: TicketKey(u64::from_be_bytes(key.try_into().ok()?)),
            reference: Reference(reference.try_into().ok()?),
        })
    }

    /// Whether a word is a token that was made for an agent: an address, its local part, the token in it, or a Message-ID
    /// of a mail to an agent.
    pub fn is_agent_token(&self, word: &str) -> bool {
        let word = word.trim_matches(['<', '>']);
        let id = MessageId::parse(word).and_then(|id| self.verify_message_id(&id));
        let address = EmailAddress::parse(word).or_else(|| EmailAddress::parse(&format!("{word}@desk.invalid")));
        let token = address.and_then(|address| self.verify_address(&address));
        id.is_some_and(|id| id.agent.is_some()) || token.is_some_and(|token| token.purpose.is_agents())
    }

    /// The mark of a person in tokens made for them; tells nothing of the address without the secret.
    pub fn person(&self, address: &EmailAddress) -> Reference {
        let mac = self.sign(&[b"person:", address.key().as_bytes()].concat());
        let mut mark = [0; 4];
        mark.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        Reference(mark)
    }

    /// A Message-ID that names a ticket; `nonce` is fresh for each mail.
    pub fn message_id(&self, key: TicketKey, nonce: u64, domain: &str) -> Option<MessageId> {
        let named = [key.0.to_be_bytes(), nonce.to_be_bytes()].concat();
        let mut octets = named.clone();
        octets.extend(self.sign(&id_text(&named)).iter().take(ID_CHECK));
        MessageId::parse(&format!("{ID_PREFIX}.{}@{domain}", BASE32.encode(&octets)))
    }

    /// The Message-ID of a mail to one agent.
    pub fn agent_message_id(&self, key: TicketKey, nonce: u64, agent: Reference, domain: &str) -> Option<MessageId> {
        let mut octets = [key.0.to_be_bytes(), nonce.to_be_bytes()].concat();
        octets.extend(agent.0);
        let check = self.sign(&id_text(&octets));
        octets.extend(check.iter().take(ID_CHECK));
        MessageId::parse(&format!("{AGENT_ID_PREFIX}.{}@{domain}", BASE32.encode(&octets)))
    }

    /// What a Message-ID of ours names, whatever stands behind its `@`; `None` when it is not ours.
    pub fn verify_message_id(&self, id: &MessageId) -> Option<SignedId> {
        let left = id.left().to_lowercase();
        let (prefix, letters) = left.split_once('.')?;
        let length = match prefix {
            ID_PREFIX => ID_NAMED,
            AGENT_ID_PREFIX => AGENT_ID_NAMED,
            _ => return None,
        };
        let octets = BASE32.decode(letters.as_bytes()).ok()?;
        let (named, check) = octets.split_at_checked(length)?;
        if check.len() != ID_CHECK || !self.verify(&id_text(named), check) {
            return None;
        }
        let (key, rest) = named.split_at_checked(8)?;
        let (nonce, agent) = rest.split_at_checked(8)?;
        Some(SignedId {
            key: TicketKey(u64::from_be_bytes(key.try_into().ok()?)),
            agent: agent.try_into().ok().map(Reference),
            nonce: u64::from_be_bytes(nonce.try_into().ok()?),
        })
    }

    /// `[#1042-k7f3qa]`, for subjects.
    pub fn subject_tag(&self, number: TicketNumber, key: TicketKey) -> String {
        let check = tag_check(&self.sign(&tag_text(number, key)));
        format!("[#{number}-{check}]")
    }

    /// Whether the six letters behind a number in a subject are that ticket's.
    pub fn verify_tag(&self, number: TicketNumber, key: TicketKey, check: &str) -> bool {
        let check = check.to_lowercase();
        self.secrets.iter().any(|secret| {
            let expected = tag_check(&mac(secret, &tag_text(number, key)));
            constant_time_eq(expected.as_bytes(), check.as_bytes())
        })
    }

    /// The value of `X-Buzon-Desk`, by which we know our own mail again even when its Message-ID was replaced.
    pub fn loop_mark(&self, nonce: u64) -> String {
        let mut octets = nonce.to_be_bytes().to_vec();
        let check = self.sign(&loop_text(&octets));
        octets.extend(check.iter().take(ID_CHECK));
        BASE32.encode(&octets)
    }

    /// Whether an `X-Buzon-Desk` value is ours.
    pub fn verify_loop_mark(&self, value: &str) -> bool {
        let Ok(octets) = BASE32.decode(value.trim().to_lowercase().as_bytes()) else {
            return false;
        };
        octets
            .split_at_checked(8)
            .is_some_and(|(nonce, check)| check.len() == ID_CHECK && self.verify(&loop_text(nonce), check))
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.secrets.first().map(|secret| mac(secret, text)).unwrap_or_default()
    }

    fn verify(&self, text: &[u8], check: &[u8]) -> bool {
        self.secrets.iter().any(|secret| {
            let expected = mac(secret, text);
            expected
                .get(..check.len())
                .is_some_and(|expected| constant_time_eq(expected, check))
        })
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKeys({} secrets)", self.secrets.len())
    }
}

fn mac(secret: &SecretSlice<u8>, text: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length, so this never falls back; an empty check verifies nothing.
    Hmac::<Sha256>::new_from_slice(secret.expose_secret())
        .map(|hmac| hmac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn address_text(purpose: Purpose, named: &[u8]) -> Vec<u8> {
    [b"address:", [purpose.letter() as u8].as_slice(), named].concat()
}

fn id_text(named: &[u8]) -> Vec<u8> {
    [b"message-id:", named].concat()
}

fn loop_text(nonce: &[u8]) -> Vec<u8> {
    [b"loop:", nonce].concat()
}

fn tag_text(number: TicketNumber, key: TicketKey) -> Vec<u8> {
    [b"tag:".as_slice(), &number.0.to_be_bytes(), &key.0.to_be_bytes()].concat()
}

fn tag_check(mac: &[u8]) -> String {
    BASE32.encode(mac).chars().take(TAG_CHECK).collect()
}

fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && !a.is_empty() && a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(secret: &str) -> TokenKeys {
        TokenKeys::new(secret.as_bytes().to_vec().into(), vec![])
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn an_address_token_is_found_behind_plus_alone_and_in_capitals() {
        let keys = keys("one");
        let reference = keys.person(&address("eva@home.example"));
        let token = keys.address_token(Purpose::CustomerReply, TicketKey(7), reference);
        assert_eq!(token.len(), ADDRESS_TOKEN_LENGTH);
        for local in [
            format!("support+{token}"),
            token.clone(),
            format!("SUPPORT+{}", token.to_uppercase()),
        ] {
            let found = keys.verify_address(&address(&format!("{local}@acme.example"))).unwrap();
            assert_eq!(
                (found.key, found.purpose, found.reference),
                (TicketKey(7), Purpose::CustomerReply, reference)
            );
        }
    }

    #[test]
    fn a_token_of_one_purpose_is_none_of_another() {
        let keys = keys("one");
        let token = keys.address_token(Purpose::Bounce, TicketKey(7), Reference([1; 4]));
        let swapped = format!("c{}@acme.example", token.trim_start_matches('b'));
        assert_eq!(keys.verify_address(&address(&swapped)), None);
    }

    #[test]
    fn previous_secrets_verify_and_strange_ones_do_not() {
        let old = keys("old");
        let both = TokenKeys::new(b"new".to_vec().into(), vec![b"old".to_vec().into()]);
        let id = old.message_id(TicketKey(9), 1, "acme.example").unwrap();
        assert_eq!(both.verify_message_id(&id).map(|id| id.key), Some(TicketKey(9)));
        assert_eq!(keys("other").verify_message_id(&id), None);
        assert!(both.verify_loop_mark(&old.loop_mark(5)));
        assert!(!keys("other").verify_loop_mark(&old.loop_mark(5)));
    }

    #[test]
    fn an_id_to_an_agent_names_her_and_fits_no_other_kind() {
        let keys = keys("one");
        let ana = keys.person(&address("ana@acme.example"));
        let id = keys.agent_message_id(TicketKey(9), 4, ana, "acme.example").unwrap();
        let named = keys.verify_message_id(&id).unwrap();
        assert_eq!((named.key, named.agent), (TicketKey(9), Some(ana)));
        let plain = MessageId::parse(&id.as_str().replacen("bza.", "bz.", 1)).unwrap();
        assert_eq!(keys.verify_message_id(&plain), None);
        assert!(id.left().len() <= 80);
    }

    #[test]
    fn a_tag_belongs_to_one_number_and_one_key() {
        let keys = keys("one");
        let tag = keys.subject_tag(TicketNumber(1042), TicketKey(7));
        let check = tag.trim_start_matches("[#1042-").trim_end_matches(']');
        assert!(keys.verify_tag(TicketNumber(1042), TicketKey(7), &check.to_uppercase()));
        assert!(!keys.verify_tag(TicketNumber(1043), TicketKey(7), check));
        assert!(!keys.verify_tag(TicketNumber(1042), TicketKey(8), check));
        assert!(!keys.verify_tag(TicketNumber(1042), TicketKey(7), ""));
    }

    proptest! {
        #[test]
        fn no_text_makes_verification_panic_or_succeed(text in "\\PC{0,90}") {
            let keys = keys("one");
            if let Some(address) = EmailAddress::parse(&format!("{text}@x.example")) {
                prop_assert!(keys.verify_address(&address).is_none());
            }
            if let Some(id) = MessageId::parse(&format!("bz.{text}@x")) {
                prop_assert!(keys.verify_message_id(&id).is_none());
            }
            prop_assert!(!keys.verify_loop_mark(&text));
        }
    }
}
