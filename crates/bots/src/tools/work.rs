//! Doing what a model wishes, for one question.

use std::time::Duration;

use serde_json::{Map, Value};
use switchboard_inbox::tool_calls::{Begun, Deeds};
use switchboard_store::{Json, ToolCallState, crash_point, new_id, tool_call::ToolCall};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    Outcome, action, check, consent, mcp,
    toolbox::{Entry, Journal, Live, Target, Toolbox},
};
use crate::{
    model::{Exchange, ToolWish},
    prompt::fence,
    turn::question::Said,
};

/// Calls of one question that leave the house.
const MOST_CALLS: usize = 8;

const NOT_AGREED: &str = "The customer did not agree. Nothing was done.";
const ASK_FIRST: &str = "Nothing is done yet: the customer must agree first. Tell them in one or two sentences exactly what \
                         you would do, and ask. Two buttons, yes and no, will stand under your reply.";
const ONE_AT_A_TIME: &str = "The customer is asked about another thing already. One at a time.";
const NOT_KNOWN: &str = "It was begun, and nobody knows whether it was done. Do not try it again: hand over.";
const IN_TRIAL: &str = "This is a trial: it was not done. Answer as if it had been.";

/// A call as it is shown to whoever tries a bot out.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub name: String,
    pub arguments: Value,
    pub state: MadeState,
    /// What the model read of it.
    pub result: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeState {
    Done,
    Failed,
    /// The customer would be asked.
    Asked,
    /// It changes something, and this is a trial.
    LeftOut,
}

/// What a wish comes to.
pub(crate) enum Next {
    /// The model reads what came of it.
    Told,
    /// People are to go on.
    HandOver(String),
    /// The conversation is no longer ours, or nothing can be recorded: nothing more is done.
    Stop,
}

/// What is done for one question.
pub(crate) struct Work<'a> {
    toolbox: &'a Toolbox,
    nonce: &'a str,
    /// What the model has wished for, and what it has read of it.
    pub(crate) done: Vec<Exchange>,
    pub(crate) made: Vec<Made>,
    pub(crate) deeds: Deeds,
    /// What the customer is to be asked about.
    pub(crate) asked: Option<ToolCall>,
    calls: usize,
}

impl<'a> Work<'a> {
    pub(crate) fn new(toolbox: &'a Toolbox, nonce: &'a str) -> Self {
        let (done, made, deeds) = (Vec::new(), Vec::new(), Deeds::default());
        Self { toolbox, nonce, done, made, deeds, asked: None, calls: 0 }
    }

    /// Takes up what was called for this burst before, and what the customer was asked about.
    pub(crate) async fn begin(&mut self, pending: &[Said]) -> Next {
        for call in &self.toolbox.earlier {
            let is_cut_off = matches!(call.state, ToolCallState::Running | ToolCallState::Unknown);
            if call.state == ToolCallState::Running && !self.gives_up(call).await {
                return Next::Stop;
            }
            match (&call.result, is_cut_off) {
                (Some(result), false) => self.tell(call, result),
                // It is called anew if the model wishes for it again.
                (_, true) if self.toolbox.entry(&call.name).is_some_and(|(entry, _)| !entry.changes) => {}
                _ => self.tell(call, NOT_KNOWN),
            }
        }
        let Some(call) = &self.toolbox.waiting else { return Next::Told };
        let is_given =
            consent::is_given(call.id, pending) && self.toolbox.live_journal().is_some_and(|live| live.may_agree(call));
        let Some((entry, _)) = self.toolbox.entry(&call.name).filter(|_| is_given) else {
            self.tell(call, NOT_AGREED);
            let result = Some(NOT_AGREED.to_owned());
            self.deeds.declined.push(ToolCall { result, ..call.clone() });
            return Next::Told;
        };
        let arguments = call.arguments.0.as_object().cloned().unwrap_or_default();
        self.run(entry, wish_of(call), arguments, Some(call)).await
    }

    /// Whoever began it is gone: from here on it is known that nothing is known. `false`: that could not be recorded.
    async fn gives_up(&self, call: &ToolCall) -> bool {
        let Some(live) = self.toolbox.live_journal() else { return true };
        let call = ToolCall { state: ToolCallState::Unknown, updated_at: live.clock.now(), ..call.clone() };
        live.end(&call).await.inspect_err(|error| tracing::error!(%error, "a call could not be recorded")).is_ok()
    }

