//! What a site asks of programs (RFC 9309).

use std::{cmp::Reverse, fmt::Write as _, time::Duration};

/// Which paths a program may ask for.
pub(super) struct Rules(Vec<Rule>);

impl Rules {
    /// For a program of this name.
    pub(super) fn of(robots: &str, agent: &str) -> Self {
        let mut rules: Vec<Rule> = groups(robots, agent).into_iter().flat_map(|group| group.rules).collect();
        // The longest decides; of two as long, the one that allows.
        rules.sort_by_key(|rule| Reverse((rule.pattern.len(), rule.allows)));
        Self(rules)
    }

    pub(super) fn allow(&self, path: &str) -> bool {
        let path = comparable(path, false);
        self.0.iter().find(|rule| matches(&rule.pattern, &path)).is_none_or(|rule| rule.allows)
    }
}

/// How long to wait between two requests. In no standard, and in many files; in seconds, some with a fraction.
pub(super) fn delay(robots: &str, agent: &str) -> Option<Duration> {
    groups(robots, agent).iter().filter_map(|group| group.delay).max()
}

/// The sitemaps that are named, whoever asks.
pub(super) fn sitemaps(robots: &str) -> impl Iterator<Item = &str> {
    let fields = lines(robots).filter_map(|line| line.split('#').next()?.split_once(':'));
    fields.filter(|(field, _)| field.trim().eq_ignore_ascii_case("sitemap")).map(|(_, value)| value.trim())
}

/// Behind the mark that some editors begin a file with.
fn lines(robots: &str) -> std::str::Lines<'_> {
    robots.trim_start_matches('\u{feff}').lines()
}

#[derive(Default)]
struct Group {
    agents: Vec<String>,
    rules: Vec<Rule>,
    delay: Option<Duration>,
}

struct Rule {
    allows: bool,
    pattern: String,
}

/// Of our name, or of everybody's where ours is not named.
fn groups(robots: &str, agent: &str) -> Vec<Group> {
    let (ours, others): (Vec<_>, Vec<_>) = all_groups(robots).into_iter().partition(|group| group.is_of(agent));
    if ours.is_empty() { others.into_iter().filter(|group| group.is_of("*")).collect() } else { ours }
}

fn all_groups(robots: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in lines(robots) {
        let line = line.split('#').next().unwrap_or_default();
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match field.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                // Several in a row share their rules.
                if groups.last().is_none_or(|group| !group.rules.is_empty() || group.delay.is_some()) {
                    groups.push(Group::default());
                }
                if let Some(group) = groups.last_mut() {
                    group.agents.push(value.to_ascii_lowercase());
                }
            }
            kind @ ("allow" | "disallow") if !value.is_empty() => {
                if let Some(group) = groups.last_mut() {
                    group.rules.push(Rule { allows: kind == "allow", pattern: pattern(value) });
                }
            }
            "crawl-delay" => {
                let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
                if let (Some(group), Some(seconds)) = (groups.last_mut(), seconds) {
                    group.delay = Some(seconds);
                }
            }
            _ => {}
        }
    }
    groups
}

impl Group {
    fn is_of(&self, agent: &str) -> bool {
        self.agents.iter().any(|it| it.eq_ignore_ascii_case(agent))
    }
}

fn pattern(rule: &str) -> String {
    rule.strip_suffix('$').map_or_else(|| comparable(rule, true), |rule| comparable(rule, true) + "$")
}

/// A path, or a rule for paths, as it is compared (RFC 9309, §2.2.2): there are several ways to write the same address.
fn comparable(text: &str, is_rule: bool) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_kept = |byte: u8| byte.is_ascii_graphic() && byte != b'$' && (byte != b'*' || is_rule);
    let mut compared = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let escaped = (*first == b'%').then(|| escaped(behind)).flatten();
        let byte = escaped.unwrap_or(*first);
        rest = if escaped.is_some() { &behind[2..] } else { behind };
        if is_plain(byte) || (escaped.is_none() && is_kept(byte)) {
            compared.push(char::from(byte));
        } else {
            let _ = write!(compared, "%{byte:02X}");
        }
    }
    compared
}

/// The byte that two digits behind a `%` stand for.
fn escaped(behind: &[u8]) -> Option<u8> {
    let digits = behind.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// `*` stands for anything, `$` at the end for the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        let found = if is_last && to_end { rest.strip_suffix(part).map(|_| "") } else { behind(rest, part) };
        let Some(after) = found else { return false };
        rest = after;
    }
    !to_end || rest.is_empty()
}

