use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::enter;
use crate::world::World;

/// Orders that there are, and the phones of those whose they are.
const ORDERS: [(&str, &str); 2] = [("A-1042", "905550001001"), ("A-2077", "905550001002")];

/// `GET /shop/orders/{order}`; with `phone`, only an order of that customer's.
pub(super) async fn find(req: HttpRequest, world: web::Data<World>, order: web::Path<String>) -> HttpResponse {
    if let Err(refused) = enter(&req, &world, &[]).await {
        return refused;
    }
    let phone = url::form_urlencoded::parse(req.query_string().as_bytes()).find(|(name, _)| name == "phone");
    let found = ORDERS.iter().find(|(number, owner)| {
        *number == order.as_str() && phone.as_ref().is_none_or(|(_, phone)| phone.as_ref() == *owner)
    });
    match found {
        Some((number, _)) => HttpResponse::Ok().json(json!({
            "order": number,
            "state": "on its way",
            "lines": [{"name": "chocolate cake"}, {"name": "rye bread"}],
            "margin": 0.31,
        })),
        None => HttpResponse::NotFound().json(json!({"error": "There is no such order."})),
    }
}

/// `POST /shop/orders/{order}/cancel`.
pub(super) async fn cancel(
    req: HttpRequest,
    world: web::Data<World>,
    order: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    if let Err(refused) = enter(&req, &world, &body).await {
        return refused;
    }
    HttpResponse::Ok().json(json!({"order": *order, "state": "cancelled"}))
}
