//! What counts as proof of From, one signed mail at a time.

use super::signing::Signer;
use super::{DkimVerifier, KeySource, LARGEST_MAIL, MOST_SIGNATURES};
use crate::mail::authentication::{DkimShortfall, KeyName};
use crate::mail::{DkimVerdict, EmailAddress};
use mail_auth::dkim::Canonicalization;
use std::io::Write;

const ANA: &str = "ana@acme.example";
const MAIL: &str = "From: Ana Ruiz <ana@acme.example>\r\nTo: support@desk.example\r\nSubject: Re: Printer\r\n\
                    Message-ID: <1@acme.example>\r\n\r\nIt is mended.\r\n\r\nAna\r\n";

fn key() -> KeyName {
    KeyName("s1._domainkey.acme.example".to_owned())
}

/// What a verifier with these keys says of a mail by Ana.
async fn verdict(keys: &str, mail: &str) -> DkimVerdict {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(keys.as_bytes()).unwrap();
    let verifier = DkimVerifier::new(&KeySource::File(file.path().to_owned())).unwrap();
    verifier
        .verify(mail.as_bytes(), &EmailAddress::parse(ANA).unwrap())
        .await
}

#[track_caller]
fn passes(verdict: &DkimVerdict, domain: &str) {
    let domain = domain.to_owned();
    assert_eq!(*verdict, DkimVerdict::Pass { domain });
}

#[track_caller]
fn falls_short(verdict: DkimVerdict, shortfall: DkimShortfall) {
    assert_eq!(verdict, DkimVerdict::None(shortfall));
}

#[tokio::test]
async fn a_sound_signature_of_the_same_organisation_proves_from() {
    for signer in [Signer::new("s1", "acme.example"), Signer::rsa("s1", "acme.example")] {
        passes(&verdict(&signer.line(""), &signer.sign(MAIL)).await, "acme.example");
        // As a pipe hands it over.
        let piped = signer.sign(MAIL).replace("\r\n", "\n");
        passes(&verdict(&signer.line(""), &piped).await, "acme.example");
        let simple = signer.sign_as(MAIL, |signature| {
            signature.ch = Canonicalization::Simple;
            signature.cb = Canonicalization::Simple;
        });
        passes(&verdict(&signer.line(""), &simple).await, "acme.example");
    }
    let mailer = Signer::new("s1", "mail.acme.example");
    passes(
        &verdict(&mailer.line(""), &mailer.sign(MAIL)).await,
        "mail.acme.example",
    );
}

#[tokio::test]
async fn another_domains_signature_proves_nothing() {
    let other = Signer::new("s1", "evil.example");
    falls_short(
        verdict(&other.line(""), &other.sign(MAIL)).await,
        DkimShortfall::OtherDomain("evil.example".to_owned()),
    );
}

#[tokio::test]
async fn what_was_changed_after_signing_does_not_verify() {
    let signer = Signer::new("s1", "acme.example");
    let (keys, signed) = (signer.line(""), signer.sign(MAIL));
    let body = signed.replace("It is mended.", "Pay Eve.");
    falls_short(verdict(&keys, &body).await, DkimShortfall::BodyChanged);
    let longer = format!("{signed}Pay Eve.\r\n");
    falls_short(verdict(&keys, &longer).await, DkimShortfall::BodyChanged);
    let name = signed.replace("Ana Ruiz", "Ana Roiz");
    falls_short(verdict(&keys, &name).await, DkimShortfall::HeaderChanged);
    let elsewhere = signed.replace("d=acme.example", "d=mail.acme.example");
    let mailer = Signer::new("s1", "mail.acme.example");
    falls_short(
        verdict(&mailer.line(""), &elsewhere).await,
        DkimShortfall::HeaderChanged,
    );
}

#[tokio::test]
async fn a_signed_mail_by_another_is_not_anas() {
    let signer = Signer::new("s1", "acme.example");
    let boss = MAIL.replace("<ana@", "<boss@");
    let keys = signer.line("");
    falls_short(verdict(&keys, &signer.sign(&boss)).await, DkimShortfall::SeveralSenders);
    let two = format!("From: {ANA}\r\n{}", signer.sign(&boss));
    falls_short(verdict(&keys, &two).await, DkimShortfall::SeveralSenders);
    let both = MAIL.replace("From: ", "From: boss@acme.example, ");
    falls_short(verdict(&keys, &signer.sign(&both)).await, DkimShortfall::SeveralSenders);
}

#[tokio::test]
async fn from_and_the_whole_body_must_be_signed() {
    let signer = Signer::new("s1", "acme.example");
    let keys = signer.line("");
    let no_from = signer.sign_as(MAIL, |signature| signature.h.retain(|name| name != "From"));
    falls_short(verdict(&keys, &no_from).await, DkimShortfall::FromNotSigned);
    let part = signer.sign_as(MAIL, |signature| signature.l = 10);
    let longer = format!("{part}Pay Eve.\r\n");
    for mail in [part, longer] {
        falls_short(verdict(&keys, &mail).await, DkimShortfall::PartOfBody);
    }
}

