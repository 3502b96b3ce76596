//! Meta's send endpoint, played in this process. wiremock cannot hold an answer back until the test says so, nor break a
//! connection; both are what delivery has to survive.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

/// How a call is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    Accept,
    /// With this status and this error code.
    Refuse(u16, i64),
    /// Takes the message and breaks the connection.
    AcceptAndClose,
    /// Breaks the connection without taking the message.
    Close,
    /// Answers when [`Graph::release`] says so.
    Held(&'static Answer),
}

/// A call that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) phone_number_id: String,
    pub(crate) token: String,
    pub(crate) body: Value,
    pub(crate) wamid: String,
    pub(crate) accepted: bool,
}

impl Call {
    pub(crate) fn text(&self) -> &str {
        self.body["text"]["body"].as_str().unwrap_or_default()
    }
}

#[derive(Debug, Default)]
struct State {
    script: VecDeque<Answer>,
    /// Before the script: what all calls of a number get.
    by_number: HashMap<String, Answer>,
    calls: Vec<Call>,
}

#[derive(Debug, Clone)]
pub(crate) struct Graph {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    arrived: watch::Sender<usize>,
    released: Arc<Semaphore>,
}

impl Graph {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let graph = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            state: Arc::default(),
            arrived: watch::Sender::new(0),
            released: Arc::new(Semaphore::new(0)),
        };
        let serving = graph.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let graph = serving.clone();
                tokio::spawn(async move { graph.serve(stream).await.ok() });
            }
        });
        graph
    }

    /// What the next calls get, in their order; those after them are accepted.
    pub(crate) fn answers(&self, script: impl IntoIterator<Item = Answer>) {
        self.lock().script.extend(script);
    }

    /// What all calls of a number get from now on; `None`: what the script says.
    pub(crate) fn answers_number(&self, phone_number_id: &str, answer: Option<Answer>) {
        let by_number = &mut self.lock().by_number;
        match answer {
            Some(answer) => by_number.insert(phone_number_id.to_owned(), answer),
            None => by_number.remove(phone_number_id),
        };
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Waits until so many calls have arrived in all.
    pub(crate) async fn arrived(&self, calls: usize) {
        self.arrived.subscribe().wait_for(|arrived| *arrived >= calls).await.unwrap();
    }

    /// Lets one held call be answered.
    pub(crate) fn release(&self) {
        self.released.add_permits(1);
    }

    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (path, token, body) = read(&mut stream).await?;
        let phone_number_id = path.split('/').nth(2).unwrap_or_default().to_owned();
        let (mut answer, index) = self.note(phone_number_id, token, body);
        if let Answer::Held(then) = answer {
            self.released.acquire().await.unwrap().forget();
            answer = *then;
        }
        let wamid = {
            let call = &mut self.lock().calls[index];
            call.accepted = matches!(answer, Answer::Accept | Answer::AcceptAndClose);
            call.wamid.clone()
        };
        let (status, reply) = match answer {
            Answer::Accept => (200, json!({ "messaging_product": "whatsapp", "messages": [{ "id": wamid }] })),
            Answer::Refuse(status, code) => {
                (status, json!({ "error": { "message": "no", "type": "OAuthException", "code": code } }))
            }
            Answer::AcceptAndClose | Answer::Close | Answer::Held(_) => return Ok(()),
        };
        let reply = reply.to_string();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            reply.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(reply.as_bytes()).await?;
        stream.flush().await
    }

    fn note(&self, phone_number_id: String, token: String, body: Value) -> (Answer, usize) {
        let mut state = self.lock();
        let by_number = state.by_number.get(&phone_number_id).copied();
        let answer = by_number.or_else(|| state.script.pop_front()).unwrap_or(Answer::Accept);
        let wamid = format!("wamid.OUT{}", state.calls.len());
        state.calls.push(Call { phone_number_id, token, body, wamid, accepted: false });
        let index = state.calls.len() - 1;
        drop(state);
        self.arrived.send_modify(|arrived| *arrived += 1);
        (answer, index)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Path, bearer token and body of a request.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<(String, String, Value)> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let target = line.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or(0),
            "authorization" => value.trim_start_matches("Bearer ").clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((path, token, serde_json::from_slice(&body)?))
}
