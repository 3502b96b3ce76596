//! Signing up, in and out.

mod login;
mod logout;
mod me;
mod refresh;
mod resend_verification;
mod second_step;
pub(in crate::http) mod signup;
mod switch;
mod tenants;
mod update_me;
mod verify_email;
pub(in crate::http) mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(signup::signup)
        .service(login::login)
        .service(refresh::refresh)
        .service(logout::logout)
        .service(me::me)
        .service(update_me::update_me)
        .service(tenants::tenants)
        .service(switch::switch)
        .service(second_step::second_step)
        .service(verify_email::verify_email)
        .service(resend_verification::resend_verification);
}
