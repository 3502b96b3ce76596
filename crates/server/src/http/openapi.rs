//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use actix_web::App;
use serde_json::json;
use utoipa::{
    OpenApi,
    openapi::{
        Ref, RefOr, Response, ResponseBuilder,
        content::ContentBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

use super::problem::{self, Problem};

const BEARER: &str = "access_token";
const API_KEY: &str = "api_key";

/// The document before any operation is in it.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Switchboard",
        description = "Connects businesses to WhatsApp and answers their customers with AI until a person takes over.\n\n\
            Times are RFC 3339 in UTC. Errors are `application/problem+json` (RFC 9457) with a stable `code`. Lists come \
            a page at a time: give `next_cursor` as `cursor` to get the next. Unknown fields of a request are ignored; \
            new fields may appear in answers.\n\n\
            Requests are limited by address, by who asks and by their tenant, tighter where passwords are tried, mails \
            are sent or everything is taken out. Every answer tells by `RateLimit-Policy` which policies it was counted \
            under (`q` requests at once, and as many in each `w` seconds) and by `RateLimit` how they stand (`r` remain; \
            all of them do in `t` seconds). One too many is a 429, whose `Retry-After` says how long to wait.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(),
    ),
    servers((url = "/")),
    components(schemas(Problem)),
    tags(
        (name = "auth", description = "Signing up, in and out"),
        (name = "identities", description = "Signing in at an identity provider"),
        (name = "password", description = "Changing passwords, known and forgotten"),
        (name = "second factor", description = "Authenticator apps and recovery codes"),
        (name = "sessions", description = "Where you are signed in"),
        (name = "tenant", description = "The business itself"),
        (name = "people", description = "Who works for the business"),
        (name = "invitations", description = "Who is to work for the business"),
        (name = "api keys", description = "Keys for programs"),
        (name = "audit", description = "Who did what"),
        (name = "connection", description = "Connecting WhatsApp"),
        (name = "numbers", description = "The WhatsApp numbers"),
        (name = "bots", description = "Who answers by itself"),
        (name = "models", description = "The models a business has asked, and what they use"),
        (name = "knowledge", description = "What bots know"),
        (name = "bot tests", description = "What businesses expect of their bots, and whether it comes"),
        (name = "tools", description = "What bots can do besides answering"),
        (name = "replays", description = "What bots would say today to what customers said once"),
        (name = "unanswered questions", description = "What bots could not answer, to be taught"),
        (name = "conversations", description = "The inbox: reading, writing, taking over, handing back"),
        (name = "media", description = "Files of messages"),
        (name = "templates", description = "What may be sent when the service window is closed"),
        (name = "notes", description = "What colleagues write to each other beside a conversation"),
        (name = "contacts", description = "What is known of customers"),
        (name = "contact fields", description = "What a business keeps of each of its customers"),
        (name = "labels", description = "The labels a business puts on conversations"),
        (name = "search", description = "Finding customers and what was said"),
        (name = "canned replies", description = "Answers that are given again and again"),
        (name = "saved filters", description = "Lists of conversations that people have put together"),
        (name = "events", description = "What happens, live"),
        (name = "leftovers", description = "What WhatsApp sent and nobody understood"),
        (name = "webhooks", description = "Where WhatsApp posts to"),
        (name = "platform", description = "All businesses, for whoever runs the installation"),
        (name = "operation", description = "For whoever runs the installation"),
    )
)]
struct Frame;

pub(crate) fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The whole document, as `GET /api/openapi.json` answers it.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, document) = App::new().into_utoipa_app().openapi(frame()).configure(super::mount).split_for_parts();
    complete(document)
}

/// An answer that many operations may give. `name` is its key among the document's components.
struct Shared {
    status: &'static str,
    name: &'static str,
    description: &'static str,
}

const MALFORMED: Shared = Shared { status: "400", name: "Malformed", description: "The request cannot be read" };
const UNAUTHORIZED: Shared =
    Shared { status: "401", name: "Unauthorized", description: "No credential, or none that is good" };
