//! The mdBook preprocessor: JSON in, JSON out.
//!
//! For the renderer `html` it puts into each page what its Run buttons need, takes out what the
//! teacher hides, and moves embedded code to the left margin. For the renderer `test` it runs the
//! snippets itself and hands mdBook empty chapters, since mdBook can pass on neither the crates nor the
//! edition that the snippets are written for.

use std::io::{self, Read as _, Write as _};

use serde_json::{Value, json};

use crate::dedent::dedented;
use crate::html;
use crate::page::Page;
use crate::project::Project;
use crate::run_buttons::{RunButtons, has_buttons};
use crate::settings::Settings;
use crate::snippets;

/// Answers mdBook.
pub(crate) fn run(project: &Project) -> Result<(), String> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input).map_err(|error| format!("standard input: {error}"))?;
    let (context, mut book) = serde_json::from_str::<(Value, Value)>(&input).map_err(|error| {
        format!("`preprocess` is for mdBook, which sends a book as JSON: {error}")
    })?;
    match context["renderer"].as_str() {
        Some("test") => test(project, &mut book)?,
        _ => prepare(project, &mut book)?,
    }
    io::stdout().write_all(book.to_string().as_bytes()).map_err(|error| format!("output: {error}"))
}

/// Calls `change` with each chapter of the book that has a page.
fn each_chapter(
    items: &mut Value,
    change: &mut impl FnMut(&mut Value) -> Result<(), String>,
) -> Result<(), String> {
    for item in items.as_array_mut().into_iter().flatten() {
        let Some(chapter) = item.get_mut("Chapter") else { continue };
        if chapter["source_path"].is_string() {
            change(chapter)?;
        }
        each_chapter(&mut chapter["sub_items"], change)?;
    }
    Ok(())
}

fn test(project: &Project, book: &mut Value) -> Result<(), String> {
    let mut pages = Vec::new();
    each_chapter(&mut book["items"], &mut |chapter| {
        let path = project.src().join(chapter["source_path"].as_str().unwrap_or_default());
        pages.push(Page::read(project, &path)?);
        chapter["content"] = json!("");
        Ok(())
    })?;
    let outcome = snippets::test(project, &pages)?;
    for problem in &outcome.problems {
        eprintln!("{problem}");
    }
    let failed = outcome.problems.len();
    eprintln!("snippets of {} pages: {} passed, {failed} failed", pages.len(), outcome.passed);
    if failed == 0 { Ok(()) } else { Err("a snippet fails: see above".into()) }
}

fn prepare(project: &Project, book: &mut Value) -> Result<(), String> {
    let settings = Settings::read(project)?;
    let mut buttons = RunButtons::new(project);
    each_chapter(&mut book["items"], &mut |chapter| {
        let content = prepared(chapter["content"].as_str().unwrap_or_default(), &settings);
        buttons.read(&content);
        chapter["content"] = json!(content);
        Ok(())
    })?;
    let script = buttons.script()?;
    each_chapter(&mut book["items"], &mut |chapter| {
        let content = chapter["content"].as_str().unwrap_or_default();
        if has_buttons(content) {
            chapter["content"] = json!(format!("{content}\n\n{script}"));
        }
        Ok(())
    })
}

/// A page as its readers are to see it.
fn prepared(content: &str, settings: &Settings) -> String {
    let seed = settings.seed.unwrap_or(1).to_string();
    let content = dedented(content).replace("{{seed}}", &seed);
    if settings.hides_solutions {
        html::without(&content, "<details class=\"solution\">", "</details>")
    } else {
        content
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Seed {{seed}}. <details class=\"solution\">secret</details>";

    #[test]
    fn solutions_are_hidden_only_where_the_teacher_hides_them() {
        let shown = Settings { seed: Some(7), ..Settings::default() };
        assert_eq!(prepared(PAGE, &shown), PAGE.replace("{{seed}}", "7"));
        let hidden = Settings { hides_solutions: true, ..shown };
        assert_eq!(prepared(PAGE, &hidden), "Seed 7. ");
    }

    #[test]
    fn embedded_code_stands_at_the_left_margin() {
        let page = "```rust,ignore\n    fn a() {}\n```\n";
        let moved = "```rust,ignore\nfn a() {}\n```\n";
        assert_eq!(prepared(page, &Settings::default()), moved);
    }

    #[test]
    fn chapters_are_found_at_every_depth_and_drafts_are_left_alone() {
        let mut items = json!([
            { "Chapter": { "source_path": "a.md", "sub_items": [
                { "Chapter": { "source_path": null, "sub_items": [
                    { "Chapter": { "source_path": "b.md", "sub_items": [] } },
                ] } },
            ] } },
            "Separator",
        ]);
        let mut found = Vec::new();
        each_chapter(&mut items, &mut |chapter| {
            found.push(chapter["source_path"].clone());
            Ok(())
        })
        .unwrap();
        assert_eq!(found, ["a.md", "b.md"]);
    }
}
