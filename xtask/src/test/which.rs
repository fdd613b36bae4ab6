//! Which tests of which groups run.

use clap::{Args, ValueEnum};

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub enum Group {
    /// Format, clippy, licences, links of the documents, scripts
    Lint,
    /// The page's modules that need no browser, in Node
    Js,
    /// The crate's tests and those of these commands
    Native,
    /// All modules, their sizes, links of the page
    Wasm,
    /// The page in real browsers
    Browser,
    /// The slow tests of `native` and `browser`, which these leave out: films, Firefox, WebGPU in software, killed trainings
    Full,
    /// Everything but the slow tests
    Quick,
}

/// Arguments of `test`.
#[derive(Args)]
pub struct TestArgs {
    /// All groups, where none is named
    #[arg(value_enum)]
    groups: Vec<Group>,
    /// Only files of JavaScript tests and names of Rust tests that contain one of these words, slow ones included
    #[arg(last = true, value_name = "WORD", requires = "groups")]
    words: Vec<String>,
}

/// Tests by how long they take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    All,
    Quick,
    Slow,
}

/// The tests to run of one group.
pub struct Which {
    pub speed: Speed,
    pub words: Vec<String>,
}

impl TestArgs {
    /// The tests to run of this group, if any.
    pub fn of(&self, group: Group) -> Option<Which> {
        let named = |group| self.groups.contains(&group);
        let everything = self.groups.is_empty();
        let ordinary = everything || named(group) || named(Group::Quick);
        let has_slow = matches!(group, Group::Native | Group::Browser);
        let slow = everything || named(Group::Full) || !self.words.is_empty();
        let speed = match (ordinary, slow && has_slow) {
            (true, true) => Speed::All,
            (true, false) => Speed::Quick,
            (false, true) if named(Group::Full) => Speed::Slow,
            (false, _) => return None,
        };
        Some(Which {
            speed,
            words: self.words.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Group::{Browser, Full, Lint, Native, Quick, Wasm},
        *,
    };

    fn speeds(groups: &[Group], words: &[&str]) -> [Option<Speed>; 4] {
        let args = TestArgs {
            groups: groups.to_vec(),
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        [Lint, Native, Wasm, Browser].map(|group| args.of(group).map(|which| which.speed))
    }

    #[test]
    fn everything_is_the_default_and_slow_tests_are_left_out_by_name() {
        let [quick, slow, all] = [Speed::Quick, Speed::Slow, Speed::All].map(Some);
        assert_eq!(speeds(&[], &[]), [quick, all, quick, all]);
        assert_eq!(speeds(&[Quick], &[]), [quick; 4]);
        assert_eq!(speeds(&[Full], &[]), [None, slow, None, slow]);
        assert_eq!(speeds(&[Browser], &[]), [None, None, None, quick]);
        assert_eq!(speeds(&[Browser, Full], &[]), [None, slow, None, all]);
        assert_eq!(speeds(&[Browser], &["vae"]), [None, None, None, all]);
        assert_eq!(speeds(&[Lint, Native], &[]), [quick, quick, None, None]);
    }
}
