//! Templates: made, approved after a moment, listed, changed, deleted, sent.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::auth::Caller;
use super::business::Ids;
use super::page::page;
use super::params::Params;
use super::{Answer, GraphError};
use crate::sync::{lock, read};
use crate::webhook::{envelope, sender};
use crate::world::World;
use crate::world::directory::{Number, Waba};
use crate::world::settings::Delay;
use crate::world::templates::Template;
use crate::world::tokens::MANAGEMENT;

/// `POST /{waba}/message_templates`.
pub(crate) async fn create(
    req: HttpRequest,
    world: web::Data<World>,
    caller: Caller,
    path: web::Path<Ids>,
    body: web::Bytes,
) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba = caller.waba(&world, &path.id)?;
    let params = Params::read(req.query_string(), &body);
    let template = wanted(&world, &params)?;
    let answer = json!({"id": template.id, "status": template.status, "category": template.category});
    add(&waba, template.clone())?;
    approve_later(&world.into_inner(), waba, template.id);
    Ok(HttpResponse::Ok().json(answer))
}

fn wanted(world: &World, params: &Params) -> Result<Template, GraphError> {
    let name = params.required("name")?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if name.len() > 512 || !name.bytes().all(plain) {
        let text = "(#100) Param name must be at most 512 lowercase letters, digits and underscores.";
        return Err(GraphError::plain(400, 100, text));
    }
    let category = params.required("category")?.to_uppercase();
    if !matches!(category.as_str(), "AUTHENTICATION" | "MARKETING" | "UTILITY") {
        let text = "(#100) Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}";
        return Err(GraphError::plain(400, 100, text));
    }
    let components = params.json("components").filter(Value::is_array);
    let template = Template {
        id: world.ids.template(),
        name,
        language: params.required("language")?,
        category,
        parameter_format: params.text("parameter_format").unwrap_or("POSITIONAL".to_owned()),
        status: "PENDING",
        reason: None,
        components: components.ok_or_else(|| GraphError::required("components"))?,
    };
    if template.text_of("BODY").is_none() && template.category != "AUTHENTICATION" {
        return Err(GraphError::plain(400, 100, "(#100) A template needs a body.").subcode(2_388_047));
    }
    Ok(template)
}

fn add(waba: &Waba, template: Template) -> Result<(), GraphError> {
    let mut state = lock(&waba.state);
    let same = |it: &Template| it.name == template.name && it.language == template.language;
    if state.templates.iter().any(same) {
        let text = "Content in this language already exists";
        return Err(GraphError::plain(400, 100, text).subcode(2_388_024));
    }
    state.templates.push(template);
    Ok(())
}

/// Approves a template after a moment and tells the app so.
fn approve_later(world: &Arc<World>, waba: Arc<Waba>, id: String) {
    let world = Arc::clone(world);
    let runtime = world.runtime.clone();
    runtime.spawn(async move {
        world.settings.wait(Delay::Template).await;
        let approved = lock(&waba.state).templates.iter_mut().find(|it| it.id == id).map(|it| {
            it.status = "APPROVED";
            it.clone()
        });
        if let Some(template) = approved {
            announce(&world, &waba, &template).await;
        }
    });
}

/// Ends a review; `false`: there is no such template.
pub(crate) async fn review(world: &Arc<World>, id: &str, status: &'static str, reason: Option<String>) -> bool {
    let Some(waba) = owner(world, id) else { return false };
    let reviewed = lock(&waba.state).templates.iter_mut().find(|it| it.id == id).map(|it| {
        it.status = status;
        it.reason = reason;
        it.clone()
    });
    if let Some(template) = &reviewed {
        announce(world, &waba, template).await;
    }
    reviewed.is_some()
}

async fn announce(world: &Arc<World>, waba: &Waba, template: &Template) {
    let value = json!({
        "event": template.status,
        "message_template_id": template.id.parse::<u64>().unwrap_or_default(),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "reason": template.reason.as_deref().unwrap_or("NONE"),
        "message_template_category": template.category,
    });
    let field = "message_template_status_update";
    let webhook = envelope::webhook(&waba.id, world.clock.now_s(), field, &value);
    sender::deliver(world, world.waba_callback(&waba.id), &webhook).await;
}

/// `GET /{waba}/message_templates`, filtered by `name`, `status`, `language`, `category`.
pub(crate) async fn list(req: HttpRequest, world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    let waba = caller.waba(&world, &path.id)?;
    let params = Params::of_query(req.query_string());
    let fits = |name: &str, value: &str| params.text(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value));
    let items = lock(&waba.state)
        .templates
        .iter()
        .filter(|it| {
            fits("name", &it.name)
                && fits("status", it.status)
                && fits("language", &it.language)
                && fits("category", &it.category)
        })
        .map(Template::to_json)
        .collect();
    let url = format!("{}{}", world.app.base_url(), req.path());
    Ok(HttpResponse::Ok().json(page(items, &params, &url)?))
}

