// @ts-check
//
// Makes mdBook's Run buttons work with the crate of this notebook.
//
// The script has to run before mdBook's book.js, which asks the Rust Playground for its list of
// crates as soon as it is loaded and sends it each snippet to run. This script answers the first
// itself and sends the second to the right place: on pages of `cargo book serve` to that server,
// which has the crate; on a published site to the Playground, with the crate appended.
//
// It reads two things of the global `window.notebook`, which others make before or after it:
//
// - `token`, put there by `cargo book serve` when it serves a page: proves to the server that the
//   page is its own. A page without one was served by somebody else.
// - `bundle`, put there by the preprocessor: the Rust text `mod distsys { … }`. A page may set it
//   several times (print.html holds all pages); it is the same each time.

/**
 * @typedef {object} Notebook
 * @property {string} [token]
 * @property {string} [bundle]
 * @property {boolean} [runs] whether this script is at work: print.html holds it many times
 *
 * @typedef {object} Question what book.js sends
 * @property {string} code
 * @property {string} version
 * @property {string} optimize
 * @property {string} edition
 *
 * @typedef {object} Reply what book.js expects; it shows the result only
 * @property {string} result
 * @property {string | null} [error]
 */

(() => {
    const page = /** @type {Window & { notebook?: Notebook }} */ (window);
    const notebook = (page.notebook ??= {});
    if (notebook.runs) return;
    notebook.runs = true;

    const PLAYGROUND = "https://play.rust-lang.org";
    const CRATES = ["distsys", "rand", "serde"];
    const send = window.fetch.bind(window);

    window.fetch = async (resource, options) => {
        switch (resource) {
            case `${PLAYGROUND}/meta/crates`:
                return Response.json({ crates: CRATES.map((id) => ({ id })) });
            case `${PLAYGROUND}/evaluate.json`:
                return Response.json(await evaluate(JSON.parse(String(options?.body))));
            default:
                return send(resource, options);
        }
    };

    /**
     * Runs a snippet where it can be run.
     * @param {Question} question
     * @returns {Promise<Reply>}
     */
    function evaluate(question) {
        const code = withMain(question.code);
        return notebook.token ? onThisMachine({ ...question, code }) : onThePlayground(code);
    }

    /**
     * @param {Question} question
     * @returns {Promise<Reply>}
     */
    function onThisMachine(question) {
        const headers = { "X-Notebook-Token": notebook.token ?? "" };
        return post("/evaluate.json", headers, question).catch(() => ({
            result: "The notebook's server does not answer: is `cargo book serve` still running?",
        }));
    }

    /**
     * @param {string} code
     * @returns {Promise<Reply>}
     */
    async function onThePlayground(code) {
        const advice = "`cargo book serve` runs snippets on your own machine.";
        if (!navigator.onLine) return { result: `You are offline. ${advice}` };
        const usesCrate = /\bdistsys\b/.test(code);
        if (usesCrate && !notebook.bundle) {
            return { result: `This page lacks the crate distsys. ${advice}` };
        }
        // Appended, so that the snippet's own lines keep their numbers.
        const whole = usesCrate ? `${code}\n${notebook.bundle}` : code;
        const question = { version: "stable", optimize: "0", edition: "2024", code: whole };
        return post(`${PLAYGROUND}/evaluate.json`, {}, question).catch(() => ({
            result: `The Rust Playground cannot be reached. ${advice}`,
        }));
    }

    /**
     * @param {string} url
     * @param {Record<string, string>} headers
     * @param {Question} question
     * @returns {Promise<Reply>}
     */
    async function post(url, headers, question) {
        const response = await send(url, {
            method: "POST",
            headers: { "Content-Type": "application/json", ...headers },
            body: JSON.stringify(question),
        });
        // A refusal is plain text.
        if (!response.ok) return { result: (await response.text()) || `Status ${response.status}` };
        const reply = await response.json();
        return { result: reply.result || reply.error || "", error: reply.error };
    }

    /**
     * Puts code without a main function into one, as rustdoc does: inner attributes stay outside,
     * and no line moves.
     * @param {string} code
     */
    function withMain(code) {
        if (/\bfn\s+main\s*\(/.test(code)) return code;
        const attributes = /^(?:\s*(?:#!\[[^\]]*\]|\/\/.*$))*/m.exec(code)?.[0] ?? "";
        return `${attributes} fn main() { ${code.slice(attributes.length)}\n}`;
    }
})();
