//! What a teacher may set for a copy of the notebook: in the environment (`DISTSYS_…`), else by the
//! keys of `[preprocessor.notebook]` in book.toml.

use std::env;
use std::fs;

use crate::project::Project;

/// The settings of one copy of the notebook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where its source lives: `https://github.com/me/notes`; edit links lead there.
    pub(crate) repository: Option<String>,
    /// The path it is published at: `/notes/`.
    pub(crate) site_url: Option<String>,
    pub(crate) hides_solutions: bool,
    /// What every exercise is run with unless its caller says otherwise.
    pub(crate) seed: Option<u64>,
}

impl Settings {
    pub(crate) fn read(project: &Project) -> Result<Self, String> {
        let path = project.root().join("book.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("book.toml: {error}"))?;
        let book: toml::Table = text.parse().map_err(|error| format!("book.toml: {error}"))?;
        let keys = book.get("preprocessor").and_then(|table| table.get("notebook"));
        let in_book = |name: &str| keys.and_then(|keys| keys.get(name)).map(as_text);
        let in_environment = |name: &str| env::var(variable(name)).ok().filter(|v| !v.is_empty());
        Self::from(|name| in_environment(name).or_else(|| in_book(name)))
    }

    /// The settings, looked up one by one.
    fn from(look_up: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let hides_solutions = match look_up("solutions").as_deref() {
            None | Some("shown") => false,
            Some("hidden") => true,
            Some(other) => {
                return Err(format!("solutions are \"shown\" or \"hidden\", not \"{other}\""));
            }
        };
        let seed = look_up("seed").map(|seed| {
            seed.parse().map_err(|_| format!("a seed is a whole number, not \"{seed}\""))
        });
        Ok(Self {
            repository: look_up("repository").map(|url| url.trim_end_matches('/').to_owned()),
            site_url: look_up("site-url"),
            hides_solutions,
            seed: seed.transpose()?,
        })
    }

    /// The same for mdBook, which reads its own keys from the environment.
    pub(crate) fn for_mdbook(&self) -> Vec<(&'static str, String)> {
        let mut variables = Vec::new();
        if let Some(repository) = &self.repository {
            let edit = format!("{repository}/edit/main/{{path}}");
            variables.push(("MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL", repository.clone()));
            variables.push(("MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE", edit));
        }
        if let Some(site_url) = &self.site_url {
            variables.push(("MDBOOK_OUTPUT__HTML__SITE_URL", site_url.clone()));
        }
        variables
    }
}

/// The variable that overrides the key `name`.
fn variable(name: &str) -> String {
    format!("DISTSYS_{}", name.to_uppercase().replace('-', "_"))
}

fn as_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        let find = |name: &str| pairs.iter().find(|pair| pair.0 == name);
        Settings::from(|name| find(name).map(|pair| pair.1.to_owned()))
    }

    #[test]
    fn nothing_set_means_no_edit_links_and_solutions_shown() {
        let nothing = settings(&[]).unwrap();
        assert_eq!(nothing, Settings::default());
        assert!(nothing.for_mdbook().is_empty());
    }

    #[test]
    fn edit_links_lead_to_the_repository_that_is_set() {
        let fork = settings(&[("repository", "https://example.org/me/notes/")]).unwrap();
        let edit = "https://example.org/me/notes/edit/main/{path}";
        assert!(fork.for_mdbook().iter().any(|(_, value)| value == edit));
    }

    #[test]
    fn a_value_that_makes_no_sense_is_refused() {
        assert!(settings(&[("solutions", "hide")]).is_err());
        assert!(settings(&[("seed", "seven")]).is_err());
        assert!(settings(&[("solutions", "hidden")]).unwrap().hides_solutions);
    }
}
