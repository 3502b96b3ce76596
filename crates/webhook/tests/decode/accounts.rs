//! Accounts and numbers, and the fields nobody here uses yet.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_onboarding::AccountEvent;
use switchboard_webhook::decode::What;

use crate::support::{item, table};

#[test]
fn partner_events_are_routed_by_the_account_they_name() {
    assert_snapshot!(table(&["account_partner_added", "account_partner_app_uninstalled", "account_partner_app_installed_misplaced", "account_field_in_entry", "account_partner_removed"]), @r#"
    account_partner_added | waba 980198427658004 | account account_update PARTNER_ADDED
    account_partner_app_uninstalled | waba 184943124712545 | account account_update PARTNER_APP_UNINSTALLED
    account_partner_app_installed_misplaced | waba 184943124712545 | account account_update PARTNER_APP_INSTALLED
    account_field_in_entry | waba 184943124712545 | account account_update PARTNER_APP_UNINSTALLED
    account_partner_removed | waba 102290129340398 +15550783881 | account account_update PARTNER_REMOVED
    "#);
}

#[test]
fn account_events_name_an_account_or_a_number() {
    assert_snapshot!(table(&["account_offboarded", "account_disabled", "account_violation", "account_restriction", "account_quality", "account_name", "account_alert", "account_alert_of_number", "account_review", "account_capability", "account_security", "account_username"]), @r#"
    account_offboarded | waba 102290129340398 | account account_update ACCOUNT_OFFBOARDED
    account_disabled | waba 102290129340398 | account account_update DISABLED_UPDATE
    account_violation | waba 102290129340398 | account account_update ACCOUNT_VIOLATION
    account_restriction | waba 102290129340398 | account account_update ACCOUNT_RESTRICTION
    account_quality | waba 102290129340398 +15550783881 | account phone_number_quality_update THROUGHPUT_UPGRADE
    account_name | waba 102290129340398 +15550783881 | account phone_number_name_update -
    account_alert | waba 102290129340398 | account account_alerts -
    account_alert_of_number | account account_alerts -
    account_review | waba 102290129340398 | account account_review_update -
    account_capability | waba 102290129340398 | account business_capability_update -
    account_security | waba 102290129340398 +15550783881 | account security PIN_CHANGED
    account_username | waba 102290129340398 +15550783881 | account business_username_updates -
    "#);
}

#[test]
fn fields_without_a_use_yet_are_notices() {
    assert_snapshot!(table(&["notice_messaging_handovers", "notice_user_preferences", "notice_calls", "notice_group_lifecycle_update", "notice_flows", "notice_template_status", "notice_template_quality_mislabelled", "notice_payment_configuration"]), @r#"
    notice_messaging_handovers | number PHONE_777 | notice messaging_handovers [control_passed messaging_product recipient sender timestamp type]
    notice_user_preferences | notice user_preferences [contacts messaging_product metadata user_preferences]
    notice_calls | notice calls [calls messaging_product metadata]
    notice_group_lifecycle_update | notice group_lifecycle_update [groups messaging_product metadata]
    notice_flows | waba 102290129340398 | notice flows [event flow_id]
    notice_template_status | waba 102290129340398 | notice message_template_status_update [event message_template_category message_template_id message_template_language message_template_name reason]
    notice_template_quality_mislabelled | waba 102290129340398 | notice message_template_quality_update [message_template_id message_template_language message_template_name new_quality_score previous_quality_score]
    notice_payment_configuration | waba 102290129340398 | notice payment_configuration_update [configuration_name created_timestamp provider_mid provider_name status updated_timestamp]
    "#);
}

#[test]
fn errors_beside_no_message_are_a_notice() {
    assert_snapshot!(table(&["value_errors"]), @r#"value_errors | notice messages [errors]"#);
}

#[test]
fn an_unknown_field_is_never_read_as_messages() {
    assert_snapshot!(table(&["unknown_field"]), @r#"unknown_field | leftover unknown_field: the field telepathy"#);
}

fn account_event(name: &str) -> AccountEvent {
    match item(name).what {
        What::Account(event) => event,
        other => panic!("no account event: {other:?}"),
    }
}

#[test]
fn an_account_event_tells_the_account_and_keeps_the_rest() {
    let event = account_event("account_partner_added");
    assert_eq!(event.waba_id.as_deref(), Some("980198427658004"));
    assert_eq!(event.value["waba_info"]["solution_id"], "1715120619246906");
}

#[test]
fn an_account_event_tells_limits_decisions_and_names() {
    let quality = account_event("account_quality");
    assert_eq!(quality.display_phone_number.as_deref(), Some("15550783881"));
    assert_eq!(quality.current_limit.as_deref(), Some("TIER_UNLIMITED"));

    let name = account_event("account_name");
    assert_eq!(name.decision.as_deref(), Some("APPROVED"));
    assert_eq!(name.requested_verified_name.as_deref(), Some("Lucky Shrub"));
    assert_eq!(name.waba_id.as_deref(), Some("102290129340398"));
}

#[test]
fn a_notice_keeps_the_value() {
    let What::Notice { value, .. } = item("notice_flows").what else { panic!("no notice") };
    assert_eq!(value, json!({"event": "FLOW_STATUS_CHANGE", "flow_id": "6627390910605886"}));
}
