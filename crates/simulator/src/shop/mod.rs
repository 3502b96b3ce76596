//! A business's own server, which its bot asks: orders over HTTP, tables over MCP. Every request is kept.

mod mcp;
mod orders;

use std::collections::VecDeque;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use crate::connection::Wire;
use crate::sync::lock;
use crate::world::World;
use crate::world::faults::{Fault, FaultKind, FaultOn};

/// What the server wants in the header `x-api-key`.
const KEY: &str = "shop-key";
/// How many requests are kept.
const KEPT: usize = 1_000;

/// The last requests, the oldest first.
#[derive(Default)]
pub(crate) struct ShopLog(VecDeque<Value>);

impl ShopLog {
    pub(crate) fn all(&self) -> Vec<Value> {
        self.0.iter().cloned().collect()
    }

    fn add(&mut self, request: Value) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(request);
    }
}

/// `/shop/orders/{order}`, `/shop/orders/{order}/cancel`, and `/shop/mcp`.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/shop")
            .route("/orders/{order}", web::get().to(orders::find))
            .route("/orders/{order}/cancel", web::post().to(orders::cancel))
            .route("/mcp", web::post().to(mcp::answer)),
    );
}

/// Keeps a request, and says how it is refused, if it is.
async fn enter(req: &HttpRequest, world: &World, body: &[u8]) -> Result<(), HttpResponse> {
    let headers: Map<String, Value> = req
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap_or_default())))
        .collect();
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    lock(&world.shop).add(json!({
        "method": req.method().as_str(),
        "path": req.path(),
        "query": req.query_string(),
        "headers": headers,
        "body": body,
    }));
    if req.headers().get("x-api-key").is_none_or(|key| key != KEY) {
        return Err(HttpResponse::Unauthorized().json(json!({"error": "The key is wrong."})));
    }
    match world.faults.take(FaultOn::Shop) {
        Some(fault) => Err(fail(req, &fault).await),
        None => Ok(()),
    }
}

async fn fail(req: &HttpRequest, fault: &Fault) -> HttpResponse {
    match fault.kind {
        FaultKind::Timeout => {
            tokio::time::sleep(std::time::Duration::from_millis(fault.hold_ms)).await;
            Wire::of(req).cut();
            HttpResponse::GatewayTimeout().finish()
        }
        FaultKind::Garbage => HttpResponse::Ok().content_type("application/json").body("{\"sta"),
        FaultKind::Empty => HttpResponse::Ok().finish(),
        _ => HttpResponse::InternalServerError().json(json!({"error": "It broke.", "trace": "at orders.rs:7"})),
    }
}
