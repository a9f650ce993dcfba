// Draws images larger than they are, and crisp: between pixels lie logits, not grays.

/** Logits are held to this: there ink is full, or none. */
const FULL = 5;
/** Further no curve between such logits swings. */
const SWING = 8;
const NONE = sigmoid(-FULL);
const SHADES = Uint8ClampedArray.from({ length: 1025 }, (_, index) => {
  const share = sigmoid((index / 512 - 1) * SWING);
  return Math.round((255 * (share - NONE)) / (1 - 2 * NONE));
});

/** Return the shade from 0 to 255 that a logit means. */
function shade(/** @type {number} */ logit) {
  return SHADES[(logit * (512 / SWING) + 512.5) | 0];
}

/** Return the four weights at each of `factor` places in a pixel (Catmull-Rom). */
function splines(/** @type {number} */ factor) {
  return Array.from({ length: factor }, (_, index) => {
    const place = (index + 0.5) / factor - 0.5;
    const t = place < 0 ? place + 1 : place;
    const weights = [
      ((2 - t) * t - 1) * t,
      (3 * t - 5) * t * t + 2,
      ((4 - 3 * t) * t + 1) * t,
      (t - 1) * t * t,
    ];
    return { first: place < 0 ? -2 : -1, weights: weights.map((weight) => weight / 2) };
  });
}

/**
 * Return rows `factor` times as long: between their numbers lie smooth curves.
 * @param {Float32Array} values - `count` rows of `length` numbers.
 * @param {number} count
 * @param {number} length
 * @param {number} factor
 * @returns {Float32Array} Turned: `length * factor` rows of `count` numbers.
 */
function stretched(values, count, length, factor) {
  const found = new Float32Array(values.length * factor);
  const curves = splines(factor);
  for (let place = 0; place < length * factor; place++) {
    const { first, weights } = curves[place % factor];
    const start = Math.floor(place / factor) + first;
    const [a, b, c, d] = [0, 1, 2, 3].map((tap) =>
      Math.min(Math.max(start + tap, 0), length - 1),
    );
    const [p, q, r, s] = weights;
    for (let row = 0; row < count; row++) {
      const at = row * length;
      found[place * count + row] =
        p * values[at + a] + q * values[at + b] + r * values[at + c] + s * values[at + d];
    }
  }
  return found;
}

/** Return red, green, blue and opacity in one number, as canvases hold them. */
function rgba(
  /** @type {number} */ red,
  /** @type {number} */ green,
  /** @type {number} */ blue,
  /** @type {number} */ opacity,
) {
  return red | (green << 8) | (blue << 16) | (opacity << 24);
}

/**
 * @typedef {object} Look - How images are drawn.
 * @property {number[]} ink - Red, green and blue of ink.
 * @property {boolean} strokes - Draw ink alone, on whatever is below.
 * @property {boolean} dark - Ink is dark in the dataset.
 */

/**
 * Draw one image onto a canvas, `factor` times as large as it is.
 * @param {HTMLCanvasElement} canvas
 * @param {Float64Array} logits - Of its pixels.
 * @param {{height: number, width: number, channels: number}} shape
 * @param {number} factor
 * @param {Look} look
 */
function drawImage(canvas, logits, { height, width, channels }, factor, look) {
  const [rows, columns] = [height * factor, width * factor];
  const planes = Array.from({ length: channels }, (_, channel) => {
    const plane = new Float32Array(height * width);
    for (let i = 0; i < plane.length; i++)
      plane[i] = Math.max(-FULL, Math.min(FULL, logits[i * channels + channel]));
    return stretched(stretched(plane, height, width, factor), columns, height, factor);
  });
  if (canvas.width !== columns || canvas.height !== rows)
    Object.assign(canvas, { width: columns, height: rows });
  const context = contextOf(canvas);
  const image = context.createImageData(columns, rows);
  const colors = new Uint32Array(image.data.buffer);
  if (look.strokes) drawInk(colors, planes[0], look);
  else drawTones(colors, [0, 1, 2].map((channel) => planes[channel % channels]));
  context.putImageData(image, 0, 0);
}

/** Fill colors with ink, as opaque as logits mean. */
function drawInk(
  /** @type {Uint32Array} */ colors,
  /** @type {Float32Array} */ logits,
  /** @type {Look} */ { ink: [red, green, blue], dark },
) {
  const sign = dark ? -1 : 1;
  for (let i = 0; i < colors.length; i++)
    colors[i] = rgba(red, green, blue, shade(sign * logits[i]));
}

/** Fill colors with the tones that logits of red, green and blue mean. */
function drawTones(
  /** @type {Uint32Array} */ colors,
  /** @type {Float32Array[]} */ [red, green, blue],
) {
  for (let i = 0; i < colors.length; i++)
    colors[i] = rgba(shade(red[i]), shade(green[i]), shade(blue[i]), 255);
}
