// Puts the page together.

makeWriting();
const pad = makePad();
state.style = linked(Float64Array.from(model.stored.start));
draw();
arrive();
makeWalk();

connect({
  random: () => goTo(randomStyle(model.stored.random)),
  back: () => goTo(state.past.pop() ?? state.settled, arrive),
  link: () =>
    // Some browsers let no page of the disk write to the clipboard.
    Promise.resolve()
      .then(() => navigator.clipboard.writeText(location.href))
      .then(() => say("The link is copied"))
      .catch(() => say("The link is in the address bar")),
});

/** Draw everything anew: its size or its colors are others. */
function redraw() {
  draw();
  drawSteps();
  pad?.draw();
}

addEventListener("hashchange", () => goTo(linked(state.style)));
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// For whoever plays with it from the browser's console, and for the tests.
Object.assign(window, { model, state, framed, pad, draw });
