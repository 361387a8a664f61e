//! Makes a module of each twin: the text of the algorithm with one change.
#![expect(clippy::disallowed_methods, reason = "a build script is told its folders in variables")]

#[path = "src/twins/mod.rs"]
#[allow(unreachable_pub, reason = "the library exports it")]
mod twins;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};
use twins::{HARMLESS, TOPICS, Topic, Twin};

fn main() {
    if let Err(error) = make() {
        println!("cargo::error={}", error.replace('\n', " "));
    }
}

fn make() -> Result<(), String> {
    let source = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../src");
    let out = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo::rerun-if-changed=src/twins");
    let (mut modules, mut subjects) = (String::new(), String::new());
    let topics = TOPICS.iter().chain(HARMLESS);
    for (topic, twin) in topics.flat_map(|topic| topic.twins.iter().map(move |twin| (topic, twin)))
    {
        let path = source.join(twin.module);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)
            .map_err(|e| format!("twin {}: cannot read {}: {e}", twin.name, twin.module))?;
        let name = twin.name.replace('-', "_");
        // Of a module of several files a twin needs a copy of all.
        let (file, patched) = if text.contains("use super::") || path.ends_with("mod.rs") {
            let folder = out.join(&name);
            copy_folder(&path, &folder)?;
            (folder.join("mod.rs"), folder.join(path.file_name().unwrap_or_default()))
        } else {
            let file = out.join(format!("{name}.rs"));
            (file.clone(), file)
        };
        write(&patched, &patch(twin, &text)?)?;
        // Writing to a String cannot fail.
        let _ = writeln!(modules, "#[path = {file:?}]\n#[doc = {:?}]\npub mod {name};", twin.bug);
        let _ = writeln!(subjects, "    {:?} => {},", twin.name, subject(topic, twin, &name)?);
    }
    let all = format!(
        "{modules}\nfn open(name: &str) -> Option<distsys::subject::Subject> {{\nSome(match name {{\n{subjects}    _ => return None,\n}})\n}}\n"
    );
    write(&out.join("zoo.rs"), &all)
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|e| format!("cannot write {}: {e}", file.display()))
}

/// Copies all files of the module of which `part` is one.
fn copy_folder(part: &Path, to: &Path) -> Result<(), String> {
    let from = part.parent().unwrap_or(part);
    let failed = |e| format!("cannot copy {} to {}: {e}", from.display(), to.display());
    fs::create_dir_all(to).map_err(failed)?;
    for file in fs::read_dir(from).map_err(failed)? {
        let file = file.map_err(failed)?.path();
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(&file).map_err(failed)?;
        let name = file.file_name().unwrap_or_default();
        write(&to.join(name), &text.replace("\r\n", "\n").replace("crate::", "distsys::"))?;
    }
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|e| format!("{name}: {e}"))
}

/// The twin's text: `old` must stand in the module exactly once.
fn patch(twin: &Twin, text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n");
    match text.matches(twin.old).count() {
        1 => Ok(text.replace(twin.old, twin.new).replace("crate::", "distsys::")),
        n => Err(format!(
            "twin {}: its old text stands {n} times in {}, not once: change it together with the algorithm",
            twin.name, twin.module
        )),
    }
}

/// The expression that makes a subject of the twin: the stack of the original, with the twin in its
/// place.
fn subject(topic: &Topic, twin: &Twin, module: &str) -> Result<String, String> {
    let fits = |place: &&twins::Place| (place.module, place.subject) == (twin.module, twin.subject);
    let place = topic.places.iter().find(fits).ok_or_else(|| {
        format!("twin {}: no way to put {} into {}", twin.name, twin.module, twin.subject)
    })?;
    Ok(place.made_by.replace("{name}", &format!("{:?}", twin.name)).replace("{twin}", module))
}
