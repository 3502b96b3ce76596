//! What a bot may do while it thinks about one question.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use switchboard_inbox::tool_calls;
use switchboard_store::{
    Ability, Conn, Db, Millis, Notifier, Result, Scope, SharedClock, Signal, TenantId, ToolCallState,
    bot::Bot,
    conversation::Lease,
    tool::{self, Definition, HttpAction},
    tool_call::{self, ToolCall},
};
use uuid::Uuid;

use super::{
    Asked, Facts, Headers, Tools,
    abilities::{self, HAND_OVER, Household},
};
use crate::{model::ToolSpec, turn::question::Said};

/// A name that every server takes (`OpenAI`, function calling).
const LONGEST_NAME: usize = 64;
/// What a model is offered at most: it chooses badly among more.
const MOST_OFFERED: usize = 40;

/// A yes to something older is not a yes to it.
const AGREED_WITHIN: Duration = Duration::from_hours(24);

pub(crate) struct Toolbox {
    pub(super) bot_id: Uuid,
    pub(super) http: reqwest::Client,
    pub(super) entries: Vec<Entry>,
    pub(super) specs: Vec<ToolSpec>,
    pub(super) household: Household,
    pub(crate) facts: Facts,
    /// Where calls are recorded; `None`: this is a trial, and nothing that changes something is done.
    pub(super) live: Option<Box<Live>>,
    /// What was called for this burst before, by whoever thought about it.
    pub(super) earlier: Vec<ToolCall>,
    /// What the customer was asked about with the last answer.
    pub(super) waiting: Option<ToolCall>,
}

/// One thing that a model may ask for.
pub(super) struct Entry {
    pub(super) target: Target,
    /// `None`: it is of every bot.
    pub(super) tool_id: Option<Uuid>,
    pub(super) changes: bool,
    pub(super) needs_consent: bool,
    /// Since when it is as it is.
    pub(super) as_of: Millis,
}

pub(super) enum Target {
    HandOver,
    Ability(Ability),
    Http { action: HttpAction, url: String, headers: Arc<Headers> },
    Mcp { tool: String, url: String, headers: Arc<Headers>, timeout: Duration },
}

/// For whom tools are used, and where in the conversation.
pub(crate) struct Live {
    pub(crate) db: Db,
    pub(crate) clock: SharedClock,
    pub(crate) notifier: Notifier,
    pub(crate) lease: Lease,
    /// The newest message of the customer that is thought about, and of those that were answered.
    pub(crate) seen: i64,
    pub(crate) answered: i64,
    /// What the customer can have said yes to; `None`: nothing of the bot's.
    pub(crate) asked: Option<Asked>,
}

impl Live {
    /// Whether the customer has agreed to what they were asked about.
    pub(super) fn is_agreed(&self, call: &ToolCall, pending: &[Said]) -> bool {
        let is_fresh = self.clock.now() < call.created_at + AGREED_WITHIN;
        is_fresh && self.asked.is_some_and(|asked| asked.is_answered_yes(call, pending))
    }

    /// Whether the call may be made.
    pub(super) async fn begin(&self, call: &ToolCall, agreed: bool) -> Result<bool> {
        let mut tx = self.db.write(Scope::Tenant(self.lease.tenant_id)).await?;
        let begun = tool_calls::begin(&mut tx.conn(), self.clock.now(), &self.lease, call, agreed).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(begun)
    }

    pub(super) async fn end(&self, call: &ToolCall) -> Result<()> {
        let mut tx = self.db.write(Scope::Tenant(self.lease.tenant_id)).await?;
        tool_calls::end(&mut tx.conn(), self.clock.now(), call).await?;
        tx.commit().await?;
        self.notifier.notify(Signal::Event);
        Ok(())
    }
}

impl Tools {
    /// What a bot may do, in a trial.
    pub(crate) async fn of(&self, conn: &mut Conn<'_>, bot: &Bot) -> Result<Toolbox> {
        let household = Household::of(conn, bot.tenant_id, &bot.abilities).await?;
        let mut toolbox = Toolbox {
            bot_id: bot.id,
            http: self.http.clone(),
            entries: Vec::new(),
            specs: Vec::new(),
            household,
            facts: Facts::default(),
            live: None,
            earlier: Vec::new(),
            waiting: None,
        };
        for row in tool::of_bot(conn, bot.tenant_id, bot.id).await?.into_iter().filter(|row| row.enabled) {
            // A turn goes on without a tool whose secrets cannot be opened.
            let Some(headers) = self.headers(conn, &row).await? else { continue };
            toolbox.add_tool(row, Arc::new(headers));
        }
        for ability in &bot.abilities.0 {
            if let Some(spec) = toolbox.household.spec(*ability) {
                toolbox.add(spec, Entry::of(Target::Ability(*ability), true));
            }
        }
        if !toolbox.entries.is_empty() {
            toolbox.add(abilities::hand_over(), Entry::of(Target::HandOver, false));
        }
        Ok(toolbox)
    }
}

