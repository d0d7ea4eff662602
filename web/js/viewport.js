// web/js/viewport.js: keeps the page as high as what can be seen of it, so that a phone's keyboard hides nothing.
// Thread: the page's own.
// Owner: main.js. Browsers that shrink the page themselves (interactive-widget) never need it.

/** Keeps `--seen` of `root` at the height in px that the keyboard leaves; without one style.css has the whole. */
export function follow_keyboard(root, { visualViewport, scrollTo } = window) {
    if (!visualViewport) return;
    const fit = () => {
        // A zoomed page is seen in part on purpose.
        if (visualViewport.scale > 1.01) return;
        root.style.setProperty("--seen", `${Math.floor(visualViewport.height)}px`);
        scrollTo(0, 0); // what some do to show the field that is written in
    };
    visualViewport.addEventListener("resize", fit);
    visualViewport.addEventListener("scroll", fit);
    fit();
}
