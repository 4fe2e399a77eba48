//! Which mails are verified on their way to a decision.

use super::super::Ingest;
use super::*;
use crate::desk::Policy;
use crate::desk::arrival::Replies;
use crate::desk::policy::{AgentPolicy, AgentTrust, EnvelopeStyle, InboxPolicy, ReplyAddress, testing};
use crate::dns::signing::Signer;
use crate::dns::{DkimVerifier, KeySource};
use crate::letters::Office;
use crate::mail::authentication::{Authserv, Trust};
use crate::store::{SingleIntake, Source, Store, compress};
use crate::template::Templates;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

const MAIL: &str = "From: Ana Ruiz <ana@acme.example>\r\nTo: support@desk.example\r\nSubject: Re: Printer\r\n\
                    Message-ID: <1@acme.example>\r\n\r\nIt is mended.\r\n";
const ALIGNED: &str = "Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\r\n\
                       Received: from x by mx.desk.example; Tue, 10 Mar 2026 10:00:00 +0000\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

/// A desk with one agent, Ana.
fn policy() -> Policy {
    Policy {
        desk_name: "Desk".into(),
        inboxes: vec![InboxPolicy {
            name: "support".into(),
            address: address("support@desk.example"),
            aliases: vec![],
            queue: "general".into(),
            reply_address: ReplyAddress::Plus,
            envelope: EnvelopeStyle::Verp,
            stale_after: SignedDuration::from_hours(72),
            max_message: 25 << 20,
            trust: Trust {
                authserv: Some(Authserv::Id("mx.desk.example".into())),
                ..Trust::default()
            },
            forms: vec![],
            lists: vec![],
        }],
        agents: vec![AgentPolicy {
            name: "Ana Ruiz".into(),
            address: address("ana@home.example"),
            aliases: vec![address("ana@acme.example")],
            queues: vec![],
            trust: AgentTrust::TokenAndAligned,
        }],
        ..testing::policy()
    }
}

/// An ingest on a store of its own, with this key file.
struct Scene {
    ingest: Ingest,
    _dir: tempfile::TempDir,
}

impl Scene {
    fn new(keys: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("dkim.keys");
        std::fs::write(&file, keys).unwrap();
        let desk = Desk {
            office: Office {
                policy: Arc::new(policy()),
                templates: Arc::new(Templates::load(None).unwrap()),
            },
            dkim: Arc::new(DkimVerifier::new(&KeySource::File(file)).unwrap()),
        };
        let ingest = Ingest {
            store: Store::open(&dir.path().join("buzon.db")).unwrap(),
            desk: Arc::new(desk),
            wake: Arc::default(),
            queued: vec![],
        };
        Self { ingest, _dir: dir }
    }

    /// What `decide` is told of these mails; each with its full size in octets and what is made of its header.
    async fn verdicts(&self, mails: &[(&str, usize, Authenticity)]) -> Vec<DkimVerdict> {
        for (mail, full_size, authenticity) in mails {
            let single = SingleIntake {
                inbox: "support".into(),
                source: Source::Pipe,
                raw: compress(mail.as_bytes()).unwrap(),
                full_size: *full_size as u64,
                sha256: Sha256::digest(mail.as_bytes()).into(),
                received_at: Timestamp::UNIX_EPOCH,
                authenticity: *authenticity,
                replies: Replies::Allowed,
            };
            let recorded = self
                .ingest
                .store
                .write(move |tx| tx.record_single(&single, Timestamp::UNIX_EPOCH).map(drop));
            recorded.await.unwrap();
        }
        let group = self.ingest.group_after(0).await.unwrap();
        let verdicts = group.iter().map(|item| item.prepared.as_ref().unwrap().dkim.clone());
        verdicts.collect()
    }

    async fn verdict(&self, mail: &str) -> DkimVerdict {
        let whole = [(mail, mail.len(), Authenticity::Headers)];
        self.verdicts(&whole).await.pop().unwrap()
    }
}

fn pass() -> DkimVerdict {
    DkimVerdict::Pass {
        domain: "acme.example".to_owned(),
    }
}

#[tokio::test]
async fn an_agents_signed_mail_passes_and_a_forged_one_does_not() {
    let signer = Signer::new("s1", "acme.example");
    let signed = signer.sign(MAIL);
    let forged = signed.replace("It is mended.", "Pay Eve.");
    let scene = Scene::new(&signer.line(""));
    // More than are verified at once.
    let mails = [signed.as_str(), &forged, MAIL, &signed, &forged, &signed];
    let mails = mails.map(|mail| (mail, mail.len(), Authenticity::Headers));
    let forged = DkimVerdict::None(DkimShortfall::BodyChanged);
    let unsigned = DkimVerdict::None(DkimShortfall::NoSignature);
    assert_eq!(
        scene.verdicts(&mails).await,
        [pass(), forged.clone(), unsigned, pass(), forged, pass()]
    );
}

#[tokio::test]
async fn only_an_agents_mail_that_nothing_else_proves_is_looked_at() {
    let signer = Signer::new("s1", "acme.example");
    let customer = signer.sign(&MAIL.replace("<ana@", "<eva@"));
    let aligned = format!("{ALIGNED}{}", signer.sign(MAIL));
    for mail in [customer, aligned.clone()] {
        assert_eq!(
            Scene::new(&signer.line("")).verdict(&mail).await,
            DkimVerdict::default()
        );
    }
    // What came in unauthenticated is not aligned, whatever its header says.
    let unauthenticated = [(aligned.as_str(), aligned.len(), Authenticity::Nothing)];
    let scene = Scene::new(&signer.line(""));
    assert_eq!(scene.verdicts(&unauthenticated).await, [pass()]);
}

#[tokio::test]
async fn of_a_mail_that_was_cut_nothing_is_proven() {
    let signer = Signer::new("s1", "acme.example");
    let signed = signer.sign(MAIL);
    let cut = [(signed.as_str(), signed.len() + 1, Authenticity::Headers)];
    let scene = Scene::new(&signer.line(""));
    assert_eq!(scene.verdicts(&cut).await, [DkimVerdict::None(DkimShortfall::Cut)]);
}

#[tokio::test]
async fn a_dry_run_sees_what_the_gateway_would() {
    let signer = Signer::new("s1", "acme.example");
    let scene = Scene::new(&signer.line(""));
    for (mail, expected) in [
        (signer.sign(MAIL), pass()),
        (MAIL.to_owned(), DkimVerdict::None(DkimShortfall::NoSignature)),
    ] {
        let raw = RawMail {
            full_size: mail.len() as u64,
            octets: mail.into_bytes(),
            received_at: Timestamp::UNIX_EPOCH,
        };
        let origin = super::super::Origin {
            inbox: "support".into(),
            received_at: Timestamp::UNIX_EPOCH,
            authenticity: Authenticity::Headers,
            replies: Replies::Allowed,
        };
        let desk = &scene.ingest.desk;
        let mut prepared = super::super::prepare(&raw, origin, desk).unwrap();
        verify(&raw, &mut prepared, desk).await;
        assert_eq!(prepared.dkim, expected);
    }
}
