//! What one sees at the provider. Plain forms, no script; the form goes back to the address of the page.

use std::fmt::Write as _;

use super::people::KNOWN;
use crate::text::html;

/// Faults by their names, as they may be pretended on the page.
const PRETENCES: [(&str, &str); 9] = [
    ("unverified", "The address is not verified"),
    ("no_email", "The provider tells no address"),
    ("thin", "The address is told by the user-info endpoint alone"),
    ("nonce", "The token is for another nonce"),
    ("expired", "The token has expired"),
    ("audience", "The token is for another client"),
    ("issuer", "The token is of another issuer"),
    ("signature", "The token is signed by somebody else"),
    ("token_endpoint", "The token endpoint is out of order"),
];

pub(super) fn choose(problem: Option<&str>) -> String {
    let mut people = String::new();
    for (at, (sub, name, email)) in KNOWN.iter().enumerate() {
        let checked = if at == 0 { " checked" } else { "" };
        // Writing to a string does not fail.
        let _ = write!(
            people,
            r#"<label class="choice"><input type="radio" name="person" value="{sub}"{checked}><span class="name" dir="auto">{name}</span><span class="note">{email}</span></label>"#,
        );
    }
    let mut pretences = String::new();
    for (name, words) in PRETENCES {
        let _ = write!(pretences, r#"<label><input type="checkbox" name="{name}"> {words}</label>"#);
    }
    let problem = problem.map_or(String::new(), |it| format!(r#"<p class="problem" role="alert">{}</p>"#, html(it)));
    frame(
        "Sign in",
        &format!(
            r#"<h1>Sign in</h1>
<p class="lead">Choose who you are. There are no passwords here.</p>
{problem}
<form method="post">
<fieldset><legend class="hidden">Who you are</legend>
{people}
<label class="choice"><input type="radio" name="person" value="new"><span class="name">Somebody else</span></label>
<div class="new">
<label class="field">Name
<input type="text" name="name" maxlength="100" autocomplete="off">
</label>
<label class="field">E-mail
<input type="email" name="email" maxlength="200" autocomplete="off">
</label>
</div>
</fieldset>
<div class="buttons">
<button name="action" value="continue" class="main">Continue</button>
<button name="action" value="deny" class="quiet" formnovalidate>Cancel</button>
</div>
<details class="aside"><summary>Pretend…</summary>
{pretences}
</details>
</form>"#
        ),
    )
}

pub(super) fn refused(problem: &str) -> String {
    let body = format!(r#"<h1>Sorry, something went wrong</h1><p class="problem" role="alert">{}</p>"#, html(problem));
    frame("Sorry, something went wrong", &body)
}

fn frame(title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/base.css">
<link rel="stylesheet" href="/assets/dialog.css">
</head>
<body class="dialog">
<header><img src="/assets/icon.svg" alt="" width="24" height="24"><span>Simulated identity provider</span><span class="who">Nothing here leaves your machine</span></header>
<main>
{body}
</main>
</body>
</html>"#
    )
}
