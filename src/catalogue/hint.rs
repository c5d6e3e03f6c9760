//! Help while a command is typed: names that begin so, and what the parameter under the cursor means.

use std::ops::Range;

use super::walk::Walk;
use super::words;
use super::{Choice, Command, Danger, Form, FormKind, Param, Presence, UrlKey, Values, known_key};
use crate::at;

/// What there is to say about the place of the cursor.
#[derive(Clone, Debug)]
pub struct Hint {
    pub command: &'static Command,
    pub form: &'static Form,
    /// The parameter under the cursor, from 1.
    pub number: usize,
    /// How many there are; at least, while a choice that decides it has not been typed.
    pub of: usize,
    pub param: &'static Param,
    /// Where what is typed of it stands in the line, in bytes.
    pub place: Range<usize>,
    /// Its values that begin with what stands there already.
    pub choices: Vec<&'static Choice>,
    /// Why what stands there cannot be. It does not repeat it.
    pub objection: Option<String>,
    /// In the URL of a peer, the place within.
    pub url: Option<UrlPlace>,
    /// What the line as it stands would do.
    pub danger: Option<Danger>,
}

/// A place in the URL of a peer.
#[derive(Clone, Debug)]
pub enum UrlPlace {
    /// Before `://`.
    Scheme,
    /// Host and port.
    Host,
    /// The name of a key; these begin with what stands there.
    Key(Vec<&'static UrlKey>),
    /// The value of this key.
    Value(&'static UrlKey),
    /// The value of a key that is not known.
    UnknownKey,
}

/// The commands that complete what has been typed: those that begin with it, then those that have it within, the shorter
/// first. Case does not matter, and `AT` or `AT+` may be left out. Nothing once the parameters have begun.
pub fn complete(typed: &str) -> Vec<&'static Command> {
    let typed = typed.trim().to_ascii_uppercase();
    if typed.is_empty() || typed.contains(['=', '?']) {
        return Vec::new();
    }
    let rank = |command: &Command| {
        let without_at = command.bare_name();
        let without_plus = without_at.strip_prefix('+').unwrap_or(without_at);
        let begins = [command.name, without_at, without_plus].iter().any(|name| name.starts_with(&typed));
        if begins { Some(0) } else { without_plus.contains(&typed).then_some(1) }
    };
    let ranked = super::commands().filter_map(|command| Some((rank(command)?, command)));
    let mut ranked: Vec<(u8, &Command)> = ranked.collect();
    ranked.sort_by_key(|(rank, command)| (*rank, command.name.len(), command.name));
    ranked.into_iter().map(|(_, command)| command).collect()
}

/// The parameter under the cursor, which stands before this byte. `None` outside the parameters of a known command.
pub fn hint(line: &str, cursor: usize) -> Option<Hint> {
    let (name, list) = line.split_once('=')?;
    let command = super::command(name)?;
    let start = line.len() - list.len();
    let before = list.get(..cursor.checked_sub(start)?)?;
    let fields = at::fields(list);
    // As many fields as begin before the cursor.
    let index = fields.iter().filter(|field| field.start <= before.len()).count().checked_sub(1)?;
    let text_of = |field: &Range<usize>| at::unquote(list.get(field.clone()).unwrap_or_default());
    let values: Vec<String> = fields.iter().map(text_of).collect();
    let form = form_for(command, values.get(..=index)?)?;
    // What stands before the parameter decides what it is.
    let earlier = form.walk(values.get(..index)?);
    let param = earlier.param_after()?;
    let number = earlier.bound.len() + usize::from(!earlier.is_in_rest());
    let whole = form.walk(&values);
    let field = fields.get(index)?;
    let typed = at::unquote(list.get(field.start..before.len()).unwrap_or_default());
    let text = if earlier.is_in_rest() { String::new() } else { values.get(index)?.clone() };
    Some(Hint {
        command,
        form,
        number,
        of: (whole.bound.len() + whole.open.len() + whole.least_to_come()).max(number),
        param,
        place: start + field.start..start + field.end,
        choices: param.choices.iter().filter(|choice| choice.value.starts_with(typed.trim())).collect(),
        objection: Some(text).filter(|text| !text.is_empty()).and_then(|text| words::objection(param, &text)),
        url: (param.values == Values::Url).then(|| place_in_url(&typed)),
        danger: whole.bound.iter().filter_map(|bound| bound.choice?.danger).next().or(form.danger),
    })
}

impl Command {
    /// How a form of it is written: `AT+UWSCA=<configuration>,<action>`. Dots stand for what depends on a choice.
    pub fn usage(&self, form: &Form) -> String {
        let sign = match form.kind {
            FormKind::Run => "",
            FormKind::Read => "?",
            FormKind::Ask | FormKind::Set => "=",
        };
        let comma = if form.kind == FormKind::Run { "" } else { "," };
        let mut usage = format!("{}{sign}", self.name);
        for (index, param) in form.shape.params.iter().enumerate() {
            let comma = if index == 0 { "" } else { comma };
            usage.push_str(&match param.presence {
                Presence::Optional => format!("[{comma}<{}>]", param.name),
                Presence::Required | Presence::Repeated | Presence::Rest => {
                    format!("{comma}<{}>", param.name)
                }
            });
            let goes_on = param.choices.iter().any(|choice| !choice.then.is_empty());
            if goes_on && form.kind == FormKind::Set {
                usage.push_str(",…");
            }
        }
        usage
    }
}

/// What is being typed: setting comes before asking where both are possible, for who asks has no more to type.
fn form_for(command: &'static Command, values: &[String]) -> Option<&'static Form> {
    let takes = |form: &&Form| form.walk(values).extra == 0;
    let of_kind = |kind| command.forms.iter().filter(move |form| form.kind == kind).find(takes);
    of_kind(FormKind::Set).or_else(|| of_kind(FormKind::Ask))
}

impl Walk {
    /// The parameter that the next value would be.
    fn param_after(&self) -> Option<&'static Param> {
        match self.bound.last() {
            Some(last) if last.param.presence == Presence::Rest => Some(last.param),
            _ => self.open.first().copied().or_else(|| self.repeated()),
        }
    }

    fn is_in_rest(&self) -> bool {
        self.bound.last().is_some_and(|bound| bound.param.presence == Presence::Rest)
    }

    fn repeated(&self) -> Option<&'static Param> {
        let again = self.bound.iter().rev().find(|bound| bound.param.presence == Presence::Repeated);
        again.map(|bound| bound.param)
    }

