//! Around every call: the log, and the faults that do not look into the body.

use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError as _, web};
use futures_util::StreamExt as _;

use super::GraphError;
use crate::connection::Wire;
use crate::sync::lock;
use crate::world::World;
use crate::world::faults::{Fault, FaultKind, FaultOn};

/// Logs the call and lets a fault happen to it.
pub(crate) async fn watch(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let world = req.app_data::<web::Data<World>>().cloned().expect("every app has its world");
    let (method, path) = (req.method().to_string(), req.path().to_owned());
    let fault = group_of(&path).and_then(|on| world.faults.take(on));
    let wire = Wire::of(req.request());
    let instead = match &fault {
        Some(fault) => answer_instead(&wire, fault).await,
        None => None,
    };
    let answer = if let Some(answer) = instead {
        take_in(req.take_payload()).await;
        req.into_response(answer)
    } else {
        let answer = next.call(req).await?.map_into_boxed_body();
        if fault.is_some() {
            wire.cut();
        }
        answer
    };
    lock(&world.calls).add(world.clock.now_ms(), method, path, answer.status().as_u16());
    Ok(answer)
}

/// Reads a body to its end: whoever is still sending it when the connection closes may never see the answer.
async fn take_in(mut body: Payload) {
    while let Some(Ok(_)) = body.next().await {}
}

/// The group a call belongs to. Messages are not here: their faults may name a customer, and are
/// taken where the body is read.
fn group_of(path: &str) -> Option<FaultOn> {
    let last = path.rsplit('/').next()?;
    Some(match last {
        "access_token" => FaultOn::Oauth,
        "debug_token" => FaultOn::DebugToken,
        "phone_numbers" => FaultOn::PhoneNumbers,
        "register" => FaultOn::Register,
        "deregister" => FaultOn::Deregister,
        "subscribed_apps" => FaultOn::SubscribedApps,
        "smb_app_data" => FaultOn::SmbAppData,
        "system_user_access_tokens" => FaultOn::SystemUserAccessTokens,
        "media" => FaultOn::Media,
        "message_templates" => FaultOn::Templates,
        "owned_whatsapp_business_accounts" | "client_whatsapp_business_accounts" => FaultOn::Businesses,
        // Ids of WABAs, of numbers and of files differ in their leading part.
        id if id.starts_with("10229") => FaultOn::Waba,
        id if id.starts_with("10654") => FaultOn::Number,
        id if id.starts_with("10375") => FaultOn::Media,
        _ => return None,
    })
}

/// What is answered instead of doing what was asked; `None` when it is to be done first and the
/// connection then dropped.
pub(crate) async fn answer_instead(wire: &Wire, fault: &Fault) -> Option<HttpResponse> {
    let error = match &fault.kind {
        FaultKind::AcceptedNoAnswer => return None,
        FaultKind::Timeout => {
            tokio::time::sleep(Duration::from_millis(fault.hold_ms)).await;
            wire.cut();
            return Some(HttpResponse::GatewayTimeout().finish());
        }
        FaultKind::Garbage => {
            let page = "<html><body>Sorry, something went wrong.</body></html>";
            return Some(HttpResponse::Ok().content_type("text/html").body(page));
        }
        FaultKind::Empty => return Some(HttpResponse::Ok().finish()),
        kind => error_of(kind),
    };
    Some(error.error_response())
}

fn error_of(kind: &FaultKind) -> GraphError {
    match kind {
        FaultKind::ThrottleNumber => GraphError::code(130_429, "Cloud API message throughput has been reached."),
        FaultKind::ThrottlePair => {
            let details = "Message failed to send because there were too many messages sent from \
                           this phone number to the same phone number in a short period of time.";
            GraphError::code(131_056, details)
        }
        FaultKind::WindowClosed => window_closed(),
        FaultKind::TokenDead => {
            GraphError::plain(401, 190, "Error validating access token: Session has expired.").subcode(463)
        }
        FaultKind::Code { code, http_status, retry_after } => {
            GraphError::code(*code, "A fault that was asked for.").status(*http_status).retry_after(*retry_after)
        }
        _ => GraphError::code(131_000, "Message failed to send due to an unknown error."),
    }
}

/// The customer's last message is too long ago.
pub(crate) fn window_closed() -> GraphError {
    let details = "Message failed to send because more than 24 hours have passed since the \
                   customer last replied to this number.";
    GraphError::code(131_047, details)
}
