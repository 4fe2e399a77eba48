//! Greeting, capabilities, and who may come in.

use super::ImapFault;
use super::session::{Answer, Session};
use data_encoding::BASE64;
use imap_codec::imap_types::auth::AuthMechanism;
use imap_codec::imap_types::secret::Secret;
use std::borrow::Cow;
use std::io;

/// The last line of a connection that [`ImapFault::Bye`] ends.
pub(super) const BYE: &[u8] = b"* BYE the sandbox was told to say so\r\n";

impl Session {
    /// The greeting (RFC 3501 §7.1).
    pub(super) async fn greet(&mut self) -> io::Result<()> {
        if self.shared.faults.strikes(&ImapFault::Bye) {
            return Err(self.wire.cut(BYE).await);
        }
        let state = match self.shared.faults.strikes(&ImapFault::Preauth) {
            true => {
                self.account = self.mailstore.first_account();
                "PREAUTH"
            }
            false => "OK",
        };
        let greeting = format!("* {state} [CAPABILITY {}] buzon sandbox\r\n", self.capabilities());
        self.wire.send(&greeting).await
    }

    pub(super) async fn capability(&mut self) -> io::Result<Answer> {
        let capabilities = self.capabilities();
        self.wire.untagged(format!("CAPABILITY {capabilities}")).await?;
        Ok("OK done".to_owned())
    }

    fn capabilities(&self) -> String {
        let mut capabilities =
            "IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN ID ENABLE NAMESPACE SPECIAL-USE UNSELECT".to_owned();
        for (name, fault) in [
            (" IDLE", ImapFault::NoIdle),
            (" MOVE", ImapFault::NoMove),
            (" UIDPLUS", ImapFault::NoUidPlus),
        ] {
            if !self.has(&fault) {
                capabilities.push_str(name);
            }
        }
        capabilities
    }

    pub(super) fn log_in(&mut self, name: &[u8], password: &[u8]) -> Answer {
        if self.account.is_some() {
            return "BAD already logged in".to_owned();
        }
        if self.shared.faults.strikes(&ImapFault::RefuseLogin) {
            return "NO [AUTHENTICATIONFAILED] the sandbox was told to refuse".to_owned();
        }
        self.account = self.mailstore.log_in(name, password);
        match self.account {
            Some(_) => format!("OK [CAPABILITY {}] welcome", self.capabilities()),
            None => "NO [AUTHENTICATIONFAILED] wrong address or password".to_owned(),
        }
    }

    /// AUTHENTICATE PLAIN (RFC 4616), with or without an initial response (RFC 4959).
    pub(super) async fn authenticate(
        &mut self,
        mechanism: AuthMechanism<'static>,
        initial_response: Option<Secret<Cow<'static, [u8]>>>,
    ) -> io::Result<Answer> {
        if mechanism != AuthMechanism::Plain {
            return Ok("NO [CANNOT] AUTH=PLAIN only".to_owned());
        }
        let response = match initial_response {
            Some(response) => response.declassify().to_vec(),
            None => {
                self.wire.send("+ \r\n").await?;
                let line = self.wire.line().await?;
                match BASE64.decode(line.as_bytes()) {
                    Ok(response) => response,
                    Err(_) => return Ok("BAD cancelled, or no base64".to_owned()),
                }
            }
        };
        let mut fields = response.split(|octet| *octet == 0);
        match (fields.next(), fields.next(), fields.next()) {
            (Some(_), Some(name), Some(password)) => Ok(self.log_in(name, password)),
            _ => Ok("BAD that is not PLAIN".to_owned()),
        }
    }
}
