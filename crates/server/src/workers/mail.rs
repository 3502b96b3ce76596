//! Mails leave.

use std::{sync::Arc, time::Duration};

use switchboard_accounts::{MailFate, OutgoingMail, Result};
use switchboard_store::Signal;

use crate::{
    http::AppState,
    mail::{Mailer, NotSent},
};

/// How often to look without being woken.
const EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(state: Arc<AppState>, mailer: Mailer) {
    while !state.shutdown.is_cancelled() {
        let mut woken = std::pin::pin!(state.notifier.notified(Signal::Mail));
        // Before looking: a mail that is queued in between must not wait.
        woken.as_mut().enable();
        if let Err(error) = send_all(&state, &mailer).await {
            tracing::error!(%error, "the queue of mails could not be read; it is soon");
        }
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            () = woken => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn send_all(state: &AppState, mailer: &Mailer) -> Result<()> {
    while !state.shutdown.is_cancelled() {
        let Some(mail) = state.accounts.next_mail().await? else { return Ok(()) };
        let outcome = mailer.send(&mail, state.clock.now()).await;
        record(state, &mail, outcome).await?;
    }
    Ok(())
}

async fn record(state: &AppState, mail: &OutgoingMail, outcome: std::result::Result<(), NotSent>) -> Result<()> {
    let (id, kind) = (mail.id(), mail.kind().as_str());
    let outcome = match outcome {
        Ok(()) => {
            state.accounts.mail_sent(mail).await?;
            tracing::info!(mail.id = %id, mail.kind = kind, "a mail has left");
            "sent"
        }
        Err(NotSent { permanent, why }) => match state.accounts.mail_failed(mail, permanent, &why).await? {
            MailFate::TriedAgain(at) => {
                tracing::warn!(mail.id = %id, mail.kind = kind, why, again_at = at.to_rfc3339(), "a mail has not left");
                "postponed"
            }
            MailFate::GivenUp => {
                tracing::error!(mail.id = %id, mail.kind = kind, why, "a mail is given up");
                "given_up"
            }
        },
    };
    metrics::counter!("switchboard_mails_total", "kind" => kind, "outcome" => outcome).increment(1);
    Ok(())
}
