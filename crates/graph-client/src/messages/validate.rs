use super::body::{MediaRef, MessageBody, OutgoingMessage, Recipient};
use super::interactive::{Button, Header, Interactive, Row, Section};
use super::limits::{self, Check, Invalid, count, link, malformed, optional_text, text};

impl OutgoingMessage {
    /// Whether Meta would take it, as far as its documented limits tell. Lengths are Unicode scalar values.
    pub fn validate(&self) -> Result<(), Invalid> {
        match &self.to {
            Recipient::Phone(phone) => text("to", phone, usize::MAX)?,
            Recipient::UserId(user_id) => text("recipient", user_id, usize::MAX)?,
            Recipient::Both { phone, user_id } => {
                text("to", phone, usize::MAX)?;
                text("recipient", user_id, usize::MAX)?;
            }
        }
        if let Some(wamid) = &self.reply_to {
            text("context.message_id", wamid, usize::MAX)?;
        }
        optional_text("biz_opaque_callback_data", self.opaque.as_deref(), limits::OPAQUE)?;
        self.body.validate()
    }
}

impl MessageBody {
    /// As [`OutgoingMessage::validate`], before there is a recipient.
    pub fn validate(&self) -> Result<(), Invalid> {
        match self {
            Self::Text { body, .. } => text("text.body", body, limits::TEXT),
            Self::Image { media, caption } => captioned("image", "image.caption", media, caption.as_deref()),
            Self::Video { media, caption } => captioned("video", "video.caption", media, caption.as_deref()),
            Self::Document { media, caption, .. } => {
                captioned("document", "document.caption", media, caption.as_deref())
            }
            Self::Audio { media, .. } => file("audio", media),
            Self::Sticker { media } => file("sticker", media),
            Self::Location { latitude, longitude, .. } => location(*latitude, *longitude),
            Self::Contacts { contacts } => count("contacts", contacts.len(), 1..=usize::MAX),
            Self::Reaction { message_id, .. } => text("reaction.message_id", message_id, usize::MAX),
            Self::Interactive { interactive } => interactive.validate(),
            Self::Template { name, language, .. } => {
                text("template.name", name, limits::TEMPLATE_NAME)?;
                text("template.language.code", language, usize::MAX)
            }
        }
    }
}

impl Interactive {
    fn validate(&self) -> Check {
        match self {
            Self::Buttons { header, body, footer, buttons } => {
                frame(header.as_ref(), body, footer.as_deref(), limits::INTERACTIVE_BODY)?;
                count("interactive.action.buttons", buttons.len(), 1..=limits::BUTTONS)?;
                buttons.iter().try_for_each(button)
            }
            Self::List { header, body, footer, button, sections } => {
                frame(header.as_ref(), body, footer.as_deref(), limits::LIST_BODY)?;
                if !matches!(header, None | Some(Header::Text { .. })) {
                    return Err(malformed("interactive.header"));
                }
                text("interactive.action.button", button, limits::BUTTON_TITLE)?;
                list(sections)
            }
            Self::CtaUrl { header, body, footer, display_text, url } => {
                frame(header.as_ref(), body, footer.as_deref(), limits::INTERACTIVE_BODY)?;
                text("interactive.action.parameters.display_text", display_text, limits::BUTTON_TITLE)?;
                link("interactive.action.parameters.url", url)
            }
            Self::LocationRequest { body } | Self::RequestContactInfo { body } => {
                text("interactive.body.text", body, limits::INTERACTIVE_BODY)
            }
        }
    }
}

fn frame(header: Option<&Header>, body: &str, footer: Option<&str>, body_limit: usize) -> Check {
    match header {
        None => {}
        Some(Header::Text { text: title }) => {
            text("interactive.header.text", title, limits::HEADER_OR_FOOTER)?;
        }
        Some(
            Header::Image { image: media } | Header::Video { video: media } | Header::Document { document: media },
        ) => {
            file("interactive.header", media)?;
        }
    }
    text("interactive.body.text", body, body_limit)?;
    optional_text("interactive.footer.text", footer, limits::HEADER_OR_FOOTER)
}

fn button(button: &Button) -> Check {
    text("interactive.action.buttons.reply.title", &button.title, limits::BUTTON_TITLE)?;
    text("interactive.action.buttons.reply.id", &button.id, limits::BUTTON_ID)
}

fn list(sections: &[Section]) -> Check {
    count("interactive.action.sections", sections.len(), 1..=limits::SECTIONS)?;
    let rows = || sections.iter().flat_map(|section| &section.rows);
    count("interactive.action.sections.rows", rows().count(), 1..=limits::ROWS)?;
    for section in sections {
        let title = section.title.as_deref();
        if sections.len() > 1 || title.is_some() {
            text("interactive.action.sections.title", title.unwrap_or_default(), limits::ROW_OR_SECTION_TITLE)?;
        }
    }
    rows().try_for_each(row)
}