    /// In words, for a model that knows nothing of tools.
    pub(crate) fn told(&self) -> String {
        let line = |exchange: &Exchange| format!("The tool {} answered:\n{}", exchange.wish.name, exchange.result);
        self.done.iter().map(line).collect::<Vec<_>>().join("\n\n")
    }

    pub(crate) async fn answer(&mut self, wish: ToolWish) -> Next {
        let toolbox = self.toolbox;
        let Some((entry, spec)) = toolbox.entry(&wish.name) else {
            return self.tell_wish(wish, "There is no such tool.");
        };
        let arguments = match check::inputs(&spec.parameters, &wish.arguments) {
            Ok(arguments) => arguments,
            Err(why) => return self.tell_wish(wish, &why),
        };
        match &entry.target {
            Target::HandOver => {
                let reason = arguments.get("reason").and_then(Value::as_str).unwrap_or_default();
                Next::HandOver(reason.trim().to_owned())
            }
            Target::Ability(ability) => {
                let outcome = toolbox.household.act(*ability, &arguments, &toolbox.facts, &mut self.deeds);
                let call = self.call(entry, &arguments, &outcome);
                self.deeds.calls.extend(call);
                self.note(&wish, arguments, &outcome);
                self.tell_wish(wish, &outcome.text)
            }
            Target::Http { .. } | Target::Mcp { .. } => self.leave(entry, wish, arguments).await,
        }
    }

    /// A call that leaves the house: unless it was made already, or must wait.
    async fn leave(&mut self, entry: &Entry, wish: ToolWish, arguments: Map<String, Value>) -> Next {
        if let Some(result) = self.result_before(entry, &arguments) {
            return self.tell_wish(wish, &result);
        }
        if self.calls >= MOST_CALLS {
            return self.tell_wish(wish, "There were too many calls. Answer with what you have, or hand over.");
        }
        if entry.needs_consent {
            return self.ask_first(entry, wish, arguments);
        }
        if entry.changes && matches!(self.toolbox.journal, Journal::Trial) {
            let (name, arguments) = (wish.name.clone(), Value::Object(arguments));
            self.made.push(Made { name, arguments, state: MadeState::LeftOut, result: IN_TRIAL.to_owned() });
            return self.tell_wish(wish, IN_TRIAL);
        }
        self.run(entry, wish, arguments, None).await
    }

    /// What came of the same call for this burst. What changes something is made once, however it ended.
    fn result_before(&self, entry: &Entry, arguments: &Map<String, Value>) -> Option<String> {
        let is_same = |call: &&ToolCall| call.name == entry.name && call.arguments.0.as_object() == Some(arguments);
        let counts = |call: &&ToolCall| entry.changes || call.state == ToolCallState::Done;
        let call = self.toolbox.earlier.iter().filter(is_same).find(counts);
        call.map(|call| call.result.clone().unwrap_or_else(|| NOT_KNOWN.to_owned()))
    }

    fn ask_first(&mut self, entry: &Entry, wish: ToolWish, arguments: Map<String, Value>) -> Next {
        if self.asked.is_some() {
            return self.tell_wish(wish, ONE_AT_A_TIME);
        }
        let call = self.new_call(entry, &arguments).map(|call| ToolCall { state: ToolCallState::Waiting, ..call });
        let (name, arguments) = (wish.name.clone(), Value::Object(arguments));
        self.made.push(Made { name, arguments, state: MadeState::Asked, result: ASK_FIRST.to_owned() });
        self.asked = call;
        self.tell_wish(wish, ASK_FIRST)
    }

