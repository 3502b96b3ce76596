//! What a template asks for, whether a message has it, and what the customer will read.
//! Source: Cloud API, "Templates", components.

use serde::Serialize;
use serde_json::Value;
use switchboard_store::template::Template;

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Header,
    Body,
    Button,
}

/// Something that has to be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    pub place: Place,
    /// Of a button: which one, from 0.
    pub index: usize,
    /// As it stands between the braces: `order`, `1`; for files, their type.
    pub name: String,
    /// `text`, `image`, `video`, `document`, `location`, `url` (the end of a button's address) or `copy_code`
    pub kind: &'static str,
    /// What Meta was given as an example.
    pub example: Option<String>,
}

/// A template as the customer sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rendered {
    pub header: Option<String>,
    pub body: Option<String>,
    pub footer: Option<String>,
    pub buttons: Vec<Button>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    pub text: String,
    pub url: Option<String>,
}

fn component<'a>(components: &'a [Value], kind: &str) -> Option<&'a Value> {
    components.iter().find(|component| is(component, "type", kind))
}

fn is(value: &Value, name: &str, text: &str) -> bool {
    value.get(name).and_then(Value::as_str).is_some_and(|it| it.eq_ignore_ascii_case(text))
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn buttons(components: &[Value]) -> &[Value] {
    component(components, "BUTTONS").and_then(|it| it.get("buttons")?.as_array()).map_or(&[], Vec::as_slice)
}

/// The names between double braces, each once, in order.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((name, tail)) = after.split_once("}}") else { break };
        let name = name.trim();
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
        rest = tail;
    }
    found
}

/// What a template asks for, from top to bottom.
pub fn parameters(components: &[Value]) -> Vec<Parameter> {
    let mut all = Vec::new();
    if let Some(header) = component(components, "HEADER") {
        match text(header, "format").map(str::to_ascii_lowercase).as_deref() {
            Some("image") => all.push(file("image")),
            Some("video") => all.push(file("video")),
            Some("document") => all.push(file("document")),
            Some("location") => all.push(file("location")),
            _ => all.extend(texts(Place::Header, header, "header_text")),
        }
    }
    all.extend(component(components, "BODY").into_iter().flat_map(|body| texts(Place::Body, body, "body_text")));
    for (index, button) in buttons(components).iter().enumerate() {
        let example = || button.pointer("/example/0").or_else(|| button.get("example")).and_then(Value::as_str);
        let asks = |name: &str, kind| Parameter {
            place: Place::Button,
            index,
            name: name.to_owned(),
            kind,
            example: example().map(str::to_owned),
        };
        if is(button, "type", "COPY_CODE") {
            all.push(asks("code", "copy_code"));
        }
        if let Some(name) = text(button, "url").and_then(|url| placeholders(url).first().copied()) {
            all.push(asks(name, "url"));
        }
    }
    all
}

fn file(kind: &'static str) -> Parameter {
    Parameter { place: Place::Header, index: 0, name: kind.to_owned(), kind, example: None }
}

fn texts(place: Place, component: &Value, examples: &str) -> Vec<Parameter> {
    let example = |at: usize, name: &str| {
        let named = component.pointer(&format!("/example/{examples}_named_params")).and_then(Value::as_array);
        let named = named.and_then(|all| all.iter().find(|it| text(it, "param_name") == Some(name))?.get("example"));
        let numbered = component
            .pointer(&format!("/example/{examples}/0/{at}"))
            .or_else(|| component.pointer(&format!("/example/{examples}/{at}")));
        named.or(numbered).and_then(Value::as_str).map(str::to_owned)
    };
    let names = text(component, "text").map(placeholders).unwrap_or_default();
    names
        .into_iter()
        .enumerate()
        .map(|(at, name)| Parameter {
            place,
            index: 0,
            name: name.to_owned(),
            kind: "text",
            example: example(at, name),
        })
        .collect()
}

