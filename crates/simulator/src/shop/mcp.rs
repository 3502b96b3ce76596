//! Tables of a restaurant over the Model Context Protocol (streamable HTTP, without sessions and streams).

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::enter;
use crate::world::World;

const NEWEST: &str = "2025-06-18";

/// One message of JSON-RPC.
pub(super) async fn answer(req: HttpRequest, world: web::Data<World>, body: web::Bytes) -> HttpResponse {
    if let Err(refused) = enter(&req, &world, &body).await {
        return refused;
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else {
        return HttpResponse::BadRequest().finish();
    };
    let id = &message["id"];
    if id.is_null() {
        return HttpResponse::Accepted().finish();
    }
    let params = &message["params"];
    let answer = match message["method"].as_str().unwrap_or_default() {
        "initialize" => Ok(json!({
            "protocolVersion": NEWEST,
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "tables", "version": "1"},
        })),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({"tools": tools()})),
        "tools/call" => called(params),
        _ => Err((-32601, "Method not found")),
    };
    HttpResponse::Ok().json(match answer {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err((code, message)) => json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}),
    })
}

fn tools() -> Value {
    let people = json!({"type": "integer", "minimum": 1, "maximum": 12});
    json!([
        {
            "name": "find.table",
            "description": "Tells whether a table is free for so many people.",
            "inputSchema": {"type": "object", "properties": {"people": people}, "required": ["people"]},
            "annotations": {"readOnlyHint": true},
        },
        {
            "name": "book.table",
            "description": "Books, reserves a table for so many people.",
            "inputSchema": {"type": "object", "properties": {"people": people}, "required": ["people"]},
        },
    ])
}

fn called(params: &Value) -> Result<Value, (i64, &'static str)> {
    let people = &params["arguments"]["people"];
    let text = match params["name"].as_str() {
        Some("find.table") => format!("A table for {people} is free at 19:30."),
        Some("book.table") => format!("A table for {people} is booked at 19:30."),
        _ => return Err((-32602, "Unknown tool")),
    };
    Ok(json!({"content": [{"type": "text", "text": text}], "isError": false}))
}
