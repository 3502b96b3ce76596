//! The authorisation endpoint: a page on which one chooses who one is.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use url::Url;

use super::codes::Grant;
use super::pages;
use super::people::{Faults, Person};
use crate::ids;
use crate::sync::lock;
use crate::world::World;

/// What the client asks for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    redirect_uri: String,
    state: Option<String>,
    nonce: Option<String>,
    challenge: String,
}

type Form = HashMap<String, String>;

/// `GET /oidc/authorize`
pub(super) async fn show(world: web::Data<World>, query: web::Query<Form>) -> HttpResponse {
    let asked = match check(&world, &query) {
        Ok(asked) => asked,
        Err(problem) => return page(StatusCode::BAD_REQUEST, pages::refused(problem)),
    };
    match query.get("sim_auto").map(String::as_str) {
        None => page(StatusCode::OK, pages::choose(None)),
        Some("continue") => {
            let text = |name: &str| query.get(name).map(String::as_str);
            let email = text("sim_email").unwrap_or("somebody@example.com");
            let mut person = Person::new(text("sim_name").unwrap_or("Somebody"), email);
            if let Some(sub) = text("sim_sub") {
                sub.clone_into(&mut person.sub);
            }
            let faults = Faults::named(text("sim_fault").unwrap_or_default().split(','));
            grant(&world, asked, person, faults)
        }
        Some(_) => denied(&asked),
    }
}

/// `POST /oidc/authorize`, with the query of the page: a button of the page.
pub(super) async fn act(world: web::Data<World>, query: web::Query<Form>, form: web::Form<Form>) -> HttpResponse {
    let asked = match check(&world, &query) {
        Ok(asked) => asked,
        Err(problem) => return page(StatusCode::BAD_REQUEST, pages::refused(problem)),
    };
    if form.get("action").is_some_and(|action| action == "deny") {
        return denied(&asked);
    }
    let field = |name: &str| form.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let person = match (field("person"), field("name"), field("email")) {
        (Some("new") | None, Some(name), Some(email)) => Some(Person::new(name, email)),
        (Some(sub), ..) => Person::known(sub),
        _ => None,
    };
    let Some(person) = person else {
        return page(StatusCode::OK, pages::choose(Some("Choose somebody, or enter a name and an address.")));
    };
    grant(&world, asked, person, Faults::named(form.keys().map(String::as_str)))
}

fn check(world: &World, query: &Form) -> Result<Asked, &'static str> {
    let get = |name: &str| query.get(name).filter(|value| !value.is_empty());
    if get("client_id") != Some(&world.app.id) {
        return Err("invalid_client: no such client");
    }
    let redirect_uri = get("redirect_uri").filter(|uri| Url::parse(uri).is_ok_and(|url| url.fragment().is_none()));
    let redirect_uri = redirect_uri.ok_or("invalid_request: redirect_uri is missing or no address")?;
    if get("response_type").map(String::as_str) != Some("code") {
        return Err("unsupported_response_type: it must be code");
    }
    if !get("scope").is_some_and(|scope| scope.split(' ').any(|scope| scope == "openid")) {
        return Err("invalid_scope: openid is missing");
    }
    if get("code_challenge_method").map(String::as_str) != Some("S256") {
        return Err("invalid_request: code_challenge_method must be S256");
    }
    Ok(Asked {
        redirect_uri: redirect_uri.clone(),
        state: get("state").cloned(),
        nonce: get("nonce").cloned(),
        challenge: get("code_challenge").ok_or("invalid_request: code_challenge is missing")?.clone(),
    })
}

fn grant(world: &World, asked: Asked, person: Person, faults: Faults) -> HttpResponse {
    let code = ids::opaque();
    let Asked { redirect_uri, state, nonce, challenge } = asked;
    let location = back(&redirect_uri, state.as_deref(), &[("code", &code)]);
    let grant = Grant { person, redirect_uri, nonce, challenge, faults, at_ms: world.clock.now_ms() };
    lock(&world.oidc_codes).open(code, grant);
    found(&location)
}

fn denied(asked: &Asked) -> HttpResponse {
    let parameters = [("error", "access_denied"), ("error_description", "Somebody did not want to")];
    found(&back(&asked.redirect_uri, asked.state.as_deref(), &parameters))
}

fn back(redirect_uri: &str, state: Option<&str>, parameters: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(redirect_uri) else { return redirect_uri.to_owned() };
    url.query_pairs_mut().extend_pairs(parameters).extend_pairs(state.map(|state| ("state", state)));
    url.into()
}

fn found(location: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, location)).finish()
}

fn page(status: StatusCode, page: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page)
}