/// What a message gives for one place, as Meta's `components` have it.
fn given(sent: &[Value], place: Place, index: usize) -> &[Value] {
    let kind = match place {
        Place::Header => "header",
        Place::Body => "body",
        Place::Button => "button",
    };
    let fits = |it: &&Value| {
        let at = it.get("index").and_then(|at| at.as_u64().or_else(|| at.as_str()?.parse().ok()));
        is(it, "type", kind) && (place != Place::Button || at == Some(index as u64))
    };
    sent.iter().find(fits).and_then(|it| it.get("parameters")?.as_array()).map_or(&[], Vec::as_slice)
}

/// The value for a parameter; `at`: which of those of its place it is.
fn value_of<'a>(sent: &'a [Value], parameter: &Parameter, at: usize) -> Option<&'a Value> {
    let given = given(sent, parameter.place, parameter.index);
    given.iter().find(|it| text(it, "parameter_name") == Some(&parameter.name)).or_else(|| given.get(at))
}

/// Each parameter, with which of those of its place it is.
fn numbered(parameters: &[Parameter]) -> impl Iterator<Item = (usize, &Parameter)> {
    parameters.iter().enumerate().map(|(at, parameter)| {
        let before = &parameters[..at];
        let same = |it: &&Parameter| it.place == parameter.place && it.index == parameter.index;
        (before.iter().filter(same).count(), parameter)
    })
}

/// Whether a message made from a template has all that the template asks for, and no more; else what is wrong.
pub fn check(template: &Template, sent: &[Value]) -> Result<(), String> {
    let asked = parameters(&template.components.0);
    for (at, parameter) in numbered(&asked) {
        let value = value_of(sent, parameter, at);
        let is_given = value.is_some_and(|value| match parameter.kind {
            "text" | "url" => text(value, "text").is_some_and(|it| !it.trim().is_empty()),
            "copy_code" => text(value, "coupon_code").is_some_and(|it| !it.trim().is_empty()),
            kind => value.get(kind).is_some_and(Value::is_object),
        });
        if !is_given {
            return Err(format!("lack {} of the {:?}", parameter.name, parameter.place).to_lowercase());
        }
        let is_broken = |text: &str| text.contains(['\n', '\t']) || text.contains("     ");
        if parameter.kind == "text" && value.and_then(|it| text(it, "text")).is_some_and(is_broken) {
            return Err(format!("have a line break, a tab or five spaces in {}", parameter.name));
        }
    }
    for place in [Place::Header, Place::Body] {
        let count = asked.iter().filter(|it| it.place == place).count();
        if given(sent, place, 0).len() > count {
            return Err(format!("give more for the {place:?} than the template has").to_lowercase());
        }
    }
    Ok(())
}

/// What the customer will read.
pub fn render(template: &Template, sent: &[Value]) -> Rendered {
    let components = &template.components.0;
    let asked = parameters(components);
    let fill = |place: Place, index: usize, words: &str| {
        let here = numbered(&asked).filter(|(_, it)| it.place == place && it.index == index);
        let values: Vec<_> = here
            .filter_map(|(at, parameter)| {
                let value = value_of(sent, parameter, at).and_then(|value| text(value, "text"))?;
                Some((parameter.name.as_str(), value))
            })
            .collect();
        filled(words, &values)
    };
    let of = |kind: &str| component(components, kind).and_then(|it| text(it, "text"));
    let button = |(index, button): (usize, &Value)| {
        let words = text(button, "text")?.to_owned();
        Some(Button { text: words, url: text(button, "url").map(|url| fill(Place::Button, index, url)) })
    };
    Rendered {
        header: of("HEADER").map(|words| fill(Place::Header, 0, words)),
        body: of("BODY").map(|words| fill(Place::Body, 0, words)),
        footer: of("FOOTER").map(str::to_owned),
        buttons: buttons(components).iter().enumerate().filter_map(button).collect(),
    }
}

