// The stage: every content in the current style; beside it the sliders.

/** Most pixels across an image that is drawn: more of them no eye tells apart. */
const FINEST = 200;

const stage = makeStage();
/** @type {ReturnType<typeof makeSlider>[]} */
const sliders = directions.map(makeSlider);

/** @returns {HTMLCanvasElement[]} A new canvas for each content. */
function makeStage() {
  const count = classes.length;
  const few = count > 5 ? Math.ceil(count / 2) : count;
  const columns = count > 10 ? Math.ceil(Math.sqrt(1.6 * count)) : few;
  const { style } = byId("stage");
  style.setProperty("--columns", String(columns));
  // Handwriting keeps clear of its borders: images overlap there, and are larger.
  style.setProperty("--overlap", framing.strokes ? String(overlap()) : "0");
  return classes.map((/** @type {string} */ name) => {
    const figure = add(byId("stage"), "figure");
    const canvas = add(figure, "canvas");
    if (noun === "classes") add(figure, "figcaption", { textContent: name });
    return canvas;
  });
}

/** Return by which share of its side an image may lie on its neighbors. */
function overlap() {
  const { height, width } = model.shape;
  return Math.max(0, 1 - Math.max(framing.height / height, framing.width / width));
}

/**
 * Make the slider of a direction.
 * @returns {{direction: Direction, name: string, input: any, output: any}}
 */
function makeSlider(/** @type {Direction} */ direction, /** @type {number} */ index) {
  const name = direction.name || `direction ${index + 1}`;
  const row = add(byId("sliders"), "div", { className: "slider" });
  const sure = direction.correlation;
  if (sure) row.title = `ranks ${noun} by ${name}: correlation ${sure.toFixed(2)}`;
  const id = `direction-${index}`;
  add(row, "label", { htmlFor: id, textContent: name[0].toUpperCase() + name.slice(1) });
  const output = add(row, "output", { htmlFor: id });
  const bounds = { min: direction.low.toFixed(2), max: direction.high.toFixed(2) };
  const input = add(row, "input", { id, type: "range", step: "any", ...bounds });
  input.addEventListener("input", () => {
    takeHold();
    show(movedTo(state.style, direction, Number(input.value)));
  });
  input.addEventListener("change", settle);
  return { direction, name, input, output };
}

/** Put the sliders where the style is. */
function putSliders() {
  for (const { direction, input, output } of sliders) {
    const place = dot(direction.vector, state.style);
    input.value = place;
    output.value = signed(place);
    input.setAttribute("aria-valuetext", `${signed(place)} standard deviations`);
  }
}

/** Draw everything in the current style. */
function draw() {
  state.logits = model.decode(state.style);
  drawAll(stage, (content) => contentOf(state.logits, content));
  putSliders();
  drawText();
}

/**
 * Draw images as finely as their canvases, all of one size, are shown.
 * @param {HTMLCanvasElement[]} canvases
 * @param {(index: number) => Float64Array} logits - Of each image.
 */
function drawAll(canvases, logits) {
  const { width } = model.shape;
  const wanted = Math.ceil((canvases[0].clientWidth * devicePixelRatio) / width);
  const factor = Math.max(1, Math.min(wanted, Math.floor(FINEST / width)));
  const same = look();
  canvases.forEach((canvas, index) =>
    drawImage(canvas, logits(index), model.shape, factor, same),
  );
}

/** Return the logits of one content. */
function contentOf(/** @type {Float64Array} */ logits, /** @type {number} */ content) {
  return logits.subarray(content * model.pixels, (content + 1) * model.pixels);
}

/** Return how images are drawn: with the ink of the page, or another one. */
function look(ink = getComputedStyle(document.body).color) {
  const { strokes, ground, ink: tone } = framing;
  const color = (ink.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  return { ink: color, strokes, dark: strokes && ground > tone };
}

/** Return the current style in words. */
function described() {
  const places = sliders.map(({ name, output }) => `${name} ${output.value}`);
  return `The ${noun} ${classes.join(", ")} in one style: ${places.join(", ")}`;
}
