//! Where secrets stand in a command line, or in an answer that repeats one. Known secret values, and uploads
//! that have no command line, are the business of `session::mask`. In doubt too much is secret, never too
//! little.

use std::ops::Range;

use crate::secret::DOTS;

use super::quote::fields;

/// Keys of a peer URL (protocol.md §8.1). A raw `&` inside a password is a mistake: only one before a key
/// ends it.
const URL_KEYS: [&str; 16] = [
    "ac-to=",
    "ca=",
    "cert=",
    "client=",
    "encr=",
    "flush_tx=",
    "http-timeout=",
    "keepalive=",
    "local_port=",
    "passwd=",
    "privkey=",
    "pt=",
    "qos=",
    "retain=",
    "st=",
    "user=",
];

/// The byte ranges of the secrets in a command line, in order and apart from each other: WEP keys,
/// passphrases and EAP passwords in `+UWSC` and `+UWAPC`, `passwd=` in peer URLs, `+UDUV` values, the
/// password of an imported key, the key of a location service.
pub fn secret_spans(command: &str) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (plus, _) in command.match_indices('+') {
        let Some((name, list)) = named_list(command.get(plus + 1..).unwrap_or_default()) else { continue };
        let offset = command.len() - list.len();
        let found = spans_in(&name.to_ascii_uppercase(), list);
        spans.extend(found.into_iter().map(|span| offset + span.start..offset + span.end));
    }
    spans.retain(|span| !span.is_empty());
    merged(spans)
}

/// The command line with [`DOTS`] in place of each secret.
pub fn masked(command: &str) -> String {
    let mut shown = String::with_capacity(command.len());
    let mut end = 0;
    for span in secret_spans(command) {
        shown.push_str(command.get(end..span.start).unwrap_or_default());
        shown.push_str(DOTS);
        end = span.end;
    }
    shown.push_str(command.get(end..).unwrap_or_default());
    shown
}

/// What follows a `+`, cut at `=` (a command) or `:` (an answer).
fn named_list(text: &str) -> Option<(&str, &str)> {
    let (name, list) = text.split_once(['=', ':'])?;
    Some((name.trim_end(), list))
}

fn spans_in(name: &str, list: &str) -> Vec<Range<usize>> {
    match name {
        "UWSC" => tagged(list, &["6", "8", "9"]),
        "UWAPC" => tagged(list, &["8"]),
        "UDCP" | "UDDRP" => url_passwords(list),
        "UDUV" => from_field(list, 1),
        "ULOCWIFIPOS" => from_field(list, 3),
        "USECMNG" if list.trim_start().starts_with('0') => from_field(list, 4),
        _ => Vec::new(),
    }
}

/// The values behind these tags. Some tags have several values, so each field that reads as a secret tag
/// counts as one. A value that is not properly quoted reaches to the end, since commas may belong to it.
fn tagged(list: &str, secret_tags: &[&str]) -> Vec<Range<usize>> {
    let text = |field: &Range<usize>| list.get(field.clone()).unwrap_or_default();
    let fields = fields(list);
    let mut spans = Vec::new();
    for (index, tag) in fields.iter().enumerate().skip(1) {
        let Some(value) = fields.get(index + 1) else { break };
        if !secret_tags.contains(&text(tag).trim()) {
            continue;
        }
        let next_is_tag = fields.get(index + 2).is_none_or(|next| is_number(text(next)));
        match inside_quotes(list, value) {
            Some(inside) if next_is_tag => spans.push(inside),
            _ => {
                spans.push(value.start..list.len());
                break;
            }
        }
    }
    spans
}

/// Everything from this field on, without the quotes if it is one quoted string.
fn from_field(list: &str, index: usize) -> Vec<Range<usize>> {
    let Some(field) = fields(list).into_iter().nth(index) else { return Vec::new() };
    let rest = field.start..list.len();
    vec![inside_quotes(list, &rest).unwrap_or(rest)]
}