/// Only what stands in the template is replaced, never what was filled in before: all of it in one go.
fn filled(words: &str, values: &[(&str, &str)]) -> String {
    let mut result = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((found, tail)) = after.split_once("}}") else { break };
        result.push_str(before);
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == found.trim()) {
            result.push_str(value);
        } else {
            result.push_str("{{");
            result.push_str(found);
            result.push_str("}}");
        }
        rest = tail;
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_store::{Json, Millis, TenantId};
    use uuid::Uuid;

    use super::*;

    fn template(components: Value) -> Template {
        Template {
            tenant_id: TenantId(Uuid::nil()),
            waba_id: Uuid::nil(),
            template_id: "1".into(),
            name: "order".into(),
            language: "en".into(),
            category: None,
            status: "APPROVED".into(),
            reason: None,
            parameter_format: None,
            components: Json(serde_json::from_value(components).unwrap()),
            updated_at: Millis(0),
        }
    }

    fn order() -> Template {
        template(json!([
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": "Hi {{1}}, order {{2}} is ready, {{1}}.", "example": {"body_text": [["Deniz", "12"]]}},
            {"type": "FOOTER", "text": "The bakery"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {"type": "URL", "text": "Track", "url": "https://a.example/{{1}}", "example": ["https://a.example/x"]}]}
        ]))
    }

    fn sent() -> Vec<Value> {
        serde_json::from_value(json!([
            {"type": "header", "parameters": [{"type": "image", "image": {"id": "7"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Deniz {{2}}"}, {"type": "text", "text": "12"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "x12"}]}
        ]))
        .unwrap()
    }

    #[test]
    fn what_a_template_asks_for_is_found() {
        let found: Vec<_> = parameters(&order().components.0)
            .into_iter()
            .map(|it| (it.place, it.index, it.name, it.kind, it.example))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                (Place::Header, 0, "image".to_owned(), "image", None),
                (Place::Body, 0, "1".to_owned(), "text", some("Deniz")),
                (Place::Body, 0, "2".to_owned(), "text", some("12")),
                (Place::Button, 1, "1".to_owned(), "url", some("https://a.example/x")),
            ]
        );
    }

    #[test]
    fn a_message_is_rendered_as_the_customer_reads_it() {
        assert_eq!(check(&order(), &sent()), Ok(()));
        let rendered = render(&order(), &sent());
        assert_eq!(rendered.body.as_deref(), Some("Hi Deniz {{2}}, order 12 is ready, Deniz {{2}}."));
        assert_eq!(rendered.footer.as_deref(), Some("The bakery"));
        let urls: Vec<_> = rendered.buttons.iter().map(|button| button.url.as_deref()).collect();
        assert_eq!(urls, [None, Some("https://a.example/x12")]);
    }

    #[test]
    fn named_parameters_go_by_their_names() {
        let named = template(json!([{"type": "BODY", "text": "Hi {{name}}, order {{order}}"}]));
        let sent: Vec<Value> = serde_json::from_value(json!([{"type": "body", "parameters": [
            {"type": "text", "parameter_name": "order", "text": "12"},
            {"type": "text", "parameter_name": "name", "text": "Deniz"}]}]))
        .unwrap();
        assert_eq!(check(&named, &sent), Ok(()));
        assert_eq!(render(&named, &sent).body.as_deref(), Some("Hi Deniz, order 12"));
    }

    #[test]
    fn what_is_missing_or_too_much_is_told() {
        assert_eq!(check(&order(), &[]), Err("lack image of the header".to_owned()));
        for (at, error) in [(1, "lack 1 of the body"), (2, "lack 1 of the button")] {
            let mut lacking = sent();
            lacking.remove(at);
            assert_eq!(check(&order(), &lacking), Err(error.to_owned()));
        }
        let mut broken = sent();
        broken[1]["parameters"][0]["text"] = json!("Deniz\nUsta");
        assert_eq!(check(&order(), &broken), Err("have a line break, a tab or five spaces in 1".to_owned()));
        let plain = template(json!([{"type": "BODY", "text": "Hello"}]));
        assert_eq!(check(&plain, &sent()), Err("give more for the header than the template has".to_owned()));
        assert_eq!(check(&plain, &[]), Ok(()));
    }
}
