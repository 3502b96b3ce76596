//! What a site asks of programs (RFC 9309).

use std::time::Duration;

/// Whether a program of this name may ask for a path.
pub(super) fn allows(robots: &str, agent: &str, path: &str) -> bool {
    let groups = groups(robots, agent);
    let rules = groups.iter().flat_map(|group| &group.rules).filter(|rule| matches(&rule.pattern, path));
    // The longest decides; of two as long, the one that allows.
    rules.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|rule| rule.allows)
}

/// How long to wait between two requests. In no standard, and in many files; in seconds, some with a fraction.
pub(super) fn delay(robots: &str, agent: &str) -> Option<Duration> {
    groups(robots, agent).iter().filter_map(|group| group.delay).max()
}

/// The sitemaps that are named, whoever asks.
pub(super) fn sitemaps(robots: &str) -> impl Iterator<Item = &str> {
    let fields = robots.lines().filter_map(|line| line.split('#').next()?.split_once(':'));
    fields.filter(|(field, _)| field.trim().eq_ignore_ascii_case("sitemap")).map(|(_, value)| value.trim())
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
    for line in robots.lines() {
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
                    group.rules.push(Rule { allows: kind == "allow", pattern: value.to_owned() });
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

    use super::{allows, delay, sitemaps};

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
