//! Cutting a connection without an answer, as an unlucky network does.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;

/// A second handle on a connection's socket, kept beside the server's own.
#[derive(Clone)]
pub(crate) struct Wire(Option<Arc<TcpStream>>);

/// To be given to `HttpServer::on_connect`.
pub(crate) fn remember(io: &dyn Any, extensions: &mut Extensions) {
    let stream = io.downcast_ref::<actix_web::rt::net::TcpStream>();
    let handle = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok());
    extensions.insert(Wire(handle.map(|handle| Arc::new(TcpStream::from(handle)))));
}

impl Wire {
    /// The connection a request came on. A request itself must not be kept while it is routed.
    pub(crate) fn of(req: &HttpRequest) -> Self {
        req.conn_data::<Self>().cloned().unwrap_or(Self(None))
    }

    /// Closes the connection both ways at once; what is answered afterwards goes nowhere.
    pub(crate) fn cut(&self) {
        if let Some(stream) = &self.0 {
            // The peer may have gone first, which is as good.
            stream.shutdown(Shutdown::Both).ok();
        }
    }
}
