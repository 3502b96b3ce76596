//! Handing mails to the mail server that `SMTP_URL` names.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::Error as SmtpError,
};
use secrecy::ExposeSecret;
use switchboard_accounts::OutgoingMail;
use switchboard_store::Millis;

use crate::config::SmtpConfig;

/// For each word the mail server is to say.
const PATIENCE: Duration = Duration::from_secs(20);
/// For a whole mail. Shorter than the lease of who sends it.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A connection to the mail server, made when it is needed.
#[derive(Debug)]
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a mail has not left. `why` is for people; it repeats nothing of the mail and nothing of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotSent {
    pub(crate) permanent: bool,
    pub(crate) why: String,
}

impl Mailer {
    pub(crate) fn new(config: &SmtpConfig) -> anyhow::Result<Self> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.url.expose_secret());
        // The error repeats the URL, which may hold a password.
        let builder = builder.ok().context("SMTP_URL is not usable")?;
        Ok(Self { transport: builder.timeout(Some(PATIENCE)).build(), from: config.from.clone() })
    }

    pub(crate) async fn send(&self, mail: &OutgoingMail, now: Millis) -> Result<(), NotSent> {
        let message = self.message(mail, now)?;
        match tokio::time::timeout(TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => Err(NotSent { permanent: false, why: "the mail server takes too long".into() }),
        }
    }

    fn message(&self, mail: &OutgoingMail, now: Millis) -> Result<Message, NotSent> {
        let never = |why: &str| NotSent { permanent: true, why: why.into() };
        let to = mail.recipient().parse().map_err(|_| never("no mail can be sent to this address"))?;
        let since = Duration::from_millis(u64::try_from(now.0).unwrap_or(0));
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .date(UNIX_EPOCH + since)
            .message_id(None)
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|_| never("the mail cannot be written"))
    }
}

fn judge(error: &SmtpError) -> NotSent {
    let Some(status) = error.status() else {
        let why = if error.is_timeout() {
            "the mail server takes too long"
        } else if error.is_tls() {
            "the connection to the mail server cannot be encrypted"
        } else {
            "the mail server cannot be reached"
        };
        return NotSent { permanent: false, why: why.into() };
    };
    let code = u16::from(status);
    // Codes of authentication (RFC 4954, §6) are about our account there, not about the mail: once that is mended, it
    // goes.
    let permanent = error.is_permanent() && !matches!(code, 530 | 534 | 535 | 538);
    NotSent { permanent, why: format!("the mail server refused it ({code})") }
}
