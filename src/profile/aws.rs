//! What AWS IoT Core demands of the values in its form (clouds.md §1.1, §2.2, §5).
//! What every MQTT broker and every module demands stands in `value`.

pub mod policy;

use super::value::{ClientId, Host, Qos, Topic, TopicFilter, length, wrong_form};
use crate::problem::Problem;

/// Where the endpoint is found.
const WHERE: &str = "Copy the endpoint from the AWS IoT console under Settings or Domain configurations: \
                     it looks like abc123-ats.iot.eu-west-1.amazonaws.com";

/// The built-in roots that vouch for its endpoints, the usual one first (clouds.md §1.3).
pub const ROOTS: &[&str] = &["amazon-root-ca-1", "amazon-root-ca-3", "starfield-services-g2"];

/// Reads a device data endpoint, `<prefix>-ats.iot.<region>.amazonaws.com`, in China with `.cn` behind it.
pub fn endpoint(text: &str) -> Result<Host, Problem> {
    let host = Host::parse(text)?;
    let name = host.as_str();
    let Some((name, in_china)) = name
        .strip_suffix(".amazonaws.com.cn")
        .map(|name| (name, true))
        .or_else(|| name.strip_suffix(".amazonaws.com").map(|name| (name, false)))
    else {
        return Err(wrong_form("This is no endpoint of AWS IoT: it does not end in amazonaws.com", WHERE));
    };
    let Some((prefix, region)) = name.split_once(".iot.") else {
        return Err(wrong_form("This is an address of AWS, but no device endpoint of AWS IoT", WHERE));
    };
    let Some(account) = prefix.strip_suffix("-ats") else {
        return Err(wrong_form(
            "The endpoint lacks -ats: it is the old kind, whose certificate today's roots do not vouch for",
            WHERE,
        ));
    };
    if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong_form("The part before -ats is not the prefix of an account", WHERE));
    }
    check_region(region)?;
    if region.starts_with("cn-") != in_china {
        let help = "Endpoints end in .amazonaws.com.cn in the cn- regions, and in .amazonaws.com elsewhere";
        return Err(wrong_form(format!("The ending does not go with the region {region}"), help));
    }
    Ok(host)
}

/// Reads a client ID: 1–128 bytes (clouds.md §2.2).
pub fn client_id(text: &str) -> Result<ClientId, Problem> {
    length("client ID", text, 128)?;
    ClientId::parse(text)
}

/// Reads a topic to publish to: at most 256 bytes and 7 slashes; of the reserved ones only `$aws/…`.
pub fn publish_topic(text: &str) -> Result<Topic, Problem> {
    check_topic("topic", text)?;
    Topic::parse(text)
}

/// Reads a topic filter to subscribe to, with the limits of [`publish_topic`].
pub fn subscribe_topic(text: &str) -> Result<TopicFilter, Problem> {
    check_topic("topic filter", text)?;
    TopicFilter::parse(text)
}

/// Reads a keep-alive in seconds: 30–1200.
pub fn keep_alive(seconds: u16) -> Result<u16, Problem> {
    if (30..=1200).contains(&seconds) {
        Ok(seconds)
    } else {
        let help = "Enter 30 to 1200 seconds, or leave it out for the module's own 60";
        Err(wrong_form(format!("AWS IoT does not take a keep-alive of {seconds} seconds"), help))
    }
}

/// Reads a quality of service: 0 or 1.
pub fn qos(code: u8) -> Result<Qos, Problem> {
    match code {
        0 => Ok(Qos::AtMostOnce),
        1 => Ok(Qos::AtLeastOnce),
        _ => Err(wrong_form(format!("AWS IoT has no quality of service {code}"), "Enter 0 or 1")),
    }
}

/// Refuses what is not written like `eu-west-1` or `us-gov-east-1`.
fn check_region(region: &str) -> Result<(), Problem> {
    let mut parts = region.split('-');
    let country = parts.next().unwrap_or_default();
    let number = parts.next_back().unwrap_or_default();
    let words: Vec<&str> = parts.collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    let right = country.len() == 2
        && is_word(&country)
        && !words.is_empty()
        && words.iter().all(is_word)
        && number.len() == 1
        && number.bytes().all(|byte| byte.is_ascii_digit());
    if right {
        return Ok(());
    }
    let digits = region.trim_end_matches(|c: char| c.is_ascii_digit());
    let help = match region.strip_prefix(digits) {
        Some(number) if !number.is_empty() && !digits.ends_with('-') => {
            format!("Did you mean {digits}-{number}?")
        }
        _ => "Write the region as AWS does, such as eu-west-1".to_owned(),
    };
    Err(wrong_form(format!("There is no region {region}"), help))
}

