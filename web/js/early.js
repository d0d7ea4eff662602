// web/js/early.js: the theme that was chosen, before anything is drawn, so that a dark page never flashes.
// Thread: the page's own; a classic script that the head waits for, and as small as can be.
// Owner: index.html. theme.js changes it later.

try {
    const { theme } = JSON.parse(localStorage.getItem("tertulia.settings")) ?? {};
    if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
    // no storage, or not ours: as the system has it
}
