// A walk from one style to another.

const SECONDS = 5;
const STEPS = 6;
/** The content whose steps are shown. */
const SHOWN = Math.min(2, classes.length - 1);

/** Its ends. */
const walk = { start: state.style, end: state.style };

function makeWalk() {
  walk.start = state.style;
  walk.end = randomStyle(model.stored.random);
  for (let step = 0; step < STEPS; step++) add(byId("steps"), "canvas");
  byId("way").addEventListener("input", () => {
    takeHold();
    show(onWalk(Number(byId("way").value)));
  });
  byId("way").addEventListener("change", settle);
  connect({
    play,
    "start-here": () => takeEnd("start", 0),
    "end-here": () => takeEnd("end", 1),
  });
  drawSteps();
}

/** Return the style at a share of the walk. */
function onWalk(/** @type {number} */ share) {
  return between(walk.start, walk.end, share, model.stored.arc);
}

/** Let the walk start or end at the current style. */
function takeEnd(/** @type {"start" | "end"} */ end, /** @type {number} */ share) {
  walk[end] = state.style;
  byId("way").value = share;
  drawSteps();
  say(`The walk ${end}s at this style`);
}

/** Draw the steps, all of one content. */
function drawSteps() {
  drawAll([...byId("steps").children], (step) =>
    contentOf(model.decode(onWalk(step / (STEPS - 1))), SHOWN),
  );
}

/** Walk on to the end, from the start if it is reached already; or stop. */
function play() {
  const isPlaying = byId("play").textContent === "Stop";
  takeHold();
  if (isPlaying) return settle();
  const way = byId("way");
  const first = Number(way.value) < 1 ? Number(way.value) : 0;
  byId("play").textContent = "Stop";
  const along = (/** @type {number} */ share) => {
    way.value = first + share * (1 - first);
    return onWalk(Number(way.value));
  };
  goAlong(along, 1000 * SECONDS * (1 - first), () => {
    takeHold();
    settle();
  });
}
