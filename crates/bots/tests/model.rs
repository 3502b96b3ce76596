//! The model client against a server that behaves, misbehaves, and hangs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use switchboard_bots::model::{Completion, Model, ModelConfig, ModelError, Prompt, Shaped, ToolSpec, Tools};
use switchboard_bots::prompt::{ChatMessage, Picture, PromptInput, ReplyLanguage, Role, Spoken, build};
use switchboard_store::Tone;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const KEY: &str = "sk-S3cr3t";

fn model_with_timeout(base_url: &str, timeout: Duration) -> Model {
    rustls::crypto::ring::default_provider().install_default().ok();
    let http = reqwest::Client::builder().build().expect("a client with default settings");
    let config = ModelConfig {
        base_url: format!("{base_url}/v1/"),
        api_key: Some(SecretString::from(KEY)),
        timeout,
        max_output_tokens: 300,
    };
    Model::new(&config, http).expect("a usable configuration")
}

fn model(base_url: &str) -> Model {
    model_with_timeout(base_url, Duration::from_secs(20))
}

fn hello() -> Vec<ChatMessage> {
    vec![ChatMessage { role: Role::User, content: "hello".into() }]
}

async fn answering(response: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(response).mount(&server).await;
    server
}

async fn ask(response: ResponseTemplate) -> (Result<Completion, ModelError>, usize) {
    let server = answering(response).await;
    let answer = model(&server.uri()).complete("small", &hello()).await;
    let requests = server.received_requests().await.expect("requests are recorded");
    (answer, requests.len())
}

fn completion(content: &Value) -> Value {
    json!({"choices": [{"message": {"content": content}}]})
}

#[tokio::test]
async fn a_full_answer_is_read_with_its_tokens() {
    let body = json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "small",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi!"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15, "cost": 0.000_042},
    });
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .and(header("authorization", format!("Bearer {KEY}").as_str()))
        .and(body_partial_json(json!({
            "model": "small", "max_completion_tokens": 300, "messages": [{"role": "user", "content": "hello"}],
        })))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(&server)
        .await;
    let answer = model(&server.uri()).complete("small", &hello()).await;
    assert_eq!(
        answer,
        Ok(Completion {
            text: "Hi!".to_owned(),
            prompt_tokens: Some(12),
            completion_tokens: Some(3),
            cost_micros: Some(42),
            is_shaped: false,
            wishes: Vec::new(),
        })
    );
}

#[rstest]
#[case(completion(&json!("Hi!")), "Hi!")]
#[case(completion(&json!([{"type": "text", "text": "Hi"}, {"type": "text", "text": "!"}])), "Hi!")]
#[case(completion(&Value::Null), "")]
#[tokio::test]
async fn servers_that_leave_out_everything_but_the_text_are_understood(#[case] body: Value, #[case] text: &str) {
    let (answer, _) = ask(ResponseTemplate::new(200).set_body_json(body)).await;
    assert_eq!(
        answer,
        Ok(Completion {
            text: text.to_owned(),
            prompt_tokens: None,
            completion_tokens: None,
            cost_micros: None,
            is_shaped: false,
            wishes: Vec::new(),
        })
    );
}

#[tokio::test]
async fn a_failing_server_is_asked_once_and_is_unavailable() {
    let (answer, requests) = ask(ResponseTemplate::new(500).set_body_string("oops")).await;
    assert_eq!(answer, Err(ModelError::Unavailable { status: Some(500), code: None, retry_after: None }));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn an_overloaded_server_is_asked_once_and_says_how_long_to_wait() {
    let body = json!({"error": {"message": "slow down", "type": "requests", "code": "rate_limit_exceeded"}});
    let (answer, requests) =
        ask(ResponseTemplate::new(429).insert_header("retry-after", "7").set_body_json(body)).await;
    let error = answer.expect_err("429 is no answer");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_retryable() && error.to_string().contains("rate_limit_exceeded"));
    assert_eq!(requests, 1);
}

