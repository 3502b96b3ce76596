//! HTTP actions: from what a model fills in to a request, and from the answer to what the model reads.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::{Client, RequestBuilder, Response, Url};
use serde_json::{Map, Value};
use switchboard_store::{
    Conn, Result, TenantId, contact,
    tool::{HttpAction, Method},
};
use uuid::Uuid;

use super::{Headers, Outcome, check::placeholders, header_map, readable};
use crate::outward;

/// Bytes of an answer that are read.
const LONGEST_ANSWER: usize = 256 * 1_024;
/// Tells the other side that it has seen a request before (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What is known of the customer and their conversation, for what is sent along; in a trial there may be none. The model
/// cannot choose it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub customer_id: Option<String>,
    /// Digits only; `None`: it is not known.
    pub phone: Option<String>,
    /// Digits only: the number they gave when asked, which proves nothing; `None`: they gave none.
    pub given_phone: Option<String>,
    pub name: Option<String>,
    pub conversation_id: Option<String>,
}

/// What can be sent along, by its placeholder.
pub(super) const KNOWN: [&str; 5] =
    ["customer.id", "customer.phone", "customer.given_phone", "customer.name", "conversation.id"];

impl Facts {
    pub(crate) async fn of(conn: &mut Conn<'_>, tenant: TenantId, customer: Uuid, conversation: Uuid) -> Result<Self> {
        let contact = contact::get(conn, tenant, customer).await?;
        Ok(Self {
            customer_id: Some(customer.to_string()),
            phone: contact.as_ref().and_then(|contact| contact.phone.clone()),
            given_phone: contact.as_ref().and_then(|contact| contact.given_phone.clone()),
            name: contact.and_then(|contact| contact.own_name.or(contact.name)),
            conversation_id: Some(conversation.to_string()),
        })
    }

    fn get(&self, name: &str) -> Option<&str> {
        match name {
            "customer.id" => self.customer_id.as_deref(),
            "customer.phone" => self.phone.as_deref(),
            "customer.given_phone" => self.given_phone.as_deref(),
            "customer.name" => self.name.as_deref(),
            "conversation.id" => self.conversation_id.as_deref(),
            _ => None,
        }
    }

    /// A text with its placeholders filled in; else the name of what is not known.
    fn fill<'a>(&self, template: &'a str) -> Result<String, &'a str> {
        let mut filled = template.to_owned();
        for name in placeholders(template) {
            let value = self.get(name).ok_or(name)?;
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        Ok(filled)
    }
}

/// Makes a request, once. `id`: the same for a repetition. `left`: longer than this it is not waited for, whatever its own
/// time is.
pub(super) async fn carry_out(
    http: &Client,
    (action, url, headers): (&HttpAction, &str, &Headers),
    id: Uuid,
    inputs: &Map<String, Value>,
    facts: &Facts,
    left: Duration,
) -> Outcome {
    let request = match request(http, action, url, inputs, facts) {
        Ok(request) => request,
        Err(why) => return Outcome::failed(why),
    };
    let Ok(headers) = header_map(headers) else {
        return Outcome::failed("The tool is not set up rightly: a header cannot be sent.");
    };
    let request = if action.is_safe() { request } else { request.header(IDEMPOTENCY_KEY, id.to_string()) };
    let timeout = timeout(action).min(left);
    match tokio::time::timeout(timeout, answer(request.headers(headers))).await {
        Ok(Ok((status, body))) => outcome(action, status, &body),
        Ok(Err(error)) if error.is_connect() => Outcome::failed("The server could not be reached; nothing was done."),
        Ok(Err(_)) => silence(action, "The server gave no answer"),
        Err(_) => silence(action, "The server gave no answer in time"),
    }
}

pub(super) fn timeout(action: &HttpAction) -> Duration {
    Duration::from_millis(action.timeout_ms.into())
}

/// What a model is told where nothing was heard.
fn silence(action: &HttpAction, what: &str) -> Outcome {
    let known =
        if action.is_safe() { "" } else { ", and nobody knows whether it was done. Do not try it again: hand over" };
    Outcome::failed(format!("{what}{known}."))
}

