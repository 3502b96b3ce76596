//! Who a message is from, and how WhatsApp tells that they changed number or user id.

use insta::assert_snapshot;

use crate::support::{said, table};

#[test]
fn a_customer_is_known_by_phone_user_id_or_both() {
    assert_snapshot!(table(&["message_from_user_id", "message_user_id_in_from", "message_two_contacts"]), @r#"
    message_from_user_id | message US.13491208655302741918 US.ENT.11815799212886844830 @realsheenanelson (Sheena Nelson): text "Does it come in another color?"
    message_user_id_in_from | message US.13491208655302741918 (Sheena Nelson): text "Hello?"
    message_two_contacts | message 16505551234 US.1 (Sheena Nelson): text "Hello?"
    "#);
}

#[test]
fn without_a_sender_the_only_contact_is_meant() {
    assert_snapshot!(table(&["message_without_from"]), @r#"message_without_from | message 16505551234 (Sheena Nelson): text "Hello?""#);
}

#[test]
fn an_invalid_user_id_serves_only_where_nothing_better_is_known() {
    assert_snapshot!(table(&["message_invalid_user_id", "message_only_invalid_user_id"]), @r#"
    message_invalid_user_id | message 16505551234 (Sheena Nelson): text "Hello?"
    message_only_invalid_user_id | message not-a-user-id: text "Hello?"
    "#);
}

#[test]
fn a_contact_who_is_somebody_else_is_left_out() {
    assert_snapshot!(table(&["message_foreign_contact"]), @r#"message_foreign_contact | message 16505551234: text "Hello?""#);
}

#[test]
fn a_changed_number_or_user_id_is_told_by_the_old_and_the_new() {
    assert_snapshot!(table(&["message_system_user_changed_number", "message_system_user_changed_number_2026", "message_system_user_changed_user_id", "message_system_customer_identity_changed"]), @r#"
    message_system_user_changed_number | message 16505551234: system system "User Sheena Nelson changed from 16505551234 to 12195555358" [system] changes 16505551234 - to 12195555358 - -
    message_system_user_changed_number_2026 | message 16505551234: system system "User Sheena Nelson changed from 16505551234 to 12195555358" [system] changes 16505551234 US.1 to 12195555358 US.2 -
    message_system_user_changed_user_id | message CO.1: system system "User Sheena Nelson changed from CO.1 to CO.2" [system] changes - CO.1 to - CO.2 US.ENT.2
    message_system_customer_identity_changed | message 16505551234 (Sheena Nelson): system system "Sheena Nelson's security code changed" [identity system]
    "#);
}

#[test]
fn older_variants_tell_the_change_in_the_sender_or_in_the_text() {
    assert_snapshot!(table(&["message_system_user_changed_number_without_from", "message_system_user_changed_user_id_by_sender", "message_system_user_changed_user_id_by_text"]), @r#"
    message_system_user_changed_number_without_from | message 16505551234: system system "User Sheena Nelson changed from 16505551234 to 12195555358" [system] changes 16505551234 - to 12195555358 - -
    message_system_user_changed_user_id_by_sender | message CO.1: system system "Sheena Nelson" [system] changes - CO.1 to - CO.2 -
    message_system_user_changed_user_id_by_text | message CO.1: system system "User Sheena Nelson changed from CO.1 to CO.2." [system] changes - CO.1 to - CO.2 -
    "#);
}

#[test]
fn the_withdrawn_user_id_update_is_a_change_too() {
    assert_snapshot!(table(&["user_id_update"]), @r#"user_id_update | message 16505551234 US.1: system system "User changed" [user_id_update] changes - US.1 to - US.2 US.ENT.2"#);
}

#[test]
fn the_address_book_tells_names() {
    assert_snapshot!(table(&["address_book"]), @r#"
    address_book | contact 16505551234 (Pablo Morales)
    address_book | notice smb_app_state_sync [action contact metadata type]
    "#);
}

#[test]
fn the_withdrawn_user_id_update_has_the_same_id_whenever_it_is_delivered() {
    assert_eq!(said("user_id_update").wamid, "user_id_update:US.1:US.2");
}
