// What a reader does with the notebook, in a real browser, against `cargo book serve`.
//
//     npm ci && node test.mjs [page]
//
// The page is a path in the book without its extension. CHROMIUM names the browser; NOTEBOOK a
// server that runs already.
// @ts-check
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PAGE = process.argv[2] ?? "ch02-models/2.4-fault-tolerance";
const THEMES = ["light", "rust", "coal", "navy", "ayu"];
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) skip(`no Chromium at ${executablePath} (CHROMIUM names another)`);
const { chromium } = await import("playwright-core").catch(() => skip("run `npm ci` first"));
const { default: axe } = await import("axe-core");

/** @param {string} why @returns {never} */
function skip(why) {
    console.log(`skipped: browser tests: ${why}`);
    process.exit(0);
}

// ---- the server and the browser ----

/** Starts the server and waits for the address that it prints. */
async function serve() {
    if (process.env.NOTEBOOK) return { url: process.env.NOTEBOOK, stop: () => {} };
    const server = spawn("cargo", ["book", "serve"], {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: server.stdout })) {
        const url = /at (http:\S+\/)/.exec(line)?.[1];
        if (url) return { url, stop: () => server.kill("SIGINT") };
    }
    throw new Error("the server ended before it gave its address");
}

const server = await serve();
const browser = await chromium.launch({
    executablePath,
    args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ],
});

/**
 * Opens a page of the book and notes everything that goes wrong on it.
 * @param {string} path
 * @param {{ theme?: string, width?: number, bypassCSP?: boolean }} [how]
 */
async function open(path, { theme = "light", width = 1200, bypassCSP = false } = {}) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ viewport, bypassCSP });
    await context.addInitScript((theme) => {
        localStorage.setItem("mdbook-theme", theme);
        window.print = () => {};
    }, theme);
    const page = await context.newPage();
    /** @type {string[]} */
    const troubles = [];
    page.on("console", (message) => {
        if (message.type() === "error") troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
    await page.goto(`${server.url}${path}.html`, { waitUntil: "load" });
    return { page, troubles };
}

/** @typedef {Awaited<ReturnType<typeof open>>["page"]} Page */

/**
 * Runs a snippet by its button and waits for what is shown below it.
 * @param {Page} page
 * @param {string} [code] what to replace the snippet by
 */
async function run(page, code) {
    const snippet = page.locator(".playground", { has: page.locator("code.editable") }).first();
    if (code !== undefined) {
        await snippet.locator("code.editable").evaluate((element, code) => {
            /** @type {any} */ (window).ace.edit(element).setValue(code, -1);
        }, code);
    }
    const result = snippet.locator(".result");
    for (;;) {
        // The buttons of a snippet show when it is pointed at.
        await snippet.hover();
        await snippet.locator(".play-button").click();
        await result.filter({ hasNotText: "Running..." }).waitFor({ timeout: 60_000 });
        const text = (await result.innerText()).trim();
        // A server that has just started compiles the crate first.
        if (!/is being compiled/.test(text)) return text;
        await page.waitForTimeout(500);
    }
}

// ---- the tests ----

let passed = 0;
let failed = 0;

/** @param {string} name @param {() => Promise<void>} body */
async function test(name, body) {
    try {
        await body();
        passed += 1;
        console.log(`ok      ${name}`);
    } catch (error) {
        failed += 1;
        console.log(`FAILED  ${name}\n${error instanceof Error ? error.message : error}`);
    } finally {
        for (const context of browser.contexts()) await context.close();
    }
}

for (const theme of THEMES) {
    await test(`${PAGE} opens without errors (${theme})`, async () => {
        const { page, troubles } = await open(PAGE, { theme });
        assert.ok(await page.locator(`html.${theme} main h1`).first().isVisible());
        assert.deepEqual(troubles, []);
    });

    await test(`${PAGE} has no serious violation of accessibility (${theme})`, async () => {
        const { page } = await open(PAGE, { theme });
        // Folded parts are for reading too.
        await page.locator("details").evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
        const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
        assert.deepEqual(
            serious.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`)),
            [],
        );
    });
}

await test("Run prints what the snippet prints", async () => {
    const { page, troubles } = await open(PAGE);
    const result = await run(page);
    assert.notEqual(result, "No output");
    assert.doesNotMatch(result, /error|stopped|ended with|Playground/);
    assert.deepEqual(troubles, []);
});

await test("an edited snippet runs, against the real crate", async () => {
    const { page } = await open(PAGE);
    const code = 'use distsys::layer::NodeId;\nprintln!("{} {}", NodeId(7).0, 6 * 7);';
    assert.equal(await run(page, code), "7 42");
});

await test("a compile error is shown as the compiler prints it", async () => {
    const { page } = await open(PAGE);
    const result = await run(page, "fn main() {\n    missing();\n}");
    assert.match(result, /error\[E0425\]: cannot find function `missing`[^]*snippet\.rs:2:5/);
});

await test("a published page sends the snippet with the crate to the Playground", async () => {
    const { page } = await open(PAGE, { bypassCSP: true });
    /** @type {any} */
    let sent;
    await page.route("https://play.rust-lang.org/**", (route) => {
        sent = route.request().postDataJSON();
        return route.fulfill({ json: { result: "from afar", error: null } });
    });
    await page.evaluate(() => {
        delete (/** @type {any} */ (window).notebook.token);
    });
    assert.equal(await run(page, "println!(\"{}\", distsys::layer::NodeId(7).0);"), "from afar");
    assert.match(sent.code, /^ fn main\(\) \{ println[^]*\nmod distsys \{/);
    assert.equal(await run(page, "fn main() {}"), "from afar");
    assert.equal(sent.code, "fn main() {}");
    await page.context().setOffline(true);
    assert.match(await run(page, "fn main() {}"), /^You are offline/);
});

await test("the search finds FIFO", async () => {
    const { page } = await open(PAGE);
    await page.locator("#mdbook-search-toggle").click();
    await page.locator("#mdbook-searchbar").pressSequentially("FIFO");
    const first = page.locator("#mdbook-searchresults li").first();
    await first.waitFor();
    assert.match(await first.innerText(), /FIFO/);
});

for (const path of [PAGE, "introduction", "index"]) {
    await test(`${path} does not scroll sideways at 390 pixels`, async () => {
        const { page } = await open(path, { width: 390 });
        const [content, screen] = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return [scrollWidth, clientWidth];
        });
        assert.ok(content <= screen, `${content} pixels on ${screen}`);
    });
}

await test("print.html holds all pictures, and every id once", async () => {
    const { page, troubles } = await open("print");
    const ids = await page.locator("[id]").evaluateAll((all) => all.map((one) => one.id));
    assert.deepEqual(ids.filter((id, index) => ids.indexOf(id) !== index), []);
    const pictures = (/** @type {Page} */ page) => page.locator("main svg[role=img], main img").count();
    const printed = await pictures(page);
    const links = await page.locator("nav a[href$='.html']").evaluateAll((all) =>
        all.map((one) => /** @type {HTMLAnchorElement} */ (one).pathname.slice(1, -".html".length)),
    );
    let single = 0;
    for (const path of new Set(links)) {
        if (path !== "index" && path !== "print") single += await pictures((await open(path)).page);
    }
    assert.equal(printed, single);
    const broken = await page.locator("main img").evaluateAll((all) =>
        all.filter((one) => /** @type {HTMLImageElement} */ (one).naturalWidth === 0).length,
    );
    assert.equal(broken, 0);
    assert.deepEqual(troubles, []);
});

await browser.close();
server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
