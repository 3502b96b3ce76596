//! The page of mails.

use std::fmt::Write as _;

use super::log::Mail;
use crate::text::html;

/// All mails, the newest first.
pub(super) fn list(mails: &[Mail]) -> String {
    let mut rows = String::new();
    for mail in mails.iter().rev() {
        let (n, to, subject) = (mail.n, html(&mail.to.join(", ")), html(&mail.subject));
        // Writing to a string does not fail.
        writeln!(rows, "<div><dt><a href=\"/mails/{n}\">{subject}</a></dt><dd>{to}</dd></div>").ok();
    }
    let body = if rows.is_empty() { "<p>None yet.</p>".to_owned() } else { format!("<dl>\n{rows}</dl>") };
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mails</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/index.css">
</head>
<body>
<main>
<h1>Mails</h1>
<p class="lead">What was sent, the newest first. None of it has left this machine. Reload to see more.</p>
<section>
{body}
</section>
</main>
</body>
</html>"#
    )
}
