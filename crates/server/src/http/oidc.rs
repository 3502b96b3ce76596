//! Signing in at the platform's identity provider.

mod callback;
mod cookie;
mod identities;
mod link;
mod methods;
mod signup;
mod start;
mod unlink;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(methods::methods)
        .service(start::start)
        .service(callback::callback)
        .service(signup::signup)
        .service(link::link)
        .service(identities::identities)
        .service(unlink::unlink);
}
