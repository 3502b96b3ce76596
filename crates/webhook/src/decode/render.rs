//! What a person or a model reads of a message. No words of any language are added to what was said.

use serde_json::Value;

use super::json::Lenient;

pub(super) enum Rendering {
    Says(String),
    /// Complete, but nothing to read: a photo without a caption.
    Silent,
    /// Not what its type promises, or a type nobody here knows.
    Unreadable,
}

impl Rendering {
    fn says(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Unreadable, |text| Self::Says(text.into()))
    }

    fn if_any(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Silent, |text| Self::Says(text.into()))
    }
}

/// Renders the object of a message's type.
/// Shapes: Meta's reference of the `messages` webhook, one page per type; what is sent, of the messages call.
pub(super) fn render(kind: &str, object: &Value) -> Rendering {
    match kind {
        "text" => Rendering::says(object.text("body")),
        "image" | "video" | "audio" | "voice" | "sticker" if object.is_object() => {
            Rendering::if_any(object.text("caption"))
        }
        "document" if object.is_object() => {
            Rendering::if_any(object.text("caption").or_else(|| object.text("filename")))
        }
        "location" => Rendering::says(location(object)),
        "contacts" => Rendering::says(lines(object.as_array().into_iter().flatten().filter_map(contact))),
        "button" => Rendering::says(object.text("text").or_else(|| object.text("payload"))),
        "interactive" => interactive(object),
        "order" => Rendering::says(order(object)),
        "template" => Rendering::says(template(object)),
        _ => Rendering::Unreadable,
    }
}

fn location(object: &Value) -> Option<String> {
    let named = join([object.text("name"), object.text("address")].into_iter().flatten(), ", ");
    let position = || Some(format!("{}, {}", plain(object.get("latitude")?)?, plain(object.get("longitude")?)?));
    Some(format!("📍 {}", named.or_else(position)?))
}

fn contact(object: &Value) -> Option<String> {
    let name = contact_name(object);
    let phones = object.get("phones").and_then(Value::as_array).into_iter().flatten();
    let phones = phones.filter_map(|phone| phone.text("phone").or_else(|| phone.text("wa_id")));
    Some(format!("👤 {}", join(name.as_deref().into_iter().chain(phones), ", ")?))
}

/// A contact given on request comes as a vCard without the `name` object.
fn contact_name(object: &Value) -> Option<String> {
    let name = object.get("name");
    let part = |key: &str| name.and_then(|name| name.text(key));
    let parts = || join(["first_name", "last_name"].into_iter().filter_map(part), " ");
    let vcard = || object.text("vcard")?.lines().find_map(|line| line.strip_prefix("FN:")).map(str::to_owned);
    part("formatted_name").map(str::to_owned).or_else(parts).or_else(vcard)
}

/// What was chosen or answered; of an interactive message that was sent, its body.
fn interactive(object: &Value) -> Rendering {
    let chosen = object.text("type").and_then(|kind| object.get(kind));
    let said = chosen
        .and_then(|chosen| {
            ["title", "body", "text", "name", "product_retailer_id"].iter().find_map(|key| chosen.text(key))
        })
        .or_else(|| object.get("body").and_then(|body| body.text("text")));
    match object.as_object() {
        Some(members) if !members.is_empty() => Rendering::if_any(said),
        _ => Rendering::Unreadable,
    }
}

fn order(object: &Value) -> Option<String> {
    let items = object.get("product_items").and_then(Value::as_array).into_iter().flatten().filter_map(order_line);
    lines(object.text("text").map(str::to_owned).into_iter().chain(items))
}

/// `2 × di9ozbzfi4, 30 USD`: the price is that of one.
fn order_line(item: &Value) -> Option<String> {
    let product = item.get("product_retailer_id").and_then(plain)?;
    let quantity = item.get("quantity").and_then(plain).map(|quantity| format!("{quantity} × ")).unwrap_or_default();
    let price =
        join([item.get("item_price").and_then(plain).as_deref(), item.text("currency")].into_iter().flatten(), " ");
    let price = price.map(|price| format!(", {price}")).unwrap_or_default();
    Some(format!("{quantity}{product}{price}"))
}

fn template(object: &Value) -> Option<&str> {
    let components = object.get("components").and_then(Value::as_array).into_iter().flatten();
    let mut bodies = components.filter(|part| part.text("type").is_some_and(|kind| kind.eq_ignore_ascii_case("body")));
    bodies.find_map(|body| body.text("text")).or_else(|| object.text("name"))
}

/// A string or a number, as it was written.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn lines(lines: impl Iterator<Item = String>) -> Option<String> {
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn join<'a>(parts: impl Iterator<Item = &'a str>, by: &str) -> Option<String> {
    let parts: Vec<&str> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(by))
}
