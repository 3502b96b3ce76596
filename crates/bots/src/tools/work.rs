//! Doing what a model wishes, for one question.

use std::time::Duration;

use serde_json::{Map, Value};
use switchboard_inbox::tool_calls::Deeds;
use switchboard_store::{
    Json, ToolCallState, crash_point, new_id,
    tool_call::{Made, MadeState, ToolCall},
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    Outcome, action, check, mcp,
    toolbox::{Entry, Live, Target, Toolbox},
};
use crate::{
    model::{Exchange, ToolWish},
    prompt::fence,
    turn::question::Said,
};

/// Wishes of one question that are answered, whatever they are for: each is kept with the conversation, and a model may wish
/// for thousands at once.
const MOST_WISHES: usize = 24;
/// Calls of one question that leave the house.
const MOST_CALLS: usize = 8;
/// What all of them may take together, and the model's thoughts between them: a customer is waiting.
const PATIENCE: Duration = Duration::from_mins(1);

const NOT_AGREED: &str = "The customer did not agree. Nothing was done.";
/// They have agreed to what it was.
const CHANGED: &str = "This tool is another now than the customer was asked about. Nothing was done.";
const ASK_FIRST: &str = "Nothing is done yet: the customer must agree first. Tell them in one or two sentences exactly what \
                         you would do, and ask. Two buttons, yes and no, will stand under your reply.";
const ONE_AT_A_TIME: &str = "The customer is asked about another thing already. One at a time.";
const NO_TIME: &str = "There is no time left for it: it was not done. Answer with what you have, or hand over.";
const NOT_KNOWN: &str = "It was begun, and nobody knows whether it was done. Do not try it again: hand over.";
const IN_TRIAL: &str = "This is a trial: it was not done. Answer as if it had been.";

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
    /// No call begins after it, and what is under way then is waited for no longer.
    deadline: Instant,
}

impl<'a> Work<'a> {
    pub(crate) fn new(toolbox: &'a Toolbox, nonce: &'a str) -> Self {
        let (done, made, deeds) = (Vec::new(), Vec::new(), Deeds::default());
        let deadline = Instant::now() + PATIENCE;
        Self { toolbox, nonce, done, made, deeds, asked: None, calls: 0, deadline }
    }

    /// Those of a model's wishes that are answered.
    pub(crate) fn heard(&self, mut wishes: Vec<ToolWish>) -> Vec<ToolWish> {
        wishes.truncate(MOST_WISHES.saturating_sub(self.done.len()));
        wishes
    }

    /// Whether the model may wish for more.
    pub(crate) fn may_go_on(&self) -> bool {
        self.has_time() && self.done.len() < MOST_WISHES
    }

    /// Whether there is still time for a call.
    fn has_time(&self) -> bool {
        Instant::now() < self.deadline
    }

    /// Takes up what was called for this burst before, and what the customer was asked about.
    pub(crate) async fn begin(&mut self, pending: &[Said]) -> Next {
        for call in &self.toolbox.earlier {
            let is_cut_off = matches!(call.state, ToolCallState::Running | ToolCallState::Unknown);
            if call.state == ToolCallState::Running && !self.gives_up(call).await {
                return Next::Stop;
            }
            match (&call.result, is_cut_off) {
                (Some(result), false) => self.tell(wish_of(call), result),
                // It is called anew if the model wishes for it again.
                (_, true) if self.toolbox.entry(&call.name).is_some_and(|(entry, _)| !entry.changes) => continue,
                _ => self.tell(wish_of(call), NOT_KNOWN),
            };
        }
        let Some(call) = &self.toolbox.waiting else { return Next::Told };
        match self.agreed(call, pending) {
            Ok((entry, arguments)) => self.run(entry, wish_of(call), arguments, Some(call)).await,
            Err(why) => {
                self.deeds.declined.push(ToolCall { result: Some(why.to_owned()), ..call.clone() });
                self.tell(wish_of(call), why)
            }
        }
    }

