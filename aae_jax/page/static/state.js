// What the page shows: one style. All that can be done changes it and nothing else.

const model = new Model(JSON.parse(byId("model").textContent));
const { directions, classes, framing, noun } = model.stored;
const mayMove = !matchMedia("(prefers-reduced-motion: reduce)").matches;

const state = {
  style: new Float64Array(model.length),
  /** The style that a change begins at, and those before it. */
  settled: new Float64Array(model.length),
  past: /** @type {Float64Array[]} */ ([]),
  /** The logits of all contents in the style that was drawn last. */
  logits: new Float64Array(0),
  /** The frame that is asked for, and which movement goes on. */
  frame: 0,
  movement: 0,
};

/** Show a style; it is drawn with the next frame. */
function show(/** @type {Float64Array} */ style) {
  state.style = style;
  state.frame ||= requestAnimationFrame(() => {
    state.frame = 0;
    draw();
  });
}

/** Keep the style that is shown: there is a way back, and the link carries it. */
function settle() {
  if (state.style.every((number, index) => number === state.settled[index])) return;
  state.past.push(state.settled);
  arrive();
}

/** Let the next change begin at the style that is shown. */
function arrive() {
  state.settled = state.style;
  byId("back").disabled = !state.past.length;
  history.replaceState(null, "", toFragment(state.style));
  byId("stage").setAttribute("aria-label", described());
}

/**
 * Go along a way of styles, at once where nothing may move.
 * @param {(share: number) => Float64Array} way
 * @param {number} duration - In milliseconds.
 * @param {() => void} done
 */
function goAlong(way, duration, done) {
  const movement = ++state.movement;
  const start = performance.now();
  const step = (/** @type {number} */ now) => {
    if (movement !== state.movement) return;
    const share = mayMove ? Math.min(1, Math.max(0, (now - start) / duration)) : 1;
    show(way(share));
    if (share < 1) requestAnimationFrame(step);
    else done();
  };
  step(start);
}

/** Glide to a style. */
function goTo(/** @type {Float64Array} */ wanted, done = settle) {
  takeHold();
  const start = state.style;
  const way = (/** @type {number} */ t) =>
    t < 1 ? between(start, wanted, t * t * (3 - 2 * t), model.stored.arc) : wanted;
  goAlong(way, 350, done);
}

/** Stop whatever moves: someone has taken hold of a control. */
function takeHold() {
  state.movement++;
  byId("play").textContent = "Play";
}

/** Return the style that the link carries, or another one if it carries none. */
function linked(/** @type {Float64Array} */ other) {
  const carried = fromFragment(location.hash, model.length);
  if (location.hash && !carried) say("The link carries no style of this network");
  return carried ?? other;
}