#[rstest]
#[case(401)]
#[case(403)]
#[case(404)]
#[tokio::test]
async fn a_wrong_key_or_model_is_refused_for_good_and_the_key_is_not_told(#[case] status: u16) {
    let body = json!({"error": {"message": format!("Incorrect API key: {KEY}"), "code": KEY, "type": "invalid_request_error"}});
    let (answer, requests) = ask(ResponseTemplate::new(status).set_body_json(body)).await;
    let error = answer.expect_err("no answer");
    assert_eq!(error, ModelError::Refused { status, code: Some("invalid_request_error".to_owned()) });
    assert!(!error.is_retryable() && !format!("{error} {error:?}").contains(KEY));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn a_server_that_hangs_is_left_after_the_timeout() {
    let server = answering(ResponseTemplate::new(200).set_delay(Duration::from_mins(1))).await;
    let model = model_with_timeout(&server.uri(), Duration::from_millis(50));
    assert_eq!(model.complete("small", &hello()).await, Err(ModelError::Timeout));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let answer = model("http://127.0.0.1:9").complete("small", &hello()).await;
    assert_eq!(answer, Err(ModelError::Unavailable { status: None, code: None, retry_after: None }));
}

#[rstest]
#[case::garbage(ResponseTemplate::new(200).set_body_string("<html>login</html>"))]
#[case::another_shape(ResponseTemplate::new(200).set_body_json(json!({"choices": 7})))]
#[case::no_choice(ResponseTemplate::new(200).set_body_json(json!({"choices": []})))]
#[case::nothing(ResponseTemplate::new(200))]
#[case::a_redirect_without_a_target(ResponseTemplate::new(304))]
#[case::a_flood(ResponseTemplate::new(200).set_body_bytes(vec![b' '; 2 * 1024 * 1024]))]
#[tokio::test]
async fn what_is_no_completion_is_invalid(#[case] response: ResponseTemplate) {
    let (answer, _) = ask(response).await;
    assert!(matches!(answer, Err(ModelError::Invalid(_))), "{answer:?}");
}

#[tokio::test]
async fn a_server_that_knows_only_the_old_name_of_the_limit_is_asked_by_it_from_then_on() {
    let server = MockServer::start().await;
    Mock::given(body_partial_json(json!({"max_tokens": 300})))
        .respond_with(ResponseTemplate::new(200).set_body_json(completion(&json!("Hi!"))))
        .mount(&server)
        .await;
    Mock::given(body_partial_json(json!({"max_completion_tokens": 300})))
        .respond_with(ResponseTemplate::new(422))
        .mount(&server)
        .await;
    let model = model(&server.uri());
    assert!(model.complete("small", &hello()).await.is_ok());
    assert!(model.complete("small", &hello()).await.is_ok());
    assert_eq!(server.received_requests().await.expect("requests are recorded").len(), 3);
}

/// What a server that knows `known` answers, and refuses the rest.
async fn knowing(known: impl Fn(&Value) -> bool + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(move |request: &wiremock::Request| {
            let body: Value = serde_json::from_slice(&request.body).expect("JSON");
            let answer = completion(&json!(if body.get("response_format").is_some() { "{}" } else { "plain" }));
            if known(&body) { ResponseTemplate::new(200).set_body_json(answer) } else { ResponseTemplate::new(400) }
        })
        .mount(&server)
        .await;
    server
}

#[rstest]
#[case::everything(false, false, [1, 1], true)]
#[case::no_shapes(true, false, [3, 1], false)]
#[case::the_old_limit(false, true, [2, 1], true)]
#[case::neither(true, true, [4, 1], false)]
#[tokio::test]
async fn what_a_server_cannot_do_is_asked_of_it_once(
    #[case] no_shapes: bool,
    #[case] old_limit: bool,
    #[case] requests: [usize; 2],
    #[case] shaped: bool,
) {
    let server = knowing(move |body| {
        let has = |field| body.get(field).is_some();
        !(no_shapes && has("response_format") || old_limit && has("max_completion_tokens"))
    })
    .await;
    let model = model(&server.uri());
    let (schema, messages) = (json!({ "type": "object" }), hello());
    let prompt = Prompt {
        plain: &messages,
        shaped: Some(Shaped { name: "answer", schema: &schema, messages: &messages }),
        tools: None,
    };
    let mut before = 0;
    for count in requests {
        let answer = model.complete_shaped("small", &prompt).await.expect("an answer");
        assert_eq!((answer.is_shaped, answer.text.as_str()), (shaped, if shaped { "{}" } else { "plain" }));
        let all = server.received_requests().await.expect("requests are recorded").len();
        assert_eq!(all - before, count);
        before = all;
    }
}

#[tokio::test]
async fn what_one_model_of_a_server_knows_of_the_limit_is_not_asked_of_another() {
    let server = knowing(|body| body.get("max_tokens").is_some() == (body["model"] == "a")).await;
    let model = model(&server.uri());
    for name in ["a", "b", "a", "b"] {
        assert!(model.complete(name, &hello()).await.is_ok(), "{name}");
    }
    assert_eq!(server.received_requests().await.expect("requests are recorded").len(), 5, "the first took two");
}

#[tokio::test]
async fn a_model_that_has_learned_the_other_name_of_the_limit_is_asked_by_it() {
    let has_learned = Arc::new(AtomicBool::new(false));
    let learned = Arc::clone(&has_learned);
    let server = knowing(move |body| body.get("max_completion_tokens").is_some() == learned.load(Relaxed)).await;
    let model = model(&server.uri());
    assert!(model.complete("small", &hello()).await.is_ok());
    has_learned.store(true, Relaxed);
    assert!(model.complete("small", &hello()).await.is_ok());
    let before = server.received_requests().await.expect("requests are recorded").len();
    assert!(model.complete("small", &hello()).await.is_ok());
    assert_eq!(
        server.received_requests().await.expect("requests are recorded").len(),
        before + 1,
        "by its new name at once"
    );
}

/// A prompt of a customer who shows something.
fn showing() -> Vec<ChatMessage> {
    let picture = Picture::new("image/png", b"\x89PNG");
    build(&PromptInput {
        bot_name: "Rosa",
        business_name: "Rose Bakery",
        instructions: "",
        tone: Tone::Plain,
        opening: None,
        language: ReplyLanguage::Customer(None),
        knowledge: &[],
        history: &[],
        history_budget: 0,
        summary: None,
        pending: &[Spoken { text: "[image]", picture: Some(&picture) }],
        nonce: "n0nce",
        shaped: false,
        tools: false,
        greeted: false,
        covers_little: false,
        anger_hands_over: true,
    })
}

/// A server that refuses pictures with a status while `is_blind`; how many requests with pictures, and without, it gets.
async fn sometimes_blind(status: u16, is_blind: impl Fn() -> bool + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(move |request: &wiremock::Request| {
            if shows(request) && is_blind() {
                return ResponseTemplate::new(status);
            }
            ResponseTemplate::new(200).set_body_json(completion(&json!("Hi!")))
        })
        .mount(&server)
        .await;
    server
}

fn shows(request: &wiremock::Request) -> bool {
    String::from_utf8_lossy(&request.body).contains("data:image/png;base64,iVBORw==")
}

async fn pictures_shown(server: &MockServer) -> usize {
    server.received_requests().await.expect("requests are recorded").iter().filter(|it| shows(it)).count()
}

#[rstest]
#[tokio::test]
async fn a_model_that_refuses_pictures_is_told_of_them_and_seldom_shown_another(
    #[values(400, 404, 413, 422, 500)] status: u16,
) {
    let server = sometimes_blind(status, || true).await;
    let model = model(&server.uri());
    let mut shown = Vec::new();
    for _ in 0..16 {
        assert_eq!(model.complete("small", &showing()).await.map(|it| it.text), Ok("Hi!".to_owned()));
        shown.push(pictures_shown(&server).await);
    }
    assert!(shown[0] > 0 && shown[6] == shown[0], "{shown:?}");
    assert!(shown[7] > shown[6] && shown[14] == shown[7] && shown[15] > shown[14], "{shown:?}");
}

#[tokio::test]
async fn a_picture_that_is_refused_blinds_no_model_that_has_seen_another() {
    let is_bad = Arc::new(AtomicBool::new(false));
    let server = sometimes_blind(400, {
        let is_bad = Arc::clone(&is_bad);
        move || is_bad.load(Relaxed)
    })
    .await;
    let model = model(&server.uri());
    let mut before = 0;
    for bad in [false, true, true, false] {
        is_bad.store(bad, Relaxed);
        assert!(model.complete("small", &showing()).await.is_ok());
        let shown = pictures_shown(&server).await;
        assert!(shown > before, "it is shown every picture");
        before = shown;
    }
}

fn offers_tools(request: &wiremock::Request) -> bool {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    body["tools"].is_array()
}

fn find_order() -> ToolSpec {
    ToolSpec { name: "find_order".to_owned(), description: String::new(), parameters: json!({ "type": "object" }) }
}

fn offering<'a>(messages: &'a [ChatMessage], offered: &'a [ToolSpec]) -> Prompt<'a> {
    Prompt { plain: messages, shaped: None, tools: Some(Tools { offered, done: &[], may_wish: true, told: "" }) }
}

#[rstest]
#[tokio::test]
async fn a_model_that_can_neither_see_nor_ask_for_tools_answers_without_both(
    #[values(400, 404, 500, 501)] status: u16,
) {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(move |request: &wiremock::Request| {
            if shows(request) || offers_tools(request) {
                return ResponseTemplate::new(status);
            }
            ResponseTemplate::new(200).set_body_json(completion(&json!("Hi!")))
        })
        .mount(&server)
        .await;
    let (model, messages, offered) = (model(&server.uri()), showing(), [find_order()]);
    let prompt = offering(&messages, &offered);
    let mut asked = Vec::new();
    for _ in 0..2 {
        assert_eq!(model.complete_shaped("small", &prompt).await.map(|it| it.text), Ok("Hi!".to_owned()));
        asked.push(server.received_requests().await.expect("requests are recorded").len());
    }
    assert_eq!(asked[1] - asked[0], 1, "it is remembered");
}

#[tokio::test]
async fn a_server_that_is_down_costs_one_request_more_for_tools_and_none_once_the_model_has_taken_some() {
    let server = MockServer::start().await;
    let is_down = Arc::new(AtomicBool::new(true));
    Mock::given(method("POST"))
        .respond_with({
            let is_down = Arc::clone(&is_down);
            move |_: &wiremock::Request| {
                if is_down.load(Relaxed) {
                    return ResponseTemplate::new(500);
                }
                ResponseTemplate::new(200).set_body_json(completion(&json!("Hi!")))
            }
        })
        .mount(&server)
        .await;
    let (model, messages, offered) = (model(&server.uri()), hello(), [find_order()]);
    let prompt = offering(&messages, &offered);
    let mut before = 0;
    for (down, requests) in [(true, 2), (true, 2), (false, 1), (true, 1)] {
        is_down.store(down, Relaxed);
        let answer = model.complete_shaped("small", &prompt).await;
        let failure = ModelError::Unavailable { status: Some(500), code: None, retry_after: None };
        assert_eq!(answer.err(), down.then_some(failure));
        let all = server.received_requests().await.expect("requests are recorded");
        assert_eq!(all.len() - before, requests);
        assert!(all.get(before).is_some_and(offers_tools), "a failure has taught it nothing");
        before = all.len();
    }
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_too_long_in_every_way() {
    let body = json!({"error": {"code": "context_length_exceeded", "type": "invalid_request_error"}});
    let (answer, requests) = ask(ResponseTemplate::new(400).set_body_json(body)).await;
    assert!(matches!(answer, Err(ModelError::Refused { .. })), "{answer:?}");
    assert_eq!(requests, 1);
}

#[rstest]
#[case::out_of_order(json!([{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]), true)]
#[case::without_indexes(json!([{"embedding": [1, 0]}, {"embedding": [0, 1]}]), true)]
#[case::too_few(json!([{"index": 0, "embedding": [1, 0]}]), false)]
#[case::of_two_lengths(json!([{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1]}]), false)]
#[case::too_long(json!([{"embedding": vec![0.5; 4_097]}, {"embedding": vec![0.5; 4_097]}]), false)]
#[case::twice_the_same(json!([{"index": 0, "embedding": [1, 0]}, {"index": 0, "embedding": [1, 0]}]), false)]
#[tokio::test]
async fn vectors_come_in_the_order_of_their_texts_or_not_at_all(#[case] data: Value, #[case] good: bool) {
    let server = MockServer::start().await;
    Mock::given(path("/v1/embeddings"))
        .and(body_partial_json(json!({"model": "e", "input": ["a", "b"]})))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": data, "usage": {"prompt_tokens": 2}})))
        .mount(&server)
        .await;
    let embedded = model(&server.uri()).embed("e", &["a", "b"]).await;
    match embedded {
        Ok(embedded) => {
            assert_eq!(
                (embedded.vectors, embedded.tokens, good),
                (vec![vec![1.0, 0.0], vec![0.0, 1.0]], Some(2), true)
            );
        }
        Err(error) => assert!(matches!(error, ModelError::Invalid(_)) && !good, "{error:?}"),
    }
}

#[test]
fn the_key_is_in_no_debug_output() {
    assert!(!format!("{:?}", model("http://localhost:1")).contains(KEY));
}

#[rstest]
#[case("not a url", "key")]
#[case("http://localhost/v1", "ke\ny")]
fn an_unusable_configuration_is_reported_at_the_start(#[case] base_url: &str, #[case] key: &str) {
    rustls::crypto::ring::default_provider().install_default().ok();
    let config = ModelConfig {
        base_url: base_url.to_owned(),
        api_key: Some(SecretString::from(key)),
        timeout: Duration::from_secs(1),
        max_output_tokens: 1,
    };
    let http = reqwest::Client::builder().build().expect("a client with default settings");
    assert!(matches!(Model::new(&config, http), Err(ModelError::Misconfigured(_))));
}
