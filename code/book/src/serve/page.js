// Put into every page by `cargo book serve`, before all other scripts.
window.notebook = { ...window.notebook, token: "{{token}}" };

// Live reload: asks once a second, while the page is looked at, whether it was built anew.
setInterval(async () => {
    if (document.hidden) return;
    try {
        const answer = await fetch("/notebook-version", { cache: "no-store" });
        if (answer.ok && (await answer.text()) !== "{{version}}") location.reload();
    } catch {
        // The server is gone; the page stays readable.
    }
}, 1000);
