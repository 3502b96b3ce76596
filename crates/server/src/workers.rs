//! The work on what requests and Meta have stored. On PostgreSQL any number of processes share it.

mod backlog;
mod deletions;
mod exports;
mod handbacks;
mod health;
mod housekeeping;
mod mail;
mod refused_tokens;
mod snoozes;
mod supervisor;
mod usage;
mod visits;

use std::{sync::Arc, time::Duration};

use switchboard_bots::{crawling::Crawler, preparing::Preparing, testing::Trials, turn::Turns};
use switchboard_inbox::{
    delivery::{Delivery, DeliveryParts},
    media::{MediaParts, MediaWorker},
};
use switchboard_store::{
    Result, Scope, bot_run, conversation, crawl, media, media_upload, outbox, preparation, transcript,
};
use switchboard_webhook::dispatch::Dispatcher;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use supervisor::Supervisor;

use crate::{http::AppState, mail::Mailer};

/// Takes up at once what a process that died was at. Only on SQLite, where the lock file proves that it is dead; on
/// PostgreSQL it may be another one that is well, and leases lapse by themselves.
pub(crate) async fn recover(state: &AppState) -> Result<()> {
    if !state.db.is_sqlite() {
        return Ok(());
    }
    let mut tx = state.db.write(Scope::System).await?;
    conversation::drop_all_leases(&mut tx.conn()).await?;
    outbox::lapse_all(&mut tx.conn(), state.clock.now()).await?;
    media::lapse_all(&mut tx.conn(), state.clock.now()).await?;
    media_upload::lapse_all(&mut tx.conn(), state.clock.now()).await?;
    transcript::lapse_all(&mut tx.conn(), state.clock.now()).await?;
    bot_run::lapse_all(&mut tx.conn()).await?;
    crawl::lapse_all(&mut tx.conn()).await?;
    preparation::lapse_all(&mut tx.conn()).await?;
    tx.commit().await
}

/// Starts all workers.
pub(crate) fn start(supervisor: &Supervisor, state: &Arc<AppState>) -> anyhow::Result<()> {
    let stop = || state.shutdown.clone();
    let (refused, refusals) = mpsc::unbounded_channel();
    let media = MediaWorker::new(MediaParts {
        db: state.db.clone(),
        clock: state.clock.clone(),
        vault: state.vault.clone(),
        graph: state.graph.clone(),
        notifier: state.notifier.clone(),
        store: state.media.clone(),
        refused: refused.clone(),
    });
    let dispatcher = Dispatcher::new(state.db.clone(), state.clock.clone(), state.notifier.clone());
    let turns = Turns::new(state.bots.clone());
    let delivery = Delivery::new(DeliveryParts {
        db: state.db.clone(),
        clock: state.clock.clone(),
        vault: state.vault.clone(),
        graph: state.graph.clone(),
        notifier: state.notifier.clone(),
        refused,
    });
    let hearing = state.hearing.clone();
    let trials = Trials::new(&state.bots);
    let preparing = Preparing::new(state.bots.clone());
    let crawler = Crawler::new(state.db.clone(), state.clock.clone(), state.notifier.clone(), state.pages.clone());
    let (dispatching, answering, sending, fetching, listening) = (stop(), stop(), stop(), stop(), stop());
    let (trying, making_ready, reading) = (stop(), stop(), stop());
    supervisor.spawn("dispatch", async move { dispatcher.run(dispatching).await });
    supervisor.spawn("turns", async move { turns.run(answering).await });
    supervisor.spawn("delivery", async move { delivery.run(sending).await });
    supervisor.spawn("media", async move { media.run(fetching).await });
    supervisor.spawn("hearing", async move { hearing.run(listening).await });
    supervisor.spawn("knowledge", async move { preparing.run(making_ready).await });
    supervisor.spawn("crawling", async move { crawler.run(reading).await });
    supervisor.spawn("trials", async move { trials.run(trying).await });
    supervisor.spawn("refused tokens", refused_tokens::run(Arc::clone(state), refusals));
    supervisor.spawn("handbacks", handbacks::run(Arc::clone(state)));
    supervisor.spawn("snoozes", snoozes::run(Arc::clone(state)));
    supervisor.spawn("health", health::run(Arc::clone(state)));
    supervisor.spawn("housekeeping", housekeeping::run(Arc::clone(state)));
    supervisor.spawn("deletions", deletions::run(Arc::clone(state)));
    supervisor.spawn("exports", exports::run(Arc::clone(state)));
    supervisor.spawn("usage", usage::run(Arc::clone(state)));
    supervisor.spawn("visits", visits::run(Arc::clone(state)));
    if let Some(smtp) = &state.config.smtp {
        supervisor.spawn("mail", mail::run(Arc::clone(state), Mailer::new(smtp)?));
    }
    supervisor.spawn("backlog", backlog::run(Arc::clone(state)));
    Ok(())
}

/// Waits; `false` when it is time to stop.
async fn pause(time: Duration, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(time) => true,
    }
}
