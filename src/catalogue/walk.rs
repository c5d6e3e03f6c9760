//! Puts the values of a line to the parameters of a table: which value is what, what is missing, what is too much.
//! It does not judge the values.

use super::{Choice, Param, Presence};

/// The values of a line with what they are.
pub(super) struct Walk {
    pub(super) bound: Vec<Bound>,
    /// What may follow, in order.
    pub(super) open: Vec<&'static Param>,
    /// How many values there is no place for.
    pub(super) extra: usize,
}

/// A value and what it is.
pub(super) struct Bound {
    pub(super) param: &'static Param,
    pub(super) choice: Option<&'static Choice>,
    pub(super) text: String,
}

/// Parameters still to come: the lists that were entered, the innermost last.
struct Queue {
    lists: Vec<&'static [Param]>,
    repeat: Option<&'static [Param]>,
}

/// Whether what follows a choice belongs to the line.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    WithValues,
    NamesAlone,
}

impl Queue {
    fn next(&mut self) -> Option<&'static Param> {
        loop {
            match self.lists.last_mut() {
                Some(list) => {
                    if let Some((first, rest)) = list.split_first() {
                        *list = rest;
                        if first.presence == Presence::Repeated {
                            self.repeat = Some(std::slice::from_ref(first));
                        }
                        return Some(first);
                    }
                    self.lists.pop();
                }
                None => self.lists.push(self.repeat?),
            }
        }
    }

    fn open(&self) -> Vec<&'static Param> {
        self.lists.iter().rev().flat_map(|list| list.iter()).collect()
    }
}

impl Walk {
    /// Of a line that sets or tells.
    pub(super) fn new(params: &'static [Param], values: &[String]) -> Self {
        Self::over(params, values, Depth::WithValues)
    }

    /// Of a question, which names a setting without its values.
    pub(super) fn of_question(params: &'static [Param], values: &[String]) -> Self {
        Self::over(params, values, Depth::NamesAlone)
    }

    fn over(params: &'static [Param], values: &[String], depth: Depth) -> Self {
        let mut queue = Queue { lists: vec![params], repeat: None };
        let mut bound = Vec::new();
        let mut rest = values;
        while let Some((value, tail)) = rest.split_first() {
            let Some(param) = queue.next() else { break };
            let text = if param.presence == Presence::Rest { rest.join(",") } else { value.clone() };
            rest = if param.presence == Presence::Rest { &[] } else { tail };
            let choice = param.choice(&text);
            if let Some(choice) = choice.filter(|_| depth == Depth::WithValues) {
                queue.lists.push(choice.then);
            }
            bound.push(Bound { param, choice, text });
        }
        Self { bound, open: queue.open(), extra: rest.len() }
    }

    /// Whether there is a place for each value, and a value for each place that needs one.
    pub(super) fn fits(&self) -> bool {
        self.extra == 0 && self.missing().next().is_none()
    }

    /// What should be there and is not.
    pub(super) fn missing(&self) -> impl Iterator<Item = &'static Param> + '_ {
        self.open.iter().copied().filter(|param| param.presence != Presence::Optional)
    }

    /// Whether the choice at this place has its values behind it.
    pub(super) fn has_values(&self, choice: &Choice, index: usize) -> bool {
        let next = self.bound.get(index + 1).map(|bound| bound.param.name);
        choice.then.first().is_some_and(|first| next == Some(first.name))
    }

    /// The value of this name, as seen from the value at this place: after it first, where its own values stand.
    pub(super) fn find(&self, name: &str, from: usize) -> Option<usize> {
        let named = |(_, bound): &(usize, &Bound)| bound.param.name == name;
        let after = self.bound.iter().enumerate().skip(from).find(named);
        after.or_else(|| self.bound.iter().enumerate().find(named)).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Choice, Values};
    use super::*;

    const ADDRESS: &[Param] = &[Param::new("address", "", Values::Ip)];
    const TWO: &[Param] = &[
        Param::new("mode", "", Values::Number(1, 4)),
        Param::new("kind", "", Values::Number(1, 2)).optional(),
    ];
    const TAGS: &[Choice] =
        &[Choice::new("1", "address").then("", ADDRESS), Choice::new("2", "").then("", TWO)];
    const LIST: &[Param] =
        &[Param::new("configuration", "", Values::Number(0, 9)), Param::one_of("tag", "", TAGS).repeated()];
    const REST: &[Param] =
        &[Param::new("index", "", Values::Number(0, 9)), Param::new("text", "", Values::Free).rest()];

    fn walk(params: &'static [Param], values: &[&str]) -> Walk {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Walk::new(params, &values)
    }

    fn names(walk: &Walk) -> Vec<&str> {
        walk.bound.iter().map(|bound| bound.param.name).collect()
    }

    #[test]
    fn what_follows_a_choice_depends_on_it() {
        assert_eq!(names(&walk(LIST, &["0", "1", "10.0.0.1"])), ["configuration", "tag", "address"]);
        assert_eq!(names(&walk(LIST, &["0", "2", "1", "2"])), ["configuration", "tag", "mode", "kind"]);
    }

    #[test]
    fn a_tag_may_come_again_behind_the_values_of_the_first() {
        let pairs = walk(LIST, &["0", "1", "10.0.0.1", "2", "1"]);
        assert_eq!(names(&pairs), ["configuration", "tag", "address", "tag", "mode"]);
        assert!(pairs.fits());
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_told() {
        let short = walk(LIST, &["0", "1"]);
        assert_eq!(short.missing().map(|param| param.name).collect::<Vec<_>>(), ["address"]);
        assert!(walk(LIST, &["0", "2", "1"]).fits());
        assert_eq!(walk(ADDRESS, &["1", "2", "3"]).extra, 2);
    }

    #[test]
    fn a_question_names_a_setting_without_its_values() {
        let values = ["0".to_owned(), "1".to_owned()];
        let question = Walk::of_question(LIST, &values);
        assert!(question.fits() && !question.has_values(&TAGS[0], 1));
        assert!(walk(LIST, &["0", "1", "10.0.0.1"]).has_values(&TAGS[0], 1));
    }

    #[test]
    fn the_last_text_may_have_commas_of_its_own() {
        assert_eq!(walk(REST, &["0", "a", "b"]).bound[1].text, "a,b");
    }
}
