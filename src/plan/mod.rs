//! What will be done to a module, as plain data: [`make`] turns a job and what is known of the module into steps.
//! Making a plan has no effect and reads no clock; `session` carries it out, the window and `plan` show it.

mod after;
mod cloud;
mod fit;
mod make;
mod mode;
mod script;
mod step;
mod text;
mod upload;
mod wifi;

pub use fit::Need;
pub use make::{Facts, join, make};
pub use script::script;
pub use step::{
    Act, Bind, Case, FORGET_DEFAULT_PEER, Is, Mode, PeerName, Question, Stage, Step, Then, Tries, Upload,
};
pub use text::{Bindings, BoundType, Hole, Part, Text};

/// A list of steps in the order in which they are carried out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub steps: Vec<Step>,
}

impl Plan {
    /// Every AT command of the plan as it may be shown, with the index of its step; what is not known yet stands as `<name>`.
    pub fn shown_commands(&self) -> Vec<(usize, String)> {
        let of_step = |(index, step): (usize, &Step)| {
            step.shown_commands().into_iter().map(move |shown| (index, shown)).collect::<Vec<_>>()
        };
        self.steps.iter().enumerate().flat_map(of_step).collect()
    }

    /// Every secret that the plan will send, for the mask.
    pub fn secrets(&self) -> Vec<crate::secret::Secret> {
        self.steps.iter().flat_map(|step| step.act.iter().flat_map(Act::secrets)).collect()
    }
}

#[cfg(test)]
mod tests;
