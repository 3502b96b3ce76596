//! Every type of message, live from a customer. Right of the text, in brackets: what the payload keeps besides.

use insta::assert_snapshot;
use rstest::rstest;
use serde_json::json;
use switchboard_store::Millis;

use crate::support::{RECEIVED, payload, said, table};

#[test]
fn a_text_comes_with_what_it_refers_to() {
    assert_snapshot!(table(&["message_text", "message_text_reply", "message_text_forwarded", "message_text_about_product", "message_text_from_ad", "message_text_in_group"]), @r#"
    message_text | message 16505551234 (Sheena Nelson): text "Does it come in another color?"
    message_text_reply | message 16505551234 (Sheena Nelson) on wamid.QUOTED: text "Yes, that one" [context]
    message_text_forwarded | message 16505551234 (Sheena Nelson): text "Look" [context]
    message_text_about_product | message 16505551234 (Sheena Nelson) on wamid.QUOTED: text "Is this available?" [context]
    message_text_from_ad | message 16505551234 (Sheena Nelson): text "Hello!" [referral]
    message_text_in_group | message 16505551234 (Sheena Nelson) in group HBgLMTY1: text "What does everyone think about this?"
    "#);
}

#[test]
fn media_say_their_caption_or_their_file_name() {
    assert_snapshot!(table(&["message_image", "message_image_too_big", "message_audio", "message_voice_legacy", "message_video", "message_document", "message_document_without_caption", "message_sticker"]), @r#"
    message_image | message 16505551234 (Sheena Nelson): image "Taj Mahal" [image]
    message_image_too_big | message 16505551234 (Sheena Nelson): unsupported image [errors from id timestamp type]
    message_audio | message 16505551234 (Sheena Nelson): audio [audio]
    message_voice_legacy | message 16505551234 (Sheena Nelson): audio [audio]
    message_video | message 16505551234 (Sheena Nelson): video "The shop" [video]
    message_document | message 16505551234 (Sheena Nelson): document "my receipt" [document]
    message_document_without_caption | message 16505551234 (Sheena Nelson): document "receipt.pdf" [document]
    message_sticker | message 16505551234 (Sheena Nelson): sticker [sticker]
    "#);
}

#[test]
fn places_people_and_orders_are_put_into_words() {
    assert_snapshot!(table(&["message_location", "message_location_current", "message_contacts", "message_contacts_requested", "message_order"]), @r#"
    message_location | message 16505551234 (Sheena Nelson): location "📍 Philz Coffee, 101 Forest Ave, Palo Alto, CA 94301" [location]
    message_location_current | message 16505551234 (Sheena Nelson): location "📍 37.44221496582, -122.16165924072" [location]
    message_contacts | message 16505551234 (Sheena Nelson): contacts "👤 Barbara J. Johnson, +1 (415) 555-0829\n👤 Pablo Morales" [contacts]
    message_contacts_requested | message US.13491208655302741918 (Sheena Nelson): contacts "👤 Sheena Nelson, +16505551234" [contacts origin]
    message_order | message 16505551234 (Sheena Nelson): order "Love these!\n2 × di9ozbzfi4, 30 USD\n1 × nqryix03ez, 7.5 USD" [order]
    "#);
}

#[test]
fn a_choice_says_what_was_chosen() {
    assert_snapshot!(table(&["message_button", "message_button_without_context", "message_interactive_list_reply", "message_interactive_button_reply", "message_interactive_nfm_reply", "message_interactive_nfm_reply_array", "message_interactive_product"]), @r#"
    message_button | message 16505551234 (Sheena Nelson) on wamid.QUOTED: button "Unsubscribe" [button context]
    message_button_without_context | message 16505551234 (Sheena Nelson): button "Yes" [button]
    message_interactive_list_reply | message 16505551234 (Sheena Nelson) on wamid.QUOTED: interactive "Priority Mail Express" [context interactive]
    message_interactive_button_reply | message 16505551234 (Sheena Nelson) on wamid.QUOTED: interactive "Cancel" [context interactive]
    message_interactive_nfm_reply | message 16505551234 (Sheena Nelson) on wamid.QUOTED: interactive "Sent" [context interactive]
    message_interactive_nfm_reply_array | message 16505551234 (Sheena Nelson) on wamid.QUOTED: interactive "Sent" [context interactive]
    message_interactive_product | message 16505551234 (Sheena Nelson): interactive "di9ozbzfi4" [interactive]
    "#);
}

#[test]
fn a_reaction_without_an_emoji_takes_it_away() {
    assert_snapshot!(table(&["message_reaction", "message_reaction_removed", "message_reaction_removed_empty"]), @r#"
    message_reaction | message 16505551234 (Sheena Nelson): reaction to wamid.TARGET 👍
    message_reaction_removed | message 16505551234 (Sheena Nelson): reaction to wamid.TARGET taken away
    message_reaction_removed_empty | message 16505551234 (Sheena Nelson): reaction to wamid.TARGET taken away
    "#);
}

#[test]
fn messages_are_edited_and_revoked() {
    assert_snapshot!(table(&["message_edit", "message_revoke"]), @r#"
    message_edit | message 16505551234 (Sheena Nelson): edit of wamid.TARGET image "Updated image caption" [context image]
    message_revoke | message 16505551234 (Sheena Nelson): revoke of wamid.TARGET
    "#);
}

#[test]
fn what_is_not_understood_is_kept_as_unsupported() {
    assert_snapshot!(table(&["message_unsupported", "message_unsupported_older", "message_unknown_type", "message_interactive_without_object"]), @r#"
    message_unsupported | message 16505551234 (Sheena Nelson): unsupported unsupported [errors from id timestamp type unsupported]
    message_unsupported_older | message 16505551234 (Sheena Nelson): unsupported unsupported [errors from id timestamp type]
    message_unknown_type | message 16505551234 (Sheena Nelson): unsupported hologram [from hologram id timestamp type]
    message_interactive_without_object | message 16505551234 (Sheena Nelson) on wamid.QUOTED: unsupported interactive [context errors from id timestamp type]
    "#);
}

#[test]
fn a_missing_type_is_told_by_the_object() {
    assert_snapshot!(table(&["message_without_type"]), @r#"message_without_type | message 16505551234 (Sheena Nelson): text "Hello?""#);
}

#[test]
fn a_chat_opened_for_the_first_time_is_no_question() {
    assert_snapshot!(table(&["message_request_welcome"]), @r#"message_request_welcome | message 16505551234 (Sheena Nelson): system request_welcome"#);
}

#[test]
fn without_an_id_or_a_sender_there_is_no_message() {
    assert_snapshot!(table(&["message_without_id", "message_from_nobody", "message_invalid_from"]), @r#"
    message_without_id | leftover malformed: a message without an id
    message_from_nobody | leftover malformed: a message from nobody
    message_invalid_from | leftover malformed: a message from nobody
    "#);
}

#[rstest]
#[case("message_text", Millis(1_749_416_383_000))]
#[case("message_invalid_timestamp", RECEIVED)]
fn a_message_without_a_time_was_said_when_it_arrived(#[case] name: &str, #[case] said_at: Millis) {
    assert_eq!(said(name).said_at, said_at);
}

#[test]
fn the_payload_is_the_object_of_the_type_and_what_stands_beside_it() {
    let url = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=133";
    let video =
        json!({"caption": "The shop", "mime_type": "video/mp4", "sha256": "x", "id": "1908647269898588", "url": url});
    assert_eq!(payload("message_video"), json!({ "video": video }));
    assert_eq!(payload("message_text_forwarded"), json!({"context": {"forwarded": true}}));
    let product = json!({"catalog_id": "194836987003835", "product_retailer_id": "di9ozbzfi4"});
    assert_eq!(payload("message_text_about_product")["context"]["referred_product"], product);
    assert_eq!(payload("message_system_customer_identity_changed")["identity"]["hash"], "xyzxyz");
}

#[test]
fn an_old_voice_note_is_an_audio_message() {
    assert_eq!(payload("message_voice_legacy")["audio"]["id"], "b1c68f38");
    assert_eq!(payload("message_voice_legacy")["audio"]["voice"], true);
}

#[test]
fn an_unknown_message_is_kept_whole() {
    let message = json!({
        "from": "16505551234",
        "id": "wamid.unknown_type",
        "timestamp": "1749416383",
        "type": "hologram",
        "hologram": {"id": "1"},
    });
    assert_eq!(payload("message_unknown_type"), message);
}

#[test]
fn the_reason_a_message_has_no_content_may_stand_beside_the_list() {
    assert_eq!(payload("message_interactive_without_object")["errors"][0]["code"], 131_000);
}
