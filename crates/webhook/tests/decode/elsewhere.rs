//! What is said outside Switchboard: on the phone app, in the past, through another responder.

use insta::assert_snapshot;

use crate::support::table;

#[test]
fn what_the_business_says_on_its_phone_is_an_echo() {
    assert_snapshot!(table(&["echo_text", "echo_text_to_user_id", "echo_edit", "echo_revoke", "echo_to_nobody"]), @r#"
    echo_text | echo 16505551234: text "Here's the info you requested!"
    echo_text_to_user_id | echo US.1 US.ENT.1 @realsheenanelson (Sheena Nelson): text "On its way"
    echo_edit | echo 16505551234: edit of wamid.TARGET text "Half past nine"
    echo_revoke | echo 16505551234: revoke of wamid.TARGET
    echo_to_nobody | leftover malformed: an echo to nobody
    "#);
}

#[test]
fn the_past_has_both_sides_and_is_marked_as_such() {
    assert_snapshot!(table(&["history_threads", "history_media"]), @r#"
    history_threads | echo 16505551234 in history: text "Here's the info you requested! https://www.meta.com/quest/quest-3/" [history_context]
    history_threads | echo 16505551234 in history: unsupported media_placeholder [from history_context id timestamp type]
    history_threads | message 16505551234 in history: text "Thanks" [history_context]
    history_threads | notice history [metadata]
    history_media | message 16505551234 in history: image "Black Prince echeveria" [image]
    "#);
}

#[test]
fn history_may_be_declined_or_only_progress() {
    assert_snapshot!(table(&["history_declined", "history_progress"]), @r#"
    history_declined | notice history [errors]
    history_progress | notice history [metadata]
    "#);
}

#[test]
fn standby_traffic_is_marked_as_such() {
    assert_snapshot!(table(&["standby_message", "standby_echo", "standby_echo_template", "standby_status"]), @r#"
    standby_message | number PHONE_777 | message 573001234567 (Test User) in standby: text "Test standby message"
    standby_echo | number PHONE_777 | echo 573001234567 in standby on wamid.STANDBY.IN.1: text "Hello! Your order #12345 has shipped." [context text]
    standby_echo_template | number PHONE_777 | echo 573001234567 in standby: template "order_shipped" [template template_details]
    standby_status | number PHONE_777 | wamid.STANDBY.OUT.1 delivered by 573001234567
    "#);
}