/// `DELETE /{waba}/message_templates?name=…[&hsm_id=…]`.
pub(crate) async fn delete(req: HttpRequest, world: web::Data<World>, caller: Caller, path: web::Path<Ids>) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba = caller.waba(&world, &path.id)?;
    let params = Params::of_query(req.query_string());
    let name = params.required("name")?;
    let id = params.text("hsm_id");
    let mut state = lock(&waba.state);
    let before = state.templates.len();
    state.templates.retain(|it| it.name != name || id.as_ref().is_some_and(|id| *id != it.id));
    if state.templates.len() == before {
        return Err(GraphError::plain(404, 100, "Message template not found").subcode(2_593_002));
    }
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

/// `POST /{template}`: changes category or components, which puts it back into review.
pub(crate) fn edit(world: &web::Data<World>, caller: &Caller, id: &str, params: &Params) -> Answer {
    caller.require_scope(MANAGEMENT)?;
    let waba =
        owner(world, id).filter(|waba| caller.token.opens_waba(&waba.id)).ok_or_else(|| GraphError::unknown_id(id))?;
    if let Some(template) = lock(&waba.state).templates.iter_mut().find(|it| it.id == id) {
        if let Some(category) = params.text("category") {
            template.category = category.to_uppercase();
        }
        if let Some(components) = params.json("components").filter(Value::is_array) {
            template.components = components;
        }
        template.status = "PENDING";
    }
    approve_later(&web::Data::clone(world).into_inner(), waba, id.to_owned());
    Ok(HttpResponse::Ok().json(json!({"success": true})))
}

fn owner(world: &World, template_id: &str) -> Option<Arc<Waba>> {
    let businesses = read(&world.directory).businesses().to_vec();
    businesses
        .iter()
        .flat_map(|business| lock(&business.wabas).clone())
        .find(|waba| lock(&waba.state).templates.iter().any(|it| it.id == template_id))
}

/// Whether a template can be sent: approved in that language, and with as many parameters as it
/// has placeholders.
pub(crate) fn check_sendable(world: &World, number: &Number, message: &Value) -> Result<(), GraphError> {
    let name = message["name"].as_str().unwrap_or_default();
    let language = message["language"]["code"].as_str().unwrap_or_default();
    let template = find(world, number, name, language).ok_or_else(|| {
        let details = format!("template name ({name}) does not exist in {language}");
        GraphError::code(132_001, details)
    })?;
    match template.status {
        "APPROVED" => {}
        "PAUSED" => return Err(GraphError::code(132_015, "The template is paused.")),
        _ => return Err(GraphError::code(132_001, "The template is not approved.")),
    }
    let (given, expected) = (body_parameters(message).len(), template.placeholders().len());
    if given == expected {
        return Ok(());
    }
    let details = format!(
        "body: number of localizable_params ({given}) does not match the expected number of \
         params ({expected})"
    );
    Err(GraphError::code(132_000, details))
}

fn find(world: &World, number: &Number, name: &str, language: &str) -> Option<Template> {
    let waba = world.waba(&number.waba_id)?;
    let state = lock(&waba.state);
    state.templates.iter().find(|it| it.name == name && it.language == language).cloned()
}

fn body_parameters(message: &Value) -> &[Value] {
    message["components"]
        .as_array()
        .and_then(|components| {
            let is_body = |it: &&Value| it["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("body"));
            components.iter().find(is_body)?["parameters"].as_array()
        })
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// A template message with the texts the customer sees, for the phone; `None` for other types.
pub(crate) fn rendered(world: &World, number: &Number, message: &Value) -> Option<Value> {
    let sent = message.get("template")?;
    let name = sent["name"].as_str()?;
    let template = find(world, number, name, sent["language"]["code"].as_str()?)?;
    let mut body = template.text_of("BODY").unwrap_or_default().to_owned();
    for (placeholder, parameter) in template.placeholders().iter().zip(body_parameters(sent)) {
        let value = parameter["text"].as_str().unwrap_or_default();
        body = body.replace(&format!("{{{{{placeholder}}}}}"), value);
    }
    let buttons = template.components.as_array()?.iter().find(|it| it["type"] == "BUTTONS");
    let mut rendered = message.clone();
    rendered["rendered"] = json!({
        "header": template.text_of("HEADER"),
        "body": body,
        "footer": template.text_of("FOOTER"),
        "buttons": buttons.map(|it| it["buttons"].clone()),
    });
    Some(rendered)
}

impl World {
    /// The category of a template as statuses price it.
    pub(crate) fn template_category(&self, number_id: &str, name: &str) -> Option<String> {
        let waba = self.waba(&self.number(number_id)?.waba_id)?;
        let state = lock(&waba.state);
        state.templates.iter().find(|it| it.name == name).map(|it| it.category.to_lowercase())
    }
}
