//! What Meta delivers, decoded.

use std::sync::atomic::Ordering;

use serde_json::json;
use switchboard_inbox::{
    incoming::{Body, Content, Incoming, Origin, Party, Said, StatusUpdate},
    receive::{Outcome, Received},
};
use switchboard_store::{MessageStatus, Millis, message::Message};
use uuid::Uuid;

use super::{Business, POLICY, World};

/// Ana's phone.
pub(crate) const ANA: &str = "15550001";

pub(crate) fn party(phone: Option<&str>, user_id: Option<&str>) -> Party {
    Party { phone: phone.map(Into::into), user_id: user_id.map(Into::into), ..Party::default() }
}

pub(crate) fn body(text: &str) -> Content {
    Content::Body(Body { kind: "text".into(), text: Some(text.to_owned()), payload: None })
}

pub(crate) fn edit(target: &str, text: &str) -> Content {
    let body = Body { kind: "text".into(), text: Some(text.to_owned()), payload: None };
    Content::Edit { target: target.to_owned(), body }
}

impl World {
    /// Something Ana says to the bakery, now.
    pub(crate) fn said(&self, content: Content) -> Said {
        let wamid = format!("wamid.IN{}", self.wamids.fetch_add(1, Ordering::Relaxed));
        Said {
            wamid,
            party: party(Some(ANA), None),
            said_at: self.now(),
            origin: Origin::Live,
            group_id: None,
            reply_to: None,
            content,
        }
    }

    pub(crate) fn message(&self, text: &str) -> Received {
        self.arrives(Incoming::Message(self.said(body(text))))
    }

    pub(crate) fn message_from(&self, party: Party, text: &str) -> Received {
        self.arrives(Incoming::Message(Said { party, ..self.said(body(text)) }))
    }

    /// Something typed to Ana on the phone app.
    pub(crate) fn echo(&self, text: &str) -> Received {
        self.arrives(Incoming::Echo(self.said(body(text))))
    }

    pub(crate) fn arrives(&self, incoming: Incoming) -> Received {
        self.bakery.receives(incoming)
    }

    /// A status of what was sent as `wamid`; `message_id` is what came back as `biz_opaque_callback_data`.
    pub(crate) fn status_update(&self, wamid: &str, status: MessageStatus, message_id: Option<Uuid>) -> StatusUpdate {
        let failed = status == MessageStatus::Failed;
        let error = failed.then(|| {
            json!({ "code": 131_026, "title": "Message undeliverable", "error_data": { "details": "No WhatsApp there." } })
        });
        StatusUpdate { wamid: wamid.to_owned(), status, at: self.now(), message_id, party: None, error }
    }

    /// A status webhook of a message, as Meta sends it: with our id.
    pub(crate) async fn status(&self, message: &Message, wamid: &str, status: MessageStatus) -> Outcome {
        let update = self.status_update(wamid, status, Some(message.id));
        self.receive(&[self.arrives(Incoming::Status(update))]).await
    }

    pub(crate) fn earlier(&self, by: std::time::Duration) -> Millis {
        self.now() - by
    }
}

impl Business {
    /// Something arrives on its number.
    pub(crate) fn receives(&self, incoming: Incoming) -> Received {
        Received { tenant_id: self.tenant, number_id: self.number, policy: Some(POLICY), auto_handback: None, incoming }
    }
}