    /// What the customer has agreed to; `Err`: why nothing is done.
    fn agreed(&self, call: &ToolCall, pending: &[Said]) -> Result<(&'a Entry, Map<String, Value>), &'static str> {
        let toolbox = self.toolbox;
        let arguments = call.arguments.0.as_object().cloned().unwrap_or_default();
        if !toolbox.live.as_deref().is_some_and(|live| live.is_agreed(call, pending)) {
            return Err(NOT_AGREED);
        }
        let (entry, spec) = toolbox.entry(&call.name).filter(|(entry, _)| entry.is_still(call)).ok_or(CHANGED)?;
        check::fit(&spec.parameters, &arguments).map_err(|_| CHANGED)?;
        Ok((entry, arguments))
    }

    /// Whoever began it is gone: from here on it is known that nothing is known. `false`: that could not be recorded.
    async fn gives_up(&self, call: &ToolCall) -> bool {
        let Some(live) = self.toolbox.live.as_deref() else { return true };
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
            return self.tell(wish, "There is no such tool.");
        };
        let arguments = match check::inputs(&spec.parameters, &wish.arguments) {
            Ok(arguments) => arguments,
            Err(why) => return self.tell(wish, &why),
        };
        match &entry.target {
            Target::HandOver => {
                let reason = arguments.get("reason").and_then(Value::as_str).unwrap_or_default();
                Next::HandOver(reason.trim().to_owned())
            }
            Target::Ability(ability) => {
                let outcome = toolbox.household.act(*ability, &arguments, &toolbox.facts, &mut self.deeds);
                let is_trial = self.toolbox.live.is_none();
                if let Some(live) = self.toolbox.live.as_deref() {
                    let call = self.new_call(live, entry, &wish.name, &arguments);
                    self.deeds.calls.push(ended(live, call, &outcome, Duration::ZERO));
                }
                let state = if outcome.ok && is_trial { MadeState::LeftOut } else { state_of(&outcome) };
                self.note(&wish, arguments, state, &outcome.text);
                self.tell(wish, &outcome.text)
            }
            Target::Http { .. } | Target::Mcp { .. } => self.leave(entry, wish, arguments).await,
        }
    }

    /// A call that leaves the house: unless it was made already, or must wait.
    async fn leave(&mut self, entry: &Entry, wish: ToolWish, arguments: Map<String, Value>) -> Next {
        if let Some(result) = self.result_before(entry, &wish.name, &arguments) {
            return self.tell(wish, &result);
        }
        if self.calls >= MOST_CALLS {
            return self.tell(wish, "There were too many calls. Answer with what you have, or hand over.");
        }
        if entry.needs_consent {
            return self.ask_first(entry, wish, arguments);
        }
        if entry.changes && self.toolbox.live.is_none() {
            self.note(&wish, arguments, MadeState::LeftOut, IN_TRIAL);
            return self.tell(wish, IN_TRIAL);
        }
        if !self.has_time() {
            return self.tell(wish, NO_TIME);
        }
        self.run(entry, wish, arguments, None).await
    }

    /// What came of the same call for this burst, now or when it was thought about before. What changes something is made
    /// once, however it ended.
    fn result_before(&self, entry: &Entry, name: &str, arguments: &Map<String, Value>) -> Option<String> {
        let is_same = |of: &str, with: &Value| of == name && with.as_object() == Some(arguments);
        let made = self.made.iter().filter(|made| is_same(&made.name, &made.arguments));
        let mut made =
            made.filter(|made| made.state == MadeState::Done || entry.changes && made.state == MadeState::Failed);
        let before = self.toolbox.earlier.iter().filter(|call| is_same(&call.name, &call.arguments));
        let mut before = before.filter(|call| entry.changes || call.state == ToolCallState::Done);
        made.next()
            .map(|made| made.result.clone())
            .or_else(|| before.next().map(|call| call.result.clone().unwrap_or_else(|| NOT_KNOWN.to_owned())))
    }

