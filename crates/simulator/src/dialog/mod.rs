//! The OAuth dialog of Embedded Signup as pages one clicks through. Plain forms, no script, but for the last page of a
//! window that the JavaScript SDK (`/en_US/sdk.js`) has opened: it posts to the page behind it, as Meta's does.
//!
//! `sim_auto=continue|cancel|error` on the dialog's URL answers at once instead, with the default
//! business or with the WABA that `sim_waba` names.

mod finish;
mod form;
mod pages;
mod popup;
pub(crate) mod session;

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};

use crate::sync::lock;
use crate::world::World;
use crate::world::tokens::all_scopes;

use finish::Ended;
use session::{Dialog, Popup, Step, Told, Way};

/// The dialog's start and its further pages.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route(r"/{version:v\d+\.\d+}/dialog/oauth", web::get().to(start))
        .route("/dialog/oauth", web::get().to(start))
        .route("/dialog/{id}", web::get().to(show))
        .route("/dialog/{id}", web::post().to(act));
}

/// `GET /{version}/dialog/oauth`.
async fn start(world: web::Data<World>, query: web::Query<HashMap<String, String>>) -> HttpResponse {
    let dialog = match check(&world, &query) {
        Ok(dialog) => dialog,
        Err(problem) => return html(400, pages::refused(problem)),
    };
    if let Some(how) = query.get("sim_auto") {
        return finish_at_once(&world, &dialog, how, query.get("sim_waba"));
    }
    let id = lock(&world.dialogs).open(dialog);
    see_other(&format!("/dialog/{id}"))
}

/// The checks Facebook does before it shows anything.
fn check(world: &World, query: &HashMap<String, String>) -> Result<Dialog, &'static str> {
    let get = |name: &str| query.get(name).filter(|value| !value.is_empty());
    match get("client_id") {
        None => return Err("The parameter client_id is required"),
        Some(id) if *id != world.app.id => {
            return Err("Invalid App ID: The provided app ID does not look like a valid app ID.");
        }
        Some(_) => {}
    }
    let way = match get("display").map(String::as_str) {
        Some("popup") => Way::Popup(Popup {
            opener: get("origin").filter(|origin| is_origin(origin)).ok_or("The parameter origin is required")?.clone(),
            question: get("cb").ok_or("The parameter cb is required")?.clone(),
            told: Told::BeforeCode,
            loses_code: false,
            finish: None,
        }),
        _ => Way::Redirect { uri: redirect_uri(get("redirect_uri"))?.clone(), state: get("state").cloned() },
    };
    if get("response_type").map(String::as_str) != Some("code") {
        return Err("Invalid response_type: it must be code");
    }
    let config_id = get("config_id");
    if let (Some(given), Some(own)) = (config_id, &world.app.config_id)
        && given != own
    {
        return Err("Invalid config_id: The configuration does not belong to this app.");
    }
    Ok(Dialog::new(way, scopes(config_id, get("scope"))))
}

fn redirect_uri(given: Option<&String>) -> Result<&String, &'static str> {
    let uri = given.ok_or("The parameter redirect_uri is required")?;
    let is_web =
        url::Url::parse(uri).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.fragment().is_none());
    if is_web {
        return Ok(uri);
    }
    Err(
        "URL Blocked: This redirect failed because the redirect URI is not whitelisted in the app's Client OAuth Settings.",
    )
}

/// Whether a text is the origin of a page, and nothing more.
fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| url.origin().ascii_serialization() == text)
}

/// A configuration brings both permissions; without one, those are asked for that `scope` names.
fn scopes(config_id: Option<&String>, scope: Option<&String>) -> Vec<String> {
    if config_id.is_some() {
        return all_scopes();
    }
    let asked: Vec<&str> = scope.map(|it| it.split([',', ' ']).collect()).unwrap_or_default();
    all_scopes().into_iter().filter(|known| known == "public_profile" || asked.contains(&known.as_str())).collect()
}

fn finish_at_once(world: &Arc<World>, dialog: &Dialog, how: &str, waba: Option<&String>) -> HttpResponse {
    let ended = match how {
        "continue" => {
            let Some(waba) = finish::chosen_waba(world, waba) else {
                return html(400, pages::refused("There is no such WhatsApp Business Account."));
            };
            finish::grant(world, dialog, &waba)
        }
        "cancel" => finish::cancelled(dialog),
        "error" => finish::failed(dialog, world.clock.now_ms()),
        _ => {
            return html(400, pages::refused("sim_auto must be continue, cancel or error"));
        }
    };
    respond(ended)
}

fn respond(ended: Ended) -> HttpResponse {
    match ended {
        Ended::At(location) => found(&location),
        Ended::InWindow { opener, posts } => html(200, popup::page(&opener, &posts)),
    }
}

/// `GET /dialog/{id}`: the page of the current step.
async fn show(world: web::Data<World>, id: web::Path<String>) -> HttpResponse {
    let dialog = lock(&world.dialogs).get(&id);
    match dialog {
        Some(dialog) => html(200, pages::step(&world, &dialog)),
        None => html(404, pages::refused("This sign-up has ended. Start again from where you came.")),
    }
}

/// `POST /dialog/{id}`: a button of the current step.
async fn act(world: web::Data<World>, id: web::Path<String>, form: web::Form<HashMap<String, String>>) -> HttpResponse {
    let Some(mut dialog) = lock(&world.dialogs).get(&id) else {
        return see_other(&format!("/dialog/{id}"));
    };
    let ended = match form.get("action").map(String::as_str) {
        Some("cancel") => finish::cancelled(&dialog),
        Some("error") => finish::failed(&dialog, world.clock.now_ms()),
        Some("broken") => finish::broken(&dialog, world.clock.now_ms()),
        Some("back") => {
            dialog.back();
            lock(&world.dialogs).put(&id, dialog);
            return see_other(&format!("/dialog/{id}"));
        }
        _ if dialog.step == Step::Consent => {
            form::pretend(&mut dialog, &form);
            let waba = finish::make_chosen(&world, &dialog);
            finish::grant(&world, &dialog, &waba)
        }
        _ => {
            dialog.problem = form::submit(&world, &mut dialog, &form).err();
            lock(&world.dialogs).put(&id, dialog);
            return see_other(&format!("/dialog/{id}"));
        }
    };
    lock(&world.dialogs).close(&id);
    respond(ended)
}

fn html(status: u16, page: String) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page)
}

/// After a form, so that reloading a page does not send the form again.
fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}

fn found(location: &str) -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, location)).finish()
}
