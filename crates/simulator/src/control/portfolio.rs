//! Businesses, codes and tokens without clicking through the dialog.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::error::ControlError;
use crate::ids;
use crate::sync::lock;
use crate::text::phone_digits;
use crate::world::World;
use crate::world::codes::Code;
use crate::world::tokens::{TokenKind, all_scopes};

/// What a new business is like.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewBusiness {
    name: Option<String>,
    /// The number, with country code; a free one when absent.
    phone: Option<String>,
    /// As if onboarding had called `register` already.
    #[serde(default)]
    registered: bool,
    /// As if onboarding had called `subscribed_apps` already.
    #[serde(default)]
    subscribed: bool,
    /// The PIN that `register` must bring.
    pin: Option<String>,
    /// The number is also in use in the WhatsApp Business app.
    #[serde(default)]
    coexistence: bool,
    /// Where code verification stands; verified unless said otherwise.
    verified: Option<bool>,
}

/// `POST /sim/businesses` makes a business with a WABA and a number, and shares the WABA with the
/// app: `{name?, phone?, registered?, subscribed?, pin?, coexistence?, verified?}` →
/// `{business_id, waba_id, phone_number_id, display_phone_number, access_token}`.
pub(crate) async fn add(world: web::Data<World>, body: web::Json<NewBusiness>) -> Answer {
    let wanted = body.into_inner();
    let name = wanted.name.unwrap_or("A business".to_owned());
    let business = world.add_business(&name);
    let waba = world.add_waba(&business, &name);
    let digits = match &wanted.phone {
        Some(phone) => phone_digits(phone).ok_or_else(|| ControlError::bad("not a phone number"))?,
        // The last seven digits of the WABA's id are its place in the order of making.
        None => format!("90216{}", &waba.id[waba.id.len() - 7..]),
    };
    let number = world.add_number(&waba, &digits, &name);
    {
        let mut state = lock(&number.state);
        state.registered = wanted.registered;
        state.pin = wanted.pin;
        state.on_biz_app = wanted.coexistence;
        state.verified = wanted.verified.unwrap_or(true);
    }
    lock(&waba.state).subscribed = wanted.subscribed;
    world.grant(&waba);
    let life = world.settings.token_life_s();
    let token = world.issue_business_token(&business.id, all_scopes(), life);
    Ok(HttpResponse::Created().json(json!({
        "business_id": business.id,
        "waba_id": waba.id,
        "phone_number_id": number.id,
        "display_phone_number": number.display(),
        "access_token": token,
    })))
}

/// Which code is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCode {
    waba_id: String,
    /// Absent as for codes of the JavaScript SDK.
    redirect_uri: Option<String>,
    scopes: Option<Vec<String>>,
}

/// `POST /sim/codes` `{waba_id, redirect_uri?, scopes?}` → `{code}`: as the JavaScript SDK's
/// `FB.login` gives it to the page when somebody finished the sign-up.
pub(crate) async fn issue_code(world: web::Data<World>, body: web::Json<NewCode>) -> Answer {
    let waba = world.waba(&body.waba_id).ok_or_else(|| ControlError::unknown("WABA"))?;
    world.grant(&waba);
    let text = ids::code();
    let code = Code {
        business_id: waba.business_id.clone(),
        scopes: body.scopes.clone().unwrap_or_else(all_scopes),
        redirect_uri: body.redirect_uri.clone(),
        issued_at_ms: world.clock.now_ms(),
        used: false,
    };
    lock(&world.codes).insert(text.clone(), code);
    Ok(HttpResponse::Created().json(json!({"code": text})))
}

/// Which token is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// Of which business; a system user's token of the app when absent.
    business_id: Option<String>,
    /// Seconds; never-ending when absent.
    expires_in: Option<i64>,
    scopes: Option<Vec<String>>,
}

/// `POST /sim/tokens` `{business_id?, expires_in?, scopes?}` → `{access_token}`.
pub(crate) async fn issue_token(world: web::Data<World>, body: web::Json<NewToken>) -> Answer {
    let wanted = body.into_inner();
    let scopes = wanted.scopes.unwrap_or_else(all_scopes);
    let token = match wanted.business_id {
        Some(id) => {
            world.business(&id).ok_or_else(|| ControlError::unknown("business"))?;
            world.issue_business_token(&id, scopes, wanted.expires_in)
        }
        None => world.issue_token(TokenKind::System, scopes, wanted.expires_in),
    };
    Ok(HttpResponse::Created().json(json!({"access_token": token})))
}

/// Which tokens are to die.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revocation {
    /// The last characters of a token.
    token_suffix: Option<String>,
    /// All business tokens that open this WABA.
    waba_id: Option<String>,
}

/// `POST /sim/tokens/revoke` `{token_suffix}` or `{waba_id}` → `{revoked}`. Calls with these
/// tokens are answered 401 with code 190 from then on.
pub(crate) async fn revoke_tokens(world: web::Data<World>, body: web::Json<Revocation>) -> Answer {
    let revoked = match (&body.token_suffix, &body.waba_id) {
        (Some(suffix), None) if !suffix.is_empty() => world.revoke_tokens(|text, _| text.ends_with(suffix.as_str())),
        (None, Some(waba_id)) => world
            .revoke_tokens(|_, token| matches!(token.kind, TokenKind::Business { .. }) && token.opens_waba(waba_id)),
        _ => return Err(ControlError::bad("give either token_suffix or waba_id")),
    };
    Ok(HttpResponse::Ok().json(json!({"revoked": revoked})))
}