    fn ask_first(&mut self, entry: &Entry, wish: ToolWish, arguments: Map<String, Value>) -> Next {
        if self.asked.is_some() {
            return self.tell(wish, ONE_AT_A_TIME);
        }
        self.asked = self.toolbox.live.as_deref().map(|live| {
            let call = self.new_call(live, entry, &wish.name, &arguments);
            ToolCall { state: ToolCallState::Waiting, ..call }
        });
        self.note(&wish, arguments, MadeState::Asked, ASK_FIRST);
        self.tell(wish, ASK_FIRST)
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
        let recorded = match self.toolbox.live.as_deref() {
            Some(live) => {
                // What was agreed to belongs to the burst that agrees: whoever thinks about that again finds it.
                let agreed_now = |call: &ToolCall| ToolCall { seq: live.seen, ..call.clone() };
                let call = agreed.map_or_else(|| self.new_call(live, entry, &wish.name, &arguments), agreed_now);
                if !may_go(live, &call, agreed.is_some()).await {
                    return Next::Stop;
                }
                Some((live, call))
            }
            None => None,
        };
        let began = Instant::now();
        let id = recorded.as_ref().map_or_else(Uuid::new_v4, |(_, call)| call.id);
        crash_point("tool.begun");
        let outcome = self.carry_out(entry, id, &arguments).await;
        crash_point("tool.called");
        if let Some((live, call)) = recorded
            && let Err(error) = live.end(&ended(live, call, &outcome, began.elapsed())).await
        {
            // It stays as one that runs; whoever thinks the turn again, or housekeeping, takes it for one of which nothing is
            // known.
            tracing::error!(%error, "what became of a call could not be recorded");
        }
        self.note(&wish, arguments, state_of(&outcome), &outcome.text);
        self.tell(wish, &outcome.text)
    }

    async fn carry_out(&self, entry: &Entry, id: Uuid, arguments: &Map<String, Value>) -> Outcome {
        let toolbox = self.toolbox;
        let left = self.deadline.saturating_duration_since(Instant::now());
        match &entry.target {
            Target::Http { action, url, headers } => {
                let tool = (action, url.as_str(), headers.as_ref());
                action::carry_out(&toolbox.http, tool, id, arguments, &toolbox.facts, left).await
            }
            Target::Mcp { tool, url, headers, timeout } => {
                let server = mcp::Server { http: &toolbox.http, url, headers, timeout: left.min(*timeout) };
                server.call(tool, arguments.clone()).await
            }
            Target::HandOver | Target::Ability(_) => Outcome::failed("It is done otherwise."),
        }
    }

    fn note(&mut self, wish: &ToolWish, arguments: Map<String, Value>, state: MadeState, result: &str) {
        let (name, arguments, result) = (wish.name.clone(), Value::Object(arguments), result.to_owned());
        self.made.push(Made { name, arguments, state, result });
    }

    fn new_call(&self, live: &Live, entry: &Entry, name: &str, arguments: &Map<String, Value>) -> ToolCall {
        let (lease, now) = (&live.lease, live.clock.now());
        ToolCall {
            tenant_id: lease.tenant_id,
            id: new_id(now),
            conversation_id: lease.id,
            bot_id: self.toolbox.bot_id,
            tool_id: entry.tool_id,
            name: name.to_owned(),
            seq: live.seen,
            arguments: Json(Value::Object(arguments.clone())),
            state: ToolCallState::Running,
            result: None,
            status: None,
            took_ms: None,
            created_at: now,
            updated_at: now,
        }
    }

