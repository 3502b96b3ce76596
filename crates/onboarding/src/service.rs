use std::sync::Arc;

use switchboard_graph_client::GraphClient;
use switchboard_store::{Db, Notifier, SharedClock, Vault};

use crate::OnboardingConfig;

/// Connects numbers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Onboarding {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) clock: SharedClock,
    pub(crate) graph: GraphClient,
    pub(crate) notifier: Notifier,
    pub(crate) config: Arc<OnboardingConfig>,
}

impl Onboarding {
    pub fn new(
        db: Db,
        vault: Vault,
        clock: SharedClock,
        graph: GraphClient,
        notifier: Notifier,
        config: OnboardingConfig,
    ) -> Self {
        Self { db, vault, clock, graph, notifier, config: Arc::new(config) }
    }
}
