//! Messages as Graph takes them.

use serde::Serialize;
use serde_json::Value;

use super::body::{MediaRef, MessageBody, OutgoingMessage, Recipient};
use super::interactive::{Button, Header, Interactive, Section};

#[derive(Serialize)]
pub(super) struct Wire<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    /// Under the name of the type.
    #[serde(flatten)]
    content: Content<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    message_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Content<'a> {
    Text { preview_url: bool, body: &'a str },
    Image(Media<'a>),
    Audio(Media<'a>),
    Video(Media<'a>),
    Document(Media<'a>),
    Sticker(Media<'a>),
    Location(Location<'a>),
    Contacts(&'a [Value]),
    Reaction { message_id: &'a str, emoji: &'a str },
    Interactive(Frame<'a>),
    Template(Template<'a>),
}

#[derive(Serialize)]
struct Media<'a> {
    #[serde(flatten)]
    reference: &'a MediaRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    filename: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    voice: bool,
}

#[derive(Serialize)]
struct Location<'a> {
    // Strings, as on Meta's page.
    latitude: String,
    longitude: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
}

#[derive(Serialize)]
struct Template<'a> {
    name: &'a str,
    language: Language<'a>,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    components: &'a [Value],
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
}

#[derive(Serialize)]
struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'a Header>,
    body: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<Text<'a>>,
    action: Action<'a>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Action<'a> {
    Buttons { buttons: Vec<ReplyButton<'a>> },
    List { button: &'a str, sections: &'a [Section] },
    Url { name: &'static str, parameters: UrlParameters<'a> },
    Named { name: &'static str },
}

#[derive(Serialize)]
struct ReplyButton<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    reply: &'a Button,
}

#[derive(Serialize)]
struct UrlParameters<'a> {
    display_text: &'a str,
    url: &'a str,
}

impl<'a> Wire<'a> {
    pub(super) fn of(message: &'a OutgoingMessage) -> Self {
        let (to, recipient) = match &message.to {
            Recipient::Phone(phone) => (Some(phone.as_str()), None),
            Recipient::UserId(user_id) => (None, Some(user_id.as_str())),
            Recipient::Both { phone, user_id } => (Some(phone.as_str()), Some(user_id.as_str())),
        };
        Self {
            messaging_product: "whatsapp",
            recipient_type: "individual",
            to,
            recipient,
            context: message.reply_to.as_deref().map(|message_id| Context { message_id }),
            biz_opaque_callback_data: message.opaque.as_deref(),
            kind: message.body.type_name(),
            content: Content::of(&message.body),
        }
    }
}

impl<'a> Content<'a> {
    fn of(body: &'a MessageBody) -> Self {
        match body {
            MessageBody::Text { body, preview_url } => Self::Text { preview_url: *preview_url, body },
            MessageBody::Image { media, caption } => Self::Image(Media::of(media, caption.as_deref())),
            MessageBody::Video { media, caption } => Self::Video(Media::of(media, caption.as_deref())),
            MessageBody::Document { media, filename, caption } => {
                Self::Document(Media { filename: filename.as_deref(), ..Media::of(media, caption.as_deref()) })
            }
            MessageBody::Audio { media, voice } => Self::Audio(Media { voice: *voice, ..Media::of(media, None) }),
            MessageBody::Sticker { media } => Self::Sticker(Media::of(media, None)),
            MessageBody::Location { latitude, longitude, name, address } => Self::Location(Location {
                latitude: latitude.to_string(),
                longitude: longitude.to_string(),
                name: name.as_deref(),
                address: address.as_deref(),
            }),
            MessageBody::Contacts { contacts } => Self::Contacts(contacts),
            MessageBody::Reaction { message_id, emoji } => Self::Reaction { message_id, emoji },
            MessageBody::Interactive { interactive } => Self::Interactive(Frame::of(interactive)),
            MessageBody::Template { name, language, components } => {
                Self::Template(Template { name, language: Language { code: language }, components })
            }
        }
    }
}

impl<'a> Media<'a> {
    fn of(reference: &'a MediaRef, caption: Option<&'a str>) -> Self {
        Self { reference, filename: None, caption, voice: false }
    }
}

impl<'a> Frame<'a> {
    fn of(interactive: &'a Interactive) -> Self {
        match interactive {
            Interactive::Buttons { header, body, footer, buttons } => {
                let buttons = buttons.iter().map(|reply| ReplyButton { kind: "reply", reply }).collect();
                Self::new("button", header.as_ref(), body, footer.as_deref(), Action::Buttons { buttons })
            }
            Interactive::List { header, body, footer, button, sections } => {
                Self::new("list", header.as_ref(), body, footer.as_deref(), Action::List { button, sections })
            }
            Interactive::CtaUrl { header, body, footer, display_text, url } => {
                let action = Action::Url { name: "cta_url", parameters: UrlParameters { display_text, url } };
                Self::new("cta_url", header.as_ref(), body, footer.as_deref(), action)
            }
            Interactive::LocationRequest { body } => {
                Self::new("location_request_message", None, body, None, Action::Named { name: "send_location" })
            }
            Interactive::RequestContactInfo { body } => {
                Self::new("request_contact_info", None, body, None, Action::Named { name: "request_contact_info" })
            }
        }
    }

    fn new(
        kind: &'static str,
        header: Option<&'a Header>,
        body: &'a str,
        footer: Option<&'a str>,
        action: Action<'a>,
    ) -> Self {
        Self { kind, header, body: Text { text: body }, footer: footer.map(|text| Text { text }), action }
    }
}