    /// How many values at least the undecided choices bring with them.
    fn least_to_come(&self) -> usize {
        let undecided = self.bound.iter().filter(|bound| bound.choice.is_none()).map(|bound| bound.param);
        let undecided = undecided.chain(self.open.iter().copied());
        undecided.map(|param| param.choices.iter().map(|choice| choice.then.len()).min().unwrap_or(0)).sum()
    }
}

fn place_in_url(typed: &str) -> UrlPlace {
    let Some((scheme, rest)) = typed.split_once("://") else { return UrlPlace::Scheme };
    let Some((_, query)) = rest.split_once('?') else { return UrlPlace::Host };
    let pair = query.rsplit_once('&').map_or(query, |(_, pair)| pair);
    match pair.split_once('=') {
        Some((key, _)) => known_key(key).map_or(UrlPlace::UnknownKey, UrlPlace::Value),
        None => {
            let taken = |key: &UrlKey| {
                query
                    .split('&')
                    .any(|other| other.split_once('=').is_some_and(|(name, _)| name == key.param.name))
            };
            let keys =
                super::URL_KEYS.iter().filter(|key| key.fits(scheme) && key.param.name.starts_with(pair));
            UrlPlace::Key(keys.filter(|key| !taken(key)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The hint where the `|` stands.
    fn at_mark(line: &str) -> Option<Hint> {
        let cursor = line.find('|').unwrap();
        hint(&line.replacen('|', "", 1), cursor)
    }

    #[track_caller]
    fn assert_place(line: &str, number: usize, of: usize, name: &str) {
        let hint = at_mark(line).unwrap();
        assert_eq!((hint.number, hint.of, hint.param.name), (number, of, name), "{line}");
    }

    fn names(typed: &str) -> Vec<&str> {
        complete(typed).into_iter().map(|command| command.name).collect()
    }

    #[test]
    fn names_that_begin_so_come_first_and_the_shortest_leads() {
        assert_eq!(names("AT+UWSC"), ["AT+UWSC", "AT+UWSCA", "AT+UWSCAN"]);
        assert_eq!(names("udcp"), ["AT+UDCP", "AT+UDCPC"]);
        assert_eq!(names("+ULOC"), ["AT+ULOCWIFIPOS"]);
        assert_eq!(names("CMNG"), ["AT+USECMNG"]);
    }

    #[test]
    fn nothing_is_completed_where_nothing_or_a_parameter_stands() {
        assert_eq!(names(""), [""; 0]);
        assert_eq!(names("AT+UWSC=0"), [""; 0]);
        assert_eq!(names("hello"), [""; 0]);
    }

    #[test]
    fn the_second_parameter_of_three_is_the_tag() {
        assert_place("AT+UWSC=0,|", 2, 3, "tag");
        let hint = at_mark("AT+UWSC=0,|").unwrap();
        assert!(hint.choices.iter().any(|choice| choice.value == "2" && choice.meaning == "network name"));
    }

    #[test]
    fn what_a_parameter_is_depends_on_those_before_it() {
        assert_place("AT+UWSC=|", 1, 3, "configuration");
        assert_place("AT+UWSC=0,8,|", 3, 3, "value");
        assert_eq!(at_mark("AT+UWSC=0,5,|").unwrap().choices.len(), 7);
        assert_place("AT+UWSC=0,100,1,|", 4, 5, "tag");
        assert_place("AT+USECMNG=0,1,|", 3, 5, "name");
        assert_place("AT+USECMNG=4,1,|", 3, 3, "name");
        assert_place("AT+UDSC=1,1,|", 3, 4, "port");
    }

    #[test]
    fn the_cursor_counts_and_not_the_end() {
        assert_place("AT+UWSC=0|,2,\"lab\"", 1, 3, "configuration");
        assert_place("at+uwsc=0,2|,\"lab\"", 2, 3, "tag");
    }

    #[test]
    fn commas_in_quotes_belong_to_the_value() {
        assert_place("AT+UDDRP=0,\"udp://a,b|", 2, 3, "url");
        assert_place("AT+UDDRP=0,\"udp://a,b\",|", 3, 3, "when");
        assert_place("AT+UDUV=0,a,b|", 2, 2, "value");
    }

    #[test]
    fn choices_are_those_that_begin_so() {
        let hint = at_mark("AT+UWSC=0,20|").unwrap();
        let values: Vec<&str> = hint.choices.iter().map(|choice| choice.value).collect();
        assert_eq!(values, ["200", "201"]);
        assert!(hint.objection.is_some());
    }

    #[test]
    fn the_place_is_where_the_whole_parameter_stands() {
        for (line, typed) in [
            ("AT+UWSC=0,|", ""),
            ("AT+UWSC=0,2|0", "20"),
            ("AT+UWSC=|0,2", "0"),
            ("AT+UWSC=0,2,\"a,|b\"", "\"a,b\""),
        ] {
            let place = at_mark(line).unwrap().place;
            assert_eq!(&line.replacen('|', "", 1)[place], typed, "{line}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_is_objected_to_without_repeating_it() {
        let hint = at_mark("AT+UWSC=0,8,\"hunter2|").unwrap();
        assert_eq!(hint.objection.as_deref(), Some("value has 8 to 64 characters"));
    }

    #[test]
    fn what_a_line_would_do_is_warned_of_while_it_is_typed() {
        assert_eq!(at_mark("AT+USECMNG=2,0,|").unwrap().danger, Some(Danger::ErasesCredential));
        assert_eq!(at_mark("AT+USECMNG=4,0,|").unwrap().danger, None);
    }

    #[test]
    fn a_url_is_helped_with_piece_by_piece() {
        let url = |line: &str| at_mark(line).unwrap().url.unwrap();
        assert!(matches!(url("AT+UDCP=mq|"), UrlPlace::Scheme));
        assert!(matches!(url("AT+UDCP=\"mqtt://host|"), UrlPlace::Host));
        assert!(matches!(url("AT+UDCP=mqtt://h/?encr=|"), UrlPlace::Value(key) if key.param.name == "encr"));
        assert!(matches!(url("AT+UDCP=mqtt://h/?will=|"), UrlPlace::UnknownKey));
        let UrlPlace::Key(keys) = url("AT+UDCP=mqtt://h/?client=c&c|") else { panic!("no key") };
        assert_eq!(keys.iter().map(|key| key.param.name).collect::<Vec<_>>(), ["ca", "cert"]);
    }

    #[test]
    fn a_form_shows_how_it_is_written() {
        let usage = |name: &str| {
            let command = crate::catalogue::command(name).unwrap();
            command.forms.iter().map(|form| command.usage(form)).collect::<Vec<_>>()
        };
        assert_eq!(usage("AT+UWSC"), ["AT+UWSC=<configuration>[,<tag>]", "AT+UWSC=<configuration>,<tag>,…"]);
        assert_eq!(usage("AT+CSGT"), ["AT+CSGT?", "AT+CSGT=<shown>[,<text>]"]);
        assert_eq!(usage("ATE"), ["ATE<echo>", "ATE?"]);
    }

    #[test]
    fn there_is_no_hint_outside_the_parameters_of_a_known_command() {
        for line in ["AT+UWSC|", "AT+UWS|C=0,2", "AT+NONE=0|", "AT+GMM=|", "|", "hello=|"] {
            assert!(at_mark(line).is_none(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_and_any_cursor_can_be_asked_about(
            line in any::<String>(),
            list in r#"[0-9,"\\a-z:/?&=é]{0,30}"#,
            cursor in 0..60_usize,
        ) {
            complete(&line);
            hint(&line, cursor);
            for name in ["AT+UWSC", "AT+UDCP", "AT+USECMNG", "AT+UDUV", "AT+UWAPC", "ATS3"] {
                hint(&format!("{name}={list}"), cursor);
            }
        }

        #[test]
        fn no_hint_repeats_a_secret(secret in "[A-Z]{4,7}") {
            for line in [
                format!("AT+UWSC=0,8,\"{secret}"),
                format!("AT+UDUV=0,{secret}"),
                format!("AT+UDCP=mqtt://h/?passwd={secret}"),
            ] {
                let shown = format!("{:?}", hint(&line, line.len()));
                prop_assert!(shown.contains("Hint") && !shown.contains(&secret), "{}", shown);
            }
        }
    }
}
