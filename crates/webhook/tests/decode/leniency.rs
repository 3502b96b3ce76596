//! What is not quite as documented, and what is not a delivery at all.

use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};
use switchboard_inbox::incoming::{Content, Incoming, Said};
use switchboard_store::LeftoverReason;
use switchboard_webhook::decode::{Item, Route, What, decode};

use crate::support::{RECEIVED, items, table};

#[test]
fn an_unreadable_item_holds_back_none_of_its_neighbours() {
    assert_snapshot!(table(&["batch_mixed"]), @r#"
    batch_mixed | message 16505551234 (Sheena Nelson): text "one"
    batch_mixed | leftover malformed: a message without an id
    batch_mixed | message 14125550829 (Pablo M.): text "two"
    batch_mixed | waba 102290129340398 | leftover malformed: a change without a value
    batch_mixed | waba 102290129340398 | leftover malformed: a change without a value
    batch_mixed | nobody | leftover malformed: an entry without changes
    batch_mixed | number 777 | wamid.3 sent by 16505551234
    batch_mixed | number 777 | leftover malformed: a status without an id or a name
    "#);
}

#[test]
fn a_message_delivered_twice_is_told_twice() {
    assert_snapshot!(table(&["batch_duplicate"]), @r#"
    batch_duplicate | message 16505551234 (Sheena Nelson): text "Hello?"
    batch_duplicate | message 16505551234 (Sheena Nelson): text "Hello?"
    "#);
}

#[test]
fn an_item_alone_keeps_its_own_contact_and_the_envelope() {
    let alone = items("batch_mixed")[2].as_delivery();
    assert_snapshot!(String::from_utf8(alone).unwrap(), @r#"{"entry":[{"changes":[{"field":"messages","value":{"contacts":[{"profile":{"name":"Pablo M."},"wa_id":"14125550829"}],"messages":[{"from":"14125550829","id":"wamid.2","text":{"body":"two"},"timestamp":"1749416384","type":"text"}],"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"}}}],"id":"102290129340398"}],"object":"whatsapp_business_account"}"#);
}

#[rstest]
#[case("")]
#[case("Hello, World!")]
#[case("[]")]
#[case("7")]
#[case("{}")]
#[case(r#"{"object":"whatsapp_business_account","entry":[]}"#)]
#[case(r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[]}]}"#)]
#[case(r#"{"object":"page","entry":[]}"#)]
#[case(r#"{"object":"whatsapp_business_account"}"#)]
#[case(r#"{"object":"whatsapp_business_account","entry":"all of them"}"#)]
fn what_is_no_delivery_is_one_leftover_of_the_same_bytes(#[case] body: &str) {
    let items = decode(body.as_bytes(), RECEIVED).items;
    let [Item { route: Route::None, what: What::Leftover { reason: LeftoverReason::Malformed, .. }, .. }] = &*items
    else {
        panic!("{items:?}")
    };
    assert_eq!(items[0].as_delivery(), body.as_bytes());
}

#[test]
fn json_nested_without_end_is_one_leftover() {
    let body = [b"{\"entry\":".as_slice(), &b"[".repeat(100_000)].concat();
    let items = decode(&body, RECEIVED).items;
    assert!(matches!(&*items, [Item { what: What::Leftover { .. }, .. }]), "{}", items.len());
}

#[test]
fn a_change_without_a_field_is_kept_and_never_answered() {
    let body = json!({"entry": [{"id": "1", "changes": [{"value": {"messages": [text("Hello?")]}}]}]});
    let items = decode(body.to_string().as_bytes(), RECEIVED).items;
    assert!(matches!(&*items, [Item { what: What::Leftover { .. }, .. }]), "{items:?}");
}

fn text(body: &str) -> Value {
    json!({"id": "wamid.1", "from": "16505551234", "type": "text", "text": {"body": body}})
}

/// The one message of a delivery with this value of the field `messages`.
fn message(value: &Value) -> Said {
    let body = json!({"entry": {"id": 1, "changes": {"field": "messages", "value": value}}});
    decoded(body.to_string().as_bytes())
}

fn decoded(body: &[u8]) -> Said {
    match <[Item; 1]>::try_from(decode(body, RECEIVED).items).unwrap() {
        [Item { what: What::Conversation(Incoming::Message(said)), .. }] => said,
        [other] => panic!("no message: {other:?}"),
    }
}

fn words(said: &Said) -> &str {
    match &said.content {
        Content::Body(body) => body.text.as_deref().unwrap(),
        other => panic!("no body: {other:?}"),
    }
}

#[test]
fn one_object_may_stand_where_a_list_belongs() {
    let contact = json!({"wa_id": "16505551234", "profile": {"name": "Sheena"}});
    let said = message(&json!({"contacts": contact, "messages": text("Hello?")}));
    assert_eq!(words(&said), "Hello?");
    assert_eq!(said.party.name.as_deref(), Some("Sheena"));
}

#[test]
fn ids_and_phones_may_be_numbers() {
    let said =
        message(&json!({"messages": [{"id": 7, "from": 16_505_551_234_u64, "type": "text", "text": {"body": "Hi"}}]}));
    assert_eq!((said.wamid.as_str(), said.party.phone.as_deref()), ("7", Some("16505551234")));
}

#[test]
fn a_nul_in_a_text_is_replaced_because_no_database_row_can_hold_it() {
    let mut image = text("");
    image["type"] = json!("image");
    image["image"] = json!({"caption": "a\0b", "id": "1\0"});
    let said = message(&json!({"messages": [image]}));
    assert_eq!(words(&said), "a\u{fffd}b");
    let Content::Body(body) = said.content else { panic!("no body") };
    assert_eq!(body.payload.unwrap()["image"]["id"], "1\u{fffd}");
}

#[test]
fn half_an_emoji_costs_no_more_than_itself() {
    let body = json!({"entry": [{"changes": [{"field": "messages", "value": {"messages": [text("HALF")]}}]}]});
    let said = decoded(body.to_string().replace("HALF", r"cut \ud83d").as_bytes());
    assert_eq!(words(&said), "cut \u{fffd}");
}

#[test]
fn an_endless_text_is_cut() {
    let said = message(&json!({"messages": [text(&"ğ".repeat(100_000))]}));
    assert_eq!(words(&said).len(), 64 * 1024);
}

#[test]
fn a_message_of_the_business_itself_is_never_a_customers() {
    let mut own = text("We are open");
    own["to"] = json!("14125550829");
    let value = json!({"metadata": {"display_phone_number": "+1 650-555-1234"}, "messages": [own]});
    let body = json!({"entry": [{"changes": [{"field": "messages", "value": value}]}]});
    let items = decode(body.to_string().as_bytes(), RECEIVED).items;
    assert!(matches!(&items[0].what, What::Conversation(Incoming::Echo(_))), "{items:?}");
}

#[test]
fn errors_beside_an_echo_without_content_are_told_once() {
    let echo = json!({"id": "wamid.1", "to": "16505551234", "type": "interactive"});
    let value = json!({"message_echoes": [echo], "errors": [{"code": 131_000}]});
    let body = json!({"entry": [{"changes": [{"field": "smb_message_echoes", "value": value}]}]});
    let items = decode(body.to_string().as_bytes(), RECEIVED).items;
    let [Item { what: What::Conversation(Incoming::Echo(said)), .. }] = &*items else { panic!("{items:?}") };
    let Content::Unsupported(body) = &said.content else { panic!("{said:?}") };
    assert_eq!(body.payload.as_ref().unwrap()["errors"][0]["code"], 131_000);
}
