//! `token`: what scripts rely on, with the vectors of the service's own libraries (clouds.md §3.4).

use crate::support::program::{written, xpress_center};

const K2: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const K3: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
const GROUP: &str =
    "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";
const V3: &str = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000";

/// Runs `token` with the key in the variable `K`; gives status, standard output and standard error.
fn token(key: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = xpress_center().arg("token").args(arguments).env("K", key).output().unwrap();
    let (out, err) = written(&output);
    assert!(!err.contains(key.trim()) || key.trim().is_empty(), "the key is in the error text");
    (output.status.code().unwrap(), out, err)
}

fn hub<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["--host", "contoso.azure-devices.net", "--device-id", "MyDevice01", "--key-env", "K"];
    [&fixed, more].concat()
}

#[test]
fn the_token_alone_is_printed_and_equals_the_vectors() {
    let until = ["--expires-at", "2000000000"];
    assert_eq!(token(K2, &hub(&until)), (0, format!("{V3}\n"), String::new()));
    let connection =
        format!(" hostname=contoso.azure-devices.net;DeviceId=MyDevice01;SharedAccessKey={K2};\n");
    let arguments = [&["--connection-string-env", "K"][..], &until].concat();
    assert_eq!(token(&connection, &arguments).1, format!("{V3}\n"));
    let with_policy = token(K3, &hub(&["--expires-at", "2000000000", "--policy", "device"])).1;
    assert!(
        with_policy
            .contains("sig=%2FuKo6y3j79QECmBBz40GaljpMhm%2FbarQtXBYruX%2FDQk%3D&se=2000000000&skn=device")
    );
}

#[test]
fn provisioning_tokens_name_their_policy_and_group_keys_are_derived() {
    let dps = |registration, key| {
        [
            "--id-scope",
            "0ne00ABCDEF",
            "--registration-id",
            registration,
            key,
            "K",
            "--expires-at",
            "2000000000",
        ]
    };
    let own = token(K3, &dps("ninadps", "--key-env")).1;
    assert_eq!(
        own.trim_end(),
        "SharedAccessSignature sr=0ne00ABCDEF%2Fregistrations%2Fninadps&sig=%2FA2qBJAsAJuJMr6Bc1eiPiD2DWDrPbQUDbcunkRSFYs%3D&se=2000000000&skn=registration"
    );
    let group = token(GROUP, &dps("sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6", "--group-key-env")).1;
    assert!(group.contains("sig=n%2BL1jg2thwNezvxZbRH%2FsPaxL%2FGC7Q2yN3Z%2BVgTJ2dA%3D"), "{group}");
}

#[test]
fn wrong_use_is_status_2_with_nothing_on_standard_output() {
    let owner =
        format!("HostName=contoso.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={K2}");
    let cases: Vec<(&str, Vec<&str>)> = vec![
        (K2, hub(&["--expires-at", "1591876214"])),
        (K2, hub(&["--expires-in", "30"])),
        (K2, hub(&["--expires-in", "1d", "--expires-at", "2000000000"])),
        ("no base64!", hub(&[])),
        ("", hub(&[])),
        (&owner, vec!["--connection-string-env", "K"]),
        ("HostName=h;DeviceId=d", vec!["--connection-string-env", "K"]),
        (K2, vec!["--host", "https://contoso.azure-devices.net", "--device-id", "d", "--key-env", "K"]),
        (K2, vec!["--host", "contoso.azure-devices.net", "--device-id", "a+b", "--key-env", "K"]),
        (K2, vec!["--host", "contoso.azure-devices.net", "--device-id", "a#b", "--key-env", "K"]),
        (K2, vec!["--host", "contoso.azure-devices.net"]),
        (K2, vec!["--id-scope", "0ne00ABCDEF", "--registration-id", "d"]),
        (K2, vec![]),
    ];
    for (key, arguments) in cases {
        let (status, out, err) = token(key, &arguments);
        assert_eq!((status, out.as_str()), (2, ""), "{arguments:?}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
}
