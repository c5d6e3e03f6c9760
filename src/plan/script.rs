//! A plan as text that a person can send by hand in any terminal: commands as they are, everything else as comments,
//! secrets as dots. Nothing reads it back.

use super::Plan;
use super::step::{Act, Mode, Step};

/// What stands above the commands.
const HEADER: [&str; 2] = [
    "# Send the lines without # one after the other, each after the answer OK to the one before.",
    "# Dots stand for a secret, a name in angle brackets for a value from an earlier answer.",
];

/// The lines of a plan.
pub fn script(plan: &Plan) -> impl Iterator<Item = String> {
    let steps = (1..).zip(&plan.steps).flat_map(|(number, step)| lines_of_step(number, step));
    HEADER.into_iter().map(str::to_owned).chain(steps)
}

fn lines_of_step(number: usize, step: &Step) -> Vec<String> {
    let title = format!("# {number}. {}", step.title);
    let question =
        step.already.as_ref().map(|question| format!("# not needed if {} says so", question.shown()));
    std::iter::once(title).chain(question).chain(step.act.iter().flat_map(lines_of_act)).collect()
}

/// The commands of an act, and what there is to it beside commands.
fn lines_of_act(act: &Act) -> Vec<String> {
    if let Act::Repeat { acts, at_most, pause, .. } = act {
        let apart = match pause.as_secs() {
            0 => String::new(),
            seconds => format!(", {seconds} s apart"),
        };
        let before = format!("# until it is done, at most {at_most} times{apart}:");
        return std::iter::once(before).chain(acts.iter().flat_map(lines_of_act)).collect();
    }
    let before = match act {
        Act::Enter(Mode::Command) => Some(
            "# without a line end, and with more than a second of silence before and after it:".to_owned(),
        ),
        _ => None,
    };
    before.into_iter().chain(act.shown_commands()).chain(after(act)).collect()
}

/// What follows the commands of an act.
fn after(act: &Act) -> Option<String> {
    Some(match act {
        Act::Upload(upload) => {
            let bytes = upload.pem.reveal().len();
            format!("# after the prompt: the {bytes} bytes of {}", upload.name)
        }
        Act::LeaveNetwork => "# wait for +UUWLD".to_owned(),
        Act::JoinNetwork { ssid, .. } => format!("# wait for +UUWLE and an address on {ssid}"),
        Act::CloseAllPeers => "# close each peer that is listed with AT+UDCPC".to_owned(),
        Act::ForgetDefaultPeer => "# ERROR is as good as OK here: there was none".to_owned(),
        Act::Open { .. } => "# wait for +UUDPC".to_owned(),
        Act::Publish { body, .. } => format!("# publish {}", body.shown()),
        Act::Await { peer, .. } => format!("# wait for an answer on {peer}"),
        Act::Restart => "# wait for +STARTUP".to_owned(),
        Act::Enter(Mode::Extended) => {
            "# from here on every line goes in a packet of extended data mode, which a plain terminal cannot send"
                .to_owned()
        }
        Act::Enter(Mode::Data) => {
            "# from here on everything that is sent goes to the peer, and what comes is from it".to_owned()
        }
        Act::Command { .. } | Act::Close { .. } | Act::Enter(Mode::Command) | Act::Repeat { .. } => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::module::CredentialKind;
    use crate::plan::{Part, Stage, Text, Upload};
    use crate::problem::{Kind, Problem};
    use crate::secret::Secret;

    fn command(text: Text) -> Act {
        Act::Command { text, limit: Duration::from_secs(1) }
    }

    fn lines(act: Vec<Act>) -> Vec<String> {
        let steps = vec![Step::new(Stage::Cloud, "Title", act)];
        script(&Plan { steps }).skip(HEADER.len()).collect()
    }

    #[test]
    fn a_script_is_commands_and_comments_alone_and_holds_no_secret() {
        let passphrase = Part::QuotedSecret(Secret::new("hunter2hunter2"));
        let upload = Act::Upload(Upload {
            kind: CredentialKind::PrivateKey,
            name: "device.key".to_owned(),
            pem: Secret::new("PRIVATE"),
            password: None,
            md5: None,
        });
        let lines = lines(vec![command(Text::new("AT+UWSC=0,8,").part(passphrase)), upload]);
        assert_eq!(
            lines,
            [
                "# 1. Title",
                "AT+UWSC=0,8,\"••••••\"",
                "AT+USECMNG=0,2,\"device.key\",7",
                "# after the prompt: the 7 bytes of device.key",
            ]
        );
    }

    #[test]
    fn what_is_repeated_stands_below_how_often() {
        let acts = vec![Act::Publish { peer: "status", body: Text::new("{}") }, command(Text::new("AT"))];
        let exhausted = Problem::new(Kind::CloudRefused, "x", "y");
        let repeat = Act::Repeat { acts, pause: Duration::ZERO, at_most: 3, exhausted };
        assert_eq!(
            lines(vec![repeat]),
            ["# 1. Title", "# until it is done, at most 3 times:", "# publish {}", "AT"]
        );
    }
}
