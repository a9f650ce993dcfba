// A pad to draw on with mouse, pen or finger.

/** @typedef {{x: number, y: number}} Point - From 0 to 1 across and down the pad. */

/** Side of the mask that a drawing is read from, in pixels. */
const MASK = 280;

/** Strokes that are drawn on a canvas; `changed` is called whenever a stroke ends. */
class Pad {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{framing: Framing, pen: number}} model - `pen` is the width of strokes, in
   *   the dataset's pixels.
   * @param {() => void} changed
   */
  constructor(canvas, { framing, pen }, changed) {
    this.canvas = canvas;
    this.framing = framing;
    this.pen = pen;
    /** @type {Point[][]} */
    this.strokes = [];
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.follow(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => this.pointer !== null && this.end(changed));
    /** @type {number | null} - The one pointer that is drawing. */
    this.pointer = null;
  }

  begin(/** @type {PointerEvent} */ event) {
    if (event.button !== 0 || this.pointer !== null) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push([this.place(event)]);
    this.draw();
  }

  follow(/** @type {PointerEvent} */ event) {
    if (event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    const events = passed.length ? passed : [event];
    this.strokes[this.strokes.length - 1].push(...events.map((one) => this.place(one)));
    this.draw();
  }

  end(/** @type {() => void} */ changed) {
    this.pointer = null;
    changed();
  }

  place(/** @type {PointerEvent} */ event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return { x: x / box.width, y: y / box.height };
  }

  clear() {
    this.strokes = [];
    this.draw();
  }

  /** Return how wide the pen is, as a share of the pad: after scaling, as the data's. */
  penWidth() {
    const points = this.strokes.flat();
    const reach = (/** @type {"x" | "y"} */ axis) => {
      const places = points.map((point) => point[axis]);
      return Math.max(...places) - Math.min(...places);
    };
    const { height, width } = this.framing;
    const shares = [reach("y") / (height - this.pen), reach("x") / (width - this.pen)];
    return Math.min(0.12, Math.max(0.03, this.pen * Math.max(...shares)));
  }

  /** Draw the strokes onto a canvas, as large as that is. */
  trace(/** @type {CanvasRenderingContext2D} */ context, /** @type {string} */ color) {
    const side = context.canvas.width;
    Object.assign(context, { lineCap: "round", lineJoin: "round", strokeStyle: color });
    context.lineWidth = this.penWidth() * side;
    for (const stroke of this.strokes) {
      context.beginPath();
      context.moveTo(stroke[0].x * side, stroke[0].y * side);
      for (const { x, y } of stroke) context.lineTo(x * side, y * side);
      context.stroke();
    }
  }

  draw() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    Object.assign(this.canvas, { width: side, height: side });
    this.trace(contextOf(this.canvas), getComputedStyle(this.canvas).color);
  }

  /** Return the drawing as dark ink on white paper. */
  picture() {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: MASK, height: MASK });
    const context = contextOf(canvas);
    context.fillStyle = "white";
    context.fillRect(0, 0, MASK, MASK);
    this.trace(context, "black");
    return canvas;
  }

  /** Return how much ink is in each pixel, row by row. */
  mask() {
    const { data } = contextOf(this.picture()).getImageData(0, 0, MASK, MASK);
    return Array.from({ length: MASK }, (_, y) =>
      Array.from({ length: MASK }, (_, x) => 1 - data[4 * (y * MASK + x)] / 255),
    );
  }
}

/** Show the pad where the data are strokes. */
function makePad() {
  byId("hand").hidden = !framing.strokes;
  if (!framing.strokes) return null;
  byId("one").textContent = model.stored.one;
  const pad = new Pad(byId("pad"), model.stored, () => takeDrawing(pad));
  const clear = () => {
    pad.clear();
    takeDrawing(pad);
  };
  const save = () => savePNG(pad.picture(), "drawing.png");
  connect({ clear, "save-drawing": save });
  showSeen(null);
  return pad;
}

/** Take the style of the drawing, and tell what it was read as. */
function takeDrawing(/** @type {Pad} */ pad) {
  const image = framed(pad.mask(), framing, model.shape);
  for (const id of ["clear", "save-drawing"]) byId(id).disabled = !image;
  showSeen(image);
  if (!image) return;
  const { style, read } = model.encode(image);
  goTo(style);
  if (!read) return say(`All ${noun} are in your hand now`);
  const likeliest = read.indexOf(Math.max(...read));
  const percent = Math.round(100 * read[likeliest]);
  byId("reading").textContent = `read as ${classes[likeliest]}`;
  say(`The network reads ${classes[likeliest]}, and is ${percent} % sure`);
}

/** Show an image pixel by pixel, as the network sees it. */
function showSeen(/** @type {Float32Array | null} */ image) {
  const { height, width } = model.shape;
  const canvas = byId("seen");
  Object.assign(canvas, { width, height });
  if (!image) return;
  const picture = contextOf(canvas).createImageData(width, height);
  const colors = new Uint32Array(picture.data.buffer);
  const shades = Array.from(image, (tone) => Math.round(255 * tone));
  shades.forEach((shade, i) => (colors[i] = rgba(shade, shade, shade, 255)));
  contextOf(canvas).putImageData(picture, 0, 0);
}