const FORBIDDEN: Shared = Shared { status: "403", name: "Forbidden", description: "The role may not do this" };
const NOT_FOUND: Shared = Shared { status: "404", name: "NotFound", description: "There is no such thing" };
const TOO_LARGE: Shared = Shared { status: "413", name: "TooLarge", description: "The request is too large" };
const NOT_JSON: Shared = Shared { status: "415", name: "NotJson", description: "The request is not application/json" };
const INVALID: Shared =
    Shared { status: "422", name: "Invalid", description: "A field is invalid: `errors` says which and why" };
const TOO_MANY: Shared =
    Shared { status: "429", name: "TooMany", description: "Too many requests: wait as long as `Retry-After` says" };
const INTERNAL: Shared = Shared { status: "500", name: "Internal", description: "Something went wrong on our side" };
const UNAVAILABLE: Shared =
    Shared { status: "503", name: "Unavailable", description: "Not available at the moment: try again" };
const ALL: [&Shared; 10] = [
    &MALFORMED,
    &UNAUTHORIZED,
    &FORBIDDEN,
    &NOT_FOUND,
    &TOO_LARGE,
    &NOT_JSON,
    &INVALID,
    &TOO_MANY,
    &INTERNAL,
    &UNAVAILABLE,
];

/// Adds what holds for all operations: how to sign in, and the errors that come of what an operation is. What a handler
/// says of itself stays.
pub(crate) fn complete(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(BEARER, bearer());
    components.add_security_scheme(API_KEY, SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))));
    for shared in ALL {
        components.responses.insert(shared.name.to_owned(), RefOr::T(response(shared)));
    }
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            complete_operation(path, operation);
        }
    }
    document
}

fn complete_operation(path: &str, operation: &mut Operation) {
    name_after_area(operation);
    let mut errors = vec![&INTERNAL];
    let is_api = path.starts_with("/api/");
    if is_api {
        errors.extend([&TOO_MANY, &UNAVAILABLE]);
    }
    // A handler that is for everybody says so with `security(())`.
    if operation.security.is_none() {
        let none: [&str; 0] = [];
        operation.security =
            Some(vec![SecurityRequirement::new(BEARER, none), SecurityRequirement::new(API_KEY, none)]);
        errors.extend([&UNAUTHORIZED, &FORBIDDEN]);
    }
    if is_api && operation.request_body.is_some() {
        errors.extend([&MALFORMED, &TOO_LARGE, &NOT_JSON, &INVALID]);
    }
    if is_api && operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty()) {
        errors.extend([&MALFORMED, &INVALID]);
    }
    if path.contains('{') {
        errors.push(&NOT_FOUND);
    }
    for shared in errors {
        let reference = RefOr::Ref(Ref::new(format!("#/components/responses/{}", shared.name)));
        operation.responses.responses.entry(shared.status.to_owned()).or_insert(reference);
    }
}

/// Every area has its `list`; clients generated from the document need a name for each.
fn name_after_area(operation: &mut Operation) {
    let area = operation.tags.as_ref().and_then(|tags| tags.first());
    if let (Some(area), Some(name)) = (area, &mut operation.operation_id) {
        *name = format!("{}_{name}", area.replace(' ', "_"));
    }
}

fn bearer() -> SecurityScheme {
    let description = "The access token of signup, login or refresh. It lasts ten minutes.";
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(description));
    SecurityScheme::Http(scheme.build())
}

fn response(shared: &Shared) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let title = shared.description;
    let example = json!({ "status": shared.status.parse::<u16>().unwrap_or_default(), "code": "…", "title": title });
    let content = ContentBuilder::new().schema(Some(schema)).example(Some(example)).build();
    ResponseBuilder::new().description(shared.description).content(problem::CONTENT_TYPE, content).build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Of two of the same name the document would keep one.
    #[test]
    fn no_two_areas_call_different_schemas_the_same() {
        let mut known = BTreeMap::new();
        for area in crate::http::AREAS {
            let (_, document) = App::new().into_utoipa_app().openapi(frame()).configure(area).split_for_parts();
            for (name, schema) in document.components.unwrap_or_default().schemas {
                let schema = json!(schema);
                let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*first, schema, "there are two of {name}");
            }
        }
        assert!(known.len() > 100, "{}", known.len());
    }
}
