use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::body::OutgoingMessage;
use super::wire::Wire;
use crate::client::GraphClient;
use crate::error::GraphError;
use crate::lenient;
use crate::success::Success;

/// What Meta answers when it takes a message. Taken is not delivered: the status webhooks tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Meta's id of the message, under which its statuses come.
    pub wamid: String,
    /// May differ from the number that was asked for (Brazil, Mexico, Argentina).
    pub wa_id: Option<String>,
    pub user_id: Option<String>,
    /// Of templates: `accepted`, `held_for_quality_assessment`, `paused`.
    pub message_status: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "lenient::list")]
    contacts: Vec<AnswerContact>,
    #[serde(default, deserialize_with = "lenient::list")]
    messages: Vec<AnswerMessage>,
}

#[derive(Default, Deserialize)]
struct AnswerContact {
    #[serde(default, deserialize_with = "lenient::optional_id")]
    wa_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::optional_id")]
    user_id: Option<String>,
}

#[derive(Deserialize)]
struct AnswerMessage {
    #[serde(deserialize_with = "lenient::id")]
    id: String,
    #[serde(default, deserialize_with = "lenient::optional")]
    message_status: Option<String>,
}

#[derive(Serialize)]
struct MarkRead<'a> {
    messaging_product: &'static str,
    status: &'static str,
    message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing_indicator: Option<TypingIndicator>,
}

#[derive(Serialize)]
struct TypingIndicator {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl GraphClient {
    /// Sends a message, once. When it fails, ask [`GraphError::outcome_unknown`] before sending it again: Meta has no
    /// idempotency key.
    pub async fn send(
        &self,
        phone_number_id: &str,
        message: &OutgoingMessage,
        token: &SecretString,
    ) -> Result<Sent, GraphError> {
        let call = self.call(Method::POST, &[phone_number_id, "messages"], token)?;
        let answer: Answer = call.json(&Wire::of(message)).send().await?;
        let sent = answer.messages.into_iter().next().ok_or_else(|| GraphError::unreadable(200))?;
        let contact = answer.contacts.into_iter().next().unwrap_or_default();
        Ok(Sent { wamid: sent.id, wa_id: contact.wa_id, user_id: contact.user_id, message_status: sent.message_status })
    }

    /// Marks a customer's message, and all before it, as read; with `typing`, shows that an answer is being written, for 25 s
    /// or until it comes. Source: "Typing indicators".
    pub async fn mark_read(
        &self,
        phone_number_id: &str,
        wamid: &str,
        typing: bool,
        token: &SecretString,
    ) -> Result<(), GraphError> {
        let body = MarkRead {
            messaging_product: "whatsapp",
            status: "read",
            message_id: wamid,
            typing_indicator: typing.then_some(TypingIndicator { kind: "text" }),
        };
        let call = self.call(Method::POST, &[phone_number_id, "messages"], token)?;
        call.json(&body).send::<Success>().await?.check()
    }
}

#[cfg(test)]
mod tests;
