//! Addresses of tools and of models, for those who may look at them and not change them.

/// What stands where a value is not shown.
const HIDDEN: &str = "•••";

/// An address as everybody may read it: a value of its query may be a key, and so may what stands behind it.
pub fn without_values(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let Some((place, query)) = url.split_once('?') else { return url.to_owned() };
    let hidden = |pair: &str| match pair.split_once('=') {
        Some((name, _)) => format!("{name}={HIDDEN}"),
        None => HIDDEN.to_owned(),
    };
    format!("{place}?{}", query.split('&').map(hidden).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://shop.example/orders/{order}", "https://shop.example/orders/{order}")]
    #[case("https://shop.example/orders?key=s3cret&order={order}", "https://shop.example/orders?key=•••&order=•••")]
    #[case("https://shop.example/orders?s3cret", "https://shop.example/orders?•••")]
    #[case("https://shop.example/orders?a=1;key=s3cret", "https://shop.example/orders?a=•••")]
    #[case("https://shop.example/orders?key=s3cret=?#s3cret", "https://shop.example/orders?key=•••")]
    #[case("https://shop.example/orders#key=s3cret", "https://shop.example/orders")]
    fn no_value_is_left(#[case] url: &str, #[case] shown: &str) {
        assert_eq!(without_values(url), shown);
    }
}