    fn tell(&mut self, wish: ToolWish, result: &str) -> Next {
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
    live.begin(call, agreed).await.unwrap_or_else(|error| {
        tracing::error!(%error, "a call could not be recorded, and is not made");
        false
    })
}

fn state_of(outcome: &Outcome) -> MadeState {
    if outcome.ok { MadeState::Done } else { MadeState::Failed }
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use switchboard_store::{
        Millis,
        tool::{HttpAction, Method},
    };
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

    use super::*;
    use crate::{
        model::ToolSpec,
        outward,
        tools::{Facts, Headers, abilities::Household},
    };

    /// A trial with one action.
    fn toolbox(url: String) -> Toolbox {
        rustls::crypto::ring::default_provider().install_default().ok();
        let inputs = json!({ "type": "object", "properties": { "order": { "type": "string" } } });
        let action = HttpAction {
            description: "Finds an order.".into(),
            method: Method::Get,
            inputs: inputs.clone(),
            fixed: std::collections::BTreeMap::new(),
            timeout_ms: 5_000,
            visible: Vec::new(),
            needs_consent: false,
        };
        let target = Target::Http { action, url, headers: std::sync::Arc::new(Headers::new()) };
        Toolbox {
            bot_id: Uuid::nil(),
            http: outward::client(true).expect("a client"),
            entries: vec![Entry { target, tool_id: None, changes: false, needs_consent: false, as_of: Millis(0) }],
            specs: vec![ToolSpec { name: "find_order".into(), description: String::new(), parameters: inputs }],
            household: Household::default(),
            facts: Facts::default(),
            live: None,
            earlier: Vec::new(),
            waiting: None,
        }
    }

    fn wish(order: &str) -> ToolWish {
        let arguments = json!({ "order": order }).to_string();
        ToolWish { id: order.to_owned(), name: "find_order".into(), arguments }
    }

    #[tokio::test]
    async fn a_call_that_a_model_wishes_for_twice_is_made_once_and_told_twice() {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("sent")).mount(&server).await;
        let toolbox = toolbox(server.uri());
        let mut work = Work::new(&toolbox, "n0nce");
        for order in ["A-1", "A-1", "A-2"] {
            assert!(matches!(work.answer(wish(order)).await, Next::Told));
        }
        assert_eq!(server.received_requests().await.expect("they are recorded").len(), 2);
        assert_eq!(work.done.len(), 3);
        assert_eq!(work.done[0].result, work.done[1].result);
    }

    #[tokio::test]
    async fn a_model_that_wishes_without_end_is_heard_so_often_and_no_more() {
        let toolbox = toolbox("http://127.0.0.1:9/".into());
        let mut work = Work::new(&toolbox, "n0nce");
        let wishes =
            |count: usize| (0..count).map(|number| ToolWish { name: "unknown".into(), ..wish(&number.to_string()) });
        assert_eq!(work.heard(wishes(10).collect()).len(), 10);
        for wish in wishes(10) {
            work.answer(wish).await;
        }
        assert_eq!(work.heard(wishes(10_000).collect()).len(), MOST_WISHES - 10);
        for wish in wishes(MOST_WISHES - 10) {
            work.answer(wish).await;
        }
        assert!(work.heard(wishes(1).collect()).is_empty() && !work.may_go_on());
    }

    #[tokio::test]
    async fn what_is_under_way_when_the_time_is_over_is_cut_off_and_nothing_is_begun_after_it() {
        // It takes connections and never says a word.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let mut toolbox = toolbox(format!("http://{}/", silent.local_addr().expect("an address")));
        if let Target::Http { action, .. } = &mut toolbox.entries[0].target {
            action.timeout_ms = 30_000;
        }
        let mut work = Work::new(&toolbox, "n0nce");
        work.deadline = Instant::now() + Duration::from_millis(300);
        let began = Instant::now();
        for order in ["A-1", "A-2"] {
            assert!(matches!(work.answer(wish(order)).await, Next::Told));
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert!(!work.has_time());
        let made: Vec<_> = work.made.iter().map(|made| (made.state, made.result.as_str())).collect();
        assert_eq!(made, [(MadeState::Failed, "The server gave no answer in time.")]);
        assert!(work.done[1].result.contains(NO_TIME), "{}", work.done[1].result);
    }
}