#[tokio::test]
async fn a_signature_ends_when_it_says() {
    let signer = Signer::new("s1", "acme.example");
    let keys = signer.line("");
    let expired = signer.sign_as(MAIL, |signature| {
        signature.t = 1_600_000_000;
        signature.x = 1_600_000_060;
    });
    falls_short(verdict(&keys, &expired).await, DkimShortfall::Expired);
    let valid = signer.sign_as(MAIL, |signature| signature.x = 4_000_000_000);
    passes(&verdict(&keys, &valid).await, "acme.example");
}

#[tokio::test]
async fn the_key_must_be_there_fit_and_in_earnest() {
    let signer = Signer::new("s1", "acme.example");
    let signed = signer.sign(MAIL);
    falls_short(verdict("# no keys\n", &signed).await, DkimShortfall::KeyMissing(key()));
    falls_short(
        verdict(&signer.line("t=y; "), &signed).await,
        DkimShortfall::KeyInTesting(key()),
    );
    let another = Signer::new("s1", "acme.example");
    falls_short(verdict(&another.line(""), &signed).await, DkimShortfall::HeaderChanged);
    let of_another_kind = Signer::rsa("s1", "acme.example");
    falls_short(
        verdict(&of_another_kind.line(""), &signed).await,
        DkimShortfall::KeyUnusable(key()),
    );
}

#[tokio::test]
async fn a_key_for_exact_identities_signs_for_no_subdomain() {
    let signer = Signer::new("s1", "acme.example");
    let signed = signer.sign_as(MAIL, |signature| signature.i = "@sub.acme.example".to_owned());
    passes(&verdict(&signer.line(""), &signed).await, "acme.example");
    falls_short(
        verdict(&signer.line("t=s; "), &signed).await,
        DkimShortfall::ForeignIdentity,
    );
}

#[tokio::test]
async fn one_good_signature_among_bad_ones_is_enough() {
    let (good, lost) = (Signer::new("s2", "acme.example"), Signer::new("s1", "acme.example"));
    let relay = Signer::new("r", "relay.example");
    let signed = relay.sign(&lost.sign(&good.sign(MAIL)));
    let keys = format!("{}{}", good.line(""), relay.line(""));
    passes(&verdict(&keys, &signed).await, "acme.example");
    // Without the good one it is told what kept Ana's own domain from proving her.
    let signed = relay.sign(&lost.sign(MAIL));
    falls_short(verdict(&keys, &signed).await, DkimShortfall::KeyMissing(key()));
}

#[tokio::test]
async fn signatures_beyond_the_limit_are_not_looked_at() {
    let (good, lost) = (Signer::new("s2", "acme.example"), Signer::new("s1", "acme.example"));
    let keys = good.line("");
    let within = (1..MOST_SIGNATURES).fold(good.sign(MAIL), |mail, _| lost.sign(&mail));
    passes(&verdict(&keys, &within).await, "acme.example");
    let beyond = lost.sign(&within);
    falls_short(verdict(&keys, &beyond).await, DkimShortfall::KeyMissing(key()));
}

#[tokio::test]
async fn an_unsigned_a_broken_and_a_huge_mail_prove_nothing() {
    falls_short(verdict("", MAIL).await, DkimShortfall::NoSignature);
    let broken = format!("DKIM-Signature: v=1; a=rsa-sha256; d=acme.example\r\n{MAIL}");
    falls_short(verdict("", &broken).await, DkimShortfall::Malformed);
    let huge = format!("{MAIL}{}", "x".repeat(LARGEST_MAIL));
    falls_short(verdict("", &huge).await, DkimShortfall::TooLarge);
}

#[tokio::test]
async fn a_sha1_signature_proves_nothing() {
    let signer = Signer::rsa("s1", "acme.example");
    let sha1 = signer.sign(MAIL).replace("a=rsa-sha256", "a=rsa-sha1");
    falls_short(verdict(&signer.line(""), &sha1).await, DkimShortfall::Sha1);
}

#[tokio::test]
async fn a_mail_dressed_up_around_what_was_signed_proves_nothing() {
    let signer = Signer::new("s1", "acme.example");
    let (keys, signed) = (signer.line(""), signer.sign(MAIL));
    // To one parser the body starts at the line without a colon, to another behind the header.
    let hidden = signed.replace("Message-ID", "Pay Eve\r\nMessage-ID");
    falls_short(verdict(&keys, &hidden).await, DkimShortfall::Ambiguous);
    let typed = format!("Content-Type: text/html\r\nContent-Type: text/plain\r\n{signed}");
    falls_short(verdict(&keys, &typed).await, DkimShortfall::Ambiguous);
    let broken = signed.replace("It is mended.", "It is\r mended.");
    falls_short(verdict(&keys, &broken).await, DkimShortfall::Ambiguous);
}