fn check_topic(what: &str, text: &str) -> Result<(), Problem> {
    length(what, text, 256)?;
    if text.starts_with('$') && !text.starts_with("$aws/") {
        let help = "Begin it with another character; of the reserved topics only those under $aws/ exist";
        return Err(wrong_form(format!("The {what} begins with $, which AWS keeps for itself"), help));
    }
    let slashes = without_rule(text).matches('/').count();
    if slashes > 7 {
        return Err(wrong_form(
            format!("The {what} has {slashes} slashes"),
            "AWS IoT takes at most 7 of them",
        ));
    }
    Ok(())
}

/// The topic without `$aws/rules/<rule>/`, whose slashes AWS does not count (clouds.md §2.2).
fn without_rule(topic: &str) -> &str {
    topic.strip_prefix("$aws/rules/").and_then(|rest| rest.split_once('/')).map_or(topic, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_of_every_partition_are_taken() {
        for right in [
            "abc123-ats.iot.eu-west-1.amazonaws.com",
            "ABC123-ats.iot.us-gov-east-1.amazonaws.com",
            "a1b2c3-ats.iot.cn-north-1.amazonaws.com.cn",
        ] {
            assert_eq!(endpoint(right).unwrap().as_str(), right.to_lowercase());
        }
    }

    #[test]
    fn what_is_wrong_with_an_endpoint_is_named() {
        for (text, named) in [
            ("https://abc-ats.iot.eu-west-1.amazonaws.com", "scheme"),
            ("abc-ats.iot.eu-west-1.amazonaws.com:8883", "port"),
            ("abc-ats.iot.eu-west-1.amazonaws.com/things", "path"),
            ("abc-ats.iot.eu-west-1.amazonaws.com ", "space"),
            ("<prefix>-ats.iot.eu-west-1.amazonaws.com", "template"),
            ("abc.iot.eu-west-1.amazonaws.com", "-ats"),
            ("data.iot.eu-west-1.amazonaws.com", "-ats"),
            ("-ats.iot.eu-west-1.amazonaws.com", "malformed"),
            ("a-b-ats.iot.eu-west-1.amazonaws.com", "prefix"),
            ("console.aws.amazon.com", "does not end"),
            ("ec2.eu-west-1.amazonaws.com", "no device endpoint"),
            ("abc-ats.iot.europe.amazonaws.com", "region"),
            ("abc-ats.iot.eu-west-12.amazonaws.com", "region"),
            ("abc-ats.iot.cn-north-1.amazonaws.com", "ending"),
            ("abc-ats.iot.eu-west-1.amazonaws.com.cn", "ending"),
        ] {
            let message = endpoint(text).unwrap_err().message;
            assert!(message.contains(named), "{text}: {message}");
        }
    }

    #[test]
    fn a_misspelt_region_is_corrected() {
        let problem = endpoint("abc-ats.iot.eu-west2.amazonaws.com").unwrap_err();
        assert_eq!(problem.help, "Did you mean eu-west-2?");
    }

    #[test]
    fn client_ids_have_1_to_128_bytes() {
        assert!(client_id(&"x".repeat(128)).is_ok());
        assert!(client_id("gw-{serial}-{mac}").is_ok());
        assert!(client_id(&"x".repeat(129)).is_err());
        assert!(client_id("").is_err());
    }

    #[test]
    fn topics_have_at_most_256_bytes_and_7_slashes() {
        assert!(publish_topic(&"x".repeat(256)).is_ok());
        assert!(publish_topic(&"x".repeat(257)).is_err());
        assert!(subscribe_topic("a/b/c/d/e/f/g/#").is_ok());
        assert!(subscribe_topic("a/b/c/d/e/f/g/h/#").is_err());
        assert!(publish_topic("$aws/rules/keep/a/b/c/d/e/f/g/h").is_ok());
    }

    #[test]
    fn of_the_reserved_topics_only_those_of_aws_are_taken() {
        assert!(publish_topic("$aws/things/device1/shadow/update").is_ok());
        assert!(publish_topic("$SYS/x").is_err());
        assert!(subscribe_topic("$iothub/#").is_err());
    }

    #[test]
    fn a_wildcard_is_refused_for_publishing_and_taken_for_subscribing() {
        assert!(publish_topic("device1/#").is_err());
        assert!(subscribe_topic("device1/#").is_ok());
    }

    #[test]
    fn keep_alive_and_qos_keep_to_the_limits_of_aws() {
        assert_eq!((keep_alive(30), keep_alive(1200)), (Ok(30), Ok(1200)));
        assert!(keep_alive(29).is_err() && keep_alive(1201).is_err());
        assert_eq!((qos(0), qos(1)), (Ok(Qos::AtMostOnce), Ok(Qos::AtLeastOnce)));
        assert!(qos(2).is_err());
    }
}