fn request(
    http: &Client,
    action: &HttpAction,
    template: &str,
    inputs: &Map<String, Value>,
    facts: &Facts,
) -> Result<RequestBuilder, String> {
    let mut values = inputs.clone();
    for (name, template) in &action.fixed {
        let filled = facts.fill(template).map_err(|name| format!("It needs {name}, which is not known."))?;
        values.insert(name.clone(), Value::String(filled));
    }
    let url = address(template, &mut values)?;
    let method = match action.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    };
    let request = http.request(method, url);
    Ok(match action.method {
        Method::Get | Method::Delete => {
            request.query(&values.iter().map(|(name, it)| (name, plain(it))).collect::<Vec<_>>())
        }
        Method::Post | Method::Put | Method::Patch => request.json(&values),
    })
}

/// The address with its placeholders filled in. What it takes is taken out of `values`.
fn address(template: &str, values: &mut Map<String, Value>) -> Result<Url, String> {
    let mut filled = template.to_owned();
    for name in placeholders(template) {
        let value = plain(values.get(name).ok_or_else(|| format!("{name} is missing."))?);
        // Such a part of a path would be another path.
        if value.is_empty() || value == "." || value == ".." {
            return Err(format!("{name} cannot be {value:?}."));
        }
        filled = filled.replace(&format!("{{{name}}}"), &encoded(&value));
    }
    for name in placeholders(template) {
        values.remove(name);
    }
    let url = Url::parse(&filled).ok().filter(|_| !outward::is_elsewhere(&filled, template));
    url.ok_or_else(|| "The address is none with this.".to_owned())
}

/// A value where only text fits.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// All but the unreserved (RFC 3986, section 2.3) as percent and two digits.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Its status and as much of its body as is read.
async fn answer(request: RequestBuilder) -> reqwest::Result<(u16, Vec<u8>)> {
    let response: Response = request.send().await?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > LONGEST_ANSWER {
            body.truncate(LONGEST_ANSWER);
            break;
        }
    }
    Ok((status, body))
}

fn outcome(action: &HttpAction, status: u16, body: &[u8]) -> Outcome {
    let ok = (200..300).contains(&status);
    let text = String::from_utf8_lossy(body);
    let text = match serde_json::from_str::<Value>(&text) {
        Ok(answer) => shown(&answer, &action.visible),
        // What is to be seen of it cannot be told apart.
        Err(_) if !action.visible.is_empty() => String::new(),
        Err(_) => text.trim().to_owned(),
    };
    let text = match (ok, text.is_empty()) {
        (true, true) => "It was done; there is nothing to read in the answer.".to_owned(),
        (true, false) => text,
        (false, true) => format!("The server answered with status {status}."),
        (false, false) => format!("The server answered with status {status}: {text}"),
    };
    Outcome { ok, text: readable(&text), status: Some(status) }
}

