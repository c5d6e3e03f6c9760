//! Topics and topic filters (MQTT 3.1.1 §4.7): form and matching. What is allowed is the business of each cloud.

/// Whether the text may be subscribed to: `#` last and alone in its level, `+` alone in its level.
pub fn is_filter(text: &str) -> bool {
    let levels_fine = text.split('/').all(|level| level.len() == 1 || !level.contains(['#', '+']));
    let multi_level_last = text.find('#').is_none_or(|at| at + 1 == text.len());
    !text.is_empty() && levels_fine && multi_level_last
}

/// Whether the text may be published to.
pub fn is_topic(text: &str) -> bool {
    !text.is_empty() && !text.contains(['#', '+'])
}

/// Whether a filter takes in a topic. A wildcard at the start does not reach topics that begin with `$`.
pub fn matches(filter: &str, topic: &str) -> bool {
    if topic.starts_with('$') && !filter.starts_with('$') {
        return false;
    }
    let (mut filter, mut topic) = (filter.split('/'), topic.split('/'));
    loop {
        match (filter.next(), topic.next()) {
            (Some("#"), _) | (None, None) => return true,
            (Some("+"), Some(_)) => {}
            (Some(wanted), Some(level)) if wanted == level => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_alone_in_their_level_and_the_hash_stands_last() {
        for good in ["a", "a/b", "+", "#", "a/+/b", "a/#", "/", "$aws/things/+/shadow/#"] {
            assert!(is_filter(good), "{good}");
        }
        for bad in ["", "a#", "a/#/b", "a+/b", "+a", "##", "#/"] {
            assert!(!is_filter(bad), "{bad}");
        }
    }

    #[test]
    fn a_topic_has_no_wildcard() {
        assert!(is_topic("a/b"));
        assert!(!is_topic("") && !is_topic("a/+") && !is_topic("#"));
    }

    #[test]
    fn filters_take_in_what_the_standard_says() {
        for (filter, topic) in [
            ("a/b", "a/b"),
            ("a/+", "a/b"),
            ("+/+", "/b"),
            ("a/#", "a"),
            ("a/#", "a/b/c"),
            ("#", "a/b"),
            ("$aws/#", "$aws/x"),
        ] {
            assert!(matches(filter, topic), "{filter} {topic}");
        }
        for (filter, topic) in
            [("a/b", "a/B"), ("a/+", "a"), ("a/+", "a/b/c"), ("a", "a/b"), ("#", "$aws/x"), ("+/x", "$aws/x")]
        {
            assert!(!matches(filter, topic), "{filter} {topic}");
        }
    }
}
