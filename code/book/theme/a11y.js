// @ts-check
// What mdBook's own pages lack for readers with a keyboard or a screen reader; loaded after book.js.

(() => {
    // The sidebar's switch is a label, which can be neither named, expanded nor reached by keyboard.
    const toggle = document.getElementById("mdbook-sidebar-toggle");
    if (toggle) {
        toggle.setAttribute("role", "button");
        toggle.tabIndex = 0;
        toggle.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            toggle.click();
        });
    }

    // The editor types into a hidden field without a name.
    for (const field of document.querySelectorAll(".ace_text-input")) {
        field.setAttribute("aria-label", "Code, to edit and run");
    }

    // Code that is wider than its box scrolls, by keyboard too; whether it is, changes with the window
    // and where a folded part is opened.
    const observer = new ResizeObserver((entries) => {
        for (const { target } of entries) {
            if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
            else target.removeAttribute("tabindex");
        }
    });
    for (const code of document.querySelectorAll("pre > code:not(.editable)")) observer.observe(code);
})();