fn url_passwords(list: &str) -> Vec<Range<usize>> {
    let folded = list.to_ascii_lowercase();
    let ends: Vec<usize> =
        fields(list).iter().filter_map(|field| inside_quotes(list, field)).map(|url| url.end).collect();
    let mut spans = Vec::new();
    for (at, key) in folded.match_indices("passwd=") {
        let start = at + key.len();
        let limit = ends.iter().copied().find(|&end| end >= start).unwrap_or(list.len());
        let value = folded.get(start..limit).unwrap_or_default();
        let end = start
            + value
                .match_indices('&')
                .find(|(at, _)| starts_key(value, at + 1))
                .map_or(value.len(), |(at, _)| at);
        if !is_url_value(folded.get(start..end).unwrap_or_default()) {
            spans.push(start..end);
        }
    }
    spans
}

fn starts_key(value: &str, at: usize) -> bool {
    let rest = value.get(at..).unwrap_or_default();
    URL_KEYS.iter().any(|key| rest.starts_with(key))
}

/// `%%0` only points at a value given by `+UDUV`.
fn is_url_value(text: &str) -> bool {
    matches!(text.as_bytes(), [b'%', b'%', digit] if digit.is_ascii_digit())
}

fn inside_quotes(list: &str, field: &Range<usize>) -> Option<Range<usize>> {
    let inner = list.get(field.clone())?.strip_prefix('"')?.strip_suffix('"')?;
    Some(field.start + 1..field.start + 1 + inner.len())
}

fn is_number(text: &str) -> bool {
    text.trim().parse::<u16>().is_ok()
}

fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| span.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::at::quote;

    fn assert_masked(cases: &[(&str, &str)]) {
        for (command, shown) in cases {
            assert_eq!(masked(command), shown.replace('*', DOTS), "{command}");
        }
    }

    #[test]
    fn wifi_secrets_are_masked_by_tag() {
        assert_masked(&[
            (r#"AT+UWSC=0,8,"hunter2hunter2""#, r#"AT+UWSC=0,8,"*""#),
            ("at+uwsc=0,8,hunter2", "at+uwsc=0,8,*"),
            (r#"AT+UWSC=0,9,"eap,pass""#, r#"AT+UWSC=0,9,"*""#),
            ("AT+UWSC=0,6,0102030405,0A0B0C0D0E", "AT+UWSC=0,6,*"),
            (r#"AT+UWSC=0,2,"net",8,"hunter2",5,2"#, r#"AT+UWSC=0,2,"net",8,"*",5,2"#),
            (r#"AT+UWAPC=0,5,2,2,8,"ubx-wifi""#, r#"AT+UWAPC=0,5,2,2,8,"*""#),
            (r#"AT+UWSC=0,2,"net""#, r#"AT+UWSC=0,2,"net""#),
            (r#"AT+UWAPC=0,9,"x""#, r#"AT+UWAPC=0,9,"x""#),
            ("AT+UWSCA=0,8,x", "AT+UWSCA=0,8,x"),
        ]);
    }

    #[test]
    fn a_secret_with_stray_commas_or_quotes_is_masked_to_the_end() {
        assert_masked(&[
            ("AT+UWSC=0,8,hun,ter2", "AT+UWSC=0,8,*"),
            (r#"AT+UWSC=0,8,"hun"ter,2abc""#, r#"AT+UWSC=0,8,"*""#),
            (r#"AT+UWSC=0,8,"hun",ter2abc""#, "AT+UWSC=0,8,*"),
            (r#"AT+UWSC=0,8,"hunter"#, "AT+UWSC=0,8,*"),
            ("AT+UWSC = 0, 8, hunter2", "AT+UWSC = 0, 8,*"),
            ("AT+UWSC=0,2,my,net,8,hunter2", "AT+UWSC=0,2,my,net,8,*"),
        ]);
    }

    #[test]
    fn passwords_in_peer_urls_are_masked() {
        assert_masked(&[
            ("AT+UDCP=mqtt://h:8883/?user=u&passwd=pw&pt=a", "AT+UDCP=mqtt://h:8883/?user=u&passwd=*&pt=a"),
            ("AT+UDCP=mqtt://h/?passwd=a,b&c", "AT+UDCP=mqtt://h/?passwd=*"),
            (r#"AT+UDDRP=0,"mqtt://h/?passwd=pw",2"#, r#"AT+UDDRP=0,"mqtt://h/?passwd=*",2"#),
            (
                "AT+UDCP=mqtt://h/?passwd=SharedAccessSignature sr=h&sig=abc&se=1&encr=3",
                "AT+UDCP=mqtt://h/?passwd=*&encr=3",
            ),
            ("AT+UDCP=mqtt://h/?passwd=%%0&encr=3", "AT+UDCP=mqtt://h/?passwd=%%0&encr=3"),
            (r#"+UDDRP:0,"mqtt://h/?passwd=pw",2"#, r#"+UDDRP:0,"mqtt://h/?passwd=*",2"#),
        ]);
    }

    #[test]
    fn url_values_import_passwords_and_keys_of_services_are_masked_whole() {
        assert_masked(&[
            ("AT+UDUV=0,SharedAccessSignature sr=a,b&sig=c", "AT+UDUV=0,*"),
            (r#"AT+UDUV=0,"secret""#, r#"AT+UDUV=0,"*""#),
            (r#"AT+USECMNG=0,2,"key.pem",1704,"pass""#, r#"AT+USECMNG=0,2,"key.pem",1704,"*""#),
            ("AT+USECMNG=0,2,key.pem,1704", "AT+USECMNG=0,2,key.pem,1704"),
            (r#"+USECMNG:0,0,"ca.pem","ACB6""#, r#"+USECMNG:0,0,"ca.pem","ACB6""#),
            ("AT+USECMNG=3", "AT+USECMNG=3"),
            (r#"AT+ULOCWIFIPOS=5,-100,1,"key""#, r#"AT+ULOCWIFIPOS=5,-100,1,"*""#),
        ]);
    }

    #[test]
    fn a_command_behind_noise_is_masked_too() {
        assert_masked(&[
            ("+UUNU:0AT+UWSC=0,8,hunter2", "+UUNU:0AT+UWSC=0,8,*"),
            (r#"AT+UWSC=0,2,"xAT+UWSC=0,8,hunter2"#, r#"AT+UWSC=0,2,"xAT+UWSC=0,8,*"#),
        ]);
    }

    proptest! {
        #[test]
        fn a_secret_in_a_secret_position_is_never_shown(secret in r#"[!-%'-Za-z\[\]\\é]{4,40}"#) {
            prop_assume!(!secret.contains("AT+U") && !DOTS.contains(&secret));
            let quoted = quote(&secret);
            for command in [
                format!("AT+UWSC=0,8,{quoted}"),
                format!("AT+UWSC=0,2,\"n\",8,{quoted},5,2"),
                format!("AT+UWSC=0,9,{secret}"),
                format!("AT+UWAPC=0,8,{quoted}"),
                format!("AT+UDUV=0,{secret}"),
                format!("AT+USECMNG=0,2,\"k\",1704,{quoted}"),
                format!("AT+UDCP=mqtt://h/?user=u&passwd={secret}&encr=3"),
                format!("AT+UDDRP=0,{},2", quote(&format!("mqtt://h/?passwd={secret}"))),
            ] {
                let shown = masked(&command);
                prop_assert!(!shown.contains(&secret), "{}", shown);
                prop_assert!(!shown.contains(quoted.trim_matches('"')), "{}", shown);
            }
        }

        #[test]
        fn any_line_has_spans_in_order_and_on_character_boundaries(
            line in any::<String>(),
            tail in r#"[0-9,"&=\\é+UDVWSCa-z]{0,40}"#,
        ) {
            for command in [line, format!("AT+UWSC={tail}"), format!("AT+UDCP={tail}passwd={tail}")] {
                let spans = secret_spans(&command);
                prop_assert!(spans.iter().all(|span| command.get(span.clone()).is_some()));
                prop_assert!(spans.windows(2).all(|pair| pair[0].end < pair[1].start));
            }
        }
    }
}
