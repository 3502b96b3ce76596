//! Who calls: the token, its life and its proof.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};

use super::GraphError;
use super::params::Params;
use crate::webhook::wire;
use crate::world::World;
use crate::world::directory::{Business, Number, Waba};
use crate::world::tokens::{Token, TokenKind};

/// The living token of a call.
pub(crate) struct Caller {
    pub(crate) token: Arc<Token>,
    pub(crate) text: String,
}

impl FromRequest for Caller {
    type Error = GraphError;
    type Future = Ready<Result<Self, GraphError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let world = req.app_data::<web::Data<World>>().expect("every app has its world");
        ready(caller(world, req))
    }
}

/// The token's text: in the header, or in the query as older clients send it.
pub(crate) fn token_text(req: &HttpRequest, query: &Params) -> Option<String> {
    let header = req.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    header
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(|token| token.trim().to_owned())
        .or_else(|| query.text("access_token"))
        .filter(|token| !token.is_empty())
}

fn caller(world: &World, req: &HttpRequest) -> Result<Caller, GraphError> {
    let query = Params::of_query(req.query_string());
    let text = token_text(req, &query)
        .ok_or_else(|| GraphError::plain(401, 104, "An access token is required to request this resource."))?;
    let token = world
        .token(&text)
        .ok_or_else(|| GraphError::plain(401, 190, "Invalid OAuth access token - Cannot parse access token"))?;
    check_life(world, &token)?;
    if let Some(proof) = query.text("appsecret_proof") {
        check_proof(world, &text, &proof)?;
    }
    Ok(Caller { token, text })
}

fn check_life(world: &World, token: &Token) -> Result<(), GraphError> {
    if token.is_revoked() {
        let message = "Error validating access token: The user has not authorized application.";
        return Err(GraphError::plain(401, 190, message).subcode(458));
    }
    if token.is_expired(world.clock.now_s()) {
        let message = "Error validating access token: Session has expired.";
        return Err(GraphError::plain(401, 190, message).subcode(463));
    }
    Ok(())
}

pub(crate) fn check_proof(world: &World, token: &str, proof: &str) -> Result<(), GraphError> {
    if wire::appsecret_proof(&world.app.secret, token) == proof {
        return Ok(());
    }
    Err(GraphError::plain(400, 100, "Invalid appsecret_proof provided in the API argument"))
}

impl Caller {
    /// The WABA, if there is one by this id and the token opens it.
    pub(crate) fn waba(&self, world: &World, id: &str) -> Result<Arc<Waba>, GraphError> {
        world.waba(id).filter(|waba| self.token.opens_waba(&waba.id)).ok_or_else(|| GraphError::unknown_id(id))
    }

    /// The number, if there is one by this id and the token opens its WABA.
    pub(crate) fn number(&self, world: &World, id: &str) -> Result<Arc<Number>, GraphError> {
        world
            .number(id)
            .filter(|number| self.token.opens_waba(&number.waba_id))
            .ok_or_else(|| GraphError::unknown_id(id))
    }

    /// The business, if there is one by this id and the token opens it.
    pub(crate) fn business(&self, world: &World, id: &str) -> Result<Arc<Business>, GraphError> {
        world
            .business(id)
            .filter(|business| self.token.opens_business(&business.id))
            .ok_or_else(|| GraphError::unknown_id(id))
    }

    pub(crate) fn is_system(&self) -> bool {
        matches!(self.token.kind, TokenKind::System)
    }

    pub(crate) fn require_scope(&self, scope: &str) -> Result<(), GraphError> {
        if self.token.has_scope(scope) {
            return Ok(());
        }
        Err(GraphError::code(10, format!("The token lacks the permission {scope}.")))
    }
}
