//! What part of the conversation a line is: echo, result, unsolicited or information. What it says is in
//! `Answer`.

/// The part a line plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The command under way, sent back.
    Echo,
    /// The command under way succeeded.
    Ok,
    /// The command under way failed; a module gives no reason (protocol.md §2.2).
    Error,
    /// News that nobody asked for: `+UU…`, or the boot banner. It may stand between any two lines.
    Unsolicited,
    /// Part of an answer, or noise where nothing is under way.
    Information,
}

/// The meaning of a line while this command, without its CR, is under way. Only the exact same text is an
/// echo.
pub fn meaning(line: &str, under_way: Option<&str>) -> Meaning {
    match line {
        _ if under_way == Some(line) => Meaning::Echo,
        "OK" => Meaning::Ok,
        "ERROR" => Meaning::Error,
        "+STARTUP" => Meaning::Unsolicited,
        _ if line.starts_with("+UU") => Meaning::Unsolicited,
        _ => Meaning::Information,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsolicited_lines_stand_out_before_echo_and_answer() {
        let command = "AT+UDCP=tcp://h/";
        let lines = ["+STARTUP", command, "+UUNU:0", "+UDCP:2", "OK"];
        let meanings = lines.map(|line| meaning(line, Some(command)));
        assert_eq!(
            meanings,
            [Meaning::Unsolicited, Meaning::Echo, Meaning::Unsolicited, Meaning::Information, Meaning::Ok]
        );
    }

    #[test]
    fn an_echo_is_the_exact_command_under_way() {
        assert_eq!(meaning("AT", Some("AT")), Meaning::Echo);
        assert_eq!(meaning("UAT", Some("AT")), Meaning::Information);
        assert_eq!(meaning("AT", None), Meaning::Information);
    }

    #[test]
    fn results_are_whole_lines() {
        assert_eq!(meaning("ERROR", None), Meaning::Error);
        assert_eq!(meaning("OKAY", None), Meaning::Information);
        assert_eq!(meaning("\"+UUNU:0\"", None), Meaning::Information);
    }
}