fn behind<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    text.find(part).map(|at| &text[at + part.len()..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Rules, delay, sitemaps};

    fn allows(robots: &str, agent: &str, path: &str) -> bool {
        Rules::of(robots, agent).allow(path)
    }

    const ROBOTS: &str = "\
        User-agent: *\nDisallow: /private\nAllow: /private/open # but\nDisallow: /*.pdf$\n\n\
        user-agent: Other\nUser-Agent: SwitchboardBot\nDisallow: /\nAllow: /shop/*/price\n\
        Sitemap: https://example.com/x.xml\nDisallow:\n";

    #[rstest]
    #[case("Someone", "/", true)]
    #[case("Someone", "/private/x", false)]
    #[case("Someone", "/private/open/x", true)]
    #[case("Someone", "/a/b.pdf", false)]
    #[case("Someone", "/a/b.pdf?x", true)]
    #[case("switchboardbot", "/", false)]
    #[case("SwitchboardBot", "/shop/rye/price", true)]
    #[case("SwitchboardBot", "/private/open", false)]
    fn the_longest_rule_of_ones_own_group_decides(#[case] agent: &str, #[case] path: &str, #[case] allowed: bool) {
        assert_eq!(allows(ROBOTS, agent, path), allowed);
    }

    #[test]
    fn who_asks_nothing_allows_everything() {
        assert!(allows("", "SwitchboardBot", "/x"));
        assert!(allows("<html>not found</html>", "SwitchboardBot", "/x"));
        assert!(allows("Disallow: /", "SwitchboardBot", "/x"), "a rule of nobody");
    }

    #[rstest]
    #[case("/özel/", "/%C3%B6zel/a", false)]
    #[case("/%c3%b6zel/", "/%C3%B6zel/a", false)]
    #[case("/özel/*.html$", "/%C3%B6zel/a.html", false)]
    #[case("/%7Eanna", "/~anna/", false)]
    #[case("/a b", "/a%20b", false)]
    #[case("/a%2Ab", "/a*b", false)]
    #[case("/a%2Ab", "/axb", true)]
    #[case("/a%2Fb", "/a/b", true)]
    #[case("/a$b", "/a$b", false)]
    #[case("/100%", "/100%/x", false)]
    fn an_address_is_the_same_however_it_is_written(#[case] rule: &str, #[case] path: &str, #[case] allowed: bool) {
        assert_eq!(allows(&format!("User-agent: *\nDisallow: {rule}"), "SwitchboardBot", path), allowed);
    }

    #[test]
    fn a_mark_at_the_beginning_hides_nothing() {
        assert!(!allows("\u{feff}User-agent: *\nDisallow: /private", "SwitchboardBot", "/private"));
        assert_eq!(sitemaps("\u{feff}Sitemap: /a.xml").collect::<Vec<_>>(), ["/a.xml"]);
    }

    #[test]
    fn sitemaps_are_named_anywhere() {
        assert_eq!(sitemaps(ROBOTS).collect::<Vec<_>>(), ["https://example.com/x.xml"]);
        assert_eq!(sitemaps("SITEMAP:/a.xml # ours\nsitemap : b\nmap: c").collect::<Vec<_>>(), ["/a.xml", "b"]);
    }

    #[rstest]
    #[case("User-agent: *\nCrawl-delay: 5\nDisallow: /x", Some(5_000))]
    #[case("User-agent: *\nCrawl-delay: 9\nUser-agent: SwitchboardBot\ncrawl-delay: 0.5", Some(500))]
    #[case("User-agent: Other\nCrawl-delay: 9", None)]
    #[case("User-agent: *\nCrawl-delay: soon", None)]
    #[case("User-agent: *\nCrawl-delay: -1", None)]
    #[case("Crawl-delay: 3", None)]
    fn a_site_says_how_often_it_may_be_asked(#[case] robots: &str, #[case] millis: Option<u128>) {
        assert_eq!(delay(robots, "SwitchboardBot").map(|wait| wait.as_millis()), millis);
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(robots in "(User-agent: |Disallow: |Allow: |Crawl-delay: |[*$/a-z]|\\n|\\PC){0,40}", path in "/[a-z/*$.]{0,20}") {
            allows(&robots, "SwitchboardBot", &path);
            delay(&robots, "SwitchboardBot");
        }
    }
}
