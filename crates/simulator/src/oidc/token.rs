//! The token and the user-info endpoint.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::codes::Grant;
use super::discovery::issuer;
use crate::ids;
use crate::sync::lock;
use crate::world::World;

/// How long tokens are good, in seconds.
const LIFE_S: i64 = 300;

type Form = HashMap<String, String>;

/// `POST /oidc/token`
pub(super) async fn token(request: HttpRequest, world: web::Data<World>, form: web::Form<Form>) -> HttpResponse {
    match exchange(&request, &world, &form) {
        Ok(answer) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer),
        Err((status, error)) => HttpResponse::build(status).json(json!({"error": error})),
    }
}

fn exchange(request: &HttpRequest, world: &World, form: &Form) -> Result<Value, (StatusCode, &'static str)> {
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    let get = |name: &str| form.get(name).map(String::as_str);
    if !is_client(request, world, form) {
        return Err((StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    if get("grant_type") != Some("authorization_code") {
        return Err((BAD, "unsupported_grant_type"));
    }
    let code = get("code").ok_or((BAD, "invalid_request"))?;
    let grant = lock(&world.oidc_codes).take(code, world.clock.now_ms()).ok_or((BAD, "invalid_grant"))?;
    let challenge = get("code_verifier").map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    if get("redirect_uri") != Some(&grant.redirect_uri) || challenge.as_ref() != Some(&grant.challenge) {
        return Err((BAD, "invalid_grant"));
    }
    if grant.faults.token_endpoint {
        return Err((StatusCode::INTERNAL_SERVER_ERROR, "server_error"));
    }
    let access_token = ids::opaque();
    let id_token = world.oidc_key.sign(&claims(world, &grant), grant.faults.signature);
    lock(&world.oidc_codes).open(access_token.clone(), grant);
    Ok(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": LIFE_S,
        "id_token": id_token,
    }))
}

/// By HTTP's basic scheme, whose parts are form-encoded (RFC 6749, §2.3.1), or in the form.
fn is_client(request: &HttpRequest, world: &World, form: &Form) -> bool {
    let decode = |text: &str| url::form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
    let basic = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    let basic = basic.and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
    let given = match &basic {
        Some(text) => text.split_once(':').and_then(|(id, secret)| Some((decode(id)?, decode(secret)?))),
        None => form.get("client_id").cloned().zip(form.get("client_secret").cloned()),
    };
    given.is_some_and(|(id, secret)| id == world.app.id && secret == world.app.secret)
}

fn claims(world: &World, grant: &Grant) -> Value {
    let (now, faults) = (world.clock.now_s(), grant.faults);
    let other = |is_wrong: bool, right: String| if is_wrong { format!("{right}-of-another") } else { right };
    let mut claims = json!({
        "iss": other(faults.issuer, issuer(world)),
        "aud": other(faults.audience, world.app.id.clone()),
        "sub": grant.person.sub,
        "iat": if faults.expired { now - 2 * LIFE_S } else { now },
        "exp": if faults.expired { now - LIFE_S } else { now + LIFE_S },
    });
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(other(faults.nonce, nonce.clone()));
    }
    if !faults.thin {
        describe(&mut claims, grant);
    }
    claims
}

fn describe(claims: &mut Value, grant: &Grant) {
    claims["name"] = json!(grant.person.name);
    if !grant.faults.no_email {
        claims["email"] = json!(grant.person.email);
        claims["email_verified"] = json!(!grant.faults.unverified);
    }
}

/// `GET /oidc/userinfo`
pub(super) async fn userinfo(request: HttpRequest, world: web::Data<World>) -> HttpResponse {
    let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let Some(grant) = token.and_then(|token| lock(&world.oidc_codes).get(token)) else {
        return HttpResponse::Unauthorized().json(json!({"error": "invalid_token"}));
    };
    let mut claims = json!({"sub": grant.person.sub});
    describe(&mut claims, &grant);
    HttpResponse::Ok().json(claims)
}
