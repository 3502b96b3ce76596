//! What became of messages that were sent.

use insta::assert_snapshot;
use switchboard_inbox::incoming::Incoming;
use switchboard_store::Millis;
use switchboard_webhook::decode::What;

use crate::support::{item, table};

#[test]
fn statuses_tell_what_became_of_a_message() {
    assert_snapshot!(table(&["status_sent", "status_delivered_to_user_id", "status_read", "status_played", "status_failed"]), @r#"
    status_sent | wamid.sent sent of 019799ac-3b1e-7c60-8f6e-1b2c3d4e5f60 by 16505551234
    status_delivered_to_user_id | wamid.delivered_to_user_id delivered by US.1349 US.ENT.7 @pablomorales (Pablo M.)
    status_read | wamid.read read by 16505551234 US.1 (Sheena Nelson)
    status_played | wamid.played read by 16505551234
    status_failed | wamid.failed failed by 16505551234 because of 131049
    "#);
}

#[test]
fn a_status_of_a_group_names_no_customer() {
    assert_snapshot!(table(&["status_read_in_group"]), @r#"status_read_in_group | wamid.read_in_group read"#);
}

#[test]
fn other_statuses_change_nothing() {
    assert_snapshot!(table(&["status_deleted", "status_unknown"]), @r#"
    status_deleted | notice messages [id recipient_id status timestamp]
    status_unknown | leftover unknown_type: the status teleported
    "#);
}

#[test]
fn a_failure_has_a_time_and_the_first_error() {
    let What::Conversation(Incoming::Status(status)) = item("status_failed").what else { panic!("no status") };
    assert_eq!(status.at, Millis(1_751_142_888_000));
    assert_eq!(status.error.unwrap()["code"], 131_049);
}
