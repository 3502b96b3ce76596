use std::time::Duration;

use reqwest::{Method, RequestBuilder, multipart};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::GraphError;
use crate::reply::{self, Reply};
use crate::retry::{self, Repeat};

/// One request to Graph, being put together.
pub(crate) struct Call {
    builder: RequestBuilder,
    repeat: Repeat,
    /// What may not appear in an error, should Meta repeat it there.
    secrets: Vec<SecretString>,
    /// For the log: method and path, which hold ids and no secrets.
    name: String,
}

impl Call {
    pub(crate) fn new(http: &reqwest::Client, method: Method, url: Url, path: &[&str]) -> Self {
        let repeat = if method == Method::GET { Repeat::WhenTransient } else { Repeat::Never };
        let name = format!("{method} /{}", path.join("/"));
        Self { builder: http.request(method, url), repeat, secrets: Vec::new(), name }
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.builder = self.builder.timeout(timeout);
        self
    }

    pub(crate) fn bearer(mut self, token: &SecretString) -> Self {
        self.builder = self.builder.bearer_auth(token.expose_secret());
        self.secret(token)
    }

    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.query(&[(name, value)]);
        self
    }

    /// Only for the parameters that Meta takes nowhere else.
    pub(crate) fn secret_query(self, name: &str, value: &SecretString) -> Self {
        self.query(name, value.expose_secret()).secret(value)
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        self.builder = self.builder.json(body);
        self
    }

    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.builder = self.builder.form(fields);
        self
    }

    pub(crate) fn multipart(mut self, form: multipart::Form) -> Self {
        self.builder = self.builder.multipart(form);
        self
    }

    pub(crate) fn secret(mut self, secret: &SecretString) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    pub(crate) fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<T, GraphError> {
        let Self { builder, repeat, secrets, name } = self;
        let outcome = if repeat == Repeat::Never {
            once(builder).await
        } else {
            retry::run(repeat, || once_more(&builder)).await
        };
        let outcome = outcome.and_then(|reply| reply::decode(&reply));
        outcome.map_err(|error| {
            let error = error.without(&secrets);
            tracing::debug!(call = name, %error, "Graph refused a call");
            error
        })
    }
}

async fn once_more(builder: &RequestBuilder) -> Result<Reply, GraphError> {
    let builder = builder.try_clone().ok_or_else(|| GraphError::refused("a streamed request cannot be repeated"))?;
    once(builder).await
}

async fn once(builder: RequestBuilder) -> Result<Reply, GraphError> {
    let (client, request) = builder.build_split();
    let request = request.map_err(|error| GraphError::transport(&error))?;
    reply::read(&client, request, reply::MAX_JSON).await
}
