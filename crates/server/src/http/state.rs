use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use switchboard_accounts::Accounts;
use switchboard_bots::{hearing::Hearing, pages::Pages, translation::Translations, turn::TurnParts};
use switchboard_crypto::KeyRing;
use switchboard_graph_client::GraphClient;
use switchboard_inbox::templates::Templates;
use switchboard_media::MediaStore;
use switchboard_onboarding::Onboarding;
use switchboard_store::{Db, Notifier, SharedClock, Vault};
use switchboard_webhook::receive::Receiver;
use tokio_util::sync::CancellationToken;

use super::{PagePolicy, RateLimits};
use crate::{config::Config, events::EventHub};

/// What handlers and workers share. There is one for the process.
#[derive(Debug)]
pub struct AppState {
    pub config: Config,
    pub db: Db,
    pub vault: Vault,
    /// The master keys, for trying them out; [`AppState::vault`] uses them.
    pub key_ring: Arc<KeyRing>,
    pub clock: SharedClock,
    pub notifier: Notifier,
    pub accounts: Accounts,
    pub graph: GraphClient,
    pub media: MediaStore,
    /// What bots think with.
    pub bots: TurnParts,
    /// Writes down what voice notes say.
    pub hearing: Hearing,
    /// Translates for the people who read and answer.
    pub translations: Translations,
    /// Reads web pages for them.
    pub pages: Pages,
    pub templates: Templates,
    pub onboarding: Onboarding,
    /// Takes what Meta posts.
    pub receiver: Receiver,
    pub events: EventHub,
    pub page_policy: PagePolicy,
    /// `None`: requests are not limited.
    pub rate_limits: Option<RateLimits>,
    pub metrics: PrometheusHandle,
    /// Cancelled when the process is to end: whatever runs on, such as a live stream, ends then.
    pub shutdown: CancellationToken,
    /// Cancelled when something has died that the process cannot do without: it ends with a failure then.
    pub failed: CancellationToken,
}