/// Of an answer, what these pointers point to; all of it where there are none.
fn shown(answer: &Value, pointers: &[String]) -> String {
    if pointers.is_empty() {
        return answer.to_string();
    }
    let found = pointers.iter().filter_map(|pointer| {
        let values = pointed(answer, &tokens(pointer));
        (!values.is_empty()).then_some((pointer.as_str(), values))
    });
    let lines = found.map(|(pointer, values)| {
        let values: Vec<_> = values.into_iter().map(plain).collect();
        format!("{}: {}", pointer.trim_start_matches('/'), values.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The parts of a JSON pointer (RFC 6901).
fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// What a pointer points to; `*` stands for each of a list.
fn pointed<'a>(value: &'a Value, tokens: &[String]) -> Vec<&'a Value> {
    let Some((first, rest)) = tokens.split_first() else { return vec![value] };
    match value {
        Value::Array(items) if first == "*" => items.iter().flat_map(|item| pointed(item, rest)).collect(),
        Value::Array(items) => {
            let item = first.parse().ok().and_then(|at: usize| items.get(at));
            item.map(|item| pointed(item, rest)).unwrap_or_default()
        }
        Value::Object(members) => members.get(first).map(|member| pointed(member, rest)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    /// Of an answer, what these pointers point to.
    fn reading(visible: Vec<String>) -> HttpAction {
        HttpAction {
            description: String::new(),
            method: Method::Get,
            inputs: json!({}),
            fixed: std::collections::BTreeMap::default(),
            timeout_ms: 1_000,
            visible,
            needs_consent: false,
        }
    }

    fn values(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn inputs_of_the_address_are_encoded_and_sent_nowhere_else() {
        let mut given = values(&json!({ "order": "A/1 ?", "unit": 7, "note": "x" }));
        let url = address("https://shop.example/orders/{order}?unit={unit}", &mut given).unwrap();
        assert_eq!(url.as_str(), "https://shop.example/orders/A%2F1%20%3F?unit=7");
        assert_eq!(given, values(&json!({ "note": "x" })));
    }

    #[rstest]
    #[case("..")]
    #[case(".")]
    #[case("")]
    fn an_input_cannot_climb_out_of_its_place(#[case] order: &str) {
        let mut given = values(&json!({ "order": order }));
        assert!(address("https://shop.example/orders/{order}/state", &mut given).is_err());
    }

    #[test]
    fn an_input_cannot_choose_the_server() {
        for template in ["https:////{order}:6443/orders", "https://{order}/orders", "https://shop.example.{order}/"] {
            let mut given = values(&json!({ "order": "127.0.0.1" }));
            assert!(address(template, &mut given).is_err(), "{template}");
        }
    }

    #[test]
    fn what_is_known_of_the_customer_is_filled_in_or_named() {
        let facts = Facts { phone: Some("905550001".into()), ..Facts::default() };
        assert_eq!(facts.fill("+{customer.phone}").unwrap(), "+905550001");
        assert_eq!(facts.fill("{customer.name}"), Err("customer.name"));
    }

    #[rstest]
    #[case("{customer.id}", "It needs customer.id, which is not known.")]
    #[case("{conversation.id}", "It needs conversation.id, which is not known.")]
    fn where_there_is_no_customer_nothing_is_asked_for_one(#[case] template: &str, #[case] why: &str) {
        rustls::crypto::ring::default_provider().install_default().ok();
        let action = HttpAction {
            fixed: std::collections::BTreeMap::from([("of".to_owned(), template.to_owned())]),
            ..reading(Vec::new())
        };
        let (http, url) = (outward::client(true).unwrap(), "https://shop.example/orders");
        let asked = |facts: &Facts| request(&http, &action, url, &Map::new(), facts);
        assert_eq!(asked(&Facts::default()).unwrap_err(), why);
        let facts = Facts { customer_id: Some("7".into()), conversation_id: Some("7".into()), ..Facts::default() };
        let sent = asked(&facts).unwrap().build().unwrap();
        assert_eq!(sent.url().query(), Some("of=7"));
    }

    #[test]
    fn of_an_answer_the_model_reads_what_is_pointed_to() {
        let answer = json!({ "state": "sent", "key": "s3cret", "lines": [{ "name": "cake" }, { "name": "bread" }] });
        let pointers = ["/state".to_owned(), "/lines/*/name".to_owned(), "/nothing".to_owned()];
        assert_eq!(shown(&answer, &pointers), "state: sent\nlines/*/name: cake, bread");
        assert!(shown(&answer, &[]).contains("s3cret"));
    }

    #[test]
    fn a_failure_shows_no_more_than_an_answer_would() {
        let action = reading(vec!["/state".into()]);
        let failed = outcome(&action, 500, br#"{"trace":"at secret.rs"}"#);
        assert_eq!(failed.text, "The server answered with status 500.");
        assert!(!outcome(&action, 200, b"<html>secret</html>").text.contains("secret"));
    }

    proptest! {
        #[test]
        fn whatever_an_input_is_it_stays_one_part_of_the_path(order in "\\PC{1,20}") {
            let mut given = values(&json!({ "order": order }));
            if let Ok(url) = address("https://shop.example/orders/{order}/state", &mut given) {
                prop_assert_eq!(url.host_str(), Some("shop.example"));
                prop_assert_eq!(url.path_segments().unwrap().count(), 3);
                prop_assert!(url.query().is_none() && url.fragment().is_none());
            }
        }
    }
}
