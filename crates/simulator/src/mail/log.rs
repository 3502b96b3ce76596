//! The mails that were taken, and those that are to be refused.

use std::collections::VecDeque;

use mail_parser::MessageParser;
use serde::Serialize;

/// How many mails are kept.
const MAILS_KEPT: usize = 1_000;

/// A mail as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mail {
    pub(crate) n: u64,
    /// Milliseconds.
    pub(crate) at: i64,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Whom a mail is from and for, as the envelope says.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
}

/// The last mails, the oldest first.
#[derive(Default)]
pub(crate) struct MailLog {
    mails: VecDeque<Mail>,
    count: u64,
    /// A code to answer the next mails with, and how many of them.
    refusal: Option<(u16, u32)>,
}

impl MailLog {
    /// Answers the next `times` mails with this code.
    pub(super) fn refuse(&mut self, code: u16, times: u32) {
        self.refusal = (times > 0).then_some((code, times));
    }

    /// Uses one refusal up.
    pub(super) fn next_refusal(&mut self) -> Option<u16> {
        let (code, times) = self.refusal?;
        self.refuse(code, times - 1);
        Some(code)
    }

    pub(super) fn add(&mut self, at: i64, envelope: Envelope, raw: &[u8]) {
        let parsed = MessageParser::default().parse(raw).unwrap_or_default();
        self.count += 1;
        if self.mails.len() == MAILS_KEPT {
            self.mails.pop_front();
        }
        self.mails.push_back(Mail {
            n: self.count,
            at,
            from: envelope.from,
            to: envelope.to,
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text: parsed.body_text(0).unwrap_or_default().into_owned(),
            html: parsed.body_html(0).unwrap_or_default().into_owned(),
        });
    }

    /// Mails after the `after`th, to anybody or to this address.
    pub(super) fn find(&self, after: u64, to: Option<&str>) -> Vec<Mail> {
        let is_meant = |mail: &&Mail| mail.n > after && to.is_none_or(|to| mail.to.iter().any(|it| it == to));
        self.mails.iter().filter(is_meant).cloned().collect()
    }

    pub(super) fn get(&self, n: u64) -> Option<Mail> {
        self.mails.iter().find(|mail| mail.n == n).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_shown_as_its_reader_sees_it() {
        let mut log = MailLog::default();
        let raw = "Subject: =?utf-8?q?Do=C4=9Frulay=C4=B1n?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            Merhaba Ay=C5=9Fe\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>\r\n--b--\r\n";
        log.add(7, Envelope { from: "a@b.c".to_owned(), to: vec!["d@e.f".to_owned()] }, raw.as_bytes());
        let mail = log.find(0, Some("d@e.f")).remove(0);
        assert_eq!((mail.n, mail.at, mail.subject.as_str()), (1, 7, "Doğrulayın"));
        assert_eq!((mail.text.trim(), mail.html.trim()), ("Merhaba Ayşe", "<p>x</p>"));
        assert!(log.find(0, Some("x@y.z")).is_empty() && log.find(1, None).is_empty());
    }

    #[test]
    fn a_refusal_is_used_up() {
        let mut log = MailLog::default();
        log.refuse(451, 2);
        assert_eq!([log.next_refusal(), log.next_refusal(), log.next_refusal()], [Some(451), Some(451), None]);
    }
}
