//! Pictures of runs: nothing overlaps, nothing is left out, and nothing in a run can break the page around it.

mod runs;

use distsys::draw::layout::{COLUMNS, Layout};
use distsys::draw::{Style, figure, shiviz, svg, terminal, transcript};
use runs::*;

#[test]
fn gallery() {
    let Ok(folder) = std::env::var("GALLERY") else { return };
    let mut page = String::new();
    for (name, trace) in all() {
        let style = Style::default();
        println!("== {name}\n{}", terminal(&trace, false, &style));
        let layout = Layout::of(&trace, &style);
        println!("left out {}", layout.left_out);
        std::fs::write(format!("{folder}/{name}.svg"), svg(&trace, &style)).unwrap();
        page += &figure(name, name, &trace, &style);
    }
    let css = include_str!("../book/theme/runs.css");
    for theme in ["light", "rust", "coal", "navy", "ayu"] {
        let html = format!("<!doctype html><html class=\"{theme}\"><meta name=viewport content=\"width=device-width\"><style>{MDBOOK}{css}</style><body><main>{page}</main></html>");
        std::fs::write(format!("{folder}/{theme}.html"), html).unwrap();
    }
}

const MDBOOK: &str = "
.light{--bg:#fff;--fg:#000;--links:#20609f}
.rust{--bg:#e1e1db;--fg:#262625;--links:#2b79a2}
.coal{--bg:#141617;--fg:#98a3ad;--links:#2b79a2}
.navy{--bg:#161923;--fg:#bcbdd0;--links:#2b79a2}
.ayu{--bg:#0f1419;--fg:#c5c5c5;--links:#0096cf}
body{background:var(--bg);color:var(--fg);font:16px 'Open Sans',sans-serif;margin:0} main{max-width:750px;margin:0 auto;padding:0 15px}";
