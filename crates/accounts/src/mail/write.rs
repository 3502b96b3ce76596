//! From what causes a mail to its text, with a fresh token in its link.

use std::time::Duration;

use secrecy::ExposeSecret;
use switchboard_crypto::token;
use switchboard_store::{
    Conn, Language, MailKind, Millis, TokenPurpose, invitation, mail::Mail, person, person::Person, person_token,
    tenant,
};

use super::texts::{self, Words};
use crate::{Accounts, Result, invitations};

/// How long the link in a mail proves the address.
pub(crate) const VERIFY_LIFE: Duration = Duration::from_hours(24);
/// How long the link in a mail resets the password.
pub(crate) const RESET_LIFE: Duration = Duration::from_hours(1);

/// A mail's words and where its button leads.
#[derive(Clone)]
pub(super) struct Written {
    language: Language,
    words: Words,
    link: String,
}

impl Accounts {
    /// `None`: there is nobody to write to, or nothing to say any more.
    pub(super) async fn write_mail(&self, conn: &mut Conn<'_>, row: &Mail, now: Millis) -> Result<Option<Written>> {
        if row.kind == MailKind::Invitation {
            return self.write_invitation(conn, row, now).await;
        }
        let Some(person) = person::by_email(conn, &row.recipient).await? else { return Ok(None) };
        let language = person.language;
        let (words, link) = match row.kind {
            MailKind::VerifyEmail if person.email_verified_at.is_some() => return Ok(None),
            MailKind::VerifyEmail if self.names_admin(&person.email) => {
                let token = fresh_token(conn, &person, TokenPurpose::ResetPassword, RESET_LIFE, now).await?;
                (texts::prove_admin(language, &person.name), self.link("reset-password", &token))
            }
            MailKind::VerifyEmail => {
                let token = fresh_token(conn, &person, TokenPurpose::VerifyEmail, VERIFY_LIFE, now).await?;
                (texts::verify_email(language, &person.name), self.link("verify-email", &token))
            }
            MailKind::ResetPassword => {
                let token = fresh_token(conn, &person, TokenPurpose::ResetPassword, RESET_LIFE, now).await?;
                (texts::reset_password(language, &person.name), self.link("reset-password", &token))
            }
            MailKind::PasswordChanged | MailKind::Invitation => {
                (texts::password_changed(language, &person.name), format!("{}/forgot-password", self.public_url))
            }
        };
        Ok(Some(Written { language, words, link }))
    }

    async fn write_invitation(&self, conn: &mut Conn<'_>, row: &Mail, now: Millis) -> Result<Option<Written>> {
        let Some((tenant, id)) = super::invitation_of(row) else { return Ok(None) };
        let Some(invitation) = invitation::get(conn, tenant, id).await? else { return Ok(None) };
        let Some(tenant_row) = tenant::get(conn, tenant).await? else { return Ok(None) };
        if !invitation.is_open() || invitation.expires_at <= now {
            return Ok(None);
        }
        let token = invitations::fresh_token(conn, &invitation).await?;
        let inviter = person::get(conn, invitation.invited_by).await?.map(|person| person.name);
        let words = texts::invitation(invitation.language, inviter.as_deref(), &tenant_row.name, &row.recipient);
        let link = self.link("invitation", token.expose_secret());
        Ok(Some(Written { language: invitation.language, words, link }))
    }

    /// The token is behind the `#`, which browsers keep to themselves: it is in no log of a server and in no `Referer`.
    pub(crate) fn link(&self, page: &str, token: &str) -> String {
        format!("{}/{page}#token={token}", self.public_url)
    }
}

async fn fresh_token(
    conn: &mut Conn<'_>,
    person: &Person,
    purpose: TokenPurpose,
    life: Duration,
    now: Millis,
) -> Result<String> {
    let token = token::random_token();
    let hash = token::digest(token.expose_secret());
    person_token::insert(conn, &hash, person.id, purpose, now, now + life).await?;
    Ok(token.expose_secret().to_owned())
}

impl Written {
    pub(super) fn subject(&self) -> String {
        self.words.subject.clone()
    }

    pub(super) fn text(&self) -> String {
        let Words { greeting, body, button, footer, .. } = &self.words;
        format!("{greeting}\n\n{body}\n\n{button}: {}\n\n{footer}\n", self.link)
    }

    /// Nothing in it is loaded from elsewhere, and its styles are inline, as mail programs want it.
    pub(super) fn html(&self) -> String {
        let (language, direction) = match self.language {
            Language::Arabic => ("ar", "rtl"),
            Language::Turkish => ("tr", "ltr"),
            Language::English => ("en", "ltr"),
        };
        let Words { subject, greeting, body, button, footer } = &self.words;
        let [subject, greeting, body, button, footer] = [subject, greeting, body, button, footer].map(|it| escape(it));
        let link = escape(&self.link);
        format!(
            "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head><meta charset=\"utf-8\">\
             <title>{subject}</title></head>\n\
             <body style=\"font-family:sans-serif;line-height:1.5;color:#211f1b;max-width:36em;margin:2em auto\">\n\
             <p>{greeting}</p>\n<p>{body}</p>\n\
             <p><a href=\"{link}\" style=\"display:inline-block;padding:.75em 1.5em;border-radius:.5em;\
             background:#17694e;color:#ffffff;text-decoration:none\">{button}</a></p>\n\
             <p dir=\"ltr\" style=\"font-size:.8em;color:#625d54;word-break:break-all\">{link}</p>\n\
             <p style=\"font-size:.8em;color:#625d54\">{footer}</p>\n</body>\n</html>\n"
        )
    }
}

/// Names are people's own words: in HTML they must stay words.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(language: Language, name: &str) -> Written {
        let words = texts::verify_email(language, name);
        Written { language, words, link: "https://s.example.com/verify-email#token=t".to_owned() }
    }

    #[test]
    fn both_forms_carry_the_link_and_the_name() {
        for language in Language::ALL {
            let mail = written(*language, "Ayşe");
            for body in [mail.text(), mail.html()] {
                assert!(body.contains("https://s.example.com/verify-email#token=t") && body.contains("Ayşe"), "{body}");
            }
        }
        assert!(written(Language::Arabic, "x").html().contains("dir=\"rtl\""));
    }

    #[test]
    fn a_name_cannot_become_html() {
        let html = written(Language::English, "<script>\"'&").html();
        assert!(html.contains("&lt;script&gt;&quot;&#39;&amp;") && !html.contains("<script>"), "{html}");
    }
}