    /// `agreed`: the call that the customer was asked about.
    async fn run(
        &mut self,
        entry: &Entry,
        wish: ToolWish,
        arguments: Map<String, Value>,
        agreed: Option<&ToolCall>,
    ) -> Next {
        self.calls += 1;
        // What was agreed to belongs to the burst that agrees: whoever thinks about that again finds it.
        let agreed_now = |call: &ToolCall| {
            let seq = self.toolbox.live_journal().map_or(call.seq, |live| live.seen);
            ToolCall { seq, ..call.clone() }
        };
        let call = agreed.map(agreed_now).or_else(|| self.new_call(entry, &arguments));
        if let (Some(live), Some(call)) = (self.toolbox.live_journal(), &call)
            && !may_go(live, call, agreed.is_some()).await
        {
            return Next::Stop;
        }
        let began = Instant::now();
        let id = call.as_ref().map_or_else(Uuid::new_v4, |call| call.id);
        crash_point("tool.begun");
        let outcome = self.carry_out(entry, id, &arguments).await;
        crash_point("tool.called");
        if let (Some(live), Some(call)) = (self.toolbox.live_journal(), call) {
            let call = ended(live, call, &outcome, began.elapsed());
            if let Err(error) = live.end(&call).await {
                // It stays as one that runs; whoever thinks the turn again takes it for one of which nothing is known.
                tracing::error!(%error, "what became of a call could not be recorded");
            }
        }
        self.note(&wish, arguments, &outcome);
        self.tell_wish(wish, &outcome.text)
    }

    async fn carry_out(&self, entry: &Entry, id: Uuid, arguments: &Map<String, Value>) -> Outcome {
        let toolbox = self.toolbox;
        match &entry.target {
            Target::Http { action, url, headers } => {
                action::carry_out(&toolbox.http, (action, url, headers), id, arguments, &toolbox.facts).await
            }
            Target::Mcp { tool, url, headers, timeout } => {
                let server = mcp::Server { http: &toolbox.http, url, headers, timeout: *timeout };
                server.call(tool, arguments.clone()).await
            }
            Target::HandOver | Target::Ability(_) => Outcome::failed("It is done otherwise."),
        }
    }

    fn note(&mut self, wish: &ToolWish, arguments: Map<String, Value>, outcome: &Outcome) {
        let state = if outcome.ok { MadeState::Done } else { MadeState::Failed };
        let (name, arguments) = (wish.name.clone(), Value::Object(arguments));
        self.made.push(Made { name, arguments, state, result: outcome.text.clone() });
    }

    /// What is over with the turn; `None`: in a trial.
    fn call(&self, entry: &Entry, arguments: &Map<String, Value>, outcome: &Outcome) -> Option<ToolCall> {
        let state = if outcome.ok { ToolCallState::Done } else { ToolCallState::Failed };
        let call = self.new_call(entry, arguments)?;
        Some(ToolCall { state, result: Some(outcome.text.clone()), took_ms: Some(0), ..call })
    }

    fn new_call(&self, entry: &Entry, arguments: &Map<String, Value>) -> Option<ToolCall> {
        let live = self.toolbox.live_journal()?;
        let (lease, now) = (&live.lease, live.clock.now());
        Some(ToolCall {
            tenant_id: lease.tenant_id,
            id: new_id(now),
            conversation_id: lease.id,
            bot_id: self.toolbox.bot_id,
            tool_id: entry.tool_id,
            name: entry.name.clone(),
            seq: live.seen,
            arguments: Json(Value::Object(arguments.clone())),
            state: ToolCallState::Running,
            result: None,
            status: None,
            took_ms: None,
            created_at: now,
            updated_at: now,
        })
    }

    fn tell(&mut self, call: &ToolCall, result: &str) {
        let wish = wish_of(call);
        let result = fence::fenced("tool", self.nonce, result);
        self.done.push(Exchange { wish, result });
    }

    fn tell_wish(&mut self, wish: ToolWish, result: &str) -> Next {
        let result = fence::fenced("tool", self.nonce, result);
        self.done.push(Exchange { wish, result });
        Next::Told
    }
}

fn wish_of(call: &ToolCall) -> ToolWish {
    let id = format!("call_{}", call.id.simple());
    ToolWish { id, name: call.name.clone(), arguments: call.arguments.0.to_string() }
}

async fn may_go(live: &Live, call: &ToolCall, agreed: bool) -> bool {
    match live.begin(call, agreed).await {
        Ok(begun) => begun == Begun::Go,
        Err(error) => {
            tracing::error!(%error, "a call could not be recorded, and is not made");
            false
        }
    }
}

fn ended(live: &Live, call: ToolCall, outcome: &Outcome, took: Duration) -> ToolCall {
    ToolCall {
        state: if outcome.ok { ToolCallState::Done } else { ToolCallState::Failed },
        result: Some(outcome.text.clone()),
        status: outcome.status.map(i64::from),
        took_ms: i64::try_from(took.as_millis()).ok(),
        updated_at: live.clock.now(),
        ..call
    }
}