fn row(row: &Row) -> Check {
    text("interactive.action.sections.rows.title", &row.title, limits::ROW_OR_SECTION_TITLE)?;
    text("interactive.action.sections.rows.id", &row.id, limits::ROW_ID)?;
    optional_text("interactive.action.sections.rows.description", row.description.as_deref(), limits::ROW_DESCRIPTION)
}

fn captioned(field: &'static str, caption_field: &'static str, media: &MediaRef, caption: Option<&str>) -> Check {
    file(field, media)?;
    optional_text(caption_field, caption, limits::CAPTION)
}

fn file(field: &'static str, media: &MediaRef) -> Check {
    match media {
        MediaRef::Id(id) => text(field, id, usize::MAX),
        MediaRef::Link(address) => link(field, address),
    }
}

fn location(latitude: f64, longitude: f64) -> Check {
    if !(-90.0..=90.0).contains(&latitude) {
        return Err(malformed("location.latitude"));
    }
    if !(-180.0..=180.0).contains(&longitude) {
        return Err(malformed("location.longitude"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::limits::Rule;
    use super::*;

    fn a(count: usize) -> String {
        "é".repeat(count)
    }

    fn read(value: serde_json::Value) -> MessageBody {
        serde_json::from_value(value).unwrap()
    }

    /// Fills a body with a text or a number of items and expects `limit` to pass and one more to be refused.
    fn expect_limit(field: &str, rule: Rule, limit: usize, body: impl Fn(usize) -> serde_json::Value) {
        assert_eq!(read(body(limit)).validate(), Ok(()), "{field} at {limit}");
        let invalid = read(body(limit + 1)).validate().unwrap_err();
        assert_eq!((invalid.field, invalid.rule, invalid.limit, invalid.actual), (field, rule, limit, limit + 1));
    }

    fn expect_text_limit(field: &str, limit: usize, body: impl Fn(String) -> serde_json::Value) {
        expect_limit(field, Rule::TooLong, limit, |count| body(a(count)));
    }

    fn interactive(value: &serde_json::Value) -> serde_json::Value {
        json!({"type": "interactive", "interactive": value})
    }

    fn rows(count: usize) -> serde_json::Value {
        (0..count).map(|id| json!({"id": id.to_string(), "title": "t"})).collect()
    }

    #[test]
    fn texts_and_captions_are_limited() {
        expect_text_limit("text.body", 4096, |text| json!({"type": "text", "body": text}));
        for kind in ["image", "video", "document"] {
            let field = format!("{kind}.caption");
            expect_text_limit(&field, 1024, |text| json!({"type": kind, "media": {"id": "1"}, "caption": text}));
        }
        expect_text_limit("template.name", 512, |name| json!({"type": "template", "name": name, "language": "en"}));
    }

    #[test]
    fn reply_buttons_are_limited() {
        let buttons = |body: &str, header: &str, footer: &str, id: &str, title: &str| {
            interactive(
                &json!({"type": "buttons", "header": {"type": "text", "text": header}, "body": body, "footer": footer,
                "buttons": [{"id": id, "title": title}]}),
            )
        };
        expect_text_limit("interactive.body.text", 1024, |text| buttons(&text, "h", "f", "i", "t"));
        expect_text_limit("interactive.header.text", 60, |text| buttons("b", &text, "f", "i", "t"));
        expect_text_limit("interactive.footer.text", 60, |text| buttons("b", "h", &text, "i", "t"));
        expect_text_limit("interactive.action.buttons.reply.id", 256, |text| buttons("b", "h", "f", &text, "t"));
        expect_text_limit("interactive.action.buttons.reply.title", 20, |text| buttons("b", "h", "f", "i", &text));
        expect_limit("interactive.action.buttons", Rule::TooMany, 3, |count| {
            interactive(&json!({"type": "buttons", "body": "b", "buttons": rows(count)}))
        });
    }

    #[test]
    fn lists_are_limited() {
        let list = |body: &str, button: &str, section: &str, row: &serde_json::Value| {
            interactive(
                &json!({"type": "list", "body": body, "button": button, "sections": [{"title": section, "rows": [row]}]}),
            )
        };
        let row = json!({"id": "i", "title": "t"});
        let prefix = "interactive.action.sections";
        expect_text_limit("interactive.body.text", 4096, |text| list(&text, "b", "s", &row));
        expect_text_limit("interactive.action.button", 20, |text| list("b", &text, "s", &row));
        expect_text_limit(&format!("{prefix}.title"), 24, |text| list("b", "b", &text, &row));
        expect_text_limit(&format!("{prefix}.rows.title"), 24, |text| {
            list("b", "b", "s", &json!({"id": "i", "title": text}))
        });
        expect_text_limit(&format!("{prefix}.rows.id"), 200, |text| {
            list("b", "b", "s", &json!({"id": text, "title": "t"}))
        });
        expect_text_limit(&format!("{prefix}.rows.description"), 72, |text| {
            list("b", "b", "s", &json!({"id": "i", "title": "t", "description": text}))
        });
        expect_limit(&format!("{prefix}.rows"), Rule::TooMany, 10, |count| {
            let sections = json!([{"title": "a", "rows": rows(5)}, {"title": "b", "rows": rows(count - 5)}]);
            interactive(&json!({"type": "list", "body": "b", "button": "b", "sections": sections}))
        });
        expect_limit(prefix, Rule::TooMany, 10, |count| {
            let sections: Vec<_> = (0..count).map(|_| json!({"title": "a", "rows": rows(1)})).collect();
            interactive(&json!({"type": "list", "body": "b", "button": "b", "sections": sections}))
        });
    }

    #[test]
    fn link_buttons_and_location_requests_are_limited() {
        let link = |body: &str, label: &str| {
            interactive(&json!({"type": "cta_url", "body": body, "display_text": label, "url": "https://a.example/x"}))
        };
        expect_text_limit("interactive.body.text", 1024, |text| link(&text, "l"));
        expect_text_limit("interactive.action.parameters.display_text", 20, |text| link("b", &text));
        expect_text_limit("interactive.body.text", 1024, |text| {
            interactive(&json!({"type": "location_request", "body": text}))
        });
    }

    #[test]
    fn what_must_be_there_is_asked_for() {
        let missing = [
            json!({"type": "text", "body": " \n"}),
            json!({"type": "image", "media": {"id": ""}}),
            json!({"type": "contacts", "contacts": []}),
            json!({"type": "reaction", "message_id": "", "emoji": "👍"}),
            json!({"type": "template", "name": "", "language": "en"}),
            json!({"type": "template", "name": "n", "language": ""}),
            interactive(&json!({"type": "buttons", "body": "b", "buttons": []})),
            interactive(&json!({"type": "buttons", "body": "", "buttons": rows(1)})),
            interactive(&json!({"type": "list", "body": "b", "button": "b", "sections": []})),
            interactive(&json!({"type": "list", "body": "b", "button": "b", "sections": [{"rows": []}]})),
            interactive(
                &json!({"type": "list", "body": "b", "button": "b", "sections": [{"rows": rows(1)}, {"rows": rows(1)}]}),
            ),
        ];
        for body in missing {
            assert_eq!(read(body.clone()).validate().map_err(|invalid| invalid.rule), Err(Rule::Missing), "{body}");
        }
    }

    #[test]
    fn what_is_malformed_is_refused() {
        let picture = json!({"type": "image", "image": {"id": "1"}});
        let malformed = [
            json!({"type": "sticker", "media": {"link": "ftp://a.example/x"}}),
            json!({"type": "audio", "media": {"link": "a.example/x"}}),
            json!({"type": "location", "latitude": 90.1, "longitude": 0.0}),
            json!({"type": "location", "latitude": 0.0, "longitude": -180.1}),
            interactive(&json!({"type": "cta_url", "body": "b", "display_text": "l", "url": "javascript:alert(1)"})),
            interactive(
                &json!({"type": "list", "header": picture, "body": "b", "button": "b", "sections": [{"rows": rows(1)}]}),
            ),
        ];
        for body in malformed {
            assert_eq!(read(body.clone()).validate().map_err(|invalid| invalid.rule), Err(Rule::Malformed), "{body}");
        }
    }

    #[test]
    fn a_reaction_may_be_taken_back() {
        assert_eq!(read(json!({"type": "reaction", "message_id": "wamid.1", "emoji": ""})).validate(), Ok(()));
    }

    #[test]
    fn the_envelope_is_checked_too() {
        let message = |to, opaque| OutgoingMessage {
            to,
            body: MessageBody::Text { body: "hi".into(), preview_url: false },
            reply_to: None,
            opaque,
        };
        let phone = || Recipient::Phone("16505551234".into());
        assert_eq!(message(phone(), Some(a(512))).validate(), Ok(()));
        let invalid = message(phone(), Some(a(513))).validate().unwrap_err();
        assert_eq!(invalid.to_string(), "biz_opaque_callback_data has 513 characters; at most 512 are allowed");
        let both = Recipient::Both { phone: "1".into(), user_id: String::new() };
        for (to, field) in [
            (Recipient::Phone(String::new()), "to"),
            (Recipient::UserId(String::new()), "recipient"),
            (both, "recipient"),
        ] {
            assert_eq!(message(to, None).validate().unwrap_err().field, field);
        }
        let quoting = OutgoingMessage { reply_to: Some(String::new()), ..message(phone(), None) };
        assert_eq!(quoting.validate().unwrap_err().to_string(), "context.message_id is missing");
    }
}
