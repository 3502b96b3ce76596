//! Message templates of a WABA.

use serde_json::{Value, json};

/// A template and where its review stands.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) category: String,
    pub(crate) parameter_format: String,
    pub(crate) status: &'static str,
    /// Why it was rejected or paused.
    pub(crate) reason: Option<String>,
    pub(crate) components: Value,
}

impl Template {
    /// The template every WABA is born with.
    pub(crate) fn hello_world(id: String) -> Self {
        Self {
            id,
            name: "hello_world".to_owned(),
            language: "en_US".to_owned(),
            category: "UTILITY".to_owned(),
            parameter_format: "POSITIONAL".to_owned(),
            status: "APPROVED",
            reason: None,
            components: json!([
                {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
                {"type": "BODY", "text": "Welcome and congratulations. This message demonstrates your ability to send a WhatsApp message notification."},
                {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"}
            ]),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "parameter_format": self.parameter_format,
            "components": self.components,
            "language": self.language,
            "status": self.status,
            "rejected_reason": self.reason.as_deref().unwrap_or("NONE"),
            "category": self.category,
            "id": self.id,
        })
    }

    /// The text of the component of that kind, such as `BODY`.
    pub(crate) fn text_of(&self, kind: &str) -> Option<&str> {
        self.components
            .as_array()?
            .iter()
            .find(|component| component["type"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(kind)))?
            .get("text")?
            .as_str()
    }

    /// The distinct placeholders of the body, in order: `{{1}}`, `{{name}}`.
    pub(crate) fn placeholders(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut rest = self.text_of("BODY").unwrap_or_default();
        while let Some((_, after)) = rest.split_once("{{") {
            let Some((name, tail)) = after.split_once("}}") else {
                break;
            };
            if !found.contains(&name.trim()) {
                found.push(name.trim());
            }
            rest = tail;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_once_and_in_order() {
        let mut template = Template::hello_world("1".to_owned());
        template.components = json!([{"type": "BODY", "text": "Hi {{1}}, order {{ 2 }} for {{1}} is {{open"}]);
        assert_eq!(template.placeholders(), ["1", "2"]);
    }
}
