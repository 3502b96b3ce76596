//! What a site asks of programs (RFC 9309).

/// Of our name, or of everybody's where ours is not named.
pub(super) fn allows(robots: &str, agent: &str, path: &str) -> bool {
    let groups = groups(robots);
    let of = |name: &str| groups.iter().filter(|group| group.agents.iter().any(|it| it == name)).collect::<Vec<_>>();
    let mine = of(&agent.to_ascii_lowercase());
    let chosen = if mine.is_empty() { of("*") } else { mine };
    let rules = chosen.iter().flat_map(|group| &group.rules).filter(|rule| matches(&rule.pattern, path));
    // The longest decides; of two as long, the one that allows.
    rules.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|rule| rule.allows)
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
}

struct Rule {
    allows: bool,
    pattern: String,
}

fn groups(robots: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in robots.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match field.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                // Several in a row share their rules.
                if groups.last().is_none_or(|group| !group.rules.is_empty()) {
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
            _ => {}
        }
    }
    groups
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

    use super::{allows, sitemaps};

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

    proptest! {
        #[test]
        fn no_file_makes_it_panic(robots in "(User-agent: |Disallow: |Allow: |[*$/a-z]|\\n|\\PC){0,40}", path in "/[a-z/*$.]{0,20}") {
            allows(&robots, "SwitchboardBot", &path);
        }
    }
}