impl Toolbox {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// For a real customer's question. A bot that has nothing to use needs to know nothing of it.
    pub(crate) async fn live(mut self, conn: &mut Conn<'_>, live: Live) -> Result<Self> {
        if self.is_empty() {
            return Ok(self);
        }
        let lease = &live.lease;
        let calls = tool_call::since(conn, lease.tenant_id, lease.id, live.answered).await?;
        let (earlier, before): (Vec<_>, Vec<_>) = calls.into_iter().partition(|call| call.seq > live.answered);
        self.waiting = before.into_iter().rfind(|call| call.state == ToolCallState::Waiting);
        self.facts = Facts::of(conn, lease.tenant_id, lease.contact_id, lease.id).await?;
        (self.earlier, self.live) = (earlier, Some(Box::new(live)));
        Ok(self)
    }

    pub(crate) fn specs(&self) -> &[ToolSpec] {
        &self.specs
    }

    /// What a model is offered, by the names it calls it.
    pub(crate) fn offered(&self) -> impl Iterator<Item = &str> {
        self.specs.iter().map(|spec| spec.name.as_str())
    }

    pub(super) fn entry(&self, name: &str) -> Option<(&Entry, &ToolSpec)> {
        self.entries.iter().zip(&self.specs).find(|(_, spec)| spec.name == name)
    }

    fn add_tool(&mut self, row: tool::Tool, headers: Arc<Headers>) {
        let (tool_id, as_of) = (Some(row.id), row.updated_at);
        match row.definition.0 {
            Definition::Http(action) => {
                let spec = spec(&row.name, &action.description, &action.inputs);
                let (changes, needs_consent) = (!action.is_safe(), action.needs_consent);
                let target = Target::Http { action, url: row.url, headers };
                self.add(spec, Entry { tool_id, needs_consent, as_of, ..Entry::of(target, changes) });
            }
            Definition::Mcp(server) => {
                let timeout = Duration::from_millis(server.timeout_ms.into());
                for tool in server.tools.into_iter().filter(|tool| tool.enabled) {
                    let spec = spec(&self.free_name(&row.name, &tool.name), &tool.description, &tool.inputs);
                    let (url, headers) = (row.url.clone(), Arc::clone(&headers));
                    let target = Target::Mcp { tool: tool.name, url, headers, timeout };
                    let needs_consent = tool.needs_consent;
                    self.add(spec, Entry { tool_id, needs_consent, as_of, ..Entry::of(target, !tool.read_only) });
                }
            }
        }
    }

    fn add(&mut self, spec: ToolSpec, entry: Entry) {
        if self.entries.len() < MOST_OFFERED && self.entry(&spec.name).is_none() {
            self.entries.push(entry);
            self.specs.push(spec);
        }
    }

    /// A name for a tool of a server that nothing else has.
    fn free_name(&self, server: &str, tool: &str) -> String {
        let name = call_name(server, tool);
        let numbered = (2..100).map(|number| format!("{name}_{number}"));
        std::iter::once(name.clone()).chain(numbered).find(|it| self.entry(it).is_none()).unwrap_or(name)
    }
}

impl Entry {
    fn of(target: Target, changes: bool) -> Self {
        Self { target, tool_id: None, changes, needs_consent: false, as_of: Millis(0) }
    }

    /// Whether it is what a customer was asked about then.
    pub(super) fn is_still(&self, call: &ToolCall) -> bool {
        self.tool_id == call.tool_id && self.as_of <= call.created_at
    }
}

fn spec(name: &str, description: &str, parameters: &Value) -> ToolSpec {
    ToolSpec { name: name.to_owned(), description: description.to_owned(), parameters: parameters.clone() }
}

/// By which models call a tool of a server: of letters that every model's server takes.
pub fn call_name(server: &str, tool: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    format!("{server}_{tool}").chars().map(letter).take(LONGEST_NAME - 3).collect()
}

/// By which models call what a bot has, be it on or off.
pub(crate) async fn call_names(conn: &mut Conn<'_>, tenant: TenantId, bot: Uuid) -> Result<Vec<String>> {
    let own = tool::of_bot(conn, tenant, bot).await?.into_iter().flat_map(|row| match row.definition.0 {
        Definition::Http(_) => vec![row.name],
        Definition::Mcp(server) => server.tools.iter().map(|tool| call_name(&row.name, &tool.name)).collect(),
    });
    Ok(Ability::ALL.iter().map(|ability| ability.as_str().to_owned()).chain(own).collect())
}

/// Whether a tool of a bot may be called so: what is of every bot keeps its name.
pub(super) fn is_taken(name: &str) -> bool {
    name == HAND_OVER || Ability::parse(name).is_some()
}
