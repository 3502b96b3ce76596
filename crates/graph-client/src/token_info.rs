use serde::Deserialize;

use crate::lenient;

const MANAGEMENT: &str = "whatsapp_business_management";
const MESSAGING: &str = "whatsapp_business_messaging";

/// What `debug_token` says about a token. Times are Unix seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TokenInfo {
    /// Must be ours: a token of another app proves nothing.
    #[serde(deserialize_with = "lenient::optional_id")]
    pub app_id: Option<String>,
    #[serde(deserialize_with = "lenient::flag")]
    pub is_valid: bool,
    /// `None`: never.
    #[serde(deserialize_with = "time")]
    pub expires_at: Option<i64>,
    /// `None`: never.
    #[serde(deserialize_with = "time")]
    pub data_access_expires_at: Option<i64>,
    #[serde(deserialize_with = "lenient::list")]
    pub scopes: Vec<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub granular_scopes: Vec<GranularScope>,
    /// `USER`, `SYSTEM_USER`, `APP`.
    #[serde(rename = "type", deserialize_with = "lenient::optional")]
    pub token_type: Option<String>,
    /// The app-scoped id of who logged in: Meta's deauthorize and data-deletion callbacks name it.
    #[serde(deserialize_with = "lenient::optional_id")]
    pub user_id: Option<String>,
}

/// A permission and what it was granted for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GranularScope {
    pub scope: String,
    /// Empty: granted for everything.
    #[serde(default, deserialize_with = "lenient::ids")]
    pub target_ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct DebugToken {
    pub(crate) data: TokenInfo,
}

impl TokenInfo {
    /// The WABAs the token may manage or send for, those it may manage first, the most recently connected first.
    /// Empty when the permissions were granted for everything. Source: "Manage customer accounts".
    pub fn waba_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for id in self.targets(MANAGEMENT).chain(self.targets(MESSAGING)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
            || self.granular_scopes.iter().any(|granted| granted.scope == scope)
    }

    /// Whether it may both manage and send, which every connected number needs.
    pub fn has_whatsapp_scopes(&self) -> bool {
        self.has_scope(MANAGEMENT) && self.has_scope(MESSAGING)
    }

    fn targets(&self, scope: &'static str) -> impl Iterator<Item = &str> {
        self.granular_scopes
            .iter()
            .filter(move |granted| granted.scope == scope)
            .flat_map(|granted| granted.target_ids.iter().map(String::as_str))
    }
}

/// Meta writes "never" as 0.
fn time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(lenient::optional_number(deserializer)?.filter(|time| *time != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> TokenInfo {
        serde_json::from_str::<DebugToken>(json).unwrap().data
    }

    #[test]
    fn the_example_of_meta_is_read() {
        let info = read(
            r#"{"data":{"app_id":"670843887433847","application":"JaspersMarket","data_access_expires_at":1672092840,
            "expires_at":1665090000,"granular_scopes":[
            {"scope":"whatsapp_business_management","target_ids":["102289599326934","101569239400667"]},
            {"scope":"whatsapp_business_messaging","target_ids":["102289599326934","101569239400667"]}],
            "is_valid":true,"scopes":["whatsapp_business_management","whatsapp_business_messaging","public_profile"],
            "type":"USER","user_id":"10222270944537964"}}"#,
        );
        assert!(info.is_valid && info.has_whatsapp_scopes() && info.has_scope("public_profile"));
        assert_eq!(info.waba_ids(), ["102289599326934", "101569239400667"]);
        assert_eq!((info.expires_at, info.data_access_expires_at), (Some(1_665_090_000), Some(1_672_092_840)));
        assert_eq!(info.user_id.as_deref(), Some("10222270944537964"));
    }

    #[test]
    fn wabas_to_manage_come_before_wabas_to_send_for() {
        let info = read(
            r#"{"data":{"granular_scopes":[{"scope":"whatsapp_business_messaging","target_ids":[3,1]},
            {"scope":"catalog_management","target_ids":["9"]},
            {"scope":"whatsapp_business_management","target_ids":["1","2"]}]}}"#,
        );
        assert_eq!(info.waba_ids(), ["1", "2", "3"]);
    }

    #[test]
    fn a_token_that_never_expires_has_no_expiry() {
        let info = read(r#"{"data":{"expires_at":0,"data_access_expires_at":0,"is_valid":true}}"#);
        assert_eq!((info.expires_at, info.data_access_expires_at), (None, None));
    }

    #[test]
    fn a_dead_token_has_no_scopes() {
        let info = read(r#"{"data":{"error":{"code":190,"message":"expired"},"is_valid":false,"scopes":[]}}"#);
        assert!(!info.is_valid && !info.has_whatsapp_scopes() && info.waba_ids().is_empty());
    }

    #[test]
    fn a_scope_granted_for_everything_names_no_waba() {
        let info = read(r#"{"data":{"is_valid":true,"granular_scopes":[{"scope":"whatsapp_business_management"}]}}"#);
        assert!(info.has_scope("whatsapp_business_management") && info.waba_ids().is_empty());
    }
}
