//! Signing up, in and out.

mod login;
mod logout;
mod me;
mod refresh;
mod signup;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(signup::signup)
        .service(login::login)
        .service(refresh::refresh)
        .service(logout::logout)
        .service(me::me);
}
